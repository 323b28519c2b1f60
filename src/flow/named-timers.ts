/**
 * Timers by name, on a clock that may have slept. Starting a name again replaces it.
 *
 * A hidden tab's timers come late, a sleeping machine's all at once and before what the network has to say. So a
 * timer that fires far too late gives the network one more moment before it counts (decision 25).
 */
import type { Clock } from "./clock.ts";

export interface NamedTimers {
  start(name: string, ms: number, run: () => void): void;
  stop(name: string): void;
  stopAll(): void;
}

export function createTimers(clock: Clock, lateMs: number): NamedTimers {
  const running = new Map<string, () => void>();
  const stop = (name: string): void => {
    running.get(name)?.();
    running.delete(name);
  };
  return {
    start: (name, ms, run) => {
      stop(name);
      const dueAt = clock.now() + ms;
      const fire = (): void => {
        running.delete(name);
        run();
      };
      const cancel = clock.after(ms, () => {
        if (clock.now() - dueAt > lateMs) running.set(name, clock.after(Math.min(ms, lateMs), fire));
        else fire();
      });
      running.set(name, cancel);
    },
    stop,
    stopAll: () => {
      for (const cancel of running.values()) cancel();
      running.clear();
    },
  };
}
