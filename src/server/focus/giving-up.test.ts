/** No group comes of it: the host gives up, or X has to. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { invitee, marks, type GroupPerson } from "../../testing/group-person.ts";
import { groupNetwork, type GroupNetwork } from "../../testing/group-people.ts";
import { header, responseTo } from "../../wire/sip.ts";
import { causeOf } from "../sip/call.ts";
import { focusTimers } from "./timers.ts";

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

describe("the host gives up", () => {
  const cancel = (invite: ReturnType<GroupPerson["order"]>["invite"]): void =>
    alice.phone.send({
      ...invite,
      method: "CANCEL",
      headers: invite.headers
        .filter(([name]) => ["Via", "From", "To", "Call-ID", "Max-Forwards"].includes(name))
        .concat([["CSeq", (header(invite, "CSeq") ?? "").replace("INVITE", "CANCEL")]]),
      body: "",
    });

  test("CANCEL to everybody, and 487 to the host", async () => {
    const { invite } = alice.order(both);
    const toBob = await bob.phone.takeRequest("INVITE");
    const toCarol = await carol.phone.takeRequest("INVITE");
    bob.phone.send(responseTo(toBob, 180, { toTag: "b" }));
    await network.quiet();
    cancel(invite);
    expect((await alice.phone.takeResponse("INVITE")).status).toBe(487);
    await bob.phone.takeRequest("CANCEL");
    carol.phone.send(responseTo(toCarol, 180, { toTag: "c" }));
    await carol.phone.takeRequest("CANCEL");
    bob.refuse(toBob, 487);
    carol.refuse(toCarol, 487);
    await network.quiet();
    expect(network.focus.groups.size).toBe(0);
    expect(network.focus.open().dialogs).toBe(0);
  });

  test("B's 200 crosses it: B gets BYE with cause 487", async () => {
    const { invite } = alice.order(both);
    const toBob = await bob.phone.takeRequest("INVITE");
    cancel(invite);
    await alice.phone.takeResponse("INVITE");
    await bob.join(toBob);
    const bye = await bob.phone.takeRequest("BYE");
    expect(causeOf(bye)).toBe(487);
    bob.phone.send(responseTo(bye, 200));
    await network.quiet();
    expect(network.focus.open().dialogs).toBe(0);
  });

  test("the group's 200 crosses it: the host's BYE with 487 ends it for all", async () => {
    const ordered = alice.order(both);
    await bob.join(await bob.phone.takeRequest("INVITE"));
    const place = await alice.confirm(ordered);
    await place.leave(487);
    expect(causeOf(await bob.phone.takeRequest("BYE"))).toBe(487);
    expect(network.focus.groups.size).toBe(0);
  });
});

test("X is about to stop while it asks: the host is answered, and nobody rings on", async () => {
  alice.order([invitee("bob", marks)]);
  const toBob = await bob.phone.takeRequest("INVITE");
  bob.phone.send(responseTo(toBob, 180, { toTag: "b" }));
  await network.quiet();
  network.focus.sayGoodbye();
  expect((await alice.phone.takeResponse("INVITE")).status).toBe(480);
  await bob.phone.takeRequest("CANCEL");
});

test("X has no MSRP path left for the host: 500, and who had come is sent back with 487", async () => {
  network.stop();
  const own = "msrp://relay.segue.example:5080/one;ws";
  const path = { own, usePath: [], path: [own], host: "relay.segue.example", port: 5080, tls: false };
  const store = [null, path];
  const session = { send: () => {}, unreported: () => 0, look: () => {}, close: () => {} };
  network = groupNetwork({
    msrp: () => ({
      start: () => {},
      stop: () => {},
      tryNow: () => {},
      takePath: () => store.shift() ?? null,
      open: () => session,
    }),
  });
  await network.quiet();
  [alice, bob] = [await network.person("alice"), await network.person("bob")];
  alice.order([invitee("bob", marks)]);
  await bob.join(await bob.phone.takeRequest("INVITE"));
  await network.quiet();
  network.clock.advance(focusTimers.pathMs);
  expect((await alice.phone.takeResponse("INVITE")).status).toBe(500);
  const bye = await bob.phone.takeRequest("BYE");
  expect(causeOf(bye)).toBe(487);
  bob.phone.send(responseTo(bye, 200));
  await network.quiet();
  expect([network.focus.groups.size, network.focus.open().dialogs]).toEqual([0, 0]);
});
