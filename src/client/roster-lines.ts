/**
 * From one roster to the next: the lines in the thread that say what happened, each person in their own words.
 *
 * Who came in the same document comes in one line. Declines and failures are told to the one who asked; nobody is
 * told about themselves. Pure.
 */
import type { Presence, RosterMember } from "../flow/roster.ts";
import { reasonOf } from "./reasons.ts";

export type RosterLine = {
  readonly what: "added" | "joined" | "left" | "removed" | "declined" | "unreachable";
  readonly who: string | null;
  readonly whom: readonly string[];
  readonly text: string | null;
};

/** How each person stood when last looked at. */
export type Standing = ReadonlyMap<string, Presence>;

export type RosterView = {
  readonly self: string;
  /** Who was there before there was a group: not added by anybody. */
  readonly before: readonly string[];
};

export const standing = (members: readonly RosterMember[]): Standing =>
  new Map(members.map((member) => [member.address, member.is]));

const isHere = (is: Presence | undefined): boolean => is === "in" || is === "away";
const isAsked = (is: Presence | undefined): boolean =>
  is === "pending" || is === "joining" || is === "ringing";
const isOut = (is: Presence | undefined): boolean => is === "declined" || is === "unreachable";

export function rosterLines(
  was: Standing,
  now: readonly RosterMember[],
  { self, before }: RosterView,
): readonly RosterLine[] {
  const added = new Map<string | null, string[]>();
  const rest: RosterLine[] = [];
  const tell = (what: RosterLine["what"], whom: string, text: string | null = null): void => {
    rest.push({ what, who: null, whom: [whom], text });
  };
  for (const member of now) {
    const { address, is, invitedBy } = member;
    const known = was.get(address);
    if (address === self || known === is) continue;
    const isMine = invitedBy === self;
    const isNew = (isHere(is) || isAsked(is) || (isOut(is) && isMine)) && !isHere(known) && !isAsked(known);
    if (isNew && !(known === undefined && before.includes(address)))
      added.set(invitedBy, [...(added.get(invitedBy) ?? []), address]);
    if (is === "in" && known !== "away") tell("joined", address);
    else if (is === "left" && known !== undefined) tell("left", address);
    else if (is === "removed" && known !== undefined) tell("removed", address);
    else if (is === "declined" && isMine) tell("declined", address, reasonOf(member.status));
    else if (is === "unreachable" && isMine) tell("unreachable", address, reasonOf(member.status));
  }
  const adding = [...added].map(([who, whom]): RosterLine => ({ what: "added", who, whom, text: null }));
  return [...adding, ...rest];
}
