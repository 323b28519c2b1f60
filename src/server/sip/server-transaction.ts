/**
 * One request that came in, until its answer is settled (RFC 3261 §17.2 over a reliable transport, RFC 6026 §7.1).
 */
import type { Clock } from "../../flow/clock.ts";
import type { SipRequest, SipResponse } from "../../wire/sip.ts";
import type { Link } from "./link.ts";
import type { TransactionTimers } from "./transactions.ts";

export interface ServerTransaction {
  readonly request: SipRequest;
  /** Where it came from and where the answers go. */
  readonly link: Link;
  /** Provisional, final; a 2xx of an INVITE may be sent again for 64*T1. After a final answer others are ignored. */
  respond(response: SipResponse): void;
  /** Whether a final answer has been given. */
  readonly isAnswered: boolean;
}

export interface OpenServerTransaction extends ServerTransaction {
  /** The same request once more. */
  again(): void;
  /** The ACK that has the branch of this INVITE. False: it is that of a 2xx, and the user's. */
  acked(): boolean;
  stop(): void;
}

type State = "proceeding" | "accepted" | "completed" | "confirmed";

export function createServerTransaction(options: {
  readonly request: SipRequest;
  readonly link: Link;
  readonly timers: TransactionTimers;
  readonly clock: Clock;
  readonly write: (response: SipResponse) => void;
  readonly gone: () => void;
}): OpenServerTransaction {
  const { request, link, timers, clock, write, gone } = options;
  const isInvite = request.method === "INVITE";
  let state: State = "proceeding";
  let last: SipResponse | null = null;
  let stop = (): void => {};

  const goneAfter = (ms: number): void => {
    stop();
    stop = clock.after(ms, gone);
  };
  return {
    request,
    link,
    respond: (response) => {
      const isSuccess = response.status >= 200 && response.status < 300;
      if (state === "accepted" && isSuccess) write(response); // a fork's, or sent again by the user agent
      if (state !== "proceeding") return;
      last = response;
      if (response.status >= 200) {
        state = isInvite && isSuccess ? "accepted" : "completed";
        goneAfter(isInvite ? timers.answerMs : timers.absorbMs); // Timers L and H; J
      }
      write(response);
    },
    get isAnswered() {
      return state !== "proceeding";
    },
    again: () => {
      if (last !== null && (state === "proceeding" || state === "completed")) write(last);
    },
    acked: () => {
      if (state === "accepted") return false;
      if (state === "completed") {
        state = "confirmed";
        goneAfter(timers.absorbMs);
      }
      return true;
    },
    stop: () => stop(),
  };
}
