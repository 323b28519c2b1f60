/**
 * An INVITE dialog that stands, from its 2xx to its BYE, whichever end began it (RFC 3261 §12.2, §15).
 *
 * BYE is answered here, and 481 or silence to our own counts as its end too: nothing is left to end then. Before
 * the ACK of our 2xx no BYE goes out (§15): it waits. Other requests go to the user, in their order.
 */
import { ProtocolError } from "../../wire/errors.ts";
import { parseHeaderParams, splitOutsideQuotes } from "../../wire/sip-params.ts";
import { header, headers, responseTo, type SipHeader, type SipRequest } from "../../wire/sip.ts";
import type { ClientTransactionUser } from "./client-transaction.ts";
import type { Dialog } from "./dialog.ts";
import type { ServerTransaction } from "./server-transaction.ts";

export type RequestMore = { readonly headers?: readonly SipHeader[]; readonly body?: string };

export type CallUser = {
  /** The peer's BYE, which has been answered; null: the ACK of our 2xx never came. Once, and not after `end`. */
  ended(bye: SipRequest | null): void;
  /** Anything else in the dialog. The user answers it. */
  request(transaction: ServerTransaction): void;
};

export interface Call {
  readonly dialog: Dialog;
  /** Does nothing once the call is over. */
  request(method: string, more: RequestMore, user: ClientTransactionUser): void;
  /** BYE, once, as soon as it may go. */
  end(more?: readonly SipHeader[]): void;
  readonly isOver: boolean;
}

export interface OpenCall extends Call {
  receive(transaction: ServerTransaction): void;
  /** The 2xx has been acknowledged, or will never be: `false`. */
  confirmed(acknowledged: boolean): void;
}

export function createCall(options: {
  readonly dialog: Dialog;
  readonly user: CallUser;
  readonly freshId: () => string;
  readonly send: (request: SipRequest, user: ClientTransactionUser) => void;
  /** False while an ACK is waited for. */
  readonly isConfirmed: boolean;
  /** Nothing will come of this dialog any more. */
  readonly gone: () => void;
}): OpenCall {
  const { dialog, user, freshId, send, gone } = options;
  let confirmed = options.isConfirmed;
  let over = false;
  let waiting: readonly SipHeader[] | null = null;

  const bye = (more: readonly SipHeader[]): void =>
    send(dialog.request("BYE", { headers: more }), {
      response: ({ status }) => {
        if (status >= 200) gone();
      },
      failed: gone,
    });

  function end(more: readonly SipHeader[] = []): void {
    if (over) return;
    over = true;
    if (confirmed) bye(more);
    else waiting = more;
  }

  return {
    dialog,
    get isOver() {
      return over;
    },
    request: (method, more, requestUser) => {
      if (!over) send(dialog.request(method, more), requestUser);
    },
    end,
    confirmed: (acknowledged) => {
      if (confirmed) return;
      confirmed = true;
      if (waiting !== null) bye(waiting);
      else if (!acknowledged && !over) {
        over = true;
        bye([["Reason", 'SIP;cause=408;text="No ACK"']]);
        user.ended(null);
      }
    },
    receive: (transaction) => {
      const { request } = transaction;
      const refuse = (status: number): void =>
        transaction.respond(responseTo(request, status, { toTag: freshId() }));
      if (!dialog.takes(request)) refuse(500); // §12.2.2
      else if (request.method === "BYE") {
        refuse(200);
        const isFirst = !over;
        // Of two BYEs that cross, ours ends the dialog with its answer; one that still waits need not go.
        if (isFirst || waiting !== null) gone();
        over = true;
        confirmed = true;
        waiting = null;
        if (isFirst) user.ended(request);
      } else if (over) refuse(481);
      else user.request(transaction);
    },
  };
}

/** The SIP status that a BYE or CANCEL gives as its reason (RFC 3326); null when it gives none. */
export function causeOf(request: SipRequest): number | null {
  try {
    for (const value of headers(request, "Reason").flatMap((list) => splitOutsideQuotes(list, ","))) {
      const [protocol = "", ...rest] = splitOutsideQuotes(value, ";");
      const cause = parseHeaderParams(rest.join(";")).get("cause") ?? "";
      if (protocol.trim().toUpperCase() === "SIP" && /^[1-6][0-9]{2}$/.test(cause)) return Number(cause);
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
  return null;
}

/** `SIP;cause=200;text="Call completed"` */
export const reasonHeader = (cause: number, text: string): SipHeader => [
  "Reason",
  `SIP;cause=${cause};text="${text}"`,
];

/** What an answer that makes a dialog must repeat (§12.1.1). */
export const recordRoutesOf = (request: SipRequest): readonly SipHeader[] =>
  headers(request, "Record-Route").map((route): SipHeader => ["Record-Route", route]);

export const contentOf = (contentType: string): SipHeader => ["Content-Type", contentType];

/** The number of a request's CSeq is what its ACK repeats. */
export const cseqOf = (request: SipRequest): number =>
  Number((header(request, "CSeq") ?? "0").split(/\s+/)[0]);
