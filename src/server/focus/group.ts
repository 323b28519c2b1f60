/**
 * One group: the machine `focus` of `flow/extend.focus.ts`, and everything its effects need.
 *
 * Who is invited, when the host is answered, what is tried again and when all is over, the machine decides; the
 * legs do it in SIP (`legs.ts`), the room in MSRP (`switch.ts`), the notifier tells (`notifier.ts`), and what people ask
 * of it comes in by `group-requests.ts`. All that a restart must not lose is in its record (`store.ts`), and a group can
 * begin with what another process left there.
 */
import type { Clock } from "../../flow/clock.ts";
import { focus, type Focus, type FocusEffect, type FocusInput, type Seat } from "../../flow/extend.focus.ts";
import { drive, type Step } from "../../flow/machine.ts";
import type { MsrpLink } from "../../flow/msrp-link.ts";
import type { UserAgent } from "../sip/user-agent.ts";
import { focusContact } from "./invitation.ts";
import { describeGroup } from "./group-description.ts";
import { createGroupPeople } from "./group-people.ts";
import { createGroupRequests, type GroupRequests } from "./group-requests.ts";
import { createLegs, type LegTimers } from "./legs.ts";
import type { MemberEnds } from "./member-ends.ts";
import { createNotifier, type NotifierLimits, type NotifierTimers } from "./notifier.ts";
import type { Paths } from "./paths.ts";
import { createReferrals, type ReferralLimits } from "./referrals.ts";
import { createEmptiness, createKeeping, endCalls, seatsToKeep, stateAfter } from "./kept-group.ts";
import type { GroupFacts, GroupRecord } from "./store.ts";
import { createSwitch } from "./switch.ts";

export type GroupTimers = NotifierTimers &
  LegTimers & {
    /** A group in which nobody has been present or asked for so long is forgotten, with what was said there. */
    readonly emptyMs: number;
  };

export type GroupLimits = NotifierLimits & ReferralLimits;

export type GroupOptions = {
  readonly conference: string;
  /** Where the focus is reached for this group, when not by the conference URI. */
  readonly contact: string;
  readonly factory: string;
  readonly domain: string;
  readonly limits: GroupLimits;
  /** Why something was refused. */
  readonly count: (reason: string) => void;
  /** Throws Refusal when that person has had too many people asked. */
  readonly takeInvitations: (who: string, many: number) => void;
  readonly agent: UserAgent;
  readonly msrp: MsrpLink;
  readonly paths: Paths;
  readonly ends: MemberEnds;
  readonly record: GroupRecord;
  /** What an earlier process knew of it; null: it begins now. */
  readonly kept: GroupFacts | null;
  readonly log: (line: string) => void;
  readonly timers: GroupTimers;
  readonly clock: Clock;
  readonly freshId: () => string;
  /** A name that the network knows; null when it knows none. */
  readonly nameOf: (who: string) => string | null;
  /** Step 19: every invitation of the first list has its final answer. */
  readonly established: (members: readonly string[]) => void;
  /** In place of the machine `focus`: for tests that want one that misbehaves. */
  readonly step?: Step<Focus, FocusInput, FocusEffect>;
  /** Nothing is to be had from this group any more. */
  readonly over: () => void;
};

export interface Group extends Omit<GroupRequests, "within"> {
  readonly state: () => Focus;
  /** How many watch the roster. */
  readonly watchers: () => number;
  /** People in its roster. */
  readonly size: () => number;
  readonly contributionId: () => string;
  /** The calls that an earlier process had are ended: their people notice, and come back. */
  endOldCalls(): void;
  /** Ends every call: this focus will be gone, and the group with it, or until the focus is back. */
  dissolve(isForGood: boolean): void;
  /** Forgets everything without a word. */
  close(): void;
}

