/**
 * What one group says of itself: in every answer, in the INVITE to one person, and to those who watch its roster (RFC
 * 4575). All of it is made of its facts and its seats at that moment.
 */
import type { Mark, Seat } from "../../flow/extend.focus.ts";
import { rosterUsers } from "../../flow/roster.ts";
import {
  formatConferenceInfo,
  formatUsers,
  type ConferenceInfo,
  type ConferenceUser,
} from "../../wire/conference-info.ts";
import type { SipHeader, SipRequest } from "../../wire/sip.ts";
import type { GroupPeople } from "./group-people.ts";
import { abilities, focusContact, formatInvitation } from "./invitation.ts";

export type DescriptionOptions = {
  readonly conference: string;
  /** Where the focus is reached for this group. */
  readonly contact: string;
  readonly factory: string;
  readonly domain: string;
  readonly maxPeople: number;
  readonly people: GroupPeople;
  readonly seats: () => readonly Seat[];
  readonly freshId: () => string;
};

export interface Description {
  /** Contact first. */
  readonly headers: () => readonly [contact: SipHeader, ...more: readonly SipHeader[]];
  readonly invitation: (who: string, mark: Mark | null, sdp: string) => SipRequest;
  /** To somebody who knows those people; null: all of it (RFC 4575 §4.4). */
  readonly roster: (version: number, known: People | null) => Told;
}

export type People = readonly ConferenceUser[];

/** A document, and whom its reader knows by it. */
export type Told = { readonly document: string; readonly people: People };

export function describeGroup(options: DescriptionOptions): Description {
  const { conference, contact, factory, domain, people, seats, freshId } = options;
  const same = { entity: conference, subject: null, maximumUserCount: null };
  let current: { readonly key: string; readonly people: People } = { key: "", people: [] };
  /** The same for all who watch and know as much, until somebody comes, goes or has another name. */
  let written: { readonly people: People; readonly known: People | null; readonly users: string } | null =
    null;

  function peopleNow(): People {
    const now = rosterUsers(seats(), {
      nameOf: people.nameOf,
      invitedBy: (who) => people.inviterOf(who)?.address ?? null,
    });
    const key = JSON.stringify(now);
    if (key !== current.key) current = { key, people: now };
    return current.people;
  }

  function usersOf(info: ConferenceInfo, now: People, known: People | null): string {
    if (written === null || written.people !== now || written.known !== known)
      written = { people: now, known, users: formatUsers(info.users) };
    return written.users;
  }

  return {
    headers: () => {
      const { conversationId, contributionId } = people.facts();
      return [
        focusContact(contact),
        ["Conversation-ID", conversationId],
        ["Contribution-ID", contributionId],
        ...abilities,
      ];
    },
    invitation: (who, mark, sdp) => {
      const invitedBy = people.inviterOf(who) ?? { address: factory, name: null };
      return formatInvitation(
        { conference, contact, factory, domain, who, mark, ...people.facts(), invitedBy, sdp },
        { callId: freshId(), tag: freshId() },
      );
    },
    roster: (version, known) => {
      const now = peopleNow();
      const info: ConferenceInfo =
        known === null
          ? {
              ...same,
              state: "full",
              version,
              subject: people.facts().subject,
              maximumUserCount: options.maxPeople,
              usersState: "full",
              users: now,
            }
          : { ...same, state: "partial", version, usersState: "partial", users: changes(known, now) };
      return { document: formatConferenceInfo(info, usersOf(info, now, known)), people: now };
    },
  };
}

/** Who is new or stands otherwise, and who is gone. */
function changes(known: People, now: People): People {
  if (known === now) return [];
  const before = new Map(known.map((user) => [user.entity, JSON.stringify(user)]));
  const here = new Set(now.map(({ entity }) => entity));
  const gone = known.filter(({ entity }) => !here.has(entity));
  return [
    ...now.filter((user) => before.get(user.entity) !== JSON.stringify(user)),
    ...gone.map((user) => ({ ...user, state: "deleted" }) as const),
  ];
}
