/** The client's agent on real sockets, against the network in a box: it registers, and two of them call each other. */
import { describe, expect, test } from "vitest";
import type { Box } from "../server/network-in-a-box.ts";
import { agentPerson, signedIn, testSdp } from "./agent-people.ts";
import { ask, boxInEachTest, call, two } from "./agents-in-box.ts";

let box: Box;

boxInEachTest((one) => {
  box = one;
});

describe("registration", () => {
  test("with digest, and once", async () => {
    const alice = await signedIn(box.port, "alice");
    expect(alice.events).toEqual([{ on: "connecting" }, { on: "registered" }]);
    await alice.agent.stop();
    expect(alice.events).toHaveLength(2);
  });

  test.each([
    ["alice", "wrong", 403],
    ["nobody", "nobody", 403],
  ])("%s with %s is denied for good", async (user, password, status) => {
    const person = agentPerson(box.port, user, { password });
    person.agent.start();
    expect(await person.take("denied")).toEqual({ on: "denied", status });
    person.agent.tryNow();
    expect(person.sockets).toHaveLength(1);
  });
});

describe("a 1-1", () => {
  test("stands both ways and is ended by who was called", async () => {
    const { alice, bob } = await two(box);
    const { there } = await call(alice, bob, "one");
    const here = alice.agent.dialog("one");
    expect(bob.agent.dialog(there)).toEqual({
      callId: here?.callId,
      localTag: here?.remoteTag,
      remoteTag: here?.localTag,
    });
    bob.agent.end(there, { cause: 200, text: "Call completed" });
    expect(await alice.take("ended", "one")).toEqual({
      on: "ended",
      leg: "one",
      by: "peer",
      cause: 200,
      text: "Call completed",
    });
    await bob.take("closed", there);
    expect([alice.agent.dialog("one"), bob.agent.dialog(there)]).toEqual([null, null]);

    const back = await call(bob, alice, "two");
    bob.agent.end("two", null);
    expect(await alice.take("ended", back.there)).toMatchObject({ by: "peer", cause: null });
    await bob.take("closed", "two");
  });

  test("what was sent is what is told", async () => {
    const { alice, bob } = await two(box);
    alice.agent.invite({ ...ask("one", bob.address), headers: [["Subject", "Größe\r\nVia: forged"]] });
    const { incoming } = await bob.take("incoming");
    expect(incoming).toMatchObject({
      from: { address: alice.address, name: "Alice Moreau" },
      to: bob.address,
      assertedIdentity: alice.address,
      isFocus: false,
      subject: "Größe Via: forged",
      contributionId: null,
      referredBy: null,
      replaces: null,
      sessionReplaces: null,
      sdp: testSdp("one-a"),
    });
    expect(incoming.contact).toMatch(/^sip:alice@segue\.example;gr=/);
    expect(await alice.take("progress", "one")).toMatchObject({ status: 180, isFocus: false });
    bob.agent.accept(incoming.leg, testSdp("one-b"));
    expect(await alice.take("accepted", "one")).toMatchObject({ isFocus: false, sdp: testSdp("one-b") });
  });

  test("is refused", async () => {
    const { alice, bob } = await two(box);
    alice.agent.invite(ask("one", bob.address));
    const { incoming } = await bob.take("incoming");
    bob.agent.refuse(incoming.leg, 603);
    bob.agent.accept(incoming.leg, testSdp("late"));
    expect(await alice.take("refused", "one")).toMatchObject({ status: 603, warning: null });
    alice.agent.invite(ask("two", "sip:nobody@segue.example"));
    expect(await alice.take("refused", "two")).toMatchObject({ status: 404 });
    alice.agent.invite(ask("three", "not an address"));
    expect(await alice.take("refused", "three")).toMatchObject({ status: 400 });
  });

  test("is taken back while it rings", async () => {
    const { alice, bob } = await two(box);
    alice.agent.invite(ask("one", bob.address));
    const { incoming } = await bob.take("incoming");
    await alice.take("progress", "one");
    alice.agent.cancel("one");
    expect(await bob.take("cancelled", incoming.leg)).toMatchObject({ cause: null });
    expect(await alice.take("refused", "one")).toMatchObject({ status: 487 });
    bob.agent.accept(incoming.leg, testSdp("late"));
  });

  test("is taken back before anything was heard of it", async () => {
    const { alice, bob } = await two(box);
    alice.agent.invite(ask("one", bob.address));
    alice.agent.cancel("one");
    expect(await alice.take("refused", "one")).toMatchObject({ status: 487 });
  });

  test("a yes that crosses a CANCEL is ended at once, and counts as refused", async () => {
    const { alice, bob } = await two(box);
    alice.agent.invite(ask("one", bob.address));
    const { incoming } = await bob.take("incoming");
    await alice.take("progress", "one");
    bob.agent.accept(incoming.leg, testSdp("one-b"));
    alice.agent.cancel("one");
    expect(await alice.take("refused", "one")).toMatchObject({ status: 487 });
    expect(await bob.take("ended", incoming.leg)).toMatchObject({ by: "peer", cause: 487 });
    expect(alice.events.some(({ on }) => on === "accepted")).toBe(false);
  });

  test("two BYEs cross, and both ends are done", async () => {
    const { alice, bob } = await two(box);
    const { there } = await call(alice, bob, "one");
    alice.agent.end("one", null);
    bob.agent.end(there, null);
    await Promise.all([alice.take("closed", "one"), bob.take("closed", there)]);
    expect([...alice.events, ...bob.events].some(({ on }) => on === "ended")).toBe(false);
  });

  test("an end right after the yes waits for the ACK", async () => {
    const { alice, bob } = await two(box);
    alice.agent.invite(ask("one", bob.address));
    const { incoming } = await bob.take("incoming");
    bob.agent.accept(incoming.leg, testSdp("one-b"));
    bob.agent.end(incoming.leg, null);
    await Promise.all([alice.take("ended", "one"), bob.take("closed", incoming.leg)]);
    expect(bob.events.some(({ on }) => on === "acked")).toBe(false);
    expect(alice.events.map(({ on }) => on).filter((on) => on === "accepted" || on === "ended")).toEqual([
      "accepted",
      "ended",
    ]);
  });
});
