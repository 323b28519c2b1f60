/**
 * One leg of a group: a person's call with the focus, its MSRP path, its timer; and the book in which those of a group
 * stand.
 *
 * It is `incoming` or `outgoing` by who called whom, and `standing` once there is a dialog. MSRP may begin when the SDP
 * is `agreed`.
 */
import type { LegId } from "../../flow/extend.ts";
import type { MsrpPath } from "../../flow/msrp-path.ts";
import type { MsrpMedia } from "../../wire/sdp.ts";
import type { Call } from "../sip/call.ts";
import type { IncomingCall } from "../sip/incoming-call.ts";
import type { OutgoingCall } from "../sip/outgoing-call.ts";

export type Leg = {
  readonly id: LegId;
  readonly who: string;
  incoming: IncomingCall | null;
  outgoing: OutgoingCall | null;
  standing: Call | null;
  /** Ours, once there is one. */
  local: MsrpPath | null;
  /** The one before it has moved. */
  first: MsrpPath | null;
  /** The other end's. */
  media: MsrpMedia | null;
  agreed: boolean;
  open: boolean;
  dropped: boolean;
  /** By a focus that is no more: nobody has been asked by this one. */
  expected: boolean;
  sdpVersion: number;
  stopTimer: () => void;
};

export interface LegBook {
  at(id: LegId): Leg | undefined;
  /** The one of that id, or a new one. */
  open(id: LegId, who: string): Leg;
  forget(leg: Leg): void;
  all(): readonly Leg[];
}

export function createLegBook(): LegBook {
  const legs = new Map<LegId, Leg>();
  return {
    at: (id) => legs.get(id),
    open: (id, who) => {
      const leg = legs.get(id) ?? blank(id, who);
      legs.set(id, leg);
      return leg;
    },
    forget: (leg) => {
      leg.stopTimer();
      leg.dropped = true;
      legs.delete(leg.id);
    },
    all: () => [...legs.values()],
  };
}

const blank = (id: LegId, who: string): Leg => ({
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
});

/** RFC 4145 §4.1: whoever offers `active` is answered `passive`, and the other way round. */
export const setupFor = ({ media }: Leg): MsrpMedia["setup"] =>
  media?.setup === "active" ? "passive" : "active";
