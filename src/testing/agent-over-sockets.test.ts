/** The client's agent on real sockets, against the network in a box and the real Controlling Function. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startBox, type Box } from "../server/network-in-a-box.ts";
import { withTimers } from "../server/timers.ts";
import type { Invite } from "../sip/agent.ts";
import { parseConferenceInfo } from "../wire/conference-info.ts";
import { formatReplaces } from "../wire/replaces.ts";
import { formatResourceLists } from "../wire/resource-lists.ts";
import { invitee } from "./group-person.ts";
import { agentPerson, signedIn, stopAll, testSdp, type AgentPerson } from "./agent-people.ts";

let box: Box;

beforeEach(async () => {
  box = await startBox({ timers: withTimers({ focus: { notifyMs: 1 } }) });
});
afterEach(async () => {
  await stopAll();
  await box.stop();
});

const factory = "sip:conference-factory@segue.example";

async function two(): Promise<{ readonly alice: AgentPerson; readonly bob: AgentPerson }> {
  const [alice, bob] = await Promise.all([signedIn(box.port, "alice"), signedIn(box.port, "bob")]);
  return { alice, bob };
}

const ask = (leg: string, to: string): Invite => ({
  leg,
  to,
  sdp: testSdp(`${leg}-a`),
  headers: [],
  recipientList: null,
});

const usersIn = ({ body }: { readonly body: string }): Readonly<Record<string, string | null>> =>
  Object.fromEntries(parseConferenceInfo(body).users.map((user) => [user.entity, user.status]));

/** Reads NOTIFYs until one says so. */
async function until(
  person: AgentPerson,
  says: (users: Readonly<Record<string, string | null>>) => boolean,
): Promise<void> {
  while (!says(usersIn(await person.take("notified"))));
}

/** The reason of the NOTIFY that ends a subscription. */
async function lastOf(person: AgentPerson): Promise<string> {
  for (;;) {
    const { terminated } = await person.take("notified");
    if (terminated !== null) return terminated;
  }
}

