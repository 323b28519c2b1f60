/**
 * The roster of one group as it is learnt: the subscription to its conference package (RFC 4575), the documents
 * merged, the rings timed. Documents that can't be read change nothing.
 */
import { mergeRoster, rosterMembers, type RosterMember } from "../flow/roster.ts";
import { parseConferenceInfo, type ConferenceInfo } from "../wire/conference-info.ts";
import { ProtocolError } from "../wire/errors.ts";
import { domainOf, personAddress } from "./addresses.ts";
import type { Desk } from "./desk.ts";
import { isAsked, type Rings } from "./group-members.ts";

export interface GroupRoster {
  members(): readonly RosterMember[];
  rings(): Rings;
  /** As the focus names the group; null before the first document. */
  entity(): string | null;
  subject(): string | null;
  limit(): number | null;
  /** Does nothing while a subscription there stands. */
  subscribe(conference: string): void;
  unsubscribe(): void;
}

/** `changed` after each document that says something new. */
export function createGroupRoster(desk: Desk, changed: () => void): GroupRoster {
  const { agent, clock, timers } = desk;
  const domain = domainOf(desk.self.address);
  let subscription: string | null = null;
  let subscribedTo: string | null = null;
  let known: ConferenceInfo | null = null;
  let members: readonly RosterMember[] = [];
  let rings: Rings = new Map();
  let stopRetry = (): void => {};
  /** Subscriptions that broke since one said something. */
  let broken = 0;

  function subscribe(conference: string): void {
    if (subscription !== null && subscribedTo === conference) return;
    unsubscribe();
    subscribedTo = conference;
    const mine = desk.freshId();
    subscription = mine;
    /** Versions are counted per subscription (§4.1). */
    let isFirst = true;
    desk.watch(mine, (body, terminated) => {
      if (subscription !== mine) return;
      if (body !== "") {
        const update = read(body, isFirst);
        isFirst = false;
        if (update === "gap") {
          unsubscribe();
          return again(conference);
        }
        broken = 0;
      }
      if (terminated === null) return;
      desk.watch(mine, null);
      subscription = null;
      // Anything but a last word is a subscription that broke.
      if (terminated !== "noresource" && terminated !== "rejected") again(conference);
    });
    agent.subscribe(mine, conference);
  }

  function again(conference: string): void {
    const ms = Math.min(timers.rejoinMaxMs, timers.rejoinMinMs * 2 ** Math.min(broken, 16));
    broken += 1;
    stopRetry = desk.after(ms, () => subscribe(conference));
  }

  function unsubscribe(): void {
    stopRetry();
    if (subscription === null) return;
    desk.watch(subscription, null);
    agent.unsubscribe(subscription);
    subscription = null;
  }

  function read(body: string, isFirst: boolean): "read" | "gap" {
    let document: ConferenceInfo;
    try {
      document = parseConferenceInfo(body);
    } catch (error) {
      if (error instanceof ProtocolError) return "read";
      throw error;
    }
    const update = mergeRoster(isFirst ? null : known, document);
    if (update.is === "gap") return "gap";
    if (update.is !== "current") return "read";
    known = update.roster;
    members = peopleOf(rosterMembers(known));
    for (const { address, name } of members) desk.people.learn(address, name);
    rings = new Map(
      members
        .filter(({ is }) => isAsked(is))
        .map(({ address }) => {
          const from = clock.now();
          return [address, rings.get(address) ?? { from, until: from + timers.ringMs }];
        }),
    );
    changed();
    return "read";
  }

  /** Each person once, as the app keeps addresses; what names nobody is left out. */
  function peopleOf(listed: readonly RosterMember[]): readonly RosterMember[] {
    const people = new Map<string, RosterMember>();
    for (const one of listed) {
      const address = personAddress(one.address, domain);
      if (address === null || people.has(address)) continue;
      const invitedBy = one.invitedBy === null ? null : personAddress(one.invitedBy, domain);
      people.set(address, { ...one, address, invitedBy });
    }
    return [...people.values()];
  }

  return {
    members: () => members,
    rings: () => rings,
    entity: () => known?.entity ?? null,
    subject: () => known?.subject ?? null,
    limit: () => known?.maximumUserCount ?? null,
    subscribe,
    unsubscribe,
  };
}
