/**
 * MSRP paths for the next legs, in the order in which they were asked for.
 *
 * The link keeps some in store, so that an INVITE and an answer go out at once; when many are wanted together the
 * rest wait for the relay, first come first served, and not for ever.
 */
import type { Clock } from "../../flow/clock.ts";
import type { MsrpLink } from "../../flow/msrp-link.ts";
import type { MsrpPath } from "../../flow/msrp-path.ts";

export interface Paths {
  /** Calls `give` at once when a path is in store; with null when none came in time. */
  take(give: (path: MsrpPath | null) => void): void;
  /** The link has a path again. */
  ready(): void;
}

export function createPaths(link: MsrpLink, clock: Clock, waitMs: number): Paths {
  const waiting: { readonly give: (path: MsrpPath | null) => void; readonly stop: () => void }[] = [];
  return {
    take: (give) => {
      const path = waiting.length === 0 ? link.takePath() : null;
      if (path !== null) {
        give(path);
        return;
      }
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(one), 1);
        give(null);
      };
      const one = { give, stop: clock.after(waitMs, giveUp) };
      waiting.push(one);
    },
    ready: () => {
      while (waiting.length > 0) {
        const path = link.takePath();
        if (path === null) return;
        const next = waiting.shift();
        next?.stop();
        next?.give(path);
      }
    },
  };
}
