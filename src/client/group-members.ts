/**
 * The people of a group as one screen shows them: oneself first, then by joining, who is out last; and the same
 * people while a group is being started. Pure.
 */
import type { Presence, RosterMember } from "../flow/roster.ts";
import type { Asked, Member, Person } from "./model.ts";
import { shortName } from "./people.ts";
import { reasonOf } from "./reasons.ts";

/** Since when and until when somebody is rung, as far as this screen knows. */
export type Rings = ReadonlyMap<string, { readonly from: number; readonly until: number }>;

export type Names = (address: string) => Person;

const rank: Readonly<Record<Presence, number>> = {
  in: 0,
  away: 0,
  joining: 1,
  ringing: 1,
  pending: 1,
  declined: 2,
  unreachable: 2,
  left: 3,
  removed: 3,
};

const isOut = (is: Presence): boolean => is === "declined" || is === "unreachable";
export const isAsked = (is: Presence): boolean => is === "pending" || is === "joining" || is === "ringing";

export function memberOf(member: RosterMember, self: string, rings: Rings, nameOf: Names): Member {
  const { address, is, status } = member;
  const ring = isAsked(is) ? rings.get(address) : undefined;
  return {
    ...nameOf(address),
    is,
    reason: isOut(is) ? reasonOf(status) : null,
    status: isOut(is) ? status : null,
    self: address === self,
    ringFrom: ring?.from ?? null,
    ringUntil: ring?.until ?? null,
  };
}

/** Who declined or was not reached is shown to the one who asked, and to nobody else. */
export function membersOf(
  roster: readonly RosterMember[],
  self: Person,
  rings: Rings,
  nameOf: Names,
): readonly Member[] {
  const others = roster.filter(
    (member) => member.address !== self.address && (!isOut(member.is) || member.invitedBy === self.address),
  );
  const sorted = others.toSorted((a, b) => rank[a.is] - rank[b.is]);
  const mine: Member = { ...self, is: "in", reason: null, status: null, self: true };
  return [mine, ...sorted.map((member) => memberOf(member, self.address, rings, nameOf))];
}

/** Whom a group is being started with, in the order they were picked. */
export const askedOf = (
  wanted: readonly string[],
  roster: readonly RosterMember[],
  self: string,
  rings: Rings,
  nameOf: Names,
): readonly Asked[] =>
  wanted.map((address) => {
    const known = roster.find((member) => member.address === address);
    const fallback: RosterMember = { address, name: null, is: "pending", status: null, invitedBy: self };
    const member = memberOf(known ?? fallback, self, rings, nameOf);
    return { ...member, ringFrom: member.ringFrom ?? null, ringUntil: member.ringUntil ?? null };
  });

/** What a group without a name is called: its other people, by first names. */
export function titleOf(members: readonly Member[], invitedBy: Person): string {
  const others = members.filter((one) => !one.self && rank[one.is] < 2);
  return (others.length === 0 ? [invitedBy] : others).map(shortName).join(", ");
}
