/**
 * Legs that the focus asks for: an INVITE to one person, who is rung for so long and no longer.
 *
 * Whoever was asked by a focus that is no more is expected: that answer can't come, the person may. Refused: an answer
 * without SDP that can be used, which ends the call with 488.
 */
import type { Clock } from "../../flow/clock.ts";
import type { LegId } from "../../flow/extend.ts";
import type { FocusInput, Mark, Seat } from "../../flow/extend.focus.ts";
import type { SipRequest } from "../../wire/sip.ts";
import { reasonHeader, type CallUser } from "../sip/call.ts";
import type { OutgoingCallUser } from "../sip/outgoing-call.ts";
import type { UserAgent } from "../sip/user-agent.ts";
import { answeredMedia } from "./factory.ts";
import { formatRoomSdp } from "./invitation.ts";
import type { Leg, LegBook } from "./leg.ts";
import type { Paths } from "./paths.ts";

export type OutgoingLegsOptions = {
  readonly agent: UserAgent;
  readonly paths: Paths;
  readonly clock: Clock;
  readonly timers: {
    /** How long a person is rung. */
    readonly ringMs: number;
  };
  readonly feed: (input: FocusInput) => void;
  readonly seatOf: (who: string) => Seat | undefined;
  readonly invitation: (who: string, mark: Mark | null, sdp: string) => SipRequest;
};

export interface OutgoingLegs {
  invite(id: LegId, who: string, mark: Mark | null): void;
  /** Runs out like any invitation. */
  expect(id: LegId, who: string): void;
  /** Somebody who is expected shows up: asked anew. */
  remind(id: LegId): void;
  cancel(id: LegId): void;
}

/** `userOf`: what is told of a call that stands. */
export function createOutgoingLegs(
  book: LegBook,
  userOf: (leg: Leg) => CallUser,
  options: OutgoingLegsOptions,
): OutgoingLegs {
  const { agent, paths, clock, timers, feed, seatOf } = options;

  const ring = (leg: Leg): void => {
    leg.stopTimer();
    leg.stopTimer = clock.after(timers.ringMs, () => feed({ on: "expired", leg: leg.id }));
  };

  function invite(id: LegId, who: string, mark: Mark | null): void {
    const leg = book.open(id, who);
    leg.expected = false;
    ring(leg);
    paths.take((path) => {
      if (leg.dropped) return;
      leg.local = path;
      if (path === null) feed({ on: "refused", leg: id, status: 500 });
      else {
        const sdp = formatRoomSdp(path, "actpass", leg.sdpVersion);
        leg.outgoing = agent.invite(options.invitation(who, mark, sdp), outgoingUser(leg));
      }
    });
  }

  const outgoingUser = (leg: Leg): OutgoingCallUser => ({
    ...userOf(leg),
    progress: ({ status }) => {
      if (status === 180 || status === 183) feed({ on: "ringing", leg: leg.id });
    },
    accepted: (response, call) => {
      leg.stopTimer();
      leg.standing = call;
      leg.media = answeredMedia(response);
      leg.agreed = true;
      if (leg.media !== null) feed({ on: "accepted", leg: leg.id });
      else {
        call.end([reasonHeader(488, "No usable MSRP")]);
        feed({ on: "refused", leg: leg.id, status: 488 });
      }
    },
    refused: (status) => {
      leg.outgoing = null;
      // 503 says that the network is in trouble, not that the person is (RFC 3261 §16.7).
      feed({ on: "refused", leg: leg.id, status: status === 503 ? 500 : status });
      const seat = seatOf(leg.who);
      const again = seat?.leg === leg.id && (seat.is === "inviting" || seat.is === "ringing");
      if (!again) book.forget(leg);
    },
  });

  return {
    invite,
    expect: (id, who) => {
      const leg = book.open(id, who);
      leg.expected = true;
      ring(leg);
    },
    remind: (id) => {
      const leg = book.at(id);
      if (leg?.expected === true) invite(id, leg.who, null);
    },
    cancel: (id) => {
      const leg = book.at(id);
      if (leg === undefined) return;
      leg.stopTimer();
      leg.dropped = true;
      if (leg.outgoing === null) book.forget(leg);
      else leg.outgoing.cancel();
    },
  };
}
