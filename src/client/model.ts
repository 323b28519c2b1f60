/**
 * What the screen can know and what a person can do: the one shape between `client` and `ui`.
 *
 * Everything here is plain data, replaced and never mutated. Times are epoch milliseconds. Addresses are SIP
 * URIs in lower case without parameters (`sip:bob@segue.example`). States say `is`.
 */

import type { Line as CheckLine } from "./check/words.ts";

export type ChatId = string;
export type MessageId = string;

/** One server a person can sign in to; from `config.json`, so that an operator can host the static app. */
export type Preset = {
  readonly name: string;
  readonly domain: string;
  /** WebSocket URL of the SIP server; a path alone (`/sip`) means the host that served the app. */
  readonly server: string;
  /** Conference factory URI, or null where the server has none. */
  readonly factory: string | null;
  /** WebSocket URL of the MSRP relay; a path alone means the host that served the app. */
  readonly relay: string;
  /** Accounts anybody may use on a demo server; empty elsewhere. */
  readonly demo: readonly { readonly address: string; readonly name: string; readonly password: string }[];
  /** Leave `Replaces` out of the list and send `Session-Replaces` alone, where a B2BUA stands between. */
  readonly behindB2bua?: boolean;
  /**
   * Most bytes of one MESSAGE, for whoever knows that every hop is TCP or a WebSocket (RFC 3428 §8); 1300 elsewhere.
   */
  readonly messageBytes?: number;
};

export type AppConfig = {
  readonly presets: readonly Preset[];
  readonly timers?: Readonly<Record<string, number>>;
};

export type SignIn = {
  readonly server: string;
  readonly address: string;
  readonly password: string;
  readonly name?: string;
  readonly factory: string | null;
  readonly relay: string;
  readonly keep: boolean;
};

export type Session =
  /** `tried`: where that was, if anywhere. */
  | { readonly is: "signed-out"; readonly problem: string | null; readonly tried?: true }
  | { readonly is: "signing-in"; readonly address: string }
  /** Another tab of this browser has the account. */
  | { readonly is: "elsewhere"; readonly address: string }
  | {
      readonly is: "signed-in";
      readonly address: string;
      readonly name: string;
      readonly hasFactory: boolean;
    };

/** What the banner says; `cause` is one plain sentence. */
export type Connection =
  | { readonly is: "connected" }
  | ({ readonly is: "connecting"; readonly cause: string } & Lack)
  | ({
      readonly is: "waiting";
      readonly cause: string;
      readonly retryAt: number;
      readonly waitedFrom: number;
    } & Lack)
  | { readonly is: "back"; readonly since: number }
  | { readonly is: "refused"; readonly cause: string };

/** What is lacking; where it is the relay alone, plain messages go all the same. */
type Lack = { readonly isRelayAlone: boolean };

export type Person = { readonly address: string; readonly name: string };

/** RFC 4575 endpoint states as a person sees them. */
export type MemberIs =
  | "pending"
  | "joining"
  | "ringing"
  | "in"
  | "away"
  | "left"
  | "declined"
  | "unreachable"
  | "removed";

export type Member = Person & {
  readonly is: MemberIs;
  /** One plain reason ("Declined", "No answer") and its SIP status, where there is one. */
  readonly reason: string | null;
  readonly status: number | null;
  readonly self: boolean;
  /** While somebody is asked: since when and how long it rings, where this screen knows it. */
  readonly ringFrom?: number | null;
  readonly ringUntil?: number | null;
};

export type MessageIs =
  | "waiting" //     queued: no session yet or no connection
  | "sending" //     on its way, not yet reported
  | "sent" //        the far end of my MSRP session has it (the group's focus, or the peer)
  | "delivered" //   1-1: the peer's client has it
  | "failed" //      with a reason; retry, delete
  | "undelivered"; // written to one person, not reported when the group began: the author chooses

export type Message = {
  readonly kind: "message";
  readonly id: MessageId;
  readonly from: Person;
  readonly mine: boolean;
  readonly text: string;
  /** When its author sent it (CPIM DateTime). */
  readonly sentAt: number;
  /** When it came to this record; the order of the thread. */
  readonly at: number;
  readonly is: MessageIs;
  readonly reason: string | null;
};

/** A line in the thread for something that happened. The screen words it; `self` in people means "You". */
export type Line = {
  readonly kind: "line";
  readonly id: string;
  readonly at: number;
  readonly what:
    | "added" //         who added whom
    | "joined"
    | "left"
    | "removed"
    | "declined" //      whom, with reason
    | "unreachable"
    | "named" //         who named the group `text`
    | "closed" //        the group was closed
    | "chat-ended" //    the 1-1 ended
    | "you-left"
    | "stayed" //        whom: declined the group, or is not coming for reason `text`; the private chat goes on
    | "nobody" //        nobody could join
    | "interrupted" //   the group broke; the 1-1 is open again
    | "note";
  readonly who: Person | null;
  readonly whom: readonly Person[];
  readonly text: string | null;
};

/** Where the 1-1 became a group: above it, what only these two see. `above` empty: the group starts here (Carol). */
export type Seam = {
  readonly kind: "seam";
  readonly id: string;
  readonly at: number;
  readonly above: readonly Person[];
  readonly below: readonly Person[];
  /** True for a moment after it happened on this screen: the great moment plays once. */
  readonly fresh: boolean;
};

