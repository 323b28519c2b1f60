/**
 * The 1-1 ends with a BYE that may come before, between or after the answer that opens the group and its ACK; it
 * may never come, or both may send one. Whatever the order, both screens end the same.
 */
import { expect } from "@playwright/test";
import type { Network } from "./network.ts";
import { hasSaid, notTheFigure, test } from "./people.ts";
import { inChat, inTurn, type Person } from "./person.ts";
import { request, response, WireTap } from "./wire-tap.ts";

/** Bob’s BYE is answered, and he has read the answer. What the group sends him may come before or after it. */
async function oldDialogEnded(box: Network): Promise<void> {
  await expect.poll(() => hasSaid(box, "PF bob", "bob", response(200, "BYE"))).toBe(true);
}

/** One seam on both screens, the group's text below it, and the old dialog gone. */
async function endTheSame(box: Network, alice: Person, bob: Person, carol: Person): Promise<void> {
  for (const one of [alice, bob]) await expect(one.seam).toBeVisible();
  await carol.join(alice);
  await inTurn([alice, "Everybody here?"], [bob, "I am."], [carol, "So am I."]);
  const group = ["Everybody here?", "I am.", "So am I."];
  await alice.reads("Hello, are you there?", "Only you and Bob see what is above", ...group);
  await bob.reads("Hello, are you there?", "Only you and Alice see what is above", ...group);
  await carol.reads("The group starts here", ...group);
  for (const one of [alice, bob]) {
    await expect(one.seam).toHaveCount(1);
    await expect(one.list.getByRole("listitem")).toHaveCount(1);
  }
  expect(carol.received()).not.toContain("Hello, are you there?");
  const hasEnded = (): boolean =>
    ["alice", "bob"].some((user) => hasSaid(box, user, `PF ${user}`, request("BYE")));
  await expect.poll(hasEnded).toBe(true);
}

test("BYE, then the answer", async ({ box, alice, bob, carol }) => {
  const tap = await WireTap.on(alice.page);
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  const answer = tap.hold("sip", "in", response(200, "INVITE"));
  await alice.addPeople([carol]);
  await answer.caught;
  await oldDialogEnded(box);
  // The screen still asks, and what is written there waits for whom it is written to.
  await expect(alice.card).toBeVisible();
  answer.release();
  await endTheSame(box, alice, bob, carol);
  await expect.poll(() => notTheFigure(box)).toEqual([]);
});

test("the answer, then BYE, then its ACK", async ({ box, alice, bob, carol }) => {
  const tap = await WireTap.on(alice.page);
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  const bye = tap.hold("sip", "in", request("BYE"));
  const ack = tap.hold("sip", "out", request("ACK"));
  await alice.addPeople([carol]);
  await Promise.all([ack.caught, bye.caught]);
  bye.release();
  await oldDialogEnded(box);
  ack.release();
  await endTheSame(box, alice, bob, carol);
  await expect.poll(() => notTheFigure(box)).toEqual([]);
});

test("the answer and its ACK, then BYE", async ({ box, alice, bob, carol }) => {
  const tap = await WireTap.on(alice.page);
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  const bye = tap.hold("sip", "in", request("BYE"));
  await alice.addPeople([carol]);
  await bye.caught;
  await expect(alice.seam).toHaveAccessibleName("Only you and Bob see what is above");
  await alice.say("Said before the old chat is gone.");
  await bob.sees("Said before the old chat is gone.");
  bye.release();
  await endTheSame(box, alice, bob, carol);
  await expect.poll(() => notTheFigure(box)).toEqual([]);
});

test.describe("when it is overdue", () => {
  test.use({ appTimers: { overdueMs: 500 } });

  test("the one who asked ends the 1-1, and the BYEs cross", async ({ box, alice, bob, carol }) => {
    const tap = await WireTap.on(bob.page);
    await Promise.all([inChat(alice, bob), carol.signIn()]);
    const his = tap.hold("sip", "out", request("BYE"));
    const hers = tap.hold("sip", "in", request("BYE"));
    await alice.addPeople([carol]);
    await Promise.all([his.caught, hers.caught]);
    hers.release();
    his.release();
    await endTheSame(box, alice, bob, carol);
  });
});

test.describe("when its answer is lost", () => {
  test("the group goes on at both", async ({ box, alice, bob, carol }) => {
    const tap = await WireTap.on(bob.page);
    await Promise.all([inChat(alice, bob), carol.signIn()]);
    tap.change("sip", "in", response(200, "BYE"), () => null);
    await alice.addPeople([carol]);
    await endTheSame(box, alice, bob, carol);
  });
});
