/**
 * "Check this server" for the account of this page, or for the one that could not be signed in. What it takes is
 * fetched when it is first asked for.
 */
import type { Clock } from "../flow/clock.ts";
import type { OpenSocket } from "../sip/agent.ts";
import type { Platform } from "./check/platform.ts";
import type { CheckTarget, Running } from "./check/run.ts";
import type { Check } from "./model.ts";
import { sentences } from "./reasons.ts";

/** What a browser can tell beside its sockets. */
export type Look = Pick<Platform, "page" | "permission" | "reaches">;

export type CheckingOptions = {
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly chunkBytes: number;
  /** null: no browser. */
  readonly look: Look | null;
  readonly factoryFound: (isThere: boolean) => void;
};

const nothing: Look = {
  page: null,
  permission: () => Promise.resolve(null),
  reaches: () => Promise.resolve(null),
};

/** Answers how to stop it; `show` is not called afterwards. */
export function startChecking(
  target: CheckTarget,
  options: CheckingOptions,
  show: (check: Check) => void,
): () => void {
  const { openSocket, look } = options;
  let running: Running | null = null;
  let isStopped = false;
  const platform: Platform = {
    ...(look ?? nothing),
    open: (url, protocol) => ({ socket: openSocket(url, protocol), trouble: () => null, tls: () => null }),
    addresses: () => Promise.resolve(null),
  };

  async function start(): Promise<void> {
    const { address, server } = target;
    const fetched = await Promise.all([import("./check/run.ts"), import("./check/words.ts")]).catch(
      () => null,
    );
    if (isStopped) return;
    if (fetched === null) {
      const summary = sentences.checkNotFetched;
      return show({ address, server, lines: [], isDone: true, summary, report: summary });
    }
    const [{ runCheck }, { lineOf, reportOf, summaryOf }] = fetched;
    const tell = (all: readonly Parameters<typeof lineOf>[0][], isDone: boolean): void => {
      if (isStopped) return;
      const lines = all.map(lineOf);
      show({ address, server, lines, isDone, summary: summaryOf(lines), report: reportOf(target, lines) });
    };
    running = runCheck({ ...options, target, platform, changed: (all) => tell(all, false) });
    tell(await running.done, true);
  }

  void start();
  return () => {
    isStopped = true;
    running?.stop();
  };
}
