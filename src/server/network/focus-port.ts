/**
 * The door between the focus and the participating functions: the SIP core that the figure does not draw.
 *
 * The focus has one link, in memory or over a WebSocket, like any user agent; each participating function has its
 * own to the focus. This door reads a message only to see whither, adds no Via, and passes the text on unchanged.
 */
import type { Clock } from "../../flow/clock.ts";
import { ProtocolError } from "../../wire/errors.ts";
import { header, parseSip, responseTo, type SipMessage } from "../../wire/sip.ts";
import { parseNameAddr, parseVia } from "../../wire/sip-uri.ts";
import { memoryLinkPair, type Link } from "../sip/link.ts";
import { createTransactions, type Transactions, type TransactionTimers } from "../sip/transactions.ts";
import type { Trace } from "../trace.ts";
import { optionsAnswer } from "./options-answer.ts";
import { readUri } from "./routing.ts";

export interface FocusPort {
  /** The focus's connection; the one before it, if any, no longer counts. */
  connect(link: Link): void;
  /** What came from the focus. */
  receive(text: string): void;
  disconnect(link: Link): void;
  /** For the function of that user; null when the focus is not connected. */
  linkFor(user: string): Link | null;
  readonly transactions: Transactions;
}

export function createFocusPort(options: {
  readonly domain: string;
  readonly timers: TransactionTimers;
  readonly mostTransactions: number;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly trace: Trace;
  readonly log?: (line: string) => void;
  /** Whose function has that host in Via. */
  readonly userOfHost: (host: string) => string | null;
  /** Hands the function of that user its end; false: there is no such user. */
  readonly attach: (user: string, link: Link) => boolean;
}): FocusPort {
  const { domain, freshId, trace, userOfHost, attach } = options;
  const ends = new Map<string, { readonly ours: Link; readonly theirs: Link }>();
  let focus: Link | null = null;

  /** What is for nobody: answered here. */
  const transactions = createTransactions({
    ...options,
    sentBy: `core.${domain}`,
    user: {
      request: (transaction) => {
        const { request } = transaction;
        const isProbe = request.method === "OPTIONS" && readUri(request.uri).user === null;
        transaction.respond(
          isProbe ? optionsAnswer(request, freshId()) : responseTo(request, 404, { toTag: freshId() }),
        );
      },
      ack: () => {},
      cancel: () => {},
    },
  });

  function endFor(user: string): { readonly ours: Link; readonly theirs: Link } | null {
    const known = ends.get(user);
    if (known !== undefined) return known;
    const [ours, theirs] = memoryLinkPair("X", `PF ${user}`, trace);
    if (!attach(user, theirs)) return null;
    ours.onText = (text) => focus?.send(text);
    const end = { ours, theirs };
    ends.set(user, end);
    return end;
  }

  function whither(message: SipMessage): string | null {
    if (message.kind === "response") return userOfHost(parseVia(header(message, "Via") ?? "").host);
    const route = header(message, "Route");
    if (route !== null) {
      const { uri } = parseNameAddr(route);
      return uri.host === `pf.${domain}` ? (uri.user?.toLowerCase() ?? null) : null;
    }
    const uri = readUri(message.uri);
    return uri.host === domain ? (uri.user?.toLowerCase() ?? null) : null;
  }

  /** What the functions still wait for from that focus does not come any more. */
  function forget(): void {
    for (const { ours } of ends.values()) ours.close();
    ends.clear();
  }

  return {
    transactions,
    connect: (link) => {
      if (focus !== null && focus !== link) forget();
      focus = link;
    },
    disconnect: (link) => {
      if (focus !== link) return;
      forget();
      focus = null;
    },
    receive: (text) => {
      if (focus === null) return;
      try {
        const message = parseSip(text);
        const user = whither(message);
        const end = user === null ? null : endFor(user);
        if (end !== null) end.ours.send(text);
        else if (message.kind === "request") transactions.receive(message, focus);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        transactions.receive(text, focus); // reads it again, answers and counts
      }
    },
    linkFor: (user) => (focus?.isOpen === true ? (endFor(user)?.theirs ?? null) : null),
  };
}
