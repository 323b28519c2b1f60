/** A host who has heard no answer asks once more, with the same Contribution-ID: no second group comes of it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { groupNetwork, type GroupNetwork } from "../../testing/group-people.ts";
import { invitee, marks, type GroupPerson } from "../../testing/group-person.ts";
import { responseTo } from "../../wire/sip.ts";

let network: GroupNetwork;
let alice: GroupPerson;
let bob: GroupPerson;
let carol: GroupPerson;

beforeEach(async () => {
  network = groupNetwork();
  [alice, bob, carol] = await network.people("alice", "bob", "carol");
});
afterEach(() => network.stop());

const both = [invitee("carol"), invitee("bob", marks)];
const ids = [
  ["Conversation-ID", "conversation-1"],
  ["Contribution-ID", "contribution-2"],
] as const;

test("while all are still asked: the later INVITE is answered, nobody is rung twice", async () => {
  alice.order(both, ids);
  const toBob = await bob.phone.takeRequest("INVITE");
  bob.phone.send(responseTo(toBob, 180, { toTag: "b" }));
  const toCarol = await carol.phone.takeRequest("INVITE");
  await network.quiet();
  const again = alice.order(both, ids);
  expect((await alice.phone.takeResponse("INVITE")).status).toBe(487);
  await network.quiet();
  expect(network.focus.groups.size).toBe(1);
  await bob.join(toBob);
  const place = await alice.confirm(again);
  const inside = await carol.join(toCarol);
  inside.say("here");
  await network.quiet();
  expect([alice.read, bob.read]).toEqual([["here"], ["here"]]);
  expect(network.focus.open().dialogs).toBe(3);
  await place.leave();
});

test("when it stands: let into it, over the new call alone", async () => {
  const first = alice.order(both, ids);
  const place = await bob.join(await bob.phone.takeRequest("INVITE"));
  await alice.confirm(first);
  const second = alice.order(both, ids);
  await alice.confirm(second);
  const bye = await alice.phone.takeRequest("BYE");
  alice.phone.send(responseTo(bye, 200));
  place.say("once");
  await network.quiet();
  expect(alice.read).toEqual(["once"]);
  expect(network.focus.groups.size).toBe(1);
});

test("somebody else's order with that id is a group of its own; so is the same host's with another", async () => {
  alice.order(both, ids);
  bob.order([invitee("carol")], ids);
  alice.order(both, [ids[0], ["Contribution-ID", "contribution-3"]]);
  await network.quiet();
  expect(network.focus.groups.size).toBe(3);
  const hosts = [...network.focus.groups.values()].map((group) => group.state());
  expect(hosts.map((state) => (state.is === "gathering" ? state.seats[0]?.who : state.is))).toEqual([
    alice.address,
    bob.address,
    alice.address,
  ]);
});
