/**
 * The groups of one focus, by conference URI: what an order to the factory begins, how many groups there may be, in all
 * and of one host, and which an earlier process left.
 *
 * Refused: an order for which there is no room (486, Warning 102), one that can't be kept (500), a conference that never
 * was or is over (404).
 */
import type { IncomingCall, IncomingCallUser } from "../sip/incoming-call.ts";
import { newConference } from "./conference-uri.ts";
import { readOrder } from "./factory.ts";
import type { Group } from "./group.ts";
import type { FocusLimits } from "./limits.ts";
import type { OrderRates } from "./order-rate.ts";
import { Refusal } from "./refusal.ts";
import { StoreError, type GroupFacts, type GroupRecord, type GroupStore } from "./store.ts";

export type GroupsOptions = {
  readonly factory: string;
  readonly limits: FocusLimits;
  readonly rates: OrderRates;
  readonly store: GroupStore;
  readonly freshId: () => string;
  readonly log: (line: string) => void;
  /** A group, new or as it was kept; `over` once nothing is to be had from it any more. */
  readonly make: (
    conference: string,
    record: GroupRecord,
    kept: GroupFacts | null,
    over: () => void,
  ) => Group;
};

export interface Groups {
  readonly all: ReadonlyMap<string, Group>;
  /** Throws Refusal. */
  at(conference: string): Group;
  /** The factory INVITE; what its call tells comes to the user returned. Throws Refusal. */
  order(call: IncomingCall): IncomingCallUser;
  /** The groups of an earlier process go on. */
  takeUp(): void;
  /** This focus will be gone, and with it the groups that are not kept. */
  dissolve(): void;
  close(): void;
}

export function createGroups(options: GroupsOptions): Groups {
  const { factory, limits, rates, store, freshId } = options;
  const all = new Map<string, Group>();
  const hosts = new Map<Group, string>();

  function add(conference: string, host: string, kept: GroupFacts | null): Group {
    const record = store.record(conference, host);
    const group = options.make(conference, record, kept, () => forget(conference, group));
    all.set(conference, group);
    hosts.set(group, host);
    return group;
  }

  function forget(conference: string, group: Group): void {
    all.delete(conference);
    hosts.delete(group);
  }

  return {
    all,
    at: (conference) => {
      const group = all.get(conference);
      if (group === undefined) throw new Refusal(404, "no such group");
      return group;
    },
    order: (call) => {
      const wanted = readOrder(call.request, { factory, maxPeople: limits.people });
      const host = wanted.caller.address;
      rates.group(host);
      const ofHost = [...hosts].flatMap(([group, one]) => (one === host ? [group] : []));
      const begun = ofHost.find((group) => group.contributionId() === wanted.contributionId);
      if (begun !== undefined) return begun.again(call, wanted);
      if (all.size >= limits.groups || ofHost.length >= limits.groupsOfOne)
        throw new Refusal(486, "too many groups", { warning: 102 });
      const people = ofHost.reduce((sum, { size }) => sum + size(), wanted.people.length + 1);
      if (people > limits.peopleOfOne) throw new Refusal(486, "too many people in groups", { warning: 102 });
      rates.invitations(host, wanted.people.length);
      const conference = newConference(factory, freshId);
      const group = add(conference, host, null);
      try {
        return group.start(call, wanted);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        options.log(error.message);
        forget(conference, group);
        throw new Refusal(500, "the group can't be kept");
      }
    },
    takeUp: () => {
      for (const { conference, facts } of store.kept()) {
        if (facts.stands) add(conference, facts.host.address, facts).endOldCalls();
        else store.record(conference, facts.host.address).drop();
      }
    },
    dissolve: () => {
      for (const group of all.values()) group.dissolve(!store.isDurable);
      all.clear();
      hosts.clear();
    },
    close: () => {
      for (const group of all.values()) group.close();
      all.clear();
      hosts.clear();
    },
  };
}
