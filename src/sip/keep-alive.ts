/**
 * Whether the other end of an open connection is still there (RFC 5626 §4.4.1, RFC 7118 §6; decision 25).
 *
 * After a silence CRLFCRLF asks for a CRLF; without one, OPTIONS asks for any answer; without that the connection is
 * dead. Whatever comes in counts as life. A timer of ours that fires late proves nothing about the peer, since a
 * hidden tab gets one a minute: then the question is asked anew.
 */
import type { Clock } from "../flow/clock.ts";

export interface KeepAlive {
  /** Something came in. */
  heard(): void;
  /** Asks now. */
  look(): void;
  stop(): void;
}

export function createKeepAlive(options: {
  readonly clock: Clock;
  readonly keepAliveMs: number;
  readonly pongMs: number;
  readonly ping: () => void;
  /** A request that anybody would answer. */
  readonly ask: () => void;
  readonly dead: () => void;
}): KeepAlive {
  const { clock, keepAliveMs, pongMs, ping, ask, dead } = options;
  let cancel = (): void => {};

  function wait(ms: number, then: (isLate: boolean) => void): void {
    cancel();
    const dueAt = clock.now() + ms;
    cancel = clock.after(ms, () => then(clock.now() - dueAt > pongMs));
  }

  const rest = (): void => wait(keepAliveMs, look);

  function look(): void {
    wait(pongMs, (isLate) => (isLate ? look() : insist()));
    ping();
  }

  function insist(): void {
    wait(pongMs, (isLate) => (isLate ? look() : dead()));
    ask();
  }

  rest();
  return { heard: rest, look, stop: () => cancel() };
}
