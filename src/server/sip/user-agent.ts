/**
 * A user agent: calls out and in, other requests, and the dialogs they make (RFC 3261 §8, §12 to §15).
 *
 * One link at a time. When another takes its place, dialogs go on over it, because they are not bound to a
 * connection. What is for a dialog that is not here is answered 481. How a request is answered is the user's affair.
 */
import type { Clock } from "../../flow/clock.ts";
import { ProtocolError } from "../../wire/errors.ts";
import { responseTo, type SipRequest } from "../../wire/sip.ts";
import type { OpenCall } from "./call.ts";
import type { ClientTransaction, ClientTransactionUser } from "./client-transaction.ts";
import { keyOf, keyOfRequest, type Dialog } from "./dialog.ts";
import {
  createIncomingCall,
  type AnswerTimers,
  type IncomingCall,
  type IncomingCallUser,
  type OpenIncomingCall,
} from "./incoming-call.ts";
import type { Link } from "./link.ts";
import { createOutgoingCall, type OutgoingCall, type OutgoingCallUser } from "./outgoing-call.ts";
import type { ServerTransaction } from "./server-transaction.ts";
import { createTransactions, type Transactions, type TransactionTimers } from "./transactions.ts";

export type UserAgentTimers = TransactionTimers & AnswerTimers;

export type UserAgentOptions = {
  /** What Via says; anything unique, since answers come back over the link. */
  readonly sentBy: string;
  readonly timers: UserAgentTimers;
  readonly mostTransactions: number;
  readonly clock: Clock;
  /** At least 128 fresh random bits: branches and tags. */
  readonly freshId: () => string;
  readonly log?: (line: string) => void;
  /** A new INVITE. The user may throw ProtocolError. */
  readonly invited: (call: IncomingCall) => IncomingCallUser;
  /** Any other request outside a dialog. The user answers it, or throws ProtocolError. */
  readonly asked: (transaction: ServerTransaction) => void;
};

export interface UserAgent {
  /** Reads from this link and sends over it, from now on. */
  attach(link: Link): void;
  /** `request` without Via. */
  invite(request: SipRequest, user: OutgoingCallUser): OutgoingCall;
  /** Outside a call: REGISTER, or a request of a dialog that `open` was told of. Without Via. */
  send(request: SipRequest, user: ClientTransactionUser): void;
  /** Requests in this dialog come to `receive`, until the function returned is called. */
  open(dialog: Dialog, receive: (transaction: ServerTransaction) => void): () => void;
  readonly transactions: Transactions;
  /** Dialogs that are not over yet. */
  readonly dialogs: number;
  close(): void;
}

type Opened = {
  readonly dialog: Dialog;
  readonly receive: (transaction: ServerTransaction) => void;
  readonly acked: () => void;
};

const noLink: Link = {
  send: () => {},
  close: () => {},
  onText: null,
  onClose: null,
  isOpen: false,
  peer: "nobody",
  transport: "TCP",
};

export function createUserAgent(options: UserAgentOptions): UserAgent {
  const { freshId, clock, timers, invited, asked } = options;
  const dialogs = new Map<string, Opened>();
  const ringing = new Map<ServerTransaction, OpenIncomingCall>();
  let link = noLink;

  const transactions = createTransactions({
    ...options,
    successor: (old) => (old !== link && link.isOpen ? link : null),
    user: {
      request: receive,
      ack: (ack) => {
        const opened = dialogs.get(keyOfRequest(ack) ?? "");
        if (opened?.dialog.isFromPeer(ack) === true) opened.acked();
      },
      cancel: (invite, cancel) => {
        const call = ringing.get(invite);
        if (call !== undefined) call.cancelled(cancel);
        else invite.respond(responseTo(invite.request, 487, { toTag: freshId() }));
      },
    },
  });

  function receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    const key = keyOfRequest(request);
    if (key !== null) {
      const opened = dialogs.get(key);
      if (opened === undefined) transaction.respond(responseTo(request, 481));
      else if (opened.dialog.isFromPeer(request)) opened.receive(transaction);
      else throw new ProtocolError(403, "somebody else in a dialog");
    } else if (request.method === "INVITE") receiveInvite(transaction);
    else asked(transaction);
  }

  function receiveInvite(transaction: ServerTransaction): void {
    transaction.respond(responseTo(transaction.request, 100));
    const watched: ServerTransaction = {
      request: transaction.request,
      link: transaction.link,
      get isAnswered() {
        return transaction.isAnswered;
      },
      respond: (response) => {
        if (response.status >= 200) ringing.delete(transaction);
        transaction.respond(response);
      },
    };
    const call = createIncomingCall({
      transaction: watched,
      user: invited,
      timers,
      clock,
      freshId,
      send: (request, user) => void send(request, user),
      open: (dialog, standing, acked) => open(dialog, (inDialog) => standing().receive(inDialog), acked),
    });
    if (!transaction.isAnswered) ringing.set(transaction, call);
  }

  function open(
    dialog: Dialog,
    receiveInDialog: (transaction: ServerTransaction) => void,
    acked: () => void = () => {},
  ): () => void {
    const key = keyOf(dialog);
    const opened: Opened = { dialog, receive: receiveInDialog, acked };
    dialogs.set(key, opened);
    return () => {
      if (dialogs.get(key) === opened) dialogs.delete(key);
    };
  }

  const send = (request: SipRequest, user: ClientTransactionUser): ClientTransaction =>
    transactions.request(request, link, user);

  return {
    transactions,
    attach: (next) => {
      link = next;
      next.onText = (text) => transactions.receive(text, next);
      next.onClose = () => transactions.linkClosed(next);
    },
    invite: (request, user) =>
      createOutgoingCall({
        request,
        user,
        freshId,
        send,
        sendAck: (ack) => transactions.sendAck(ack, link),
        open: (dialog, call: () => OpenCall) => open(dialog, (inDialog) => call().receive(inDialog)),
      }),
    send: (request, user) => void send(request, user),
    open: (dialog, receiveInDialog) => open(dialog, receiveInDialog),
    get dialogs() {
      return dialogs.size;
    },
    close: () => {
      transactions.close();
      dialogs.clear();
      ringing.clear();
    },
  };
}
