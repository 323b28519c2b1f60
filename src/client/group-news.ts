/**
 * What a group's thread says about its people: the news of each roster, once, in lines (`roster-lines.ts`).
 */
import type { Presence, RosterMember } from "../flow/roster.ts";
import type { Desk } from "./desk.ts";
import type { Person } from "./model.ts";
import { rosterLines, standing, type Standing } from "./roster-lines.ts";
import type { Thread } from "./thread.ts";

export interface GroupNews {
  /** `before`: who was there before there was a group. */
  tell(members: readonly RosterMember[], before: readonly string[]): void;
  /** To somebody new what is there already is no news. */
  takeAsKnown(members: readonly RosterMember[]): void;
  know(address: string, is: Presence): void;
}

export function createGroupNews({ self, people }: Desk, thread: Thread): GroupNews {
  const nameOf = (address: string): Person => people.of(address);
  /** How people stood when something was last said about it; null: the next document says nothing new. */
  let told: Standing | null = new Map();
  return {
    tell: (members, before) => {
      if (members.length === 0) return;
      const view = { self: self.address, before: [self.address, ...before] };
      const lines = told === null ? [] : rosterLines(told, members, view);
      told = standing(members);
      for (const { what, who, whom, text } of lines)
        thread.line(what, { who: who === null ? null : nameOf(who), whom: whom.map(nameOf), text });
    },
    takeAsKnown: (members) => {
      told = members.length === 0 ? null : standing(members);
    },
    know: (address, is) => {
      if (told !== null) told = new Map([...told, [address, is]]);
    },
  };
}
