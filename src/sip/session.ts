/**
 * A leg that stands, whichever end began it, from its 2xx to its end (RFC 3261 §12.2, §14, §15).
 *
 * Our BYE waits for the ACK of our 2xx (§15). Of two BYEs that cross each end sees its own answered, and 481, 408
 * or an offline socket counts as the answer too. A re-INVITE that keeps the MSRP path refreshes the session;
 * another path is refused 488, since here a new path is a new leg. Other requests SIP.js answers 405.
 */
import type { OutgoingRequestDelegate, Session } from "sip.js/lib/core/index.js";
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
  refer(people: readonly string[]): void;
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
  const { leg, stack, session, localSdp, remoteSdp, freshId, emit, gone } = options;
  let awaitsAck = options.awaitsAck;
  let over = false;
  /** An `end` that waits for the ACK. */
  let waiting: { readonly reason: EndWith } | null = null;

  session.delegate = {
    onAck: () => {
      if (!awaitsAck) return;
      awaitsAck = false;
      if (waiting !== null) bye(session, waiting.reason, closed);
      else emit({ on: "acked", leg });
    },
    onAckTimeout: () => {
      if (!awaitsAck || over) return;
      awaitsAck = false;
      if (waiting !== null) return bye(session, waiting.reason, closed);
      over = true;
      bye(session, { cause: 408, text: "No ACK" }, () => {});
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
      if (offered !== undefined && offered !== "" && !isSamePath(offered, remoteSdp))
        return void request.reject({ statusCode: 488 });
      const [name, value] = stack.contact();
      request.accept({ statusCode: 200, extraHeaders: [`${name}: ${value}`], body: sdpBody(localSdp) });
    },
    // How a referral goes on; with Refer-Sub: false nothing was to come.
    onNotify: (request) => void request.accept(),
  };

  function closed(): void {
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

  return {
    dialog: { callId: session.callId, localTag: session.localTag, remoteTag: session.remoteTag },
    end: (reason) => {
      if (over || waiting !== null) return;
      waiting = { reason };
      if (!awaitsAck) bye(session, reason, closed);
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
        answered((status) => {
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

/** `done` after whatever final answer, one that SIP.js made up included. */
export function bye(session: Session, reason: EndWith, done: () => void): void {
  session.bye(
    answered(() => done()),
    { extraHeaders: reasonLines(reason) },
  );
}

/** Any final answer is an answer. */
function answered(done: (status: number) => void): OutgoingRequestDelegate {
  const final: OutgoingRequestDelegate["onAccept"] = ({ message }) => done(message.statusCode ?? 500);
  return { onAccept: final, onRedirect: final, onReject: final };
}
