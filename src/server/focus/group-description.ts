/**
 * What one group says of itself: in every answer, in the INVITE to one person, and to those who watch its roster (RFC
 * 4575). All of it is made of its facts and its seats at that moment.
 */
import type { Mark, Seat } from "../../flow/extend.focus.ts";
import { rosterUsers } from "../../flow/roster.ts";
import { formatConferenceInfo, formatUsers, type ConferenceInfo } from "../../wire/conference-info.ts";
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
  /** The whole of it, each time. */
  readonly roster: (version: number) => string;
}

export function describeGroup(options: DescriptionOptions): Description {
  const { conference, contact, factory, domain, people, seats, freshId } = options;
  let written = { key: "", users: "" };

  /** The same for all who watch, until somebody comes, goes or has another name. */
  function usersOf(info: ConferenceInfo): string {
    const key = JSON.stringify(info.users);
    if (key !== written.key) written = { key, users: formatUsers(info.users) };
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
    roster: (version) => {
      const info: ConferenceInfo = {
        entity: conference,
        state: "full",
        version,
        subject: people.facts().subject,
        maximumUserCount: options.maxPeople,
        usersState: "full",
        users: rosterUsers(seats(), {
          nameOf: people.nameOf,
          invitedBy: (who) => people.inviterOf(who)?.address ?? null,
        }),
      };
      return formatConferenceInfo(info, usersOf(info));
    },
  };
}
