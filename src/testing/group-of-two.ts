/** A group over the network in memory in which Alice and Bob are, and Carol is asked. */
import type { SipHeader, SipRequest } from "../wire/sip.ts";
import { groupNetwork, type GroupNetwork } from "./group-people.ts";
import { invitee, marks, type GroupPerson, type InGroup } from "./group-person.ts";

export interface GroupOfTwo {
  readonly network: GroupNetwork;
  readonly alice: GroupPerson;
  readonly bob: GroupPerson;
  readonly carol: GroupPerson;
  readonly a: InGroup;
  readonly b: InGroup;
  /** Her invitation, not yet answered. */
  readonly toCarol: SipRequest;
  /** One after the other, each when all is quiet again. */
  readonly said: (place: InGroup, ...texts: readonly string[]) => Promise<void>;
  /** Of everybody in the roster. */
  readonly seats: () => Readonly<Record<string, string>>;
}

export async function groupOfTwo(more: readonly SipHeader[] = []): Promise<GroupOfTwo> {
  const network = groupNetwork();
  const [alice, bob, carol] = await network.people("alice", "bob", "carol");
  const ordered = alice.order([invitee("bob", marks), invitee("carol")], more);
  const b = await bob.join(await bob.phone.takeRequest("INVITE"));
  const toCarol = await carol.phone.takeRequest("INVITE");
  const a = await alice.confirm(ordered);
  await network.quiet();
  return {
    network,
    alice,
    bob,
    carol,
    a,
    b,
    toCarol,
    said: async (place, ...texts) => {
      for (const text of texts) {
        place.say(text);
        await network.quiet();
      }
    },
    seats: () => {
      const state = network.focus.groups.get(a.conference)?.state();
      if (state?.is !== "standing") throw new Error("the group does not stand");
      return Object.fromEntries(state.seats.map((seat) => [seat.who.slice(4, -14), seat.is]));
    },
  };
}
