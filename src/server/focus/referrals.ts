/**
 * People whom members bring in, and what those members are told of it (RFC 3515 §2.4; RFC 4579 §5.5).
 *
 * Only a member who is present may refer; who is in already is not asked again. The 202 says nothing yet: what
 * became of an invitation is read off the seats as they change.
 */
import type { LegId } from "../../flow/extend.ts";
import type { FocusInput, Seat } from "../../flow/extend.focus.ts";
import { responseTo, type SipHeader } from "../../wire/sip.ts";
import { recordRoutesOf, type Call } from "../sip/call.ts";
import { unheard } from "../sip/client-transaction.ts";
import { calleeDialog } from "../sip/dialog.ts";
import type { ServerTransaction } from "../sip/transactions.ts";
import type { UserAgent } from "../sip/user-agent.ts";
import type { Person } from "./factory.ts";
import { readReferral, referNotify, referSub } from "./referral.ts";
import { Refusal } from "./refusal.ts";

export type ReferralLimits = {
  /** People who belong to the group, and who are in its roster. */
  readonly people: number;
  readonly listed: number;
};

export type ReferralsOptions = {
  readonly agent: UserAgent;
  readonly contact: SipHeader;
  readonly factory: string;
  readonly limits: ReferralLimits;
  readonly takeInvitations: (who: string, many: number) => void;
  readonly freshId: () => string;
  readonly seats: () => readonly Seat[];
  readonly feed: (input: FocusInput) => void;
  /** These are about to be asked, by that person. */
  readonly expect: (people: readonly string[], by: Person) => void;
};

export interface Referrals {
  /** Answers a REFER; `call`: the one it came in. Throws Refusal. */
  refer(transaction: ServerTransaction, by: Person, call: Call | null): void;
  /** The seats are different now. */
  changed(): void;
}

const belongs = ({ is }: Seat): boolean => is !== "left" && is !== "out";

export function createReferrals(options: ReferralsOptions): Referrals {
  const { agent, contact, factory, limits, freshId, seats, feed, expect } = options;
  const watched = new Map<LegId, { readonly tell: (status: number) => void; told: number }>();

  function refer(transaction: ServerTransaction, by: Person, call: Call | null): void {
    const { request } = transaction;
    if (!seats().some((seat) => seat.who === by.address && seat.is === "joined"))
      throw new Refusal(403, "only members bring people in");
    const referral = readReferral(request);
    if (referral.people.includes(factory)) throw new Refusal(403, "a conference can't be invited");
    const inside = new Set(seats().flatMap((seat) => (belongs(seat) ? [seat.who] : [])));
    const fresh = referral.people.filter((who) => !inside.has(who));
    const listed = new Set([...seats().map(({ who }) => who), ...fresh]).size;
    if (inside.size + fresh.length > limits.people || listed > limits.listed)
      throw new Refusal(486, "too many people", { warning: 102 });
    options.takeInvitations(by.address, fresh.length);

    const dialog = call?.dialog ?? calleeDialog(request, freshId());
    const headers = [...recordRoutesOf(request), contact, ...referSub(referral)];
    transaction.respond(responseTo(request, 202, { toTag: dialog.localTag, headers }));
    const people = fresh.map((who) => ({ leg: freshId(), who }));
    if (referral.isWatched) {
      const [one] = people;
      const tell = (status: number): void =>
        agent.send(dialog.request("NOTIFY", referNotify(request, contact, status)), unheard);
      tell(one === undefined ? 200 : 100);
      if (one !== undefined) watched.set(one.leg, { tell, told: 100 });
    }
    if (people.length === 0) return;
    expect(fresh, by);
    feed({ on: "referred", people });
  }

  function changed(): void {
    for (const seat of seats()) {
      const one = watched.get(seat.leg);
      if (one === undefined || seat.is === "inviting") continue;
      const status = seat.is === "ringing" ? 180 : (seat.status ?? 487);
      if (status !== one.told) one.tell(status);
      one.told = status;
      if (status >= 200) watched.delete(seat.leg);
    }
  }

  return { refer, changed };
}
