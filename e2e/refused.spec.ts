/**
 * Not everybody comes: the one of the 1-1 does not join and the new one does, nobody joins, somebody is not there or
 * does not answer. The rest goes on, and who asked is told, person by person.
 */
import { expect } from "@playwright/test";
import { withTimers } from "../src/server/timers.ts";
import { hasSaid, test } from "./people.ts";
import { inChat, type Person } from "./person.ts";
import { request, response, WireTap } from "./wire-tap.ts";

/** An invitation that claims to replace the 1-1 and comes from somebody else: his client refuses it by its rule. */
async function distrusts(bob: Person): Promise<void> {
  const tap = await WireTap.on(bob.page);
  tap.change("sip", "in", request("INVITE", "Referred-By"), (text) =>
    text.replace(/^Referred-By:.*$/im, "Referred-By: <sip:mallory@segue.example>"),
  );
}

test("the other’s rule refuses, the new one comes: a group, and the 1-1 in its own row", async ({
  box,
  alice,
  bob,
  carol,
}) => {
  await distrusts(bob);
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  await alice.addPeople([carol], "Thursday");
  await carol.join(alice);
  // Nobody waits for his answer: it comes when it comes.
  await expect.poll(() => hasSaid(box, "bob", "PF bob", response(403, "INVITE"))).toBe(true);

  await expect(alice.row("Thursday")).toBeVisible();
  await alice.openChat("Thursday");
  await alice.say("Only the two of us then.");
  await carol.sees("Only the two of us then.");
  await alice.sees("Bob declined the group. Your private chat goes on in its own row.");
  await expect(alice.thread.getByText("Hello, are you there?")).toHaveCount(0);

  await alice.openChat(bob.name);
  await alice.sees("Hello, are you there?");
  await alice.say("Never mind, Bob.");
  await bob.openChat(alice.name);
  await bob.sees("Never mind, Bob.");
  await bob.say("Sure?");
  await alice.sees("Sure?");
  expect(carol.received()).not.toContain("Never mind, Bob.");

  // He sees that he was asked and may still come.
  await expect(bob.row("Missed invitation")).toBeVisible();
});

test("without a 1-1 that stands the other is asked like anybody, and says no", async ({
  alice,
  bob,
  carol,
}) => {
  await Promise.all([alice.signIn(), bob.signIn(), carol.signIn()]);
  await alice.chatWith(bob);
  await alice.addPeople([carol], "Thursday");
  await bob.decline(alice);
  await carol.join(alice);
  await alice.openChat("Thursday");
  await alice.say("Bob can’t come.");
  await carol.sees("Bob can’t come.");
  await expect(alice.page.getByText(/Bob declined/).first()).toBeVisible();
});

test("nobody joins: the reason of each, the 1-1 untouched, the typed text kept", async ({
  box,
  alice,
  bob,
  carol,
}) => {
  await distrusts(bob);
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  await alice.field.fill("A thought half typed");
  await alice.addPeople([carol]);
  await expect(alice.card.getByRole("listitem").filter({ hasText: "Carol" })).toContainText("Ringing");
  await carol.decline(alice);

  await expect(alice.card.getByRole("heading", { name: "Nobody could join." })).toBeVisible();
  await expect(alice.card).toContainText("You’re still with Bob, your text is kept.");
  await expect(alice.card.getByRole("listitem").filter({ hasText: "Bob" })).toContainText("Declined403");
  await expect(alice.card.getByRole("listitem").filter({ hasText: "Carol" })).toContainText("Declined603");
  await expect.poll(() => hasSaid(box, "PF alice", "alice", response(603, "INVITE"))).toBe(true);

  await expect(alice.field).toHaveValue("A thought half typed");
  await expect(alice.seam).toHaveCount(0);
  await alice.card.getByRole("button", { name: "Close" }).click();
  await expect(alice.card).toBeHidden();
  await alice.say("Then without them.");
  await bob.openChat(alice.name);
  await bob.sees("Then without them.");
  await expect(bob.seam).toHaveCount(0);
});

test("somebody who is not signed in is not reached; the others go on", async ({ alice, bob, carol }) => {
  await Promise.all([inChat(alice, bob), carol.open()]);
  await alice.addPeople([carol]);
  await alice.sees("Carol: Not reachable right now");
  await expect(alice.members).toHaveText([/You/, /Bob/, /Carol.*not reachable/]);
  await alice.say("Carol is not there.");
  await bob.sees("Carol is not there.");

  // One press asks her again once she is.
  await carol.signIn();
  await alice.press("Ask Carol again");
  await carol.join(alice);
  await carol.sees("The group starts here");
  await alice.sees("Carol joined");
});

test("the other is gone: his leg ends, the new one comes", async ({ alice, bob, carol }) => {
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  await bob.page.close();
  await alice.addPeople([carol], "Thursday");
  await carol.join(alice);
  await alice.openChat("Thursday");
  await alice.say("Just us.");
  await carol.sees("Just us.");
  await expect(alice.page.getByText(/^Bob: Not reachable right now/).first()).toBeVisible();
});

test.describe("silence", () => {
  // Of what the other runs alone: a person has all the time there is to press Join.
  test.use({ boxOptions: { timers: withTimers({ proxy: { answerMs: 3_000 } }) } });

  test("no answer by anything the other runs ends in 408; the new one comes", async ({
    alice,
    bob,
    carol,
  }) => {
    const tap = await WireTap.on(bob.page);
    await Promise.all([inChat(alice, bob), carol.signIn()]);
    tap.hold("sip", "in", request("INVITE", "isfocus"));
    await alice.addPeople([carol], "Thursday");
    await carol.join(alice);
    await alice.openChat("Thursday");
    await alice.say("No word from Bob.");
    await carol.sees("No word from Bob.");
    await alice.sees("Bob: No answer. Your private chat goes on in its own row.");
  });
});

test.describe("a person who does not answer", () => {
  test.use({ boxOptions: { timers: withTimers({ focus: { ringMs: 3_000 } }) } });

  test("nobody presses Join while it rings: a missed invitation, joined later", async ({
    box,
    alice,
    bob,
    carol,
  }) => {
    await Promise.all([inChat(alice, bob), carol.signIn()]);
    await alice.addPeople([carol], "Thursday");
    // It may be over before anybody looks at her screen.
    await expect.poll(() => hasSaid(box, "carol", "PF carol", response(180, "INVITE"))).toBe(true);
    await expect(alice.seam).toBeVisible();
    await alice.sees("Carol: No answer");
    await alice.say("She will read this later.");
    await expect(carol.row("Missed invitation")).toBeVisible();
    await carol.press("Join Thursday");
    await carol.openChat("Thursday");
    await carol.reads("The group starts here", "She will read this later.");
    await carol.say("Better late.");
    await alice.sees("Carol joined", "Better late.");
    await bob.sees("Better late.");
  });
});
