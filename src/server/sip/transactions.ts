/**
 * Server and client transactions of one element, over any number of reliable links (RFC 3261 §17, RFC 6026).
 *
 * The element gives and gets values; this layer reads and writes text, adds its own Via, absorbs what comes
 * twice, sends and absorbs the ACK of a refused INVITE, answers 200 or 481 to CANCEL, and keeps Timers B, F, H, L, M.
 * A peer's branch is not trusted to be unique: Call-ID, CSeq and From tag belong to the key.
 */
import type { Clock } from "../../flow/clock.ts";
import { ProtocolError } from "../../wire/errors.ts";
import {
  formatSip,
  header,
  parseSip,
  prependHeader,
  responseTo,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from "../../wire/sip.ts";
import { refusalOf } from "../../wire/sip-salvage.ts";
import { parseCSeq, parseNameAddr, parseVia } from "../../wire/sip-uri.ts";
import { createRefusalCount, type Refusals } from "../refusals.ts";
import {
  createClientTransaction,
  unheard,
  type ClientTransaction,
  type ClientTransactionUser,
  type OpenClientTransaction,
} from "./client-transaction.ts";
import type { Link } from "./link.ts";
import {
  createServerTransaction,
  type OpenServerTransaction,
  type ServerTransaction,
} from "./server-transaction.ts";

export type { ClientTransaction, ClientTransactionUser } from "./client-transaction.ts";
export type { ServerTransaction } from "./server-transaction.ts";

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
  /** What is still out on this link fails with 503. */
  linkClosed(link: Link): void;
  /** The peer of that link is on another now: what was last answered may not have arrived, so it is said again there. */
  sayAgain(link: Link): void;
  /** Why input was dropped, and how often. */
  readonly refused: Refusals;
  /** Transactions that are not over yet, of both kinds. */
  readonly size: number;
  /** Forgets everything and stops all timers. */
  close(): void;
}

export type TransactionTimers = {
  /** RFC 3261 Timers B and F (64*T1): no answer at all; also how long 2xx and their ACK are waited for. */
  readonly answerMs: number;
  /** How long a finished transaction still absorbs what comes twice. */
  readonly absorbMs: number;
};

export type TransactionsOptions = {
  /** What this element writes into Via as sent-by. */
  readonly sentBy: string;
  readonly user: TransactionUser;
  readonly timers: TransactionTimers;
  /** Requests in hand; what comes beyond is answered 503. */
  readonly mostTransactions: number;
  readonly clock: Clock;
  readonly freshId: () => string;
  /** Where answers go when the link a request came over is gone: that peer's next connection. */
  readonly successor?: (link: Link) => Link | null;
  /** Our own bug or a peer's nonsense, one line. */
  readonly log?: (line: string) => void;
};

