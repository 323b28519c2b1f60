/**
 * What one group is made of, as its parts see one another: who keeps what, and where it stands from moment to moment.
 *
 * How it comes to stand is `group-standing.ts`, what it becomes after that `group-becoming.ts`, the ways into it
 * `group-way-in.ts`, and whether the 1-1 it grew out of ends `group-peer.ts`.
 */
import type { LegId } from "../flow/extend.ts";
import type { Desk } from "./desk.ts";
import type { DialIn } from "./dial-in.ts";
import type { GroupAsking } from "./group-asking.ts";
import type { GroupName } from "./group-name.ts";
import type { GroupNews } from "./group-news.ts";
import type { GroupPast } from "./group-past.ts";
import type { GroupRoster } from "./group-roster.ts";
import type { Stage } from "./group-view.ts";
import type { InHand } from "./in-hand.ts";
import type { KeptGroup } from "./kept-groups.ts";
import type { GroupChat, PrivateChat } from "./rooms.ts";
import type { Talk } from "./talk.ts";
import type { Thread } from "./thread.ts";

export type GroupNow = {
  stage: Stage;
  talk: Talk | null;
  /** The leg that carries it. */
  line: LegId | null;
  /** When its row came. */
  shownAt: number;
  /** The 1-1 whose place it takes, or was to take, when the way in broke. */
  placeOf: PrivateChat | null;
  /** What an earlier page knew of it. */
  recalled: KeptGroup | null;
};

export type GroupParts = {
  readonly desk: Desk;
  readonly now: GroupNow;
  readonly chat: () => GroupChat;
  readonly name: GroupName;
  readonly hand: InHand;
  readonly past: GroupPast;
  readonly roster: GroupRoster;
  readonly thread: Thread;
  readonly news: GroupNews;
  readonly door: DialIn;
  readonly asking: GroupAsking;
};

/** Subscribes to the roster, where it is known at whom. */
export function watchRoster({ name, roster }: Pick<GroupParts, "name" | "roster">): void {
  const conference = name.conference();
  if (conference !== null) roster.subscribe(conference);
}

/** What the roster says, in lines. */
export function tellNews({ news, roster, past }: Pick<GroupParts, "news" | "roster" | "past">): void {
  const peer = past.record()?.peer;
  news.tell(roster.members(), peer === undefined ? [] : [peer]);
}

/** Text fails visibly, once there is no group for it to wait for. */
export function giveUpText({ thread, now }: Pick<GroupParts, "thread" | "now">): void {
  thread.feed({ on: "shut", line: now.line ?? "", how: "closed" });
}
