/**
 * An INVITE that came in: it rings until the app answers or the caller gives up (RFC 3261 §13.3).
 *
 * Nothing is accepted here by itself, whatever marks it carries. A caller may give up by CANCEL, or by BYE in the
 * early dialog (§15). When the connection breaks while it rings, the network has answered for us (RFC 5626 §5.3.1,
 * 430) or will: it counts as given up, and is refused over the next connection in case somebody still waits.
 */
import type { IncomingInviteRequest } from "sip.js/lib/core/index.js";
import type { LegId } from "./agent.ts";
import type { Leg, LegOptions } from "./leg.ts";
import { reasonOf } from "./reading.ts";
import { standingSession, type StandingSession } from "./session.ts";
import { sdpBody } from "./stack.ts";

/** Longer than any proxy lets ring (Timer C, §16.6): whoever called is gone by then. */
const ringMs = 200_000;

export function incomingLeg(leg: LegId, invite: IncomingInviteRequest, options: LegOptions): Leg {
  const { stack, clock, emit, gone } = options;
  const request = stack.read(invite.message);
  let session: StandingSession | null = null;
  let answered = false;
  const stopTimer = clock.after(ringMs, () => givenUp(480, null));

  invite.delegate = {
    onCancel: (cancel) => {
      const message = stack.read(cancel);
      givenUp(487, message === null ? null : reasonOf(message).cause);
    },
  };
  const early = invite.progress({ statusCode: 180 }).session;
  early.delegate = {
    onBye: (bye) => {
      bye.accept();
      givenUp(487, null);
    },
  };

  function answer(): boolean {
    if (answered) return false;
    answered = true;
    stopTimer();
    return true;
  }

  function givenUp(status: number, cause: number | null): void {
    if (!answer()) return;
    invite.reject({ statusCode: status });
    cancelled(cause);
  }

  function cancelled(cause: number | null): void {
    gone();
    emit({ on: "cancelled", leg, cause });
  }

  function refuse(status: number): void {
    if (!answer()) return;
    invite.reject({ statusCode: status >= 400 && status < 700 ? status : 480 });
    gone();
  }

  return {
    cancel: () => refuse(480),
    accept: (sdp) => {
      if (!answer()) return;
      const accepted = invite.accept({ statusCode: 200, body: sdpBody(sdp) });
      session = standingSession({
        ...options,
        leg,
        session: accepted.session,
        awaitsAck: true,
        localSdp: sdp,
        remoteSdp: request === null || request.body === "" ? null : request.body,
      });
    },
    refuse,
    end: (reason) => (session === null ? refuse(480) : session.end(reason)),
    moved: (sdp) => session?.moved(sdp),
    refer: (people) => session?.refer(people),
    dialog: () => session?.dialog ?? null,
    connectionLost: () => {
      if (!answer()) return null;
      cancelled(null);
      return () => void invite.reject({ statusCode: 480 });
    },
    reconnected: () => session?.reconnected(),
    forget: stopTimer,
  };
}
