/**
 * One request that went out, until its answer is settled (RFC 3261 §17.1 and §9.1 over a reliable transport,
 * RFC 6026 §7.2). The ACK of a refusal goes from here; that of a 2xx is the user's.
 */
import type { Clock } from "../../flow/clock.ts";
import { header, headers, type SipHeader, type SipRequest, type SipResponse } from "../../wire/sip.ts";
import { parseCSeq } from "../../wire/sip-uri.ts";
import type { TransactionTimers } from "./transactions.ts";

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

/** Whatever the answer is, nobody waits for it. */
export const unheard: ClientTransactionUser = { response: () => {}, failed: () => {} };

export interface OpenClientTransaction extends ClientTransaction {
  received(response: SipResponse): void;
  fail(status: 408 | 503): void;
  stop(): void;
}

type State = "calling" | "proceeding" | "accepted" | "completed" | "failed";

export function createClientTransaction(options: {
  readonly request: SipRequest;
  readonly timers: TransactionTimers;
  readonly clock: Clock;
  readonly user: ClientTransactionUser;
  readonly write: (request: SipRequest) => void;
  readonly sendCancel: (cancel: SipRequest) => void;
  readonly gone: () => void;
}): OpenClientTransaction {
  const { request, timers, clock, user, write, sendCancel, gone } = options;
  const isInvite = request.method === "INVITE";
  let state: State = "calling";
  let cancelWith: readonly SipHeader[] | null = null;
  let cancelled = false;

  const fail = (status: 408 | 503): void => {
    if (state !== "calling" && state !== "proceeding") return;
    state = "failed";
    stop();
    gone();
    user.failed(status);
  };
  let stop = clock.after(timers.answerMs, () => fail(408)); // Timers B and F
  const goneAfter = (ms: number): void => {
    stop();
    stop = clock.after(ms, gone);
  };
  const cancelNow = (more: readonly SipHeader[]): void => {
    if (cancelled) return;
    cancelled = true;
    sendCancel(sameBranch(request, "CANCEL", header(request, "To") ?? "", more));
    stop();
    stop = clock.after(timers.answerMs, () => fail(408)); // §9.1: as if it had been answered 487
  };

  return {
    request,
    cancel: (more = []) => {
      if (!isInvite) return;
      if (state === "calling") cancelWith = more;
      else if (state === "proceeding") cancelNow(more);
    },
    received: (response) => {
      const { status } = response;
      if (state === "completed" && isInvite && status >= 300) acknowledge(response);
      if (state === "accepted" && status >= 200 && status < 300) user.response(response);
      if (state !== "calling" && state !== "proceeding") return;
      if (status < 200) {
        if (isInvite && state === "calling") stop();
        state = "proceeding";
        user.response(response);
        if (cancelWith !== null) cancelNow(cancelWith);
        return;
      }
      if (isInvite && status < 300) {
        state = "accepted";
        goneAfter(timers.answerMs); // Timer M
      } else {
        state = "completed";
        goneAfter(timers.absorbMs); // Timers D and K
        if (isInvite) acknowledge(response);
      }
      user.response(response);
    },
    fail,
    stop: () => stop(),
  };

  function acknowledge(response: SipResponse): void {
    write(sameBranch(request, "ACK", header(response, "To") ?? "", [])); // §17.1.1.3
  }
}

/** ACK and CANCEL of an INVITE: its top Via alone, its Route, its CSeq number. */
function sameBranch(
  invite: SipRequest,
  method: "ACK" | "CANCEL",
  to: string,
  more: readonly SipHeader[],
): SipRequest {
  return {
    kind: "request",
    method,
    uri: invite.uri,
    headers: [
      ["Via", header(invite, "Via") ?? ""],
      ...headers(invite, "Route").map((route): SipHeader => ["Route", route]),
      ["Max-Forwards", "70"],
      ["From", header(invite, "From") ?? ""],
      ["To", to],
      ["Call-ID", header(invite, "Call-ID") ?? ""],
      ["CSeq", `${parseCSeq(header(invite, "CSeq") ?? "").number} ${method}`],
      ...more,
    ],
    body: "",
  };
}
