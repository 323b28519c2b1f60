/**
 * An INVITE of ours, until it is refused or stands (RFC 3261 §13.2).
 *
 * Each 2xx is acknowledged at once, also one that comes again, and also one that crosses our CANCEL: whether such
 * a call is still wanted is the user's to say. Of several 2xx from a fork the first is the call; the others are
 * acknowledged and ended.
 */
import type { SipHeader, SipRequest, SipResponse } from "../../wire/sip.ts";
import { createCall, cseqOf, reasonHeader, type Call, type CallUser, type OpenCall } from "./call.ts";
import type { ClientTransaction, ClientTransactionUser } from "./client-transaction.ts";
import { callerDialog, keyOf, type Dialog } from "./dialog.ts";

export type OutgoingCallUser = CallUser & {
  /** 101 to 199. */
  progress(response: SipResponse): void;
  /** The first 2xx; its ACK is out. */
  accepted(response: SipResponse, call: Call): void;
  /** 3xx to 6xx; 408 and 503 when nothing came or nothing could be sent (`response` null). */
  refused(status: number, response: SipResponse | null): void;
};

export interface OutgoingCall {
  readonly request: SipRequest;
  /** As soon as it may go, and never after the answer. */
  cancel(more?: readonly SipHeader[]): void;
}

export function createOutgoingCall(options: {
  readonly request: SipRequest;
  readonly user: OutgoingCallUser;
  readonly freshId: () => string;
  readonly send: (request: SipRequest, user: ClientTransactionUser) => ClientTransaction;
  readonly sendAck: (ack: SipRequest) => void;
  /** Requests in this dialog come to that call from now on; the function returned ends it. */
  readonly open: (dialog: Dialog, call: () => OpenCall) => () => void;
}): OutgoingCall {
  const { request, user, freshId, send, sendAck, open } = options;
  const answered = new Map<string, Dialog>();
  const cseq = cseqOf(request);

  function succeeded(response: SipResponse): void {
    const dialog = callerDialog(request, response);
    const key = keyOf(dialog);
    const known = answered.get(key);
    sendAck((known ?? dialog).ack(cseq));
    if (known !== undefined) return;
    const isFirst = answered.size === 0;
    answered.set(key, dialog);
    const close = open(dialog, () => call);
    const call: OpenCall = createCall({
      dialog,
      user: isFirst ? user : nobody,
      freshId,
      send: (inDialog, requestUser) => void send(inDialog, requestUser),
      isConfirmed: true,
      gone: close,
    });
    if (isFirst) user.accepted(response, call);
    else call.end([reasonHeader(200, "Call completed elsewhere")]);
  }

  const transaction = send(request, {
    response: (response) => {
      if (response.status <= 100) return;
      if (response.status < 200) user.progress(response);
      else if (response.status < 300) succeeded(response);
      else user.refused(response.status, response);
    },
    failed: (status) => user.refused(status, null),
  });
  return { request, cancel: (more) => transaction.cancel(more) };
}

const nobody: CallUser = { ended: () => {}, request: () => {} };