/** A 1-1 that stands at both ends. */
async function call(from: AgentPerson, to: AgentPerson, leg: string): Promise<{ readonly there: string }> {
  from.agent.invite({
    ...ask(leg, to.address),
    headers: [
      ["Conversation-ID", `conversation-${leg}`],
      ["Contribution-ID", `contribution-${leg}`],
    ],
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
    const { alice, bob } = await two();
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
    const { alice, bob } = await two();
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
    const { alice, bob } = await two();
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
    const { alice, bob } = await two();
    alice.agent.invite(ask("one", bob.address));
    const { incoming } = await bob.take("incoming");
    await alice.take("progress", "one");
    alice.agent.cancel("one");
    expect(await bob.take("cancelled", incoming.leg)).toMatchObject({ cause: null });
    expect(await alice.take("refused", "one")).toMatchObject({ status: 487 });
    bob.agent.accept(incoming.leg, testSdp("late"));
  });

  test("is taken back before anything was heard of it", async () => {
    const { alice, bob } = await two();
    alice.agent.invite(ask("one", bob.address));
    alice.agent.cancel("one");
    expect(await alice.take("refused", "one")).toMatchObject({ status: 487 });
  });

  test("a yes that crosses a CANCEL is ended at once, and counts as refused", async () => {
    const { alice, bob } = await two();
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
    const { alice, bob } = await two();
    const { there } = await call(alice, bob, "one");
    alice.agent.end("one", null);
    bob.agent.end(there, null);
    await Promise.all([alice.take("closed", "one"), bob.take("closed", there)]);
    expect([...alice.events, ...bob.events].some(({ on }) => on === "ended")).toBe(false);
  });

  test("an end right after the yes waits for the ACK", async () => {
    const { alice, bob } = await two();
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

describe("a group", () => {
  test("of three, with marks for Bob alone, watched, and with more people brought in", async () => {
    const { alice, bob } = await two();
    const [carol, dave, erin] = [
      await signedIn(box.port, "carol"),
      await signedIn(box.port, "dave"),
      await signedIn(box.port, "erin"),
    ];
    const { there } = await call(alice, bob, "old");
    const dialog = alice.agent.dialog("old");
    if (dialog === null) throw new Error("no dialog");
    alice.agent.invite({
      ...ask("group", factory),
      headers: [
        ["P-Preferred-Service", "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.session.group"],
        ["Conversation-ID", "conversation-old"],
        ["Contribution-ID", "contribution-group"],
        ["Subject", "Lunch"],
      ],
      recipientList: formatResourceLists([
        invitee("bob", {
          replaces: formatReplaces({
            callId: dialog.callId,
            toTag: dialog.remoteTag,
            fromTag: dialog.localTag,
            earlyOnly: false,
          }),
          sessionReplaces: "contribution-old",
        }),
        invitee("carol"),
      ]),
    });
    expect(await alice.take("progress", "group")).toMatchObject({ status: 183, isFocus: true });

    const toBob = (await bob.take("incoming")).incoming;
    const own = bob.agent.dialog(there);
    expect(toBob).toMatchObject({
      isFocus: true,
      assertedIdentity: factory,
      referredBy: { address: alice.address },
      subject: "Lunch",
      conversationId: "conversation-old",
      contributionId: "contribution-group",
      sessionReplaces: "contribution-old",
      replaces: { callId: own?.callId, toTag: own?.localTag, fromTag: own?.remoteTag },
    });
    const toCarol = (await carol.take("incoming")).incoming;
    expect([toCarol.replaces, toCarol.sessionReplaces, toCarol.isFocus]).toEqual([null, null, true]);

    bob.agent.accept(toBob.leg, testSdp("group-b"));
    await bob.take("acked", toBob.leg);
    bob.agent.end(there, { cause: 200, text: "Call completed" });
    await Promise.all([bob.take("closed", there), alice.take("ended", "old")]);
    const accepted = await alice.take("accepted", "group");
    expect(accepted).toMatchObject({ isFocus: true, contact: toBob.contact });

    alice.agent.subscribe("roster", accepted.contact);
    expect(usersIn(await alice.take("notified"))).toMatchObject({ [bob.address]: "connected" });
    carol.agent.accept(toCarol.leg, testSdp("group-c"));
    await carol.take("acked", toCarol.leg);
    await until(alice, (users) => users[carol.address] === "connected");

    alice.agent.refer("group", [dave.address]);
    expect(await alice.take("referred", "group")).toMatchObject({ to: dave.address, status: 202 });
    dave.agent.refuse((await dave.take("incoming")).incoming.leg, 603);
    await until(alice, (users) => users[dave.address] === "disconnected");

    alice.agent.refer("group", [dave.address, erin.address]);
    expect([await alice.take("referred"), await alice.take("referred")]).toMatchObject([
      { to: dave.address, status: 202 },
      { to: erin.address, status: 202 },
    ]);
    const again = (await dave.take("incoming")).incoming;
    const toErin = (await erin.take("incoming")).incoming;
    expect([again.referredBy, toErin.referredBy]).toMatchObject([
      { address: alice.address },
      { address: alice.address },
    ]);
    erin.agent.accept(toErin.leg, testSdp("group-e"));
    await erin.take("acked", toErin.leg);
    await until(alice, (users) => users[erin.address] === "connected");

    alice.agent.unsubscribe("roster");
    const told = alice.events.length;
    bob.agent.end(toBob.leg, { cause: 200, text: "Call completed" });
    await bob.take("closed", toBob.leg);
    alice.agent.end("group", { cause: 200, text: "Call completed" });
    await alice.take("closed", "group");
    expect(alice.events.slice(told).map(({ on }) => on)).toEqual(["closed"]);
  });

  test("everybody refuses, and the last NOTIFY says who", async () => {
    const { alice, bob } = await two();
    alice.agent.invite({
      ...ask("group", factory),
      recipientList: formatResourceLists([invitee("bob")]),
    });
    const { contact } = await alice.take("progress", "group");
    alice.agent.subscribe("roster", contact ?? "");
    const { incoming } = await bob.take("incoming");
    await alice.take("notified");
    bob.agent.refuse(incoming.leg, 603);
    expect(await alice.take("refused", "group")).toMatchObject({ status: 603 });
    expect(await lastOf(alice)).toBe("noresource");
  });

  test("what can't be watched is told as an end", async () => {
    const alice = await signedIn(box.port, "alice");
    alice.agent.subscribe("none", `${factory};conf=00000000-0000-4000-8000-000000000000`);
    expect(await alice.take("notified")).toMatchObject({ subscription: "none", terminated: "noresource" });
    alice.agent.subscribe("bad", "not an address");
    expect(await alice.take("notified")).toMatchObject({ subscription: "bad", terminated: "rejected" });
  });

  test("a Warning comes with the refusal", async () => {
    const { alice } = await two();
    alice.agent.invite({ ...ask("group", factory), recipientList: formatResourceLists([]) });
    const refused = await alice.take("refused", "group");
    expect(refused).toMatchObject({ status: 403 });
    expect(refused.warning).toContain("129");
  });
});

describe("a connection that breaks", () => {
  test("is made again, and dialogs go on over it both ways", async () => {
    const { alice, bob } = await two();
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
    const { alice, bob } = await two();
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
    const { alice, bob } = await two();
    alice.agent.invite(ask("one", bob.address));
    const { incoming } = await bob.take("incoming");
    bob.sockets[0]?.terminate();
    expect(await bob.take("cancelled", incoming.leg)).toMatchObject({ cause: null });
    expect(await alice.take("refused", "one")).toMatchObject({ status: 480 });
    await bob.take("registered");
    await call(alice, bob, "two");
  });

  test("while there is none, commands fail by event, and a BYE waits for the next", async () => {
    const { alice, bob } = await two();
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
