/** Coming late, coming back; and what each then reads. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { groupOfTwo, type GroupOfTwo } from "../../testing/group-of-two.ts";
import type { GroupPerson, InGroup } from "../../testing/group-person.ts";
import type { GroupNetwork } from "../../testing/group-people.ts";
import { responseTo, type SipRequest } from "../../wire/sip.ts";
import { causeOf } from "../sip/call.ts";
import { focusTimers } from "./timers.ts";

let network: GroupNetwork;
let alice: GroupPerson;
let bob: GroupPerson;
let carol: GroupPerson;
let a: InGroup;
let b: InGroup;
let toCarol: SipRequest;
let said: GroupOfTwo["said"];
let seats: GroupOfTwo["seats"];

beforeEach(async () => {
  ({ network, alice, bob, carol, a, b, toCarol, said, seats } = await groupOfTwo());
});
afterEach(() => network.stop());

const dialIn = async (person: GroupPerson): Promise<InGroup> => {
  const place = await person.confirm(person.dialIn(a.conference));
  await network.quiet();
  return place;
};

describe("what was said meanwhile", () => {
  test("Carol reads on joining what was said since the group began, in order, and then the rest", async () => {
    await said(a, "one", "two");
    await said(b, "three");
    const c = await carol.join(toCarol);
    await network.quiet();
    expect(carol.read).toEqual(["one", "two", "three"]);
    await said(c, "four");
    await said(a, "five");
    expect(carol.read).toEqual(["one", "two", "three", "five"]);
    expect(alice.read).toEqual(["three", "four"]);
    expect(bob.read).toEqual(["one", "two", "four", "five"]);
    expect([alice.outcomes, bob.outcomes, carol.outcomes]).toEqual([
      ["one ok", "two ok", "five ok"],
      ["three ok"],
      ["four ok"],
    ]);
  });

  test("a declined invitation can be taken up later", async () => {
    carol.refuse(toCarol, 603);
    await network.quiet();
    await said(a, "one");
    expect(seats()).toEqual({ alice: "joined", bob: "joined", carol: "out" });
    await dialIn(carol);
    expect(carol.read).toEqual(["one"]);
    expect(seats()).toEqual({ alice: "joined", bob: "joined", carol: "joined" });
  });

  test("Carol comes by the conference URI while her invitation still rings: it is cancelled", async () => {
    carol.phone.send(responseTo(toCarol, 180, { toTag: "c" }));
    await said(a, "one");
    const ordered = carol.dialIn(a.conference);
    carol.phone.send(responseTo(await carol.phone.takeRequest("CANCEL"), 200));
    carol.refuse(toCarol, 487);
    await carol.confirm(ordered);
    await network.quiet();
    expect(carol.read).toEqual(["one"]);
    expect(network.established).toHaveLength(1);
  });

  test("somebody away gets what came meanwhile, each once, and nothing is lost on the way", async () => {
    await said(a, "one");
    b.session.close(); // the page is gone: no BYE, and MSRP knows nobody of that name
    await said(a, "two", "three");
    expect(seats()["bob"]).toBe("away");
    expect(causeOf(await bob.phone.takeRequest("BYE"))).toBe(480);
    await said(a, "four");
    const back = await dialIn(bob);
    expect(bob.read).toEqual(["one", "two", "three", "four"]);
    expect(alice.outcomes).toEqual(["one ok", "two ok", "three ok", "four ok"]);
    await said(back, "five");
    expect(alice.read).toEqual(["five"]);
  });

  test("whose connection to the relay is gone is away, and reads the rest on the next one", async () => {
    bob.link.stop();
    await said(a, "one");
    expect(seats()["bob"]).toBe("away");
    bob.link.start();
    await network.quiet();
    await dialIn(bob);
    expect(bob.read).toEqual(["one"]);
  });

  test("whose connection closes is away a moment later, though nobody says a word; not who is back by then", async () => {
    const { backMs } = focusTimers;
    bob.link.stop();
    await network.quiet();
    network.clock.advance(backMs - 1);
    await network.quiet();
    expect(seats()["bob"]).toBe("joined");
    network.clock.advance(1);
    await network.quiet();
    expect(seats()["bob"]).toBe("away");
    expect(causeOf(await bob.phone.takeRequest("BYE"))).toBe(480);

    bob.link.start();
    await network.quiet();
    await dialIn(bob);
    bob.link.stop();
    await network.quiet();
    bob.link.start();
    await network.quiet();
    await dialIn(bob);
    network.clock.advance(backMs);
    await network.quiet();
    expect(seats()["bob"]).toBe("joined");
  });

  test("whose page is gone, and nothing said of it, is away when next looked for", async () => {
    b.session.close();
    network.clock.advance(focusTimers.probeMs - 1);
    await network.quiet();
    expect(seats()).toMatchObject({ alice: "joined", bob: "joined" });
    network.clock.advance(1);
    await network.quiet();
    expect(seats()).toMatchObject({ alice: "joined", bob: "away" });
  });

  test("coming back while the old session still stands replaces it", async () => {
    const again = await dialIn(bob);
    expect(causeOf(await bob.phone.takeRequest("BYE"))).toBe(200);
    await said(a, "one");
    expect(bob.read).toEqual(["one"]);
    await said(again, "two");
    expect([alice.read, seats()["bob"]]).toEqual([["two"], "joined"]);
  });

  test("the host's page was reloaded", async () => {
    const again = await dialIn(alice);
    await said(b, "one");
    await said(again, "two");
    expect([alice.read, bob.read, seats()["alice"]]).toEqual([["one"], ["two"], "joined"]);
  });

  test("said again after a break, it is not told twice", async () => {
    await said(a, "one");
    const cpim = (id: string): Uint8Array =>
      new TextEncoder().encode(
        `From: <${alice.address}>\r\nTo: <${a.conference}>\r\nNS: imdn <urn:ietf:params:imdn>\r\nimdn.Message-ID: ${id}\r\n\r\nContent-Type: text/plain\r\n\r\nagain`,
      );
    for (const name of ["first", "second"])
      a.session.send(name, { contentType: "message/cpim", body: cpim("m7") });
    await network.quiet();
    expect(bob.read).toEqual(["one", "again"]);
    expect(alice.outcomes).toEqual(["one ok", "first ok", "second ok"]);
  });
});
