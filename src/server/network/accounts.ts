/**
 * Who may use this network. The secret kept is HA1, never the password (RFC 2617 §4.13).
 *
 * The list may be replaced while the network runs. An account stays the same object as long as its user is in it, so
 * that who has hold of one sees its new name.
 */
import { ha1 } from "../../wire/digest.ts";

export type Person = { readonly user: string; readonly name: string; readonly password: string };
/** A person as an accounts file has them. */
export type StoredPerson = { readonly user: string; readonly name: string; readonly ha1: string };

export type Account = {
  /** User part of the address, in lower case. */
  readonly user: string;
  readonly name: string;
  readonly ha1: string;
  /** The Controlling Function: the only one whose identity headers the network passes on (decision 2). */
  readonly isFocus: boolean;
};

export interface Accounts {
  find(user: string): Account | null;
  /** Other people from now on; gives the users who are gone, or whose secret is another one. */
  replace(people: readonly StoredPerson[]): readonly string[];
}

/** Demo accounts: the password is the name, so they are for loopback only. */
export const demoPeople: readonly Person[] = [
  { user: "alice", name: "Alice Moreau", password: "alice" },
  { user: "bob", name: "Bob Lindqvist", password: "bob" },
  { user: "carol", name: "Carol Okafor", password: "carol" },
  { user: "dave", name: "Dave Ito", password: "dave" },
  { user: "erin", name: "Erin Walsh", password: "erin" },
];

/** Also the realm. */
export const defaultDomain = "segue.example";
export const focusUser = "conference-factory";

export const stored = ({ user, name, password }: Person, realm: string): StoredPerson => ({
  user,
  name,
  ha1: ha1(user, realm, password),
});

export function createAccounts(
  realm: string,
  people: readonly (Person | StoredPerson)[],
  /** Null where there is none beside those people. */
  focus: { readonly password: string } | null,
): Accounts {
  type Kept = { user: string; name: string; ha1: string; isFocus: boolean; isHere: boolean };
  const byUser = new Map<string, Kept>();
  const put = ({ user, name, ha1: secret }: StoredPerson, isFocus: boolean): boolean => {
    const key = user.toLowerCase();
    const known = byUser.get(key);
    if (known?.isFocus === true) return false; // nobody in a list takes its name
    const kept = known ?? { user: key, name, ha1: secret, isFocus, isHere: true };
    const isSame = kept.ha1 === secret;
    byUser.set(key, Object.assign(kept, { name, ha1: secret, isHere: true }));
    return isSame;
  };
  if (focus !== null)
    put(stored({ user: focusUser, name: "Group chat", password: focus.password }, realm), true);
  for (const person of people) put("ha1" in person ? person : stored(person, realm), false);

  return {
    find: (user) => {
      const kept = byUser.get(user.toLowerCase());
      return kept?.isHere === true ? kept : null;
    },
    replace: (next) => {
      const before = [...byUser.values()].filter((one) => one.isHere && !one.isFocus);
      for (const one of before) one.isHere = false;
      const changed = next.filter((person) => !put(person, false)).map(({ user }) => user.toLowerCase());
      const here = new Set(before.map(({ user }) => user));
      return [
        ...before.filter((one) => !one.isHere).map(({ user }) => user),
        ...changed.filter((user) => here.has(user)),
      ];
    },
  };
}
