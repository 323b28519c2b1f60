/**
 * The legs of one group: a dialog with each person, its MSRP, its end. What the machine orders is done here in SIP, and
 * what SIP says is fed back to it; nothing is decided.
 *
 * MSRP of a leg begins when the machine has let the person in and the SDP has been acknowledged. A member whose
 * MSRP breaks, or who no longer knows the call when asked, is away: the call is ended with `cause=480`.
 */
import type { LegId } from "../../flow/extend.ts";
import type { Seat } from "../../flow/extend.focus.ts";
import type { MsrpPath } from "../../flow/msrp-path.ts";
import type { MsrpMedia } from "../../wire/sdp.ts";
import { causeOf, reasonHeader, type Call, type CallUser } from "../sip/call.ts";
import type { KeptDialog } from "../sip/dialog.ts";
import type { IncomingCall, IncomingCallUser } from "../sip/incoming-call.ts";
import type { ServerTransaction } from "../sip/transactions.ts";
import { formatRoomSdp } from "./invitation.ts";
import { createLegBook, setupFor, type Leg } from "./leg.ts";
import { createOutgoingLegs, type OutgoingLegs, type OutgoingLegsOptions } from "./outgoing-legs.ts";
import { answering } from "./refusal.ts";
import { reinvite, type ReinviteOptions } from "./reinvite.ts";

export type LegTimers = OutgoingLegsOptions["timers"] & {
  /** A fresh 183 for the host, so that no proxy gives up (RFC 3261 §13.3.1.1). */
  readonly progressMs: number;
  /** Members are asked whether they still have their call, and whether somebody is at the end of their MSRP. */
  readonly probeMs: number;
};

export type LegsOptions = OutgoingLegsOptions &
  ReinviteOptions & {
    readonly timers: LegTimers;
    readonly freshId: () => string;
    readonly domain: string;
    readonly count: (reason: string) => void;
    /** Any request within a member's call but INVITE and BYE. */
    readonly asked: (who: string, transaction: ServerTransaction, call: Call) => void;
    /** By the person's own BYE, for good. */
    readonly left: (who: string) => void;
    /** A call stands that did not. */
    readonly stands: () => void;
  };

export interface Legs extends OutgoingLegs {
  /** An INVITE that came in; what its call tells comes to the user returned. */
  add(id: LegId, who: string, call: IncomingCall, media: MsrpMedia, local: MsrpPath | null): IncomingCallUser;
  progress(id: LegId): void;
  accept(id: LegId): void;
  refuse(id: LegId, status: number): void;
  end(id: LegId, cause: 200 | 410 | 480 | 487): void;
  /** Calls that stand, by person. */
  calls(): readonly (readonly [who: string, dialog: KeptDialog])[];
  /** Begins the MSRP of this seat, once it may. */
  open(seat: Seat): void;
  /** Nothing comes over that leg's MSRP any more. */
  broken(id: LegId): void;
  close(): void;
}

const endText = new Map([
  [200, "Call completed"],
  [410, "Gone"],
  [480, "Coming back"],
  [487, "Request terminated"],
]);

export function createLegs(options: LegsOptions): Legs {
  const { paths, room, timers, clock, domain, feed, seatOf, abilities } = options;
  const book = createLegBook();
  const outgoing = createOutgoingLegs(book, callUser, options);

  function progress(id: LegId): void {
    const leg = book.at(id);
    if (leg === undefined || leg.incoming === null) return;
    leg.incoming.progress(183, abilities());
    leg.stopTimer = clock.after(timers.progressMs, () => progress(id));
  }

  function accept(id: LegId): void {
    const leg = book.at(id);
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
    const leg = book.at(id);
    if (leg === undefined) return;
    const isOutsider = status === 403 && seatOf(leg.who)?.leg !== id;
    leg.incoming?.refuse(status, isOutsider ? [["Warning", `127 ${domain} "not invited"`]] : []);
    book.forget(leg);
  }

  function open(seat: Seat): void {
    const leg = book.at(seat.leg);
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
      probeLater(leg);
      room.look(leg.id);
      leg.standing?.request("OPTIONS", { headers: [abilities()[0]] }, user);
    });
  }

  function lose(leg: Leg): void {
    leg.standing?.end([reasonHeader(480, "Session lost")]);
    ended(leg, "away");
  }

  function ended(leg: Leg, how: "left" | "away" | "cancelled"): void {
    const isCurrent = seatOf(leg.who)?.leg === leg.id;
    room.leave(leg.id);
    book.forget(leg);
    feed({ on: "ended", leg: leg.id, how });
    if (how === "left" && isCurrent) options.left(leg.who);
  }

  function callUser(leg: Leg): CallUser {
    return {
      ended: (bye) => {
        // A host who never acknowledges hosts nothing: whoever came is sent back to where they were.
        const cause = bye !== null ? causeOf(bye) : leg.incoming !== null && !leg.agreed ? 487 : null;
        ended(leg, cause === 200 ? "left" : cause === 487 ? "cancelled" : "away");
      },
      request: (transaction) => {
        if (transaction.request.method === "INVITE")
          answering(transaction, options, () => reinvite(leg, transaction, options));
        else if (leg.standing !== null) options.asked(leg.who, transaction, leg.standing);
      },
    };
  }

  return {
    add: (id, who, call, media, local) => {
      const leg = book.open(id, who);
      leg.incoming = call;
      leg.media = media;
      leg.local = local;
      return {
        ...callUser(leg),
        cancelled: () => {
          feed({ on: "cancelled", leg: id });
          if (book.at(id) === undefined) return;
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
    ...outgoing,
    accept,
    refuse,
    end: (id, cause) => {
      const leg = book.at(id);
      room.leave(id);
      if (leg === undefined) return;
      if (leg.standing !== null) leg.standing.end([reasonHeader(cause, endText.get(cause) ?? "")]);
      else leg.incoming?.refuse(487);
      book.forget(leg);
    },
    calls: () =>
      book
        .all()
        .flatMap(({ who, standing }) =>
          standing === null || standing.isOver ? [] : [[who, standing.dialog.kept()] as const],
        ),
    open,
    broken: (id) => {
      const leg = book.at(id);
      if (leg !== undefined) lose(leg);
    },
    close: () => {
      for (const leg of book.all()) book.forget(leg);
    },
  };
}
