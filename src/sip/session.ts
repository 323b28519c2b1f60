/**
 * A leg that stands, whichever end began it, from its 2xx to its end (RFC 3261 §12.2, §14, §15).
 *
 * Our BYE waits for the ACK of our 2xx (§15), and for a connection. Of two BYEs that cross each end sees its own
 * answered, and 481 or 408 counts as the answer too. On a new connection the other end is asked whether it still has
 * this session (RFC 5057 §5: 481 and 408 say no), since a BYE, or the ACK, may have been lost with the one before. A
 * re-INVITE that keeps the MSRP path refreshes the session;
 * one with another path waits until the app has one of its own for it (RFC 4975 §5.4), and is refused 488 where it has
 * not. Other requests SIP.js answers 405.
 */
import {
  Dialog,
  type IncomingInviteRequest,
  type OutgoingRequestDelegate,
  type Session,
} from "sip.js/lib/core/index.js";
import { ProtocolError } from "../wire/errors.ts";
import type { SipHeader } from "../wire/sip.ts";
import { parseMsrpSdp } from "../wire/sdp.ts";
import type { AgentEvent, EndedBy, LegId } from "./agent.ts";
import { reasonOf } from "./reading.ts";
import { referralOf, type Referral } from "./referral.ts";
import { lineOf, sdpBody, type Stack } from "./stack.ts";

export type EndWith = { readonly cause: number; readonly text: string } | null;

export interface StandingSession {
  readonly dialog: { readonly callId: string; readonly localTag: string; readonly remoteTag: string };
  end(reason: EndWith): void;
  moved(sdp: string | null): void;
  refer(people: readonly string[]): void;
  /** Registered anew, on another connection. */
  reconnected(): void;
}

export type SessionOptions = {
  readonly leg: LegId;
  readonly stack: Stack;
  readonly session: Session;
  /** We are the one who was called, and the ACK is still to come. */
  readonly awaitsAck: boolean;
  readonly localSdp: string;
  /** Null: none yet. */
  readonly remoteSdp: string | null;
  readonly freshId: () => string;
  readonly emit: (event: AgentEvent) => void;
  /** The leg has no more to say. */
  readonly gone: () => void;
};

