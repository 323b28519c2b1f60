/**
 * What a private chat, a group and the talk between them say to each other. Rooms know one another by this alone.
 */
import type { Conversation, LegId } from "../flow/extend.ts";
import type { Incoming, IncomingMessage } from "../sip/agent.ts";
import type { Content } from "./content.ts";
import type { Row } from "./desk.ts";
import type { Parting } from "./group-parting.ts";
import type { Handed } from "./in-hand.ts";
import type { KeptGroup } from "./kept-groups.ts";
import type { MediaUser } from "./media.ts";
import type { Asked } from "./model.ts";
import type { Talk } from "./talk.ts";
import type { Thread } from "./thread.ts";

export interface PrivateChat extends Row {
  readonly peer: string;
  readonly thread: Thread;
  /** A leg of a 1-1 session of this record, as long as something may come over it. */
  has(leg: LegId): boolean;
  /** Draft and unread count go on where the talk goes on. */
  handOver(): Handed;
  setDraft(draft: string): void;
  write(text: string): void;
  read(): void;
  /** The row is there again. */
  show(): void;
  /** No session of its own stands, or is under way. */
  isIdle(): boolean;
  /** The person has said no to what a stranger wrote. */
  isDeclined(): boolean;
  called(incoming: Incoming): void;
  /** Text came by MESSAGE, or a notification. Answers with the status for it. */
  messaged(message: IncomingMessage, content: Content): number;
  /** The talk in which this leg is, or was, the 1-1. */
  talkOf(leg: LegId): Talk | null;
  /** Of a stranger's request. */
  answer(isYes: boolean): void;
  close(): void;
  add(people: readonly string[], subject: string | null): void;
  /** Somebody said no while others are still asked: once more, as soon as the group stands. */
  askAgain(address: string): void;
  cancelAsking(): void;
  failed(asked: readonly Asked[] | null): void;
  /** The group this was to become is no more. */
  interrupted(): void;
  wake(): void;
  /** Ends the session without a word of the person's: the app is being left. */
  hangUp(): void;
  /** From the talk: it has gone from one state to another. */
  went(talk: Talk, before: Conversation, after: Conversation, continues: boolean, isOpenAgain: boolean): void;
  /** From the talk: we end this leg. */
  ends(leg: LegId, why: "replaced" | "closed"): void;
  /** From the talk: this leg has been ended. `goesOn`: the talk goes on elsewhere. */
  legEnded(leg: LegId, goesOn: boolean, byPerson: boolean): void;
  /** From the talk: the 1-1 was not replaced after all. */
  goesOn(leg: LegId): void;
}

export interface GroupChat extends Row {
  readonly contributionId: string;
  readonly conversationId: string;
  readonly thread: Thread;
  subject(): string | null;
  /** It stands, or stood. */
  hasBegun(): boolean;
  /** The 1-1 whose place it took. */
  continues(): PrivateChat | null;
  /** Nothing that comes to that 1-1 from now on is shown above the seam. */
  seal(record: PrivateChat): void;
  /** Text has come to that 1-1: whether it is shown here, above the seam. */
  tookIn(record: PrivateChat): boolean;
  /** This person starts it, out of that record, with these people. */
  begin(record: PrivateChat, wanted: readonly string[]): void;
  /** How those stand who are to come. */
  asked(): readonly Asked[];
  /** Asked once more by REFER, which needs a group that stands. */
  askLater(address: string): void;
  /** Our INVITE for it was answered so. True: nobody's answer, and it is being looked for. */
  isLost(status: number): boolean;
  reachedAt(contact: string): void;
  mediaOf(leg: LegId): MediaUser;
  /** An invitation to it. `place`: it takes the place of that leg's 1-1, already authorised. */
  invited(incoming: Incoming, place: { readonly talk: Talk; readonly leg: LegId } | null): void;
  /** An invitation that a rule refused without asking; one may still join. */
  turnedAway(incoming: Incoming, how: "refused" | "elsewhere"): void;
  /** The talk did not take that invitation. */
  unwanted(): void;
  went(talk: Talk, state: Conversation, record: PrivateChat | null): void;
  /** Answers whether the 1-1 is open again. */
  parted(why: Parting, before: Conversation, record: PrivateChat | null): boolean;
  /** The 1-1 was not replaced after all, and goes on in its own row. */
  partsWith(record: PrivateChat | null): void;
  /** Of two groups begun at once the other: what was said there is said here. */
  adopt(other: GroupChat): void;
  referred(to: string, status: number): void;
  /** What the next page needs to come back to it; null: nothing to come back to. */
  kept(): KeptGroup | null;
  /** An earlier page was in it, or was asked. */
  recall(kept: KeptGroup): void;
  handOver(): Handed;
  setDraft(draft: string): void;
  read(): void;
  join(): void;
  leave(): void;
  add(people: readonly string[]): void;
  wake(): void;
  /** The app is being left: a ring goes on elsewhere, a member is away. */
  hangUp(): void;
}

export type GroupOptions = {
  readonly contributionId: string;
  readonly conversationId: string;
  readonly subject: string | null;
};
