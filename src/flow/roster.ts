/**
 * Who is in a group and how they stand: from the seats of `extend.focus.ts` to a conference-info document at the focus,
 * and from documents to one roster at a member (RFC 4575 §4.6, §5).
 *
 * Both directions stand here because they must agree. A member who is away and one who never came are both
 * `disconnected` and `failed` on the wire: only the latter has a SIP status in its reason. Who declined or failed
 * stays listed, with the reason; no mark ever gets here (decision 34).
 */
import type {
  ConferenceInfo,
  ConferenceUser,
  DisconnectionMethod,
  EndpointStatus,
} from "../wire/conference-info.ts";
import { reasonOf } from "../wire/sip-reasons.ts";
import type { Seat } from "./extend.focus.ts";

// ── X ─────────────────────────────────────────────────────────────────────────────────────────────────────

export type RosterFacts = {
  /** null while nobody has said it. */
  readonly nameOf: (who: string) => string | null;
  /** null for the host. */
  readonly invitedBy: (who: string) => string | null;
};

export const rosterUsers = (seats: readonly Seat[], facts: RosterFacts): readonly ConferenceUser[] =>
  seats.map((seat) => {
    const disconnectionMethod = disconnectionOf(seat);
    const cause = seat.is === "out" ? (seat.status ?? 480) : null;
    return {
      entity: seat.who,
      displayText: facts.nameOf(seat.who),
      state: "full",
      status: statusOf(seat),
      joiningMethod:
        seat.joinedBy === "host" ? "focus-owner" : seat.joinedBy === "dial-in" ? "dialed-in" : "dialed-out",
      invitedBy: facts.invitedBy(seat.who),
      disconnectionMethod,
      reason: cause === null ? null : { cause, text: reasonOf(cause) },
    };
  });

function statusOf(seat: Seat): EndpointStatus {
  switch (seat.is) {
    case "inviting":
      return "dialing-out";
    case "ringing":
      return seat.joinedBy === "host" ? "dialing-in" : "alerting";
    case "joined":
      return "connected";
    case "away":
    case "left":
    case "out":
      return "disconnected";
  }
}

function disconnectionOf(seat: Seat): DisconnectionMethod | null {
  if (seat.is === "left") return "departed";
  if (seat.is === "away") return "failed";
  if (seat.is !== "out") return null;
  return seat.status === 486 || seat.status === 600 ? "busy" : "failed";
}

// ── A, B, C ───────────────────────────────────────────────────────────────────────────────────────────────

/** How a person stands, as a screen may say it. */
export type Presence =
  | "pending" //     not asked yet
  | "joining" //     asked, or asking, and nothing has come back
  | "ringing"
  | "in"
  | "away" //        the session broke; may come back
  | "left" //        for good
  | "declined" //    said no, or was busy
  | "unreachable" // no answer, not connected, or something failed: `status`
  | "removed";

export type RosterMember = {
  readonly address: string;
  readonly name: string | null;
  readonly is: Presence;
  /** The SIP status that ended the invitation, where there is one. */
  readonly status: number | null;
  readonly invitedBy: string | null;
};

export const rosterMembers = (roster: ConferenceInfo): readonly RosterMember[] =>
  roster.users.map((user) => ({
    address: user.entity,
    name: user.displayText,
    is: presenceOf(user),
    status: user.reason?.cause ?? null,
    invitedBy: user.invitedBy,
  }));

export function presenceOf(user: ConferenceUser): Presence {
  switch (user.status) {
    case null:
    case "pending":
      return "pending";
    case "dialing-in":
    case "dialing-out":
      return "joining";
    case "alerting":
      return "ringing";
    case "connected":
    case "on-hold":
    case "muted-via-focus":
      return "in";
    case "disconnecting":
    case "disconnected":
      return goneOf(user);
  }
}

function goneOf({ disconnectionMethod, reason }: ConferenceUser): Presence {
  if (disconnectionMethod === "departed") return "left";
  if (disconnectionMethod === "booted") return "removed";
  if (disconnectionMethod === "busy") return "declined";
  if (reason === null || reason.cause === null) return "away";
  return saysNo(reason.cause) ? "declined" : "unreachable";
}

/** 403 is what a rule of the person's own answers; 486 and 6xx are the person. */
const saysNo = (status: number): boolean =>
  status === 403 || status === 486 || (status >= 600 && status !== 604);

export type RosterUpdate =
  | { readonly is: "current"; readonly roster: ConferenceInfo }
  /** Older than what is known: nothing changes. */
  | { readonly is: "stale" }
  /** Something in between is missing: the subscription must be refreshed for a full document. */
  | { readonly is: "gap" }
  | { readonly is: "over" };

/** Takes one more document in. `known` null: none yet, or the subscription has begun anew. */
export function mergeRoster(known: ConferenceInfo | null, received: ConferenceInfo): RosterUpdate {
  if (known !== null && received.version <= known.version) return { is: "stale" };
  if (received.state === "deleted") return { is: "over" };
  if (received.state === "full") return { is: "current", roster: received };
  if (known === null || received.version > known.version + 1) return { is: "gap" };
  return {
    is: "current",
    roster: {
      ...known,
      version: received.version,
      subject: received.subject ?? known.subject,
      maximumUserCount: received.maximumUserCount ?? known.maximumUserCount,
      users: mergeUsers(known.users, received),
    },
  };
}

function mergeUsers(known: readonly ConferenceUser[], received: ConferenceInfo): readonly ConferenceUser[] {
  if (received.usersState === null) return known;
  if (received.usersState === "deleted") return [];
  if (received.usersState === "full") return received.users;
  const users = new Map(known.map((user) => [user.entity, user]));
  for (const user of received.users) {
    const before = users.get(user.entity);
    if (user.state === "deleted") users.delete(user.entity);
    else if (before === undefined || user.state === "full")
      users.set(user.entity, { ...user, state: "full" });
    else users.set(user.entity, mergeUser(before, user));
  }
  return [...users.values()];
}

/** Of a partial user an endpoint that is shown replaces the one that was. */
const mergeUser = (before: ConferenceUser, user: ConferenceUser): ConferenceUser => ({
  ...(user.status === null ? before : user),
  entity: before.entity,
  state: "full",
  displayText: user.displayText ?? before.displayText,
});
