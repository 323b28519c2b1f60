/**
 * Who may use this network. The secret kept is HA1, never the password (RFC 2617 §4.13).
 */
import { ha1 } from "../../wire/digest.ts";

export type Person = { readonly user: string; readonly name: string; readonly password: string };

export type Account = {
  /** User part of the address, in lower case. */
  readonly user: string;
  readonly name: string;
  readonly ha1: string;
  /** The Controlling Function: the only one whose identity headers the network passes on (decision 2). */
  readonly isFocus: boolean;
};

export interface Accounts {
  readonly all: readonly Account[];
  find(user: string): Account | null;
}

/** Demo accounts: the password is the name, so they are for loopback only. */
export const demoPeople: readonly Person[] = [
  { user: "alice", name: "Alice Moreau", password: "alice" },
  { user: "bob", name: "Bob Lindqvist", password: "bob" },
  { user: "carol", name: "Carol Okafor", password: "carol" },
  { user: "dave", name: "Dave Ito", password: "dave" },
  { user: "erin", name: "Erin Walsh", password: "erin" },
];

export const focusUser = "conference-factory";

export function createAccounts(
  realm: string,
  people: readonly Person[],
  focus: { readonly password: string },
): Accounts {
  const account = (person: Person, isFocus: boolean): Account => ({
    user: person.user.toLowerCase(),
    name: person.name,
    ha1: ha1(person.user, realm, person.password),
    isFocus,
  });
  const all = [
    ...people.map((person) => account(person, false)),
    account({ user: focusUser, name: "Group chat", password: focus.password }, true),
  ];
  const byUser = new Map(all.map((one) => [one.user, one]));
  return { all, find: (user) => byUser.get(user.toLowerCase()) ?? null };
}
