/**
 * Who is who: the names of people by address, the contacts, and whom one has lately chatted with.
 *
 * A contact's name is one's own word for that person and is never overwritten by what the network says. Names from
 * outside are text of a bounded length without control characters; one that nobody could see is none.
 */
import type { Person } from "./model.ts";
import { userOf } from "./addresses.ts";

const mostRecent = 50;
/** Names that anybody has sent; the oldest go. */
const mostLearnt = 5_000;
const longestName = 120;

export interface People {
  readonly contacts: readonly Person[];
  recent(): readonly Person[];
  of(address: string): Person;
  /** What somebody calls himself; ignored where we have a better name. */
  learn(address: string, name: string | null): void;
  /** Somebody was written to or wrote. */
  remember(address: string): void;
  /** In the contacts, or chatted with before. */
  knows(address: string): boolean;
}

export type PeopleOptions = {
  readonly self: Person;
  readonly contacts: readonly Person[];
  readonly recent: readonly Person[];
  readonly changed: () => void;
};

// Control characters, those that turn the writing direction of all that follows, and those of no width; joiners, which
// hold some letters and signs together, stay.
const unseen = /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;
// Letters that are blank, and what shows only with another character.
const blank = /^[\p{Z}\p{C}\p{M}\u115f\u1160\u2800\u3164\uffa0]*$/u;

export function tidyName(name: string): string {
  const line = name
    .slice(0, 8 * longestName)
    .replace(unseen, " ")
    .replace(/\s+/gu, " ")
    .trim();
  return blank.test(line) ? "" : Array.from(line).slice(0, longestName).join("");
}

/** "Bob" of "Bob Lindqvist". */
export function shortName(person: Person): string {
  const first = person.name.trim().split(/\s+/u, 1)[0] ?? "";
  return first === "" || first.includes("@") ? userOf(person.address) : first;
}

export function createPeople({ self, contacts, recent, changed }: PeopleOptions): People {
  const own = new Map([self, ...contacts].map((person) => [person.address, person.name]));
  const learnt = new Map(recent.map((person) => [person.address, person.name]));
  let lately = recent.map((person) => person.address);
  const of = (address: string): Person => ({
    address,
    name: own.get(address) ?? learnt.get(address) ?? "",
  });
  function forgetOldest(): void {
    for (const address of learnt.keys()) if (!lately.includes(address)) return void learnt.delete(address);
  }

  return {
    contacts,
    recent: () => lately.map(of),
    of,
    learn: (address, name) => {
      const tidy = tidyName(name ?? "");
      if (tidy === "" || own.has(address) || learnt.get(address) === tidy) return;
      learnt.delete(address);
      learnt.set(address, tidy);
      if (learnt.size > mostLearnt) forgetOldest();
      changed();
    },
    remember: (address) => {
      if (address === self.address || lately[0] === address) return;
      lately = [address, ...lately.filter((one) => one !== address)].slice(0, mostRecent);
      changed();
    },
    knows: (address) => contacts.some((one) => one.address === address) || lately.includes(address),
  };
}
