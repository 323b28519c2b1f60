/**
 * What the client asks of SIP and hears from it. SIP.js stays behind this file.
 *
 * A leg is one INVITE dialog, named by an id the caller chose (`LegId`) before anything is sent.
 * Commands never throw and never wait: what became of them comes back as an event.
 */
import type { Clock } from "../flow/clock.ts";
import type { DialogId } from "../wire/replaces.ts";
import type { SipHeader } from "../wire/sip.ts";

export type LegId = string;

/** The part of a browser's WebSocket the agent needs; `ws` in Node has it too. */
export interface Socket {
  binaryType: string;
  readonly readyState: number;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "close" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}

export type OpenSocket = (url: string, subprotocol: "sip" | "msrp") => Socket;

export type AgentOptions = {
  readonly address: string;
  readonly name: string;
  readonly password: string;
  /** ws: or wss: URL. */
  readonly server: string;
  /** UUID without `urn:uuid:`; the same for one account in one browser profile (RFC 5626 §4.1). */
  readonly instanceId: string;
  readonly openSocket: OpenSocket;
  /** At least 128 fresh random bits, as lower-case hex; for Call-ID, tags and branches. */
  readonly freshId: () => string;
  readonly timers: AgentTimers;
  readonly clock: Clock;
  readonly onEvent: (event: AgentEvent) => void;
  /** What SIP.js has to say; nothing is said when absent. */
  readonly log?: (line: string) => void;
};

/** All in milliseconds. */
export type AgentTimers = {
  readonly keepAliveMs: number;
  readonly pongMs: number;
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  readonly registerSeconds: number;
};

export type Invite = {
  readonly leg: LegId;
  readonly to: string;
  readonly sdp: string;
  /** Conversation-ID, Contribution-ID, Subject, P-Preferred-Service, Accept-Contact … in wire order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** A resource-lists document: the INVITE becomes multipart with `Require: recipient-list-invite` (RFC 5366 §3). */
  readonly recipientList: string | null;
};

export type Incoming = {
  readonly leg: LegId;
  readonly from: { readonly address: string; readonly name: string };
  readonly to: string;
  /** P-Asserted-Identity as the network set it, lower case without parameters; null when absent. */
  readonly assertedIdentity: string | null;
  /** The Contact URI whole, with its parameters: the conference URI when `isFocus`. */
  readonly contact: string;
  readonly isFocus: boolean;
  readonly subject: string | null;
  readonly conversationId: string | null;
  readonly contributionId: string | null;
  readonly referredBy: { readonly address: string; readonly name: string } | null;
  readonly replaces: DialogId | null;
  readonly sessionReplaces: string | null;
  readonly sdp: string | null;
};

/** A MESSAGE (RFC 3428), outside of any dialog. */
export type OutgoingMessage = {
  /** Fresh each time, since it is the Call-ID: a receipt for bare text names that. */
  readonly id: string;
  readonly to: string;
  readonly contentType: string;
  readonly body: string;
  readonly headers: readonly SipHeader[];
  /** Of the whole request; a longer one is refused here with 513. */
  readonly mostBytes: number;
};

/** One that came in. It is answered while it is told (`Agent.answer`), else it is refused with 480. */
export type IncomingMessage = {
  readonly id: string;
  readonly from: { readonly address: string; readonly name: string };
  readonly assertedIdentity: string | null;
  /** Call-ID and CSeq: the same when the same is sent twice. */
  readonly callId: string;
  readonly cseq: number;
  /** With parameters; one of `messageTypes`. */
  readonly contentType: string;
  readonly body: Uint8Array;
};

/** Of a MESSAGE of ours. `unsent`: it never left. `lost`: the connection broke before the answer. */
export type Became = number | "unsent" | "lost";

/** `lost`: the other end no longer knows this session, or is silent when asked. What we end ourselves is `closed`. */
export type EndedBy = "peer" | "lost";