export type ThreadItem = Message | Line | Seam;

/** One line of the card shown while a group is being started, and of "asked" in the details. */
export type Asked = Member & { readonly ringFrom: number | null; readonly ringUntil: number | null };

export type Phase =
  | { readonly is: "idle" } //                      a 1-1 without a session: the next message opens one
  | { readonly is: "opening" }
  | { readonly is: "open" }
  | { readonly is: "asking"; readonly asked: readonly Asked[] } // the 1-1 goes on meanwhile
  | { readonly is: "request"; readonly from: Person } //         a 1-1 from a stranger
  | { readonly is: "invited"; readonly by: Person; readonly ringFrom: number; readonly ringUntil: number }
  | {
      readonly is: "missed";
      readonly by: Person;
      readonly how: "missed" | "declined" | "elsewhere" | "refused";
    }
  | { readonly is: "joining" }
  | { readonly is: "away"; readonly cause: string } //           the session broke; joins again by itself
  | { readonly is: "ended"; readonly how: "you-left" | "removed" | "closed" };

export type Chat = {
  readonly id: ChatId;
  readonly kind: "1-1" | "group";
  /** Name of the peer, or the group's subject, or the names of its people. */
  readonly title: string;
  /** The name somebody gave the group; null where nobody did, and in a 1-1. */
  readonly subject: string | null;
  /** The peer's address, or the conference URI. */
  readonly address: string;
  /** 1-1: the peer alone. Group: you first, then by joining, who is out last. */
  readonly members: readonly Member[];
  readonly phase: Phase;
  /** Oldest first. In a group that grew out of a 1-1 the earlier text comes first, then one seam. */
  readonly items: readonly ThreadItem[];
  readonly unread: number;
  readonly lastAt: number;
  readonly draft: string;
  /** Whom the composer writes to; shown as a chip while `label` is not null ("to Bob", "to everyone"). */
  readonly composer: { readonly label: string | null; readonly inertUntil: number };
  /** People last asked who could not come, with the reason, after nobody joined; null once dismissed. */
  readonly failure: readonly Asked[] | null;
  /** 1-1: texts go as plain SIP messages, since the peer has no chat sessions. */
  readonly isPlain: boolean;
  /** Most people the group can hold (RFC 4575 maximum-user-count), if told. */
  readonly limit: number | null;
};

export type AppState = {
  readonly config: AppConfig;
  readonly session: Session;
  readonly connection: Connection;
  readonly chats: Readonly<Record<ChatId, Chat>>;
  /** The rows of the list, newest first. */
  readonly order: readonly ChatId[];
  readonly selected: ChatId | null;
  /** Of the chat that is selected: the first text that had come while nobody looked; null: all was read. */
  readonly firstNew: MessageId | null;
  readonly contacts: readonly Person[];
  /** People lately chatted with, newest first. */
  readonly recent: readonly Person[];
  readonly settings: Settings;
};

export type Settings = {
  readonly theme: "system" | "light" | "dark";
  /** Join by itself when invited by people I have chatted with. */
  readonly joinByItself: boolean;
};

/** "Check this server": what has been found so far, line by line. */
export type Check = {
  readonly address: string;
  readonly server: string;
  readonly lines: readonly CheckLine[];
  readonly isDone: boolean;
  /** How many passed, in a sentence. */
  readonly summary: string;
  /** All of it as text, for whoever runs the server; no password is in it. */
  readonly report: string;
};

export type { CheckLine };

/** What a person can do. None of these throws or rejects: what goes wrong is shown in the state. */
export interface Actions {
  signIn(signIn: SignIn): void;
  signOut(): void;
  /** Takes the account from the tab that has it. */
  useHere(): void;
  tryNow(): void;
  select(chat: ChatId | null): void;
  /** Opens the row of this person, new or old. Answers why an address can't be used, or null. */
  startChat(address: string): string | null;
  /** Why this address can't be added to that chat, or null. Takes `bob`, `bob@host`, `sip:…`, `tel:+…`. */
  checkAddress(
    text: string,
    chat: ChatId | null,
  ): { readonly address: string } | { readonly problem: string };
  setDraft(chat: ChatId, text: string): void;
  send(chat: ChatId, text: string): void;
  retry(chat: ChatId, message: MessageId): void;
  remove(chat: ChatId, message: MessageId): void;
  /** For `undelivered` text: to the one person it was written for, or to the group. */
  sendUndelivered(chat: ChatId, message: MessageId, to: "person" | "group"): void;
  /** In a 1-1: starts a group. In a group: adds them to it. */
  addPeople(chat: ChatId, addresses: readonly string[], subject: string | null): void;
  askAgain(chat: ChatId, address: string): void;
  cancelAsking(chat: ChatId): void;
  dismissFailure(chat: ChatId): void;
  join(chat: ChatId): void;
  decline(chat: ChatId): void;
  closeChat(chat: ChatId): void;
  leave(chat: ChatId): void;
  setSettings(settings: Settings): void;
  /** Looks at the server one is signed in to, or could not sign in to; answers how to stop. */
  checkServer(show: (check: Check) => void): () => void;
}
