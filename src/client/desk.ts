/**
 * What the chats of one signed-in account share: who one is, the way out, and each other.
 *
 * The rooms of this folder meet here and nowhere else: a private chat (`private-chat.ts`) is one record with one
 * person, a group (`group-chat.ts`) one record with several, and a talk (`talk.ts`) is the session that turns the
 * one into the other.
 */
import type { Clock } from "../flow/clock.ts";
import type { LegId } from "../flow/extend.ts";
import type { Agent, AgentEvent, Became, Incoming, OutgoingMessage } from "../sip/agent.ts";
import type { Media } from "./media.ts";
import type { Chat, ChatId, Person } from "./model.ts";
import type { OneToOnes } from "./one-to-ones.ts";
import type { People } from "./people.ts";
import type { GroupChat, GroupOptions, PrivateChat } from "./rooms.ts";
import type { ChatTimers } from "./timers.ts";

/** What SIP says about one leg to whoever owns it; another path for its media is the account's affair. */
export type LegEvent = Exclude<Extract<AgentEvent, { readonly leg: LegId }>, { readonly on: "moving" }>;

/** What an invitation's group is known by. */
export const groupIdOf = ({ contributionId, contact }: Incoming): string => contributionId ?? contact;

/** Something that has, or had, a row in the list. */
export interface Row {
  readonly id: ChatId;
  /** null: it has none now. */
  view(): Chat | null;
}

export interface Desk {
  readonly self: Person;
  readonly factory: string | null;
  /** Leave `Replaces` out of the list, where a B2BUA stands between. */
  readonly behindB2bua: boolean;
  /** Most bytes of one MESSAGE. */
  readonly messageBytes: number;
  readonly agent: Agent;
  readonly media: Media;
  readonly clock: Clock;
  readonly timers: ChatTimers;
  readonly people: People;
  readonly oneToOnes: OneToOnes;
  readonly freshId: () => string;
  /** SIP stands, which plain messages can do with. */
  isRegistered(): boolean;
  /** SIP and relay both stand. */
  isOnline(): boolean;
  /** They are back since not long ago: what took them may have taken others', who come back later. */
  isSettling(): boolean;
  joinsByItself(): boolean;
  /** Runs something later, and shows what came of it. */
  after(ms: number, run: () => void): () => void;
  /** Who hears what SIP says about this leg; null: nobody any more. */
  own(leg: LegId, hear: ((event: LegEvent) => void) | null): void;
  /** Sends a MESSAGE and hears what became of it. */
  message(message: OutgoingMessage, became: (how: Became, accept: readonly string[]) => void): void;
  /** Who hears the roster; null: nobody any more. */
  watch(subscription: string, hear: ((body: string, terminated: string | null) => void) | null): void;
  /** This row looks different now. */
  touch(row: Row): void;
  isSelected(id: ChatId): boolean;
  /** Selected on a page that is in sight: what comes is read as it comes. */
  isLookedAt(id: ChatId): boolean;
  /** Shows `to` where `from` was shown. */
  reselect(from: ChatId, to: ChatId | null): void;
  privateChat(address: string): PrivateChat;
  /** null: nothing was ever said there. */
  knownChat(address: string): PrivateChat | null;
  /** The group that an invitation is to, known already or new. */
  groupFor(incoming: Incoming): GroupChat;
  /** A group that this person begins. */
  newGroup(begun: GroupOptions): GroupChat;
  /** Whether there is room for one more row of others' making; makes some where it can. */
  hasRoom(by: { readonly group: string } | { readonly caller: string }): boolean;
  groups(): readonly GroupChat[];
  forget(group: GroupChat): void;
}
