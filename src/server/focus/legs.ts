/**
 * The legs of one group: a dialog with each person, its MSRP path, its timers. What the machine orders is done here
 * in SIP, and what SIP says is fed back to it; nothing is decided.
 *
 * MSRP of a leg begins when the machine has let the person in and the SDP has been acknowledged. A member whose
 * MSRP breaks, or who no longer knows the call when asked, is away: the call is ended with `cause=480`.
 */
import type { Clock } from "../../flow/clock.ts";
import type { FocusInput, LegId, Mark, Seat } from "../../flow/extend.ts";
import type { MsrpPath } from "../../flow/msrp-path.ts";
import type { MsrpMedia } from "../../wire/sdp.ts";
import { responseTo, type SipHeader, type SipRequest } from "../../wire/sip.ts";
import { causeOf, contentOf, reasonHeader, recordRoutesOf, type Call, type CallUser } from "../sip/call.ts";
import type { IncomingCall, IncomingCallUser } from "../sip/incoming-call.ts";
import type { OutgoingCall, OutgoingCallUser } from "../sip/outgoing-call.ts";
import type { ServerTransaction } from "../sip/transactions.ts";
import type { KeptDialog } from "../sip/dialog.ts";
import type { UserAgent } from "../sip/user-agent.ts";
import { answeredMedia, partsOf, usableMedia } from "./factory.ts";
import { formatRoomSdp } from "./invitation.ts";
import type { Paths } from "./paths.ts";
import { answering, noListHere, Refusal, requireOnly } from "./refusal.ts";
import type { Switch } from "./switch.ts";

export type LegTimers = {
  /** How long a person is rung. */
  readonly ringMs: number;
  /** A fresh 183 for the host, so that no proxy gives up (RFC 3261 §13.3.1.1). */
  readonly progressMs: number;
  /** Members are asked whether they still have their call, and whether somebody is at the end of their MSRP. */
  readonly probeMs: number;
};

export type LegsOptions = {
  readonly agent: UserAgent;
  readonly paths: Paths;
  readonly room: Switch;
  readonly timers: LegTimers;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly domain: string;
  readonly count: (reason: string) => void;
  readonly feed: (input: FocusInput) => void;
  readonly seatOf: (who: string) => Seat | undefined;
  /** What the focus says of itself and of the group in every answer to an INVITE, Contact first. */
  readonly abilities: () => readonly [contact: SipHeader, ...more: readonly SipHeader[]];
  readonly invitation: (who: string, mark: Mark | null, sdp: string) => SipRequest;
  /** Any request within a member's call but INVITE and BYE. */
  readonly asked: (who: string, transaction: ServerTransaction, call: Call) => void;
  /** By the person's own BYE, for good. */
  readonly left: (who: string) => void;
  /** A call stands that did not. */
  readonly stands: () => void;
};

export interface Legs {
  /** An INVITE that came in; what its call tells comes to the user returned. */
  add(id: LegId, who: string, call: IncomingCall, media: MsrpMedia, local: MsrpPath | null): IncomingCallUser;
  progress(id: LegId): void;
  invite(id: LegId, who: string, mark: Mark | null): void;
  /** Asked by a focus that is no more: the answer can't come, the person may. Runs out like any invitation. */
  expect(id: LegId, who: string): void;
  /** Somebody who is expected shows up: asked anew. */
  remind(id: LegId): void;
  accept(id: LegId): void;
  refuse(id: LegId, status: number): void;
  cancel(id: LegId): void;
  end(id: LegId, cause: 200 | 410 | 480 | 487): void;
  /** Calls that stand, by person. */
  calls(): readonly (readonly [who: string, dialog: KeptDialog])[];
  /** Begins the MSRP of this seat, once it may. */
  open(seat: Seat): void;
  /** Nothing comes over that leg's MSRP any more. */
  broken(id: LegId): void;
  close(): void;
}

/** `media` is the other end's; `local` ours, once there is a path. */
type Leg = {
  readonly id: LegId;
  readonly who: string;
  incoming: IncomingCall | null;
  outgoing: OutgoingCall | null;
  standing: Call | null;
  local: MsrpPath | null;
  /** The one before it has moved. */
  first: MsrpPath | null;
  media: MsrpMedia | null;
  agreed: boolean;
  open: boolean;
  dropped: boolean;
  /** See `expect`. */
  expected: boolean;
  sdpVersion: number;
  stopTimer: () => void;
};