export function createTransactions(options: TransactionsOptions): Transactions {
  const { sentBy, user, timers, mostTransactions, clock, freshId, successor, log } = options;
  const servers = new Map<string, OpenServerTransaction>();
  const clients = new Map<string, { readonly transaction: OpenClientTransaction; readonly link: Link }>();
  const { refused, count } = createRefusalCount();

  function receive(input: string | SipMessage, link: Link): void {
    try {
      const message = typeof input === "string" ? parseSip(input) : input;
      if (message.kind === "response") receiveResponse(message);
      else receiveRequest(message, link);
    } catch (error) {
      if (!(error instanceof ProtocolError)) return ourBug(error);
      count(error.message);
      log?.(`${link.peer}: ${error.status} ${error.message}`);
      const answer = refusalOf(typeof input === "string" ? input : formatSip(input), error);
      if (answer !== null) link.send(formatSip(answer));
    }
  }

  function receiveRequest(request: SipRequest, link: Link): void {
    const key = serverKey(request);
    const known = servers.get(key(request.method === "ACK" ? "INVITE" : request.method));
    if (request.method === "ACK") {
      if (known?.acked() !== true) guard(() => user.ack(request, link));
      return;
    }
    if (known !== undefined) {
      known.again();
      return;
    }
    if (servers.size >= mostTransactions) {
      count("too many transactions");
      link.send(formatSip(responseTo(request, 503, { toTag: freshId(), headers: [["Retry-After", "5"]] })));
      return;
    }
    const id = key(request.method);
    const transaction = createServerTransaction({
      request,
      link,
      timers,
      clock,
      write: (response) => writeResponse(response, request, link),
      gone: () => servers.delete(id),
    });
    servers.set(id, transaction);
    if (request.method === "CANCEL") receiveCancel(transaction, servers.get(key("INVITE")));
    else guard(() => user.request(transaction), transaction);
  }

  function receiveCancel(cancel: OpenServerTransaction, invite: OpenServerTransaction | undefined): void {
    const status = invite === undefined ? 481 : 200;
    cancel.respond(responseTo(cancel.request, status, { toTag: freshId() }));
    if (invite !== undefined && !invite.isAnswered) guard(() => user.cancel(invite, cancel.request));
  }

  function receiveResponse(response: SipResponse): void {
    const branch = parseVia(header(response, "Via") ?? "").params.get("branch") ?? "";
    const { method } = parseCSeq(header(response, "CSeq") ?? "");
    const client = clients.get(`${branch} ${method}`);
    if (client === undefined) count("stray response"); // RFC 6026 §7: not forwarded
    else guard(() => client.transaction.received(response));
  }

  function request(
    bare: SipRequest,
    link: Link,
    clientUser: ClientTransactionUser,
    branchSuffix = "",
  ): ClientTransaction {
    return start(withVia(bare, link, branchSuffix), link, clientUser);
  }

  function start(sent: SipRequest, link: Link, clientUser: ClientTransactionUser): ClientTransaction {
    const branch = parseVia(header(sent, "Via") ?? "").params.get("branch") ?? "";
    const key = `${branch} ${sent.method}`;
    const transaction = createClientTransaction({
      request: sent,
      timers,
      clock,
      user: clientUser,
      write: (ack) => writeRequest(ack, link),
      sendCancel: (cancel) => start(cancel, link, unheard),
      gone: () => clients.delete(key),
    });
    clients.set(key, { transaction, link });
    if (!link.isOpen || !writeRequest(sent, link)) clock.after(0, () => guard(() => transaction.fail(503)));
    return transaction;
  }

  const withVia = (bare: SipRequest, link: Link, suffix: string): SipRequest =>
    prependHeader(bare, "Via", `SIP/2.0/${link.transport} ${sentBy};branch=z9hG4bK${freshId()}${suffix}`);

  function writeRequest(message: SipRequest, link: Link): boolean {
    try {
      link.send(formatSip(message));
      return true;
    } catch (error) {
      ourBug(error);
      return false;
    }
  }

  function writeResponse(response: SipResponse, of: SipRequest, link: Link): void {
    const out = link.isOpen ? link : (successor?.(link) ?? link);
    try {
      out.send(formatSip(response));
    } catch (error) {
      ourBug(error);
      out.send(formatSip(responseTo(of, 500, { toTag: freshId() })));
    }
  }

  /** What the element does wrong costs one transaction, not the process. */
  function guard(run: () => void, transaction?: ServerTransaction): void {
    try {
      run();
    } catch (error) {
      const status = error instanceof ProtocolError ? error.status : 500;
      if (error instanceof ProtocolError) count(error.message);
      else ourBug(error);
      const reason = error instanceof ProtocolError ? { reason: error.message } : {};
      transaction?.respond(responseTo(transaction.request, status, { toTag: freshId(), ...reason }));
    }
  }

  function ourBug(error: unknown): void {
    count("internal error");
    log?.(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  return {
    receive,
    request,
    sendAck: (ack, link) => void writeRequest(withVia(ack, link, ""), link),
    linkClosed: (link) => {
      for (const client of clients.values())
        if (client.link === link) guard(() => client.transaction.fail(503));
    },
    sayAgain: (link) => {
      for (const server of servers.values()) if (server.link === link) guard(() => server.again());
    },
    refused,
    get size() {
      return servers.size + clients.size;
    },
    close: () => {
      for (const transaction of servers.values()) transaction.stop();
      for (const { transaction } of clients.values()) transaction.stop();
      servers.clear();
      clients.clear();
    },
  };
}

/** §17.2.3 and more: a branch that came twice by accident must not swallow somebody's BYE. */
function serverKey(request: SipRequest): (method: string) => string {
  const via = parseVia(header(request, "Via") ?? "");
  const tag = parseNameAddr(header(request, "From") ?? "").params.get("tag") ?? "";
  const cseq = parseCSeq(header(request, "CSeq") ?? "").number;
  const branch = via.params.get("branch") ?? "";
  const rest = [branch, via.host, via.port ?? "", header(request, "Call-ID"), cseq, tag].join(" ");
  return (method) => `${rest} ${method}`;
}
