/** A clock that stands still until a test moves it. */
import type { Clock } from "../flow/clock.ts";

export interface ManualClock extends Clock {
  /** Lets that much time pass, running what falls due in its order. */
  advance(ms: number): void;
  /** Time passes but nothing runs, as in a sleeping machine; what was due runs with the next `advance`. */
  sleep(ms: number): void;
  readonly waiting: () => number;
}

export function manualClock(startAt = 0): ManualClock {
  let now = startAt;
  let next = 0;
  const due = new Map<number, { at: number; run: () => void }>();
  return {
    now: () => now,
    after: (ms, run) => {
      const id = (next += 1);
      due.set(id, { at: now + ms, run });
      return () => due.delete(id);
    },
    advance: (ms) => {
      const until = now + ms;
      for (;;) {
        const [first] = [...due].filter(([, t]) => t.at <= until).toSorted(([, a], [, b]) => a.at - b.at);
        if (first === undefined) break;
        due.delete(first[0]);
        now = Math.max(now, first[1].at);
        first[1].run();
      }
      now = until;
    },
    sleep: (ms) => {
      now += ms;
    },
    waiting: () => due.size,
  };
}
