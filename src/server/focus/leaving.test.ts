/** Who leaves, who is away, and when a group is over. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { invitee, marks, type GroupPerson, type InGroup } from "../../testing/group-person.ts";
import { groupNetwork, type GroupNetwork } from "../../testing/group-people.ts";
import { header, responseTo } from "../../wire/sip.ts";
import { causeOf } from "../sip/call.ts";
import { focusTimers } from "./timers.ts";

let network: GroupNetwork;
let alice: GroupPerson;
let bob: GroupPerson;
let carol: GroupPerson;

beforeEach(async () => {
  network = groupNetwork({ timers: { ...focusTimers, probeMs: 300_000 } });
  [alice, bob, carol] = await network.people("alice", "bob", "carol");
});
afterEach(() => network.stop());

const both = [invitee("carol"), invitee("bob", marks)];

describe("going", () => {
  async function three(): Promise<{ readonly a: InGroup; readonly b: InGroup; readonly c: InGroup }> {
    const ordered = alice.order(both);
    const b = await bob.join(await bob.phone.takeRequest("INVITE"));
    const c = await carol.join(await carol.phone.takeRequest("INVITE"));
    const a = await alice.confirm(ordered);
    await network.quiet();
    return { a, b, c };
  }
  test("who leaves has left; when two have, the last gets BYE with cause 410 and all is forgotten", async () => {
    const { b, c } = await three();
    await b.leave();
    expect([...network.focus.groups.values()][0]?.state()).toMatchObject({ is: "standing" });
    await c.leave();
    const bye = await alice.phone.takeRequest("BYE");
    expect(causeOf(bye)).toBe(410);
    expect(header(bye, "Reason")).toBe('SIP;cause=410;text="Gone"');
    alice.phone.send(responseTo(bye, 200));
    await network.quiet();
    expect([network.focus.groups.size, network.focus.open().dialogs]).toEqual([0, 0]);
  });

  test("who is away belongs: the group goes on", async () => {
    const { b, c } = await three();
    await b.leave(503);
    await c.leave();
    const state = [...network.focus.groups.values()][0]?.state();
    expect(state).toMatchObject({ is: "standing" });
    expect(state?.is === "standing" && state.seats.map((seat) => seat.is)).toEqual([
      "joined",
      "away",
      "left",
    ]);
  });

  test("a phone that has forgotten the call is away; one that is not there just now is asked again", async () => {
    await three();
    network.clock.advance(300_000);
    await network.quiet();
    const answer = async (one: GroupPerson, status: number): Promise<void> =>
      one.phone.send(responseTo(await one.phone.takeRequest("OPTIONS"), status));
    await answer(alice, 200);
    await answer(bob, 480);
    await answer(carol, 481);
    await network.quiet();
    const state = [...network.focus.groups.values()][0]?.state();
    expect(state?.is === "standing" && state.seats.map((seat) => seat.is)).toEqual([
      "joined",
      "joined",
      "away",
    ]);
    expect(causeOf(await carol.phone.takeRequest("BYE"))).toBe(480);
  });

  test("nothing is left when all is over", async () => {
    const { a: host, b, c } = await three();
    await b.leave();
    await c.leave();
    alice.phone.send(responseTo(await alice.phone.takeRequest("BYE"), 200));
    host.session.close();
    network.clock.advance(60_000);
    await network.quiet();
    expect(network.focus.open()).toEqual({ dialogs: 0, transactions: 0 });
  });
});
