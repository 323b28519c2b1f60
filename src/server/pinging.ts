/**
 * When a server of ours pings who is connected (RFC 6455 §5.5.2), and when it may judge who has not answered since.
 *
 * A timer of ours that fires late says that this program slept or was busy (decision 25): what has come meanwhile is
 * read first, and if it was very late nobody is judged by it.
 */

/** `isFair`: everybody has had the time to answer what was asked the last time. Gives the end of it. */
export function everyPing(pingMs: number, look: (isFair: boolean) => void): () => void {
  let dueAt = performance.now() + pingMs;
  const timer = setInterval(() => {
    const isLate = performance.now() - dueAt > pingMs / 2;
    dueAt = performance.now() + pingMs;
    setImmediate(look, !isLate);
  }, pingMs);
  timer.unref();
  return () => clearInterval(timer);
}