const endText = new Map([
  [200, "Call completed"],
  [410, "Gone"],
  [480, "Coming back"],
  [487, "Request terminated"],
]);

export function createLegs(options: LegsOptions): Legs {
  const { agent, paths, room, timers, clock, domain, feed, seatOf, abilities } = options;
  const legs = new Map<LegId, Leg>();

  function legFor(id: LegId, who: string): Leg {
    const known = legs.get(id);
    if (known !== undefined) return known;
    const leg: Leg = {
      id,
      who,
      incoming: null,
      outgoing: null,
      standing: null,
      local: null,
      first: null,
      media: null,
      agreed: false,
      open: false,
      dropped: false,
      expected: false,
      sdpVersion: 1,
      stopTimer: () => {},
    };
    legs.set(id, leg);
    return leg;
  }

  function forget(leg: Leg): void {
    leg.stopTimer();
    leg.dropped = true;
    legs.delete(leg.id);
  }

  function progress(id: LegId): void {
    const leg = legs.get(id);
    if (leg === undefined || leg.incoming === null) return;
    leg.incoming.progress(183, abilities());
    leg.stopTimer = clock.after(timers.progressMs, () => progress(id));
  }

  function invite(id: LegId, who: string, mark: Mark | null): void {
    const leg = legFor(id, who);
    leg.expected = false;
    leg.stopTimer();
    leg.stopTimer = clock.after(timers.ringMs, () => feed({ on: "expired", leg: id }));
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
    ...callUser(leg),
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
      if (!again) forget(leg);
    },
  });

  function accept(id: LegId): void {
    const leg = legs.get(id);
    if (leg === undefined || leg.incoming === null) return;
    leg.stopTimer();
    const answer = (path: MsrpPath | null): void => {
      if (leg.dropped || leg.incoming === null) return;
      leg.local = path;
      if (path === null) {
        refuse(id, 500);
        // A host who can't come in hosts nothing: whoever came is sent back to where they were.
        feed({ on: "ended", leg: id, how: "cancelled" });
        return;
      }
      const sdp = formatRoomSdp(path, setupFor(leg), leg.sdpVersion);
      leg.standing = leg.incoming.accept(abilities(), sdp);
      options.stands();
    };
    if (leg.local === null) paths.take(answer);
    else answer(leg.local);
  }

  function refuse(id: LegId, status: number): void {
    const leg = legs.get(id);
    if (leg === undefined) return;
    const isOutsider = status === 403 && seatOf(leg.who)?.leg !== id;
    leg.incoming?.refuse(status, isOutsider ? [["Warning", `127 ${domain} "not invited"`]] : []);
    forget(leg);
  }

  function open(seat: Seat): void {
    const leg = legs.get(seat.leg);
    if (seat.is !== "joined" || leg === undefined || !leg.agreed || leg.open) return;
    if (leg.media === null || leg.local === null) return;
    leg.open = true;
    const active = leg.incoming === null ? leg.media.setup === "passive" : setupFor(leg) === "active";
    room.join(leg.id, leg.who, leg.local, leg.media, active);
    probeLater(leg);
  }

  function probeLater(leg: Leg): void {
    leg.stopTimer = clock.after(timers.probeMs, () => {
      const answered = (status: number): void => {
        if (status === 481 || status === 404 || status === 408) lose(leg);
      };
      const user = {
        response: ({ status }: { readonly status: number }) => answered(status),
        failed: answered,
      };
      room.look(leg.id);
      leg.standing?.request("OPTIONS", { headers: [abilities()[0]] }, user);
      probeLater(leg);
    });
  }

  function lose(leg: Leg): void {
    leg.standing?.end([reasonHeader(480, "Session lost")]);
    ended(leg, "away");
  }

  function ended(leg: Leg, how: "left" | "away" | "cancelled"): void {
    const isCurrent = seatOf(leg.who)?.leg === leg.id;
    room.leave(leg.id);
    forget(leg);
    feed({ on: "ended", leg: leg.id, how });
    if (how === "left" && isCurrent) options.left(leg.who);
  }

  const callUser = (leg: Leg): CallUser => ({
    ended: (bye) => {
      // A host who never acknowledges hosts nothing: whoever came is sent back to where they were.
      const cause = bye !== null ? causeOf(bye) : leg.incoming !== null && !leg.agreed ? 487 : null;
      ended(leg, cause === 200 ? "left" : cause === 487 ? "cancelled" : "away");
    },
    request: (transaction) => {
      if (transaction.request.method === "INVITE")
        answering(transaction, options, () => reinvite(leg, transaction));
      else if (leg.standing !== null) options.asked(leg.who, transaction, leg.standing);
    },
  });

  /** The same session again, or one on a new path (RFC 4975 §8.3). */
  function reinvite(leg: Leg, transaction: ServerTransaction): void {
    const { request } = transaction;
    requireOnly(request, []);
    const { sdp, list } = partsOf(request);
    if (list !== null) throw noListHere();
    const media = sdp === null ? leg.media : usableMedia(sdp);
    if (media === null || leg.local === null) throw new Refusal(488, "no usable MSRP");
    leg.standing?.dialog.retarget(request);
    const answer = (path: MsrpPath | null): void => {
      if (path === null || leg.dropped) {
        transaction.respond(responseTo(request, path === null ? 500 : 481));
        return;
      }
      const hasMoved = path !== leg.local;
      leg.first ??= leg.local;
      leg.media = media;
      leg.local = path;
      if (hasMoved) leg.sdpVersion += 1;
      const setup = setupFor(leg);
      transaction.respond(
        responseTo(request, 200, {
          headers: [...recordRoutesOf(request), ...abilities(), contentOf("application/sdp")],
          body: formatRoomSdp(path, setup, leg.sdpVersion, leg.first ?? path),
        }),
      );
      if (hasMoved && leg.open) room.join(leg.id, leg.who, path, media, setup === "active");
    };
    if (media.path.join(" ") === leg.media?.path.join(" ")) answer(leg.local);
    else paths.take(answer);
  }

  return {
    add: (id, who, call, media, local) => {
      const leg = legFor(id, who);
      leg.incoming = call;
      leg.media = media;
      leg.local = local;
      return {
        ...callUser(leg),
        cancelled: () => {
          feed({ on: "cancelled", leg: id });
          if (!legs.has(id)) return;
          // let in already, but the answer still waits for a path
          refuse(id, 487);
          feed({ on: "ended", leg: id, how: "cancelled" });
        },
        acked: () => {
          leg.agreed = true;
          const seat = seatOf(who);
          if (seat?.leg === id) open(seat);
        },
      };
    },
    progress,
    invite,
    expect: (id, who) => {
      const leg = legFor(id, who);
      leg.expected = true;
      leg.stopTimer = clock.after(timers.ringMs, () => feed({ on: "expired", leg: id }));
    },
    remind: (id) => {
      const leg = legs.get(id);
      if (leg?.expected === true) invite(id, leg.who, null);
    },
    accept,
    refuse,
    cancel: (id) => {
      const leg = legs.get(id);
      if (leg === undefined) return;
      leg.stopTimer();
      leg.dropped = true;
      if (leg.outgoing === null) forget(leg);
      else leg.outgoing.cancel();
    },
    end: (id, cause) => {
      const leg = legs.get(id);
      room.leave(id);
      if (leg === undefined) return;
      if (leg.standing !== null) leg.standing.end([reasonHeader(cause, endText.get(cause) ?? "")]);
      else leg.incoming?.refuse(487);
      forget(leg);
    },
    calls: () =>
      [...legs.values()].flatMap(({ who, standing }) =>
        standing === null || standing.isOver ? [] : [[who, standing.dialog.kept()] as const],
      ),
    open,
    broken: (id) => {
      const leg = legs.get(id);
      if (leg !== undefined) lose(leg);
    },
    close: () => {
      for (const leg of legs.values()) forget(leg);
    },
  };
}

/** RFC 4145 §4.1: whoever offers `active` is answered `passive`, and the other way round. */
const setupFor = ({ media }: Leg): MsrpMedia["setup"] => (media?.setup === "active" ? "passive" : "active");
