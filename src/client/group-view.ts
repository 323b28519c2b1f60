/**
 * The row and the thread of a group, from what is known of it. Pure.
 *
 * A group that took the place of a 1-1 shows that record's text above its seam and holds none of it: a message
 * belongs to the record it was sent on (decision 6).
 */
import type { RosterMember } from "../flow/roster.ts";
import { membersOf, titleOf, type Names, type Rings } from "./group-members.ts";
import type { Chat, Line, Member, Message, Person, Phase, Seam, ThreadItem } from "./model.ts";

export type Stage =
  /** Being started, or about to take the place of a 1-1 that is still shown. */
  | { readonly is: "hidden" }
  | { readonly is: "invited"; readonly ringFrom: number }
  | { readonly is: "joining" }
  | { readonly is: "open" }
  | { readonly is: "away"; readonly cause: string }
  | { readonly is: "missed"; readonly how: "missed" | "declined" | "elsewhere" | "refused" }
  | { readonly is: "ended"; readonly how: "you-left" | "removed" | "closed" };

export type GroupFacts = {
  readonly id: string;
  readonly self: Person;
  readonly stage: Stage;
  readonly subject: string | null;
  readonly conference: string | null;
  readonly invitedBy: Person;
  readonly roster: readonly RosterMember[];
  readonly rings: Rings;
  readonly limit: number | null;
  /** When it began here; null: not yet. */
  readonly seam: { readonly at: number; readonly fresh: boolean } | null;
  /** The 1-1 whose place it took, and the last of it that belongs above the seam; null: it goes on. */
  readonly earlier: {
    readonly peer: Person;
    readonly items: readonly (Message | Line)[];
    readonly until: number | null;
  } | null;
  readonly items: readonly (Message | Line)[];
  readonly unread: number;
  /** When its row came; a message makes it newer. */
  readonly shownAt: number;
  readonly draft: string;
  readonly composer: Chat["composer"];
  readonly ringMs: number;
  readonly nameOf: Names;
};

/** null: it has no row. */
export function groupView(facts: GroupFacts): Chat | null {
  if (facts.stage.is === "hidden") return null;
  const members = peopleOf(facts);
  return {
    id: facts.id,
    kind: "group",
    title: facts.subject ?? titleOf(members, facts.invitedBy),
    subject: facts.subject,
    address: facts.conference ?? "",
    members,
    phase: phaseOf(facts, facts.stage),
    items: itemsOf(facts, members),
    unread: facts.unread,
    lastAt: Math.max(facts.shownAt, facts.items.findLast((item) => item.kind === "message")?.at ?? 0),
    draft: facts.draft,
    composer: facts.composer,
    failure: null,
    isPlain: false,
    limit: facts.limit,
  };
}

function phaseOf({ invitedBy: by, ringMs }: GroupFacts, stage: Exclude<Stage, { is: "hidden" }>): Phase {
  if (stage.is === "invited") return { ...stage, by, ringUntil: stage.ringFrom + ringMs };
  return stage.is === "missed" ? { ...stage, by } : stage;
}

function peopleOf({ roster, self, rings, nameOf, invitedBy }: GroupFacts): readonly Member[] {
  if (roster.length > 0) return membersOf(roster, self, rings, nameOf);
  const there = (person: Person): Member => ({
    ...person,
    is: "in",
    reason: null,
    status: null,
    self: person.address === self.address,
  });
  return invitedBy.address === self.address ? [there(self)] : [there(self), there(invitedBy)];
}

const isHere = ({ is }: Member): boolean =>
  is !== "declined" && is !== "unreachable" && is !== "left" && is !== "removed";

function itemsOf(facts: GroupFacts, members: readonly Member[]): readonly ThreadItem[] {
  const { seam, earlier, items } = facts;
  if (seam === null) return items;
  const line: Seam = {
    kind: "seam",
    id: `seam:${facts.id}`,
    at: seam.at,
    above: earlier === null ? [] : [facts.self, earlier.peer],
    below: members.filter(isHere).map(({ address, name }) => ({ address, name })),
    fresh: seam.fresh,
  };
  const until = earlier?.until ?? Infinity;
  const above = earlier === null ? [] : earlier.items.filter((item) => item.at <= until);
  return [...above, line, ...items];
}
