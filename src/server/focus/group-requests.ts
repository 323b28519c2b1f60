/**
 * What people ask of one group: to begin it, to come in, to watch it, to bring others; and whether they may.
 *
 * Refused: outsiders at the conference URI (403, Warning 127), a list there (420), SDP without usable MSRP (488), within
 * a call what is not for a focus (405).
 */
import type { LegId } from "../../flow/extend.ts";
import type { FocusInput, Mark, Seat } from "../../flow/extend.focus.ts";
import type { MsrpPath } from "../../flow/msrp-path.ts";
import { responseTo, type SipHeader } from "../../wire/sip.ts";
import type { Call } from "../sip/call.ts";
import type { IncomingCall, IncomingCallUser } from "../sip/incoming-call.ts";
import type { ServerTransaction } from "../sip/transactions.ts";
import { partsOf, usableMedia, type Order, type Person } from "./factory.ts";
import type { GroupPeople } from "./group-people.ts";
import { abilities, extensions } from "./invitation.ts";
import type { Legs } from "./legs.ts";
import type { Notifier } from "./notifier.ts";
import type { Referrals } from "./referrals.ts";
import { answering, noListHere, notInvited, Refusal, refuseNameless, requireOnly } from "./refusal.ts";

export type GroupRequestsOptions = {
  readonly domain: string;
  readonly freshId: () => string;
  readonly count: (reason: string) => void;
  readonly people: GroupPeople;
  readonly legs: Legs;
  readonly notifier: Notifier;
  readonly referrals: Referrals;
  readonly seatOf: (who: string) => Seat | undefined;
  readonly isInvited: (who: string) => boolean;
  readonly feed: (input: FocusInput) => void;
  /** What the focus says of itself and of the group in every answer. */
  readonly headers: () => readonly SipHeader[];
  /** Null when none is in store. */
  readonly takePath: () => MsrpPath | null;
  /** The group is about to begin, with that leg for its host. Throws StoreError when it can't be kept. */
  readonly begin: (hostLeg: LegId) => void;
  /** Somebody is called something else now. */
  readonly renamed: () => void;
};

export interface GroupRequests {
  /** The factory INVITE; what its call tells comes to the user returned. Throws StoreError. */
  start(call: IncomingCall, order: Order): IncomingCallUser;
  /** The host's order once more, with the same Contribution-ID: whoever has heard no answer comes in by it. */
  again(call: IncomingCall, order: Order): IncomingCallUser;
  /** An INVITE to the conference URI. Throws Refusal. */
  dialIn(call: IncomingCall, caller: Person): IncomingCallUser;
  /** SUBSCRIBE, REFER or OPTIONS to the conference URI, outside any call. Throws Refusal. */
  ask(transaction: ServerTransaction, caller: Person): void;
  /** Any request in a member's call but INVITE and BYE. */
  within(who: string, transaction: ServerTransaction, call: Call): void;
}

export function createGroupRequests(options: GroupRequestsOptions): GroupRequests {
  const { freshId, people, legs, notifier, referrals, seatOf, isInvited, feed } = options;

  const answerOptions = (transaction: ServerTransaction, toTag?: string): void => {
    const { request } = transaction;
    requireOnly(request, extensions);
    transaction.respond(
      responseTo(request, 200, { ...(toTag === undefined ? {} : { toTag }), headers: options.headers() }),
    );
  };

  function learnName(person: Person): void {
    if (people.learn(person)) options.renamed();
  }

  const asked = (leg: LegId, { caller, people: wanted }: Order, markOf: (mark: Mark | null) => Mark | null) =>
    feed({
      on: "asked",
      leg,
      who: caller.address,
      people: wanted.map(({ who, mark }) => ({ leg: freshId(), who, mark: markOf(mark) })),
    });

  return {
    start: (call, order) => {
      const { caller, media } = order;
      people.begin(order);
      const leg = freshId();
      learnName(caller);
      options.begin(leg);
      // The host's path first; when there is none in store, the answer waits for one, not the people.
      const user = legs.add(leg, caller.address, call, media, options.takePath());
      asked(leg, order, (mark) => mark);
      return user;
    },
    again: (call, order) => {
      const { caller, media } = order;
      learnName(caller);
      const unknown = order.people.filter(({ who }) => seatOf(who) === undefined).map(({ who }) => who);
      people.asked(unknown, caller);
      const leg = freshId();
      const user = legs.add(leg, caller.address, call, media, null);
      asked(leg, order, () => null);
      return user;
    },
    dialIn: (call, caller) => {
      requireOnly(call.request, []);
      refuseNameless(call.request);
      if (!isInvited(caller.address)) throw notInvited();
      const { sdp, list } = partsOf(call.request);
      if (list !== null) throw noListHere();
      const media = usableMedia(sdp);
      if (media === null) throw new Refusal(488, "no usable MSRP");
      learnName(caller);
      const leg = freshId();
      const user = legs.add(leg, caller.address, call, media, null);
      feed({ on: "dialled-in", leg, who: caller.address });
      return user;
    },
    ask: (transaction, caller) => {
      const { request } = transaction;
      if (!isInvited(caller.address)) throw notInvited();
      learnName(caller);
      const seat = seatOf(caller.address);
      if (seat?.is === "inviting") legs.remind(seat.leg);
      if (request.method === "SUBSCRIBE") notifier.subscribe(transaction, caller.address, null);
      else if (request.method === "REFER") referrals.refer(transaction, caller, null);
      else answerOptions(transaction, freshId());
    },
    within: (who, transaction, call) =>
      answering(transaction, options, () => {
        const { request } = transaction;
        if (request.method === "SUBSCRIBE") notifier.subscribe(transaction, who, call.dialog);
        else if (request.method === "REFER")
          referrals.refer(transaction, { address: who, name: people.nameOf(who) }, call);
        else if (request.method === "OPTIONS") answerOptions(transaction);
        else transaction.respond(responseTo(request, 405, { headers: abilities }));
      }),
  };
}