export function standingSession(options: SessionOptions): StandingSession {
  const { leg, stack, session, freshId, emit, gone } = options;
  let { localSdp, remoteSdp } = options;
  /** Another path that was offered, and is not answered yet. */
  let moving: { readonly request: IncomingInviteRequest; readonly offered: string } | null = null;
  let awaitsAck = options.awaitsAck;
  let over = false;
  /** An `end` that waits for the ACK. */
  let waiting: { readonly reason: EndWith } | null = null;

  function acknowledged(): void {
    if (!awaitsAck) return;
    awaitsAck = false;
    if (waiting !== null) sendBye(waiting.reason);
    else emit({ on: "acked", leg });
  }

  /** Without a connection it waits for the next, as does one that was lost with the last. */
  function sendBye(reason: EndWith): void {
    if (stack.isOnline()) bye(stack, session, reason, closed);
  }

  session.delegate = {
    onAck: () => acknowledged(),
    onAckTimeout: () => {
      if (!awaitsAck || over) return;
      awaitsAck = false;
      if (waiting !== null) return sendBye(waiting.reason);
      over = true;
      bye(stack, session, { cause: 408, text: "No ACK" }, () => {});
      gone();
      emit({ on: "unacked", leg });
    },
    onBye: (request) => {
      request.accept();
      const message = stack.read(request.message);
      if (waiting !== null) return closed();
      ended("peer", message === null ? { cause: null, text: null } : reasonOf(message));
    },
    onInvite: (request) => {
      const offered = request.message.body;
      if (offered === undefined || offered === "" || isSamePath(offered, remoteSdp)) return agree(request);
      if (over || waiting !== null || parseMsrpSdp(offered) === null)
        return void request.reject({ statusCode: 488 });
      moving = { request, offered };
      emit({ on: "moving", leg, sdp: offered });
    },
    // How a referral goes on; with Refer-Sub: false nothing was to come.
    onNotify: (request) => void request.accept(),
  };

  function agree(request: IncomingInviteRequest): void {
    const [name, value] = stack.contact();
    request.accept({ statusCode: 200, extraHeaders: [`${name}: ${value}`], body: sdpBody(localSdp) });
  }

  function moved(sdp: string | null): void {
    const asked = moving;
    moving = null;
    if (asked === null) return;
    if (sdp === null || over) return void asked.request.reject({ statusCode: 488 });
    localSdp = sdp;
    remoteSdp = asked.offered;
    agree(asked.request);
  }

  function closed(): void {
    if (over) return;
    over = true;
    gone();
    emit({ on: "closed", leg });
  }

  function ended(by: EndedBy, { cause, text }: ReturnType<typeof reasonOf>): void {
    if (over) return;
    over = true;
    gone();
    emit({ on: "ended", leg, by, cause, text });
  }

  function lost(status: number): void {
    if (over || waiting !== null) return;
    session.dispose();
    ended("lost", { cause: status, text: null });
  }

  function ask(): void {
    if (!(session instanceof Dialog)) return;
    const [name, value] = stack.contact();
    const request = session.createOutgoingRequestMessage("OPTIONS", { extraHeaders: [`${name}: ${value}`] });
    stack.core.request(
      request,
      answered(stack, (status, isReal) => {
        if (status === 481 || (status === 408 && isReal)) {
          if (waiting !== null) closed();
          else lost(status);
        }
        // Whoever answers within the dialog has our 2xx.
        else if (status < 300 && isReal) acknowledged();
      }),
    );
  }

  return {
    moved,
    dialog: { callId: session.callId, localTag: session.localTag, remoteTag: session.remoteTag },
    end: (reason) => {
      if (over || waiting !== null) return;
      waiting = { reason };
      if (!awaitsAck) sendBye(reason);
    },
    reconnected: () => {
      if (over) return;
      if (waiting !== null && !awaitsAck) sendBye(waiting.reason);
      else ask();
    },
    refer: (people) => {
      const tell = (status: number): void => {
        for (const to of people) emit({ on: "referred", leg, to, status });
      };
      if (over || waiting !== null || people.length === 0) return tell(481);
      let referral: Referral;
      try {
        referral = referralOf(people, freshId);
      } catch (error) {
        if (error instanceof ProtocolError) return tell(error.status);
        throw error;
      }
      session.refer(
        answered(stack, (status) => {
          tell(status);
          // RFC 5057 §5: the other end knows nothing of this dialog, or is silent.
          if (status === 481 || status === 408) lost(status);
        }),
        {
          extraHeaders: [stack.contact(), ...referral.headers].map(lineOf),
          ...(referral.body === null ? {} : { body: referral.body }),
        },
      );
    },
  };
}

const isSamePath = (offered: string, before: string | null): boolean => {
  const path = parseMsrpSdp(offered)?.path.join(" ");
  return path !== undefined && before !== null && path === parseMsrpSdp(before)?.path.join(" ");
};

const reasonLines = (reason: EndWith): string[] => {
  if (reason === null) return [];
  const field: SipHeader = [
    "Reason",
    `SIP;cause=${reason.cause};text="${reason.text.replace(/["\\]/g, "")}"`,
  ];
  return [lineOf(field)];
};

/** `done` after whatever final answer, silence too; not when the connection was gone (503 of SIP.js). */
export function bye(stack: Stack, session: Session, reason: EndWith, done: () => void): void {
  session.bye(
    answered(stack, (status, isReal) => {
      if (isReal || status !== 503) done();
    }),
    { extraHeaders: reasonLines(reason) },
  );
}

/** Any final answer is an answer. `isReal`: it came in, and was not made up by SIP.js. */
function answered(stack: Stack, done: (status: number, isReal: boolean) => void): OutgoingRequestDelegate {
  const final: OutgoingRequestDelegate["onAccept"] = ({ message }) =>
    done(message.statusCode ?? 500, stack.read(message) !== null);
  return { onAccept: final, onRedirect: final, onReject: final };
}
