/**
 * Server and client transactions of one element, over any number of reliable links (RFC 3261 §17, RFC 6026).
 *
 * The element gives and gets values; this layer reads and writes text, adds its own Via, absorbs what comes
 * twice, sends and absorbs the ACK of a refused INVITE, answers 200 or 481 to CANCEL, and keeps Timers B, F, H, L, M.
 */
import type { Clock } from "../../flow/clock.ts";
import type { SipHeader, SipMessage, SipRequest, SipResponse } from "../../wire/sip.ts";
import type { Link } from "./link.ts";

export interface ServerTransaction {
  readonly request: SipRequest;
  /** Where it came from and where the answers go. */
  readonly link: Link;
  /** Provisional, final; a 2xx of an INVITE may be sent again for 64*T1. After a final answer others are ignored. */
  respond(response: SipResponse): void;
  /** Whether a final answer has been given. */
  readonly isAnswered: boolean;
}

export interface ClientTransaction {
  /** As sent, own Via on top. */
  readonly request: SipRequest;
  /** INVITE only: CANCEL goes as soon as a provisional answer has come, never after a final one (§9.1). */
  cancel(headers?: readonly SipHeader[]): void;
}

export type ClientTransactionUser = {
  /** 1xx (100 included), then one final; each 2xx of an INVITE that comes within 64*T1 of the first. */
  response(response: SipResponse): void;
  /** Instead of a final answer: 408 nothing came in time, 503 the link is gone. */
  failed(status: 408 | 503): void;
};

export type TransactionUser = {
  /** Any request but ACK and CANCEL. */
  request(transaction: ServerTransaction): void;
  /** ACK of a 2xx. */
  ack(request: SipRequest, link: Link): void;
  /** The 200 to the CANCEL has been sent; the INVITE has no final answer yet: the user answers it 487. */
  cancel(invite: ServerTransaction, cancel: SipRequest): void;
};

export interface Transactions {
  /** What came over `link`. Never throws: what can't be read is answered where it can be, counted and dropped. */
  receive(message: string | SipMessage, link: Link): void;
  /** Adds Via with a fresh branch (`branchSuffix` after it); the caller gave everything else. */
  request(
    request: SipRequest,
    link: Link,
    user: ClientTransactionUser,
    branchSuffix?: string,
  ): ClientTransaction;
  /** ACK of a 2xx: own Via, no transaction. */
  sendAck(request: SipRequest, link: Link): void;
  /** Why input was dropped, and how often. */
  readonly refused: ReadonlyMap<string, number>;
  /** Forgets everything and stops all timers. */
  close(): void;
}

export type TransactionTimers = {
  /** RFC 3261 Timers B and F (64*T1): no answer at all; also how long 2xx and their ACK are waited for. */
  readonly answerMs: number;
  /** How long a finished transaction still absorbs what comes twice. */
  readonly absorbMs: number;
};

export declare function createTransactions(options: {
  /** What this element writes into Via as sent-by. */
  readonly sentBy: string;
  readonly user: TransactionUser;
  readonly timers: TransactionTimers;
  readonly clock: Clock;
  readonly freshId: () => string;
  /** Our own bug or a peer's nonsense, one line. */
  readonly log?: (line: string) => void;
}): Transactions;
