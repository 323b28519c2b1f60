/** The client's agent on a connection that breaks, on real sockets, and what goes on over the next one. */
import { describe, expect, test } from "vitest";
import type { Box } from "../server/network-in-a-box.ts";
import { agentPerson, testSdp } from "./agent-people.ts";
import { ask, boxInEachTest, call, factory, two } from "./agents-in-box.ts";

let box: Box;

boxInEachTest((one) => {
  box = one;
});

describe("a connection that breaks", () => {
  test("is made again, and dialogs go on over it both ways", async () => {
    const { alice, bob } = await two(box);
    const first = await call(alice, bob, "one");
    const second = await call(bob, alice, "two");
    alice.sockets[0]?.terminate();
    expect(await alice.take("disconnected")).toMatchObject({ cause: "network" });
    await alice.take("registered");
    bob.agent.end(first.there, null);
    await Promise.all([alice.take("ended", "one"), bob.take("closed", first.there)]);
    alice.agent.end(second.there, null);
    await Promise.all([bob.take("ended", "two"), alice.take("closed", second.there)]);
    await call(bob, alice, "three");
  });

  test("while it rings at the other end, and the call stands", async () => {
    const { alice, bob } = await two(box);
    alice.agent.invite(ask("one", bob.address));
    const { incoming } = await bob.take("incoming");
    await alice.take("progress", "one");
    alice.sockets[0]?.terminate();
    await alice.take("registered");
    bob.agent.accept(incoming.leg, testSdp("one-b"));
    await Promise.all([alice.take("accepted", "one"), bob.take("acked", incoming.leg)]);
    alice.agent.end("one", null);
    expect(await bob.take("ended", incoming.leg)).toMatchObject({ by: "peer" });
    await alice.take("closed", "one");
  });

  test("while it rings at this end, and both ends know that nothing came of it", async () => {
    const { alice, bob } = await two(box);
    alice.agent.invite(ask("one", bob.address));
    const { incoming } = await bob.take("incoming");
    bob.sockets[0]?.terminate();
    expect(await bob.take("cancelled", incoming.leg)).toMatchObject({ cause: null });
    expect(await alice.take("refused", "one")).toMatchObject({ status: 480 });
    await bob.take("registered");
    await call(alice, bob, "two");
  });

  test("while there is none, commands fail by event, and a BYE waits for the next", async () => {
    const { alice, bob } = await two(box);
    await call(alice, bob, "one");
    const offline = agentPerson(box.port, "carol", { timers: { retryMinMs: 60_000, retryMaxMs: 60_000 } });
    offline.agent.start();
    await offline.take("registered");
    const { there } = await call(offline, bob, "two");
    offline.sockets[0]?.terminate();
    await offline.take("disconnected");
    offline.agent.end("two", null);
    offline.agent.invite(ask("three", bob.address));
    offline.agent.subscribe("roster", factory);
    expect(await offline.take("refused", "three")).toMatchObject({ status: 503 });
    expect(await offline.take("notified")).toMatchObject({ terminated: "timeout" });
    offline.agent.tryNow();
    await Promise.all([bob.take("ended", there), offline.take("closed", "two")]);
    await call(offline, bob, "four");
  });

  test("a server that is gone is looked for again until it is told to stop", async () => {
    const alice = agentPerson(1, "alice");
    alice.agent.start();
    await alice.take("disconnected");
    await alice.take("disconnected");
    await alice.agent.stop();
    const told = alice.events.length;
    alice.agent.tryNow();
    alice.agent.start();
    expect(alice.events).toHaveLength(told);
  });
});
