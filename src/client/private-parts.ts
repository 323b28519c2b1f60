/**
 * What a private chat is made of, as its parts see one another, and where it stands from moment to moment.
 *
 * The sessions of the record are `private-sessions.ts`, adding people to it is `private-adding.ts`.
 */
import type { Desk } from "./desk.ts";
import type { InHand } from "./in-hand.ts";
import type { OneToOneDoor } from "./one-to-one-door.ts";
import type { PrivateChat } from "./rooms.ts";
import type { Talk } from "./talk.ts";
import type { Thread } from "./thread.ts";

export type PrivateNow = {
  /** Of the session that stands; null: none. */
  talk: Talk | null;
  /** It has a row of its own. */
  isShown: boolean;
  /** Since when. */
  shownAt: number;
};

export type PrivateParts = {
  readonly desk: Desk;
  readonly peer: string;
  readonly now: PrivateNow;
  readonly chat: () => PrivateChat;
  readonly hand: InHand;
  readonly thread: Thread;
  readonly door: OneToOneDoor;
  /** It looks different now, and so does a group that shows it above its seam. */
  readonly touch: () => void;
};

/** It is on its way to become a group. */
export function isGoing({ talk }: PrivateNow): boolean {
  const is = talk?.state().is;
  return is === "asking" || is === "joining";
}

/** From here on what is said here is private again. */
export function seal({ desk, chat }: Pick<PrivateParts, "desk" | "chat">): void {
  for (const group of desk.groups()) group.seal(chat());
}

/** What was on its way when this became a group is read there; answers whether it was. */
export const isReadInGroup = ({ desk, chat }: Pick<PrivateParts, "desk" | "chat">): boolean =>
  desk.groups().some((group) => group.tookIn(chat()));
