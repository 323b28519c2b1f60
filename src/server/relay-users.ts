/**
 * Who may use the relay alone: the people of an accounts file, or whomever a program of the operator's knows; and the
 * focus, whose password may stand in a file of its own, the same that `npm run focus` reads.
 */
import type { Clock } from "../flow/clock.ts";
import { ha1 } from "../wire/digest.ts";
import { askCommand } from "./ask-command.ts";
import { createAccounts, type StoredPerson } from "./network/accounts.ts";
import { createUserLookup, type LookupLimits, type LookupTimers, type UserLookup } from "./user-lookup.ts";

export type RelayUsersFrom =
  | { readonly from: "accounts"; readonly people: readonly StoredPerson[] }
  /** Gets user and realm as arguments, prints HA1 or nothing. */
  | { readonly from: "command"; readonly program: string };

export interface RelayUsers {
  readonly ha1: (user: string, address: string) => string | null | Promise<string | null>;
  /** Other people from now on; gives the users who are gone, or whose secret is another one. */
  setAccounts(people: readonly StoredPerson[]): readonly string[];
  /** Gives whether it is another one. */
  setFocusPassword(password: string): boolean;
  /** Null where no program is asked. */
  readonly lookups: UserLookup["counts"] | null;
  stop(): void;
}

/** HA1 and an end of line, and some room for a program that is not so tidy. */
const mostAnswerBytes = 256;

export function createRelayUsers(options: {
  readonly realm: string;
  readonly users: RelayUsersFrom;
  /** null: it is one of the users, or there is none. */
  readonly focusPassword: string | null;
  readonly focusUser: string;
  readonly limits: LookupLimits;
  readonly timers: LookupTimers;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}): RelayUsers {
  const { realm, users, focusUser, limits, timers, clock, log } = options;
  const secretOf = (password: string): string => ha1(focusUser, realm, password);
  const accounts = createAccounts(realm, users.from === "accounts" ? users.people : [], null);
  const lookup =
    users.from === "accounts"
      ? null
      : createUserLookup({
          ask: (user) =>
            askCommand(
              users.program,
              [user, realm],
              { withinMs: timers.answerMs, mostBytes: mostAnswerBytes },
              clock,
            ),
          limits,
          timers,
          clock,
          log,
        });
  let focus = options.focusPassword === null ? null : secretOf(options.focusPassword);
  return {
    ha1: (user, address) => {
      if (user === focusUser && focus !== null) return focus;
      return lookup === null ? (accounts.find(user)?.ha1 ?? null) : lookup.ha1(user, address);
    },
    setAccounts: (people) => accounts.replace(people),
    setFocusPassword: (password) => {
      const before = focus;
      focus = secretOf(password);
      return focus !== before;
    },
    lookups: lookup?.counts ?? null,
    stop: () => lookup?.stop(),
  };
}
