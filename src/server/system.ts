/** The clock and the ids of a running server; everything below gets them as arguments. */
import { randomBytes } from "node:crypto";
import type { Clock } from "../flow/clock.ts";

/** Its timers do not keep the process alive: its sockets do. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** 128 random bits, as lower-case hex. */
export const freshId = (): string => randomBytes(16).toString("hex");
