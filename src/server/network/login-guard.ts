/**
 * Guessing passwords gets slower: after some wrong ones, from an address or for a user, the next is not looked at
 * before a wait that doubles each time.
 *
 * Nobody is locked out by others: who has signed in from an address before is judged there by their own wrong
 * passwords alone. While somebody waits, a right password is refused like a wrong one, so that nothing is learned.
 */
import type { LoginLimits } from "./limits.ts";

export interface LoginGuard {
  /** Wrong ones until a connection is to be closed. */
  readonly mostPerConnection: number;
  /** How long until a password of that user from there is looked at; 0: now. */
  waitMs(address: string, user: string): number;
  failed(address: string, user: string): void;
  proven(address: string, user: string): void;
}

type Record = { failures: number; lastAt: number; until: number };

/** What is remembered; the oldest goes first. */
const mostRecords = 20_000;

export function createLoginGuard(limits: LoginLimits, now: () => number): LoginGuard {
  const records = new Map<string, Record>();
  const pairOf = (address: string, user: string): string => `both ${address} ${user}`;

  function known(key: string): Record | null {
    const record = records.get(key);
    if (record === undefined) return null;
    if (record.lastAt + limits.forgetMs > now()) return record;
    records.delete(key);
    return null;
  }

  function put(key: string, record: Record): void {
    records.delete(key);
    records.set(key, record);
    const [oldest] = records.keys();
    if (records.size > mostRecords && oldest !== undefined) records.delete(oldest);
  }

  function fail(key: string, free: number): void {
    const failures = (known(key)?.failures ?? 0) + 1;
    const over = failures - free;
    const waitMs = over < 0 ? 0 : Math.min(limits.maxWaitMs, limits.waitMs * 2 ** Math.min(over, 30));
    put(key, { failures, lastAt: now(), until: now() + waitMs });
  }

  return {
    mostPerConnection: limits.mostPerConnection,
    waitMs: (address, name) => {
      const user = name.toLowerCase();
      const pair = known(pairOf(address, user));
      const asked = pair === null ? [known(`from ${address}`), known(`user ${user}`)] : [pair];
      return Math.max(0, ...asked.map((record) => (record?.until ?? 0) - now()));
    },
    failed: (address, name) => {
      const user = name.toLowerCase();
      if (known(pairOf(address, user)) !== null) return fail(pairOf(address, user), limits.freePerUser);
      fail(`from ${address}`, limits.freePerAddress);
      fail(`user ${user}`, limits.freePerUser);
    },
    proven: (address, name) =>
      put(pairOf(address, name.toLowerCase()), { failures: 0, lastAt: now(), until: 0 }),
  };
}
