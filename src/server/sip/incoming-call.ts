/**
 * An INVITE that came in, until it is refused or acknowledged (RFC 3261 §13.3).
 *
 * One tag for every answer. The 2xx goes out again, slower and slower, until its ACK is in (§13.3.1.4), since over
 * reliable hops it can still get lost with a connection; after 64*T1 the call is over.
 */
import type { Clock } from "../../flow/clock.ts";
import { responseTo, type SipHeader, type SipRequest } from "../../wire/sip.ts";
import { contentOf, createCall, recordRoutesOf, type Call, type CallUser, type OpenCall } from "./call.ts";
import type { ClientTransactionUser } from "./client-transaction.ts";
import { calleeDialog, type Dialog } from "./dialog.ts";
import type { ServerTransaction } from "./server-transaction.ts";

export type IncomingCallUser = CallUser & {
  /** CANCEL came before any final answer; the user refuses with 487. */
  cancelled(cancel: SipRequest): void;
  /** The ACK of our 2xx. */
  acked(): void;
};

export type AnswerTimers = {
  /** RFC 3261 T1 and T2: from and up to how long until a 2xx without ACK goes out again. */
  readonly againMinMs: number;
  readonly againMaxMs: number;
  /** 64*T1: no ACK by then, and the call is over. */
  readonly answerMs: number;
};

export interface IncomingCall {
  readonly request: SipRequest;
  /** The dialog that the answers of this call make, early from the first of them on. */
  readonly dialog: Dialog;
  /** 101 to 199. */
  progress(status: number, more?: readonly SipHeader[]): void;
  /** The call that stands now; null when it was answered before. `sdp` is the body. */
  accept(more: readonly SipHeader[], sdp: string): Call | null;
  refuse(status: number, more?: readonly SipHeader[], reason?: string): void;
}

export interface OpenIncomingCall extends IncomingCall {
  cancelled(cancel: SipRequest): void;
  acked(): void;
}

/** Throws ProtocolError(400) when the INVITE can make no dialog. */
export function createIncomingCall(options: {
  readonly transaction: ServerTransaction;
  readonly user: (call: IncomingCall) => IncomingCallUser;
  readonly timers: AnswerTimers;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly send: (request: SipRequest, user: ClientTransactionUser) => void;
  readonly open: (dialog: Dialog, call: () => OpenCall, acked: () => void) => () => void;
}): OpenIncomingCall {
  const { transaction, timers, clock, freshId, send, open } = options;
  const { request } = transaction;
  const dialog = calleeDialog(request, freshId());
  const { localTag: toTag } = dialog;
  let standing: OpenCall | null = null;
  let stopAgain = (): void => {};
  let acknowledged = false;

  function accept(more: readonly SipHeader[], sdp: string): Call | null {
    if (transaction.isAnswered) return null;
    const ok = responseTo(request, 200, {
      toTag,
      headers: [...recordRoutesOf(request), ...more, contentOf("application/sdp")],
      body: sdp,
    });
    const close = open(dialog, () => call, acked);
    const call = createCall({
      dialog,
      user: { ended: (bye) => user.ended(bye), request: (inDialog) => user.request(inDialog) },
      freshId,
      send,
      isConfirmed: false,
      gone: () => {
        stopAgain();
        close();
      },
    });
    standing = call;
    const until = clock.now() + timers.answerMs;
    const again = (waitMs: number): void => {
      stopAgain = clock.after(Math.min(waitMs, Math.max(0, until - clock.now())), () => {
        if (clock.now() >= until) call.confirmed(false);
        else {
          transaction.respond(ok);
          again(Math.min(2 * waitMs, timers.againMaxMs));
        }
      });
    };
    transaction.respond(ok);
    again(timers.againMinMs);
    return call;
  }

  function acked(): void {
    if (acknowledged || standing === null) return;
    acknowledged = true;
    stopAgain();
    const wasOver = standing.isOver;
    standing.confirmed(true);
    if (!wasOver) user.acked();
  }

  const call: OpenIncomingCall = {
    request,
    dialog,
    progress: (status, more = []) =>
      transaction.respond(
        responseTo(request, status, { toTag, headers: [...recordRoutesOf(request), ...more] }),
      ),
    accept,
    refuse: (status, more = [], reason) =>
      transaction.respond(
        responseTo(request, status, { toTag, headers: more, ...(reason === undefined ? {} : { reason }) }),
      ),
    cancelled: (cancel) => user.cancelled(cancel),
    acked,
  };
  const user = options.user(call);
  return call;
}
