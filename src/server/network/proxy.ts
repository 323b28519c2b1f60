/**
 * A participating function: the home server of one user, and a proxy hop of its own for all that this user sends
 * and receives (RFC 3261 §16; steps 1-2, 3-4, 9-11 of the figure pass here).
 *
 * From a device: nothing it claims of itself is believed, the network's word takes its place. From the network
 * (other participating functions, the focus): passed on as it is. Each hop adds its Via, takes one from
 * Max-Forwards, stands in Record-Route of what may begin a dialog, and writes text again. Refused (503): requests of
 * its user beyond what one person may have open or begin, while those of others for that user go on.
 */
import { createHash } from "node:crypto";
import type { Clock } from "../../flow/clock.ts";
import { ProtocolError } from "../../wire/errors.ts";
import {
  header,
  headers,
  prependHeader,
  responseTo,
  tokens,
  withHeader,
  type SipRequest,
  type SipResponse,
} from "../../wire/sip.ts";
import { parseNameAddr, parseVia } from "../../wire/sip-uri.ts";
import type { Link } from "../sip/link.ts";
import {
  createTransactions,
  type ServerTransaction,
  type Transactions,
  type TransactionTimers,
} from "../sip/transactions.ts";
import type { Account } from "./accounts.ts";
import { fork, reasonsOf, type Branch, type Fork, type ForkTimers } from "./forking.ts";
import { createBucket } from "./bucket.ts";
import { assertIdentity, keepPrivate, stripClaims } from "./identity.ts";
import type { SipQuotas } from "./limits.ts";
import { optionsAnswer } from "./options-answer.ts";
import { functionUri, nextHop, readUri, takeOwnRoute, type RoutingOptions } from "./routing.ts";

export type ProxyTimers = TransactionTimers & ForkTimers;

export type ProxyOptions = Omit<RoutingOptions, "user"> & {
  readonly account: Account;
  /** Host in Via, unique to this function. */
  readonly sentBy: string;
  readonly timers: ProxyTimers;
  readonly mostTransactions: number;
  readonly quotas: SipQuotas;
  readonly count: (reason: string) => void;
  readonly clock: Clock;
  readonly freshId: () => string;
  /** To the function of another user. */
  readonly linkTo: (user: string) => Link;
  /** Null when the focus is not connected. */
  readonly linkToFocus: () => Link | null;
  readonly successor: (link: Link) => Link | null;
  readonly log?: (line: string) => void;
};

export interface ParticipatingFunction {
  readonly transactions: Transactions;
  /** What comes over this connection is from this user and nobody else; whoever accepted it reads it. */
  attachDevice(link: Link): void;
  /** A link from within the network, whose word is believed; read from here. */
  attachNetwork(link: Link): void;
}

/** A dialog has two functions, each once; a long list would have one message go to and fro a hundred times. */
const mostRoutes = 8;

const beginsDialog = new Set(["INVITE", "SUBSCRIBE", "REFER", "NOTIFY"]);

