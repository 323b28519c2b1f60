/**
 * An INVITE of ours, until it is answered for good (RFC 3261 §9.1, §13.2; RFC 5366 §3 for the one with a list).
 *
 * A leg that was cancelled ends as `refused`, always: a 2xx that crosses the CANCEL is acknowledged and ended here
 * at once (487), so nobody above has to know that there was a session for a moment. Of several 2xx, from a fork,
 * the first is the call and the others are ended. A 2xx without a description is ended too (488).
 */
import type {
  IncomingResponse,
  OutgoingInviteRequest,
  OutgoingRequestMessage,
} from "sip.js/lib/core/index.js";
import { formatMultipart } from "../wire/multipart.ts";
import { listType } from "../wire/resource-lists.ts";
import { header } from "../wire/sip.ts";
import type { Invite } from "./agent.ts";
import type { Leg, LegOptions } from "./leg.ts";
import { contactOf } from "./reading.ts";
import { bye, standingSession, type EndWith, type StandingSession } from "./session.ts";
import { allow, sdpBody, wellFormed, type Stack } from "./stack.ts";

/** RFC 3261 §9.1: 64*T1 after CANCEL the request counts as cancelled. */
const cancelledAfterMs = 32_000;
/** Longer than any proxy lets ring (Timer C, §16.6). */
const ringMs = 200_000;

/** Throws TypeError when it can't be written. */
export function outgoingLeg(invite: Invite, options: LegOptions): Leg {
  const { stack, clock, freshId, emit, gone } = options;
  const { leg, sdp } = invite;
  let session: StandingSession | null = null;
  let over = false;
  let cancelled = false;
  let proceeds = false;
  let cancelledBranch: string | undefined;

  const request: OutgoingInviteRequest = stack.core.invite(messageOf(invite, stack, freshId), {
    onTrying: () => proceed(),
    onProgress: ({ message }) => {
      proceed();
      const answer = stack.read(message);
      if (cancelled || over || answer === null) return;
      const contact = contactOf(answer) ?? { contact: null, isFocus: false };
      emit({ on: "progress", leg, status: message.statusCode ?? 183, ...contact });
    },
    onAccept: (response) => {
      response.ack();
      const { message, session: standing } = response;
      const answer = stack.read(message);
      const contact = answer === null ? null : contactOf(answer);
      if (over || cancelled || answer === null || contact === null || answer.body === "") {
        const why: EndWith =
          cancelled || over ? { cause: 487, text: "Cancelled" } : { cause: 488, text: "No answer" };
        bye(stack, standing, why, () => {});
        return refused(why.cause, why.text, null);
      }
      over = true;
      stopTimer();
      session = standingSession({
        ...options,
        leg,
        session: standing,
        awaitsAck: false,
        localSdp: sdp,
        remoteSdp: answer.body,
      });
      const contributionId = header(answer, "Contribution-ID");
      emit({ on: "accepted", leg, ...contact, sdp: answer.body, contributionId });
    },
    onRedirect: (response) => final(response),
    onReject: (response) => final(response),
  });
  let stopTimer = clock.after(ringMs, () => cancel());

  function final({ message }: IncomingResponse): void {
    const answer = stack.read(message);
    refused(
      message.statusCode ?? 500,
      message.reasonPhrase ?? "",
      answer === null ? null : header(answer, "Warning"),
    );
  }

  function refused(status: number, reason: string, warning: string | null): void {
    if (over) return;
    over = true;
    stopTimer();
    gone();
    emit({ on: "refused", leg, status, reason, warning });
  }

  /** CANCEL waits for a provisional response (§9.1); an INVITE repeated with credentials needs one of its own. */
  function proceed(): void {
    proceeds = true;
    if (cancelled && request.message.branch !== cancelledBranch) sendCancel();
  }

  function sendCancel(): void {
    cancelledBranch = request.message.branch;
    request.cancel();
  }

  function cancel(): void {
    if (over || cancelled) return;
    cancelled = true;
    if (proceeds) sendCancel();
    stopTimer();
    stopTimer = clock.after(cancelledAfterMs, () => refused(487, "Request Terminated", null));
  }

  return {
    cancel,
    accept: () => {},
    refuse: () => cancel(),
    end: (reason) => (session === null ? cancel() : session.end(reason)),
    moved: (sdp) => session?.moved(sdp),
    refer: (people) => session?.refer(people),
    dialog: () => session?.dialog ?? null,
    connectionLost: () => {
      // The answer finds its way over the next one. Where there was none at all, nobody may have heard the question:
      // a 2xx that comes all the same is acknowledged and ended.
      if (!over && !proceeds) refused(503, "Connection lost", null);
      return null;
    },
    reconnected: () => session?.reconnected(),
    forget: () => stopTimer(),
  };
}

function messageOf(invite: Invite, stack: Stack, freshId: () => string): OutgoingRequestMessage {
  const { to, sdp, headers, recipientList } = invite;
  const message = stack.request("INVITE", {
    uri: to,
    to,
    headers: [
      stack.contact(),
      allow,
      ...headers,
      ...(recipientList === null ? [] : [["Require", "recipient-list-invite"] as const]),
    ],
    body: sdpBody(sdp),
  });
  if (recipientList !== null) attachList(message, wellFormed(sdp), wellFormed(recipientList), freshId());
  return message;
}

/**
 * SIP.js sees an INVITE with SDP, so that offer and answer stay right in its eyes; the wire carries both parts,
 * after a digest challenge again.
 */
function attachList(message: OutgoingRequestMessage, sdp: string, list: string, boundary: string): void {
  const parts = formatMultipart(
    [
      { headers: [["Content-Type", "application/sdp"]], body: sdp },
      {
        headers: [
          ["Content-Type", listType],
          ["Content-Disposition", "recipient-list"],
        ],
        body: list,
      },
    ],
    boundary,
  );
  message.toString = () => {
    const { body } = message;
    message.body = { body: parts.body, contentType: parts.contentType };
    try {
      return Object.getPrototypeOf(message).toString.call(message) as string;
    } finally {
      message.body = body;
    }
  };
}