export type AgentEvent =
  | { readonly on: "connecting" }
  | { readonly on: "registered" }
  /** `retryAtMs`: epoch milliseconds of the next try. `server`: it was reached and was of no use. */
  | { readonly on: "disconnected"; readonly cause: "network" | "server"; readonly retryAtMs: number }
  | { readonly on: "denied"; readonly status: number } //                      wrong password, unknown account
  | { readonly on: "incoming"; readonly incoming: Incoming }
  /** The caller gave up before we answered; `cause` 200: another device of ours answered (RFC 3326). */
  | { readonly on: "cancelled"; readonly leg: LegId; readonly cause: number | null }
  | {
      readonly on: "progress";
      readonly leg: LegId;
      readonly status: number;
      readonly contact: string | null;
      readonly isFocus: boolean;
    }
  | {
      readonly on: "accepted";
      readonly leg: LegId;
      readonly contact: string;
      readonly isFocus: boolean;
      readonly sdp: string;
      readonly contributionId: string | null;
    }
  | {
      readonly on: "refused";
      readonly leg: LegId;
      readonly status: number;
      readonly reason: string;
      readonly warning: string | null;
    }
  | { readonly on: "acked"; readonly leg: LegId } //                            our 200 was acknowledged
  | { readonly on: "unacked"; readonly leg: LegId } //                          it never was; the leg has been ended
  | {
      readonly on: "ended";
      readonly leg: LegId;
      readonly by: EndedBy;
      readonly cause: number | null;
      readonly text: string | null;
    }
  /** The peer of a leg that stands offers another MSRP path (RFC 4975 §5.4); `moved` answers. */
  | { readonly on: "moving"; readonly leg: LegId; readonly sdp: string }
  | { readonly on: "closed"; readonly leg: LegId } //                           our BYE has its final answer (481 and 408 count)
  /** `terminated`: why the subscription is over (RFC 6665 §4.1.3), "" when that was not said; null while it lives. */
  | {
      readonly on: "notified";
      readonly subscription: string;
      readonly body: string;
      readonly terminated: string | null;
    }
  | { readonly on: "message"; readonly message: IncomingMessage }
  /** `accept`: what would have been taken (RFC 3261 §20.1), where the answer says so. */
  | {
      readonly on: "answered";
      readonly message: string;
      readonly became: Became;
      readonly accept: readonly string[];
    }
  /** The final answer to the REFER that names this person: 202 says that the focus will ask. */
  | { readonly on: "referred"; readonly leg: LegId; readonly to: string; readonly status: number };

export interface Agent {
  start(): void;
  /** Leaves: unregisters if it can, closes the socket, forgets every leg. */
  stop(): Promise<void>;
  tryNow(): void;
  invite(invite: Invite): void;
  /**
   * CANCEL. The leg comes back as `refused`, whatever happens: a 2xx that crosses is acknowledged and ended here.
   * After `accepted` it does nothing: that leg is ended by `end`.
   */
  cancel(leg: LegId): void;
  accept(leg: LegId, sdp: string): void;
  refuse(leg: LegId, status: number): void;
  /**
   * BYE, after the ACK of our 2xx, with `Reason: SIP;cause=200;text="Call completed"` when a person left for good.
   * Of a leg that does not stand yet: cancels ours, refuses theirs (480).
   */
  end(leg: LegId, reason: { readonly cause: number; readonly text: string } | null): void;
  /** Our description for the path that was offered; null: it is of no use, and all stays as it was. */
  moved(leg: LegId, sdp: string | null): void;
  /** In-dialog REFER to the focus: one person, or several by RFC 5368. */
  refer(leg: LegId, people: readonly string[]): void;
  /** Conference event package (RFC 4575); `subscription` is an id the caller chose. */
  subscribe(subscription: string, uri: string): void;
  unsubscribe(subscription: string): void;
  /** What becomes of it comes back as `answered`. */
  message(message: OutgoingMessage): void;
  answer(message: string, status: number): void;
  /** Dialog ids of an established leg, as this end sees them; null before. */
  dialog(
    leg: LegId,
  ): { readonly callId: string; readonly localTag: string; readonly remoteTag: string } | null;
}