export function createParticipatingFunction(options: ProxyOptions): ParticipatingFunction {
  const { account, domain, bindings, sentBy, timers, quotas, count, clock, freshId } = options;
  const address = `sip:${account.user}@${domain}`;
  const routing: RoutingOptions = { ...options, user: account.user };
  const devices = new WeakSet<Link>();
  const forks = new Map<ServerTransaction, Fork>();
  /** Those of this user's own devices. */
  const own = new Set<ServerTransaction>();
  const newDialogs = createBucket(quotas.dialogs, quotas.dialogsPerSecond, () => clock.now());

  const transactions = createTransactions({
    ...options,
    user: {
      request: (transaction) => forward(transaction),
      ack: (ack, link) => {
        const branch = prepare(ack, link).branches?.[0];
        if (branch !== undefined) transactions.sendAck(branch.request, branch.link);
      },
      cancel: (invite, cancel) => forks.get(invite)?.cancel(reasonsOf(cancel)),
    },
  });

  function forward(transaction: ServerTransaction): void {
    const { request, link } = transaction;
    if (refusesExtension(transaction) || isOverQuota(transaction)) return;
    const { branches, loopMark } = prepare(request, link);
    if (branches === null) {
      transaction.respond(optionsAnswer(request, freshId()));
      return;
    }
    if (request.method === "INVITE") transaction.respond(responseTo(request, 100));
    if (devices.has(link)) own.add(transaction);
    const started = fork({
      transaction,
      transactions,
      branches,
      branchSuffix: loopMark,
      timers,
      clock,
      freshId,
      onResponse: (response, from) => backwards(response, from),
      done: () => {
        forks.delete(transaction);
        own.delete(transaction);
      },
    });
    if (!transaction.isAnswered) forks.set(transaction, started);
  }

  /** §16.3 to §16.6. Branches are null when the server itself is meant. Throws ProtocolError. */
  function prepare(
    received: SipRequest,
    from: Link,
  ): { readonly branches: readonly Branch[] | null; readonly loopMark: string } {
    readUri(received.uri);
    const hops = Number(header(received, "Max-Forwards") ?? "70");
    // §16.3: who probes how far a request gets is answered by where it ends
    if (hops === 0 && received.method === "OPTIONS") return { branches: null, loopMark: "" };
    if (hops === 0) throw new ProtocolError(483, "too many hops");
    const loopMark = checkLoop(received);
    const isDevice = devices.has(from);
    if (isDevice && headers(received, "Route").length > mostRoutes)
      throw new ProtocolError(400, "too many routes");
    const asserted = isDevice ? assertIdentity(received, address, account.name) : received;
    const { request: routed, flow } = takeOwnRoute(asserted, routing);
    const request = withHeader(routed, "Max-Forwards", String(hops - 1));
    const hop = nextHop(request, flow, from, routing);

    if (hop.to === "here") {
      if (request.method !== "OPTIONS") throw new ProtocolError(405, "only OPTIONS is for the server itself");
      return { branches: null, loopMark };
    }
    if (hop.to === "devices")
      return {
        loopMark,
        branches: hop.bindings.map((binding) => ({
          request: recorded(keepPrivate({ ...request, uri: binding.contactText }), binding.flow),
          link: binding.link,
          lostStatus: 480,
        })),
      };
    const ownFlow = isDevice ? (bindings.byLink(account.user, from)?.flow ?? null) : null;
    const link = hop.to === "focus" ? options.linkToFocus() : options.linkTo(hop.user);
    if (link === null) throw new ProtocolError(480, "not connected");
    return { loopMark, branches: [{ request: recorded(request, ownFlow), link, lostStatus: 500 }] };
  }

  function recorded(request: SipRequest, flow: string | null): SipRequest {
    if (!beginsDialog.has(request.method) || hasTag(request)) return request;
    return prependHeader(request, "Record-Route", `<${functionUri(account.user, domain, flow)}>`);
  }

  /** §16.6 step 8: a mark of everything routing looks at, so that a spiral is not taken for a loop. */
  function checkLoop(request: SipRequest): string {
    const seen = [
      request.uri,
      header(request, "Call-ID"),
      header(request, "CSeq"),
      ...headers(request, "Route"),
    ];
    const mark = `-${createHash("sha256").update(seen.join("\n")).digest("hex").slice(0, 16)}`;
    for (const value of headers(request, "Via")) {
      const via = parseVia(value);
      if (via.host === sentBy && via.params.get("branch")?.endsWith(mark) === true)
        throw new ProtocolError(482, "loop detected");
    }
    return mark;
  }

  /** A proxy understands no extension of its own; Require is for the other end (decision 35). */
  function refusesExtension(transaction: ServerTransaction): boolean {
    const unsupported = tokens(transaction.request, "Proxy-Require");
    if (unsupported.length === 0) return false;
    const more = [["Unsupported", unsupported.join(", ")]] as const;
    transaction.respond(responseTo(transaction.request, 420, { toTag: freshId(), headers: more }));
    return true;
  }

  function isOverQuota(transaction: ServerTransaction): boolean {
    const { request, link } = transaction;
    if (!devices.has(link)) return false;
    const begins = beginsDialog.has(request.method) && !hasTag(request);
    const reason =
      own.size >= quotas.transactionsPerUser
        ? "too many open requests of one user"
        : begins && !newDialogs.take(1)
          ? "too many new dialogs of one user"
          : null;
    if (reason === null) return false;
    count(reason);
    const more = [["Retry-After", "5"]] as const;
    transaction.respond(responseTo(request, 503, { toTag: freshId(), reason, headers: more }));
    return true;
  }

  function backwards(response: SipResponse, from: Link): SipResponse {
    const [own] = response.headers.filter(([name]) => name.toLowerCase() === "via");
    const rest = { ...response, headers: response.headers.filter((one) => one !== own) };
    return devices.has(from) ? stripClaims(rest) : rest;
  }

  return {
    transactions,
    attachDevice: (link) => void devices.add(link),
    attachNetwork: (link) => {
      link.onText = (text) => transactions.receive(text, link);
      link.onClose = () => transactions.linkClosed(link);
    },
  };
}

const hasTag = (request: SipRequest): boolean => parseNameAddr(header(request, "To") ?? "").params.has("tag");
