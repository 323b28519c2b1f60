/** The row of a private chat, from what is known of it. Pure. */
import type { Conversation } from "../flow/extend.ts";
import type { Opening } from "../flow/opening.ts";
import type { Asked, Chat, Line, Message, Person, Phase } from "./model.ts";
import { shortName } from "./people.ts";

export type PrivateFacts = {
  readonly self: Person;
  readonly peer: Person;
  /** Of the session that stands; null: none. */
  readonly talk: Conversation | null;
  /** Of the session to come. */
  readonly door: Opening;
  /** A stranger has written by MESSAGE and waits for the person's word. */
  readonly isAsking: boolean;
  readonly isPlain: boolean;
  /** How those stand who are asked into a group. */
  readonly asked: readonly Asked[];
  readonly items: readonly (Message | Line)[];
  readonly unread: number;
  /** When its row came. */
  readonly shownAt: number;
  readonly draft: string;
  readonly failure: readonly Asked[] | null;
};

export function privateView(facts: PrivateFacts): Chat {
  const { self, peer } = facts;
  const phase = phaseOf(facts);
  const items = phase.is === "asking" ? facts.items.map(waits) : facts.items;
  return {
    id: peer.address,
    kind: "1-1",
    title: peer.name === "" ? peer.address.replace(/^sips?:/, "") : peer.name,
    subject: null,
    address: peer.address,
    members: [self, peer].map((one) => ({
      ...one,
      is: "in",
      reason: null,
      status: null,
      self: one === self,
    })),
    phase,
    items,
    unread: facts.unread,
    lastAt: items.at(-1)?.at ?? facts.shownAt,
    draft: facts.draft,
    composer: { label: phase.is === "asking" ? `to ${shortName(peer)}` : null, inertUntil: 0 },
    failure: facts.failure,
    isPlain: facts.isPlain && facts.talk === null,
    limit: null,
  };
}

/** Whom it is for its author chooses once there is a group; without one it goes to the other. */
const waits = (item: Message | Line): Message | Line =>
  item.kind === "message" && item.is === "undelivered" ? { ...item, is: "waiting" } : item;

function phaseOf({ talk, door, isAsking, asked, peer }: PrivateFacts): Phase {
  if (talk?.is === "asking") return { is: "asking", asked };
  if (talk?.is === "1-1" || talk?.is === "joining") return { is: "open" };
  if (door.is === "asked" || isAsking) return { is: "request", from: peer };
  return door.is === "closed" ? { is: "idle" } : { is: "opening" };
}
