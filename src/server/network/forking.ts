/**
 * One request that came in, out on one or several branches at once, and one answer back (RFC 3261 §16.7 to §16.10).
 *
 * Every 2xx goes back; refusals wait for each other. Who answered first ends the others with
 * `Reason: SIP;cause=200`. Timer C bounds a ringing branch. 503 is never passed on.
 *
 * departs from RFC 4320 §4.2: 408 is sent for other methods too, since over a reliable transport it cannot multiply.
 */
import type { Clock } from "../../flow/clock.ts";
import { headers, responseTo, type SipHeader, type SipRequest, type SipResponse } from "../../wire/sip.ts";
import type { Link } from "../sip/link.ts";
import type { ClientTransaction, ServerTransaction, Transactions } from "../sip/transactions.ts";
import { bestOf } from "./best-response.ts";

export type ForkTimers = {
  /** RFC 3261 Timer C: more than three minutes; starts again with each provisional answer but 100. */
  readonly ringMs: number;
};

export type Branch = {
  readonly request: SipRequest;
  readonly link: Link;
  /** What the caller hears when the connection breaks: 480 for a device, 500 for the network's own. */
  readonly lostStatus: number;
};

export interface Fork {
  /** The caller gave up; its Reason goes along. */
  cancel(reasons: readonly SipHeader[]): void;
}

type Open = {
  readonly client: ClientTransaction;
  readonly lostStatus: number;
  heard: boolean;
  final: SipResponse | null;
  stopTimer: () => void;
};

const completedElsewhere: SipHeader = ["Reason", 'SIP;cause=200;text="Call completed elsewhere"'];

export function fork(options: {
  readonly transaction: ServerTransaction;
  readonly transactions: Transactions;
  readonly branches: readonly Branch[];
  readonly branchSuffix: string;
  readonly timers: ForkTimers;
  readonly clock: Clock;
  readonly freshId: () => string;
  /** Own Via is gone already. */
  readonly onResponse: (response: SipResponse, link: Link) => SipResponse;
  readonly done: () => void;
}): Fork {
  const { transaction, transactions, timers, clock, freshId, onResponse, done } = options;
  const isInvite = transaction.request.method === "INVITE";
  const open: Open[] = [];
  let succeeded = false;
  let cancelled = false;

  const local = (status: number): SipResponse =>
    responseTo(transaction.request, status, { toTag: freshId() });

  function startRinging(branch: Open): void {
    branch.stopTimer();
    if (!isInvite) return;
    branch.stopTimer = clock.after(timers.ringMs, () => {
      if (branch.heard) branch.client.cancel();
      else finish(branch, local(408));
    });
  }

  function finish(branch: Open, response: SipResponse): void {
    branch.stopTimer();
    if (branch.final !== null) return;
    branch.final = response;
    if (response.status >= 600 && !succeeded) cancelOthers([["Reason", `SIP;cause=${response.status}`]]);
    if (open.some((one) => one.final === null)) return;
    done();
    if (succeeded) return;
    const best = bestOf(open.flatMap((one) => (one.final === null ? [] : [one.final])));
    const answer = best === null || best.status === 503 ? local(500) : best;
    transaction.respond(cancelled && answer.status === 408 ? local(487) : answer);
  }

  function received(branch: Open, link: Link, response: SipResponse): void {
    const { status } = response;
    branch.heard = true;
    if (status === 100) return;
    const passed = onResponse(response, link);
    if (status < 200) {
      startRinging(branch);
      transaction.respond(passed);
    } else if (status < 300) {
      const isFirst = !succeeded;
      succeeded = true;
      transaction.respond(passed);
      finish(branch, passed);
      if (isFirst) cancelOthers([completedElsewhere]);
    } else finish(branch, passed);
  }

  function cancelOthers(more: readonly SipHeader[]): void {
    for (const branch of open) if (branch.final === null) branch.client.cancel(more);
  }

  for (const { request, link, lostStatus } of options.branches) {
    const user = {
      response: (response: SipResponse) => received(branch, link, response),
      failed: (status: 408 | 503) => finish(branch, local(status === 503 ? lostStatus : 408)),
    };
    const client = transactions.request(request, link, user, options.branchSuffix);
    const branch: Open = { client, lostStatus, heard: false, final: null, stopTimer: () => {} };
    open.push(branch);
    startRinging(branch);
  }

  return {
    cancel: (reasons) => {
      cancelled = true;
      cancelOthers(reasons);
    },
  };
}

/** The Reason of a CANCEL, to pass on (RFC 3326). */
export const reasonsOf = (cancel: SipRequest): readonly SipHeader[] =>
  headers(cancel, "Reason").map((value): SipHeader => ["Reason", value]);