export function createGroup(options: GroupOptions): Group {
  const { conference, limits, msrp, timers, clock, record, kept } = options;
  const contact = focusContact(options.contact);
  const people = createGroupPeople(kept, options);
  let isClosed = false;

  const machine = drive<Focus, FocusInput, FocusEffect>(
    options.step ?? focus,
    kept === null ? { is: "idle" } : stateAfter(kept),
    perform,
    changed,
  );
  const feed = (input: FocusInput): void => {
    if (!isClosed) machine.feed(input);
  };
  const seats = (): readonly Seat[] => {
    const state = machine.state();
    return state.is === "idle" ? [] : state.seats;
  };
  const seatOf = (who: string): Seat | undefined => seats().find((seat) => seat.who === who);
  const isInvited = (who: string): boolean => (seatOf(who)?.is ?? "left") !== "left";
  const description = describeGroup({ ...options, maxPeople: limits.people, people, seats });

  const room = createSwitch({
    conference,
    contact: options.contact,
    link: msrp,
    record,
    clock,
    ends: options.ends,
    log: options.log,
    readers: () => seats().flatMap(({ who, is }) => (is === "left" ? [] : [who])),
    belongs: (who) => ["joined", "away"].includes(seatOf(who)?.is ?? ""),
    broken: (leg) => legs.broken(leg),
  });
  const legs = createLegs({
    ...options,
    room,
    feed,
    seatOf,
    abilities: description.headers,
    invitation: description.invitation,
    asked: (who, transaction, call) => requests.within(who, transaction, call),
    left: (who) => record.forget(who),
    stands: () => save(),
  });
  const notifier = createNotifier({
    ...options,
    contact,
    mayWatch: isInvited,
    document: description.roster,
  });
  const emptiness = createEmptiness(kept?.emptySince ?? null, {
    maxMs: timers.emptyMs,
    clock,
    tooLong: () => {
      notifier.finish();
      close();
      record.drop();
      options.over();
    },
  });
  const keeping = createKeeping({
    record,
    log: options.log,
    about: () => ({
      ...people.facts(),
      seats: seatsToKeep(seats()),
      calls: legs.calls(),
      emptySince: emptiness.since,
    }),
  });
  const save = (): void => keeping.save(machine.state());
  const referrals = createReferrals({ ...options, contact, seats, feed, expect: people.asked });
  const requests = createGroupRequests({
    ...options,
    people,
    legs,
    notifier,
    referrals,
    seatOf,
    isInvited,
    feed,
    headers: description.headers,
    takePath: () => msrp.takePath(),
    begin: keeping.begin,
    renamed: () => {
      notifier.changed();
      save();
    },
  });

  function perform(effect: FocusEffect): void {
    switch (effect.do) {
      case "progress":
        legs.progress(effect.leg);
        return;
      case "invite":
        legs.invite(effect.leg, effect.who, effect.mark);
        return;
      case "accept":
        legs.accept(effect.leg);
        return;
      case "refuse":
        legs.refuse(effect.leg, effect.status);
        return;
      case "cancel":
        legs.cancel(effect.leg);
        return;
      case "end":
        legs.end(effect.leg, effect.cause);
        return;
      case "established":
        options.established(effect.members);
        return;
      case "dissolve":
        notifier.finish();
    }
  }

  function changed(state: Focus): void {
    for (const seat of seats()) legs.open(seat);
    referrals.changed();
    notifier.changed();
    if (state.is === "over") {
      emptiness.stop();
      room.close();
      record.drop();
      options.over();
      return;
    }
    emptiness.is(seats().every(({ is }) => is === "away" || is === "left" || is === "out"));
    save();
  }

  function close(): void {
    isClosed = true;
    emptiness.stop();
    legs.close();
    room.close();
  }

  function dissolve(isForGood: boolean): void {
    for (const { leg, is, joinedBy } of seats()) {
      const isAsked = is === "inviting" || is === "ringing";
      if (isAsked && joinedBy === "host") legs.refuse(leg, 480);
      else if (isAsked) legs.cancel(leg);
      else legs.end(leg, isForGood ? 410 : 480);
    }
    if (isForGood) {
      notifier.finish();
      record.drop();
    }
    close();
  }

  for (const { leg, is, who } of seats()) if (is === "inviting") legs.expect(leg, who);
  if (kept !== null) changed(machine.state());

  return {
    ...requests,
    state: machine.state,
    watchers: () => notifier.watchers,
    size: () => seats().length,
    contributionId: () => people.facts().contributionId,
    endOldCalls: () => endCalls(options.agent, kept?.calls ?? []),
    dissolve,
    close,
  };
}
