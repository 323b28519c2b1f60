/** The client's agent on real sockets, against the network in a box and the real Controlling Function. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startBox, type Box } from "../server/network-in-a-box.ts";
import { agentPerson, signedIn, stopAll, testSdp, type AgentPerson } from "./agent-people.ts";

let box: Box;

beforeEach(async () => {
  box = await startBox({ trace: true });
});
afterEach(async () => {
  await stopAll();
  await box.stop();
});

/** A 1-1 that stands at both ends. */
async function call(from: AgentPerson, to: AgentPerson, leg: string): Promise<{ readonly there: string }> {
  from.agent.invite({
    leg,
    to: to.address,
    sdp: testSdp(`${leg}-a`),
    headers: [
      ["Conversation-ID", `conversation-${leg}`],
      ["Contribution-ID", `contribution-${leg}`],
    ],
    recipientList: null,
  });
  const { incoming } = await to.take("incoming");
  to.agent.accept(incoming.leg, testSdp(`${leg}-b`));
  await Promise.all([from.take("accepted", leg), to.take("acked", incoming.leg)]);
  return { there: incoming.leg };
}

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
    const [alice, bob] = [await signedIn(box.port, "alice"), await signedIn(box.port, "bob")];
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
    await call(bob, alice, "two");
    alice.agent.end("one", null);
    expect(alice.agent.dialog("one")).toBeNull();
  });
});
