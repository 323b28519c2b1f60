/** The client's agent in a group, on real sockets, with the real Controlling Function. */
import { describe, expect, test } from "vitest";
import type { Box } from "../server/network-in-a-box.ts";
import { formatReplaces } from "../wire/replaces.ts";
import { formatResourceLists } from "../wire/resource-lists.ts";
import { signedIn, testSdp } from "./agent-people.ts";
import { ask, boxInEachTest, call, factory, lastOf, two, until, usersIn } from "./agents-in-box.ts";
import { invitee } from "./group-person.ts";

let box: Box;

boxInEachTest((one) => {
  box = one;
});

describe("a group", () => {
  test("of three, with marks for Bob alone, watched, and with more people brought in", async () => {
    const { alice, bob } = await two(box);
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
    const { alice, bob } = await two(box);
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
    const { alice } = await two(box);
    alice.agent.invite({ ...ask("group", factory), recipientList: formatResourceLists([]) });
    const refused = await alice.take("refused", "group");
    expect(refused).toMatchObject({ status: 403 });
    expect(refused.warning).toContain("129");
  });
});
