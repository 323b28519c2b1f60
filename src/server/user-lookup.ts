/**
 * Who may use the relay, where a program of the operator's knows it (`--users-from`): HA1 by name, asked when somebody
 * signs in.
 *
 * What it said is believed for a short while, so that one person's AUTHs are one question. Strangers can have it asked,
 * so it runs a few times at once, one address never has all of those, and who waits too long is told that nobody can
 * say. A name with characters that names here don't have is nobody's, and is not asked for. A failure is never
 * remembered, and never taken for a no.
 */
import type { Clock } from "../flow/clock.ts";
import type { Asked } from "./ask-command.ts";
import { reasonOf } from "./command-line.ts";
import { createBucket } from "./network/bucket.ts";

export type LookupLimits = {
  readonly atOnce: number;
  /** For one address. */
  readonly perAddress: number;
  readonly waiting: number;
  readonly perSecond: number;
  /** So many more than that, after a quiet time. */
  readonly burst: number;
  readonly kept: number;
};

export const lookupLimits: LookupLimits = {
  atOnce: 4,
  perAddress: 3,
  waiting: 1_000,
  perSecond: 100,
  burst: 500,
  kept: 10_000,
};

export type LookupTimers = {
  /** For one answer; and so long, at most, it is waited for a turn. */
  readonly answerMs: number;
  /** How long an answer is believed. */
  readonly keepMs: number;
};

/** Two of these are less than the ten seconds that a client waits for an answer to AUTH. */
export const lookupTimers: LookupTimers = { answerMs: 4_000, keepMs: 10_000 };

export interface UserLookup {
  /** HA1; null: nobody of that name. Rejects when nobody can say. */
  ha1(user: string, address: string): Promise<string | null>;
  readonly counts: { readonly found: number; readonly nobody: number; readonly failed: number };
  /** What is under way is given up. */
  stop(): void;
}

/** An argument for a program: never one that it could take for an option, or for more than one. */
const namePattern = /^[A-Za-z0-9+][A-Za-z0-9._+-]{0,63}$/;

type Waiting = {
  readonly user: string;
  readonly address: string;
  readonly resolve: (secret: string | null | Promise<string | null>) => void;
  readonly giveUp: (why: string) => void;
  readonly stopClock: () => void;
};

export function createUserLookup(options: {
  readonly ask: (user: string) => Asked;
  readonly limits: LookupLimits;
  readonly timers: LookupTimers;
  readonly clock: Clock;
  /** Why there was no answer. */
  readonly log: (line: string) => void;
}): UserLookup {
  const { ask, limits, timers, clock, log } = options;
  const kept = new Map<string, { readonly secret: string | null; readonly until: number }>();
  const running = new Map<
    string,
    { readonly address: string; readonly secret: Promise<string | null>; readonly cancel: () => void }
  >();
  const waiting: Waiting[] = [];
  const bucket = createBucket(limits.burst, limits.perSecond, () => clock.now());
  const counts = { found: 0, nobody: 0, failed: 0 };
  let stopPause: (() => void) | null = null;
  let isStopped = false;

  /** What is known without asking, or being found out. */
  function known(user: string): Promise<string | null> | null {
    const found = kept.get(user);
    if (found !== undefined && found.until > clock.now()) return Promise.resolve(found.secret);
    kept.delete(user);
    return running.get(user)?.secret ?? null;
  }

  function keep(user: string, secret: string | null): void {
    kept.delete(user);
    kept.set(user, { secret, until: clock.now() + timers.keepMs });
    const [oldest] = kept.keys();
    if (kept.size > limits.kept && oldest !== undefined) kept.delete(oldest);
  }

  function run(user: string, address: string): Promise<string | null> {
    const { answer, cancel } = ask(user);
    const secret = answer.then(readSecret).then(
      (found) => {
        counts[found === null ? "nobody" : "found"] += 1;
        keep(user, found);
        return found;
      },
      (error: unknown) => {
        counts.failed += 1;
        if (!isStopped) log(`Nobody can say who ${user} is: ${reasonOf(error)}.`);
        throw error;
      },
    );
    running.set(user, { address, secret, cancel });
    void secret
      .catch(() => null)
      .then(() => {
        running.delete(user);
        advance();
      });
    return secret;
  }

  const mayRun = (address: string): boolean =>
    running.size < limits.atOnce &&
    [...running.values()].filter((one) => one.address === address).length < limits.perAddress;

  /** Whoever is next, and may. */
  function advance(): void {
    for (let at = 0; at < waiting.length && !isStopped;) {
      const one = waiting[at];
      if (one === undefined) return;
      let secret = known(one.user);
      if (secret === null && mayRun(one.address)) {
        if (!bucket.take(1)) return pause();
        secret = run(one.user, one.address);
      }
      if (secret === null) at += 1;
      else {
        waiting.splice(at, 1);
        one.stopClock();
        one.resolve(secret);
      }
    }
  }

  function pause(): void {
    stopPause ??= clock.after(Math.min(1_000, 1_000 / limits.perSecond), () => {
      stopPause = null;
      advance();
    });
  }

  return {
    counts,
    ha1: (user, address) => {
      if (!namePattern.test(user)) return Promise.resolve(null);
      return new Promise((resolve, reject) => {
        const giveUp = (why: string): void => {
          counts.failed += 1;
          reject(new Error(why));
        };
        if (isStopped || waiting.length >= limits.waiting) return giveUp("too many wait already");
        const one: Waiting = {
          user,
          address,
          resolve,
          giveUp,
          stopClock: clock.after(timers.answerMs, () => {
            waiting.splice(waiting.indexOf(one), 1);
            giveUp("no turn came");
          }),
        };
        waiting.push(one);
        advance();
      });
    },
    stop: () => {
      isStopped = true;
      stopPause?.();
      for (const { stopClock, giveUp } of waiting.splice(0)) {
        stopClock();
        giveUp("the relay stops");
      }
      for (const { cancel } of running.values()) cancel();
    },
  };
}

/** HA1, or nothing at all where there is nobody of that name. What it is instead is not repeated: it may be secret. */
function readSecret(printed: string): string | null {
  const text = printed.trim();
  if (text === "") return null;
  if (!/^[0-9a-f]{32}$/i.test(text)) throw new Error("what it printed is no HA1");
  return text.toLowerCase();
}
