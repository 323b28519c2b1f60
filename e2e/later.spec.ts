/** Who comes later: reads what was said since the group began, and nothing from before; comes back after a no. */
import { expect } from "@playwright/test";
import { test } from "./people.ts";
import { inChat } from "./person.ts";

test("what is written before Join is pressed is read when it is", async ({ alice, bob, carol }) => {
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  await alice.addPeople([carol], "Thursday");
  // What is written before it stands is for Bob alone.
  await expect(alice.seam).toBeVisible();
  await alice.say("First of all, welcome.");
  await bob.sees("First of all, welcome.");
  await bob.say("She is not here yet.");
  await alice.sees("She is not here yet.");
  await carol.openInvitation(alice);
  await expect(carol.chat).toContainText("You’ll read everything said since the group began.");
  expect(carol.received()).not.toContain("First of all, welcome.");

  await carol.press("Join");
  await carol.reads("The group starts here", "First of all, welcome.", "She is not here yet.");
  await expect(carol.page.getByText("Hello, are you there?")).toHaveCount(0);
  expect(carol.received()).not.toContain("Hello, are you there?");
});

test("declined, and joined later from its row", async ({ alice, bob, carol }) => {
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  await alice.addPeople([carol], "Thursday");
  await carol.decline(alice);
  await expect(alice.seam).toBeVisible();
  await alice.sees("Carol declined");
  await alice.say("A pity.");
  await bob.sees("A pity.");

  await carol.row("Declined invitation").click();
  await expect(carol.chat.getByText("You declined")).toBeVisible();
  await carol.press("Join Thursday");
  await expect(carol.field).toBeVisible();
  await carol.reads("The group starts here", "A pity.");
  await carol.say("Changed my mind.");
  await alice.sees("Carol joined", "Changed my mind.");
  await bob.sees("Changed my mind.");
});

test("one more is added to a group that runs", async ({ alice, bob, carol, dave }) => {
  await Promise.all([inChat(alice, bob), carol.signIn(), dave.signIn()]);
  await alice.addPeople([carol], "Thursday");
  await carol.join(alice);
  await carol.say("Dave would like this.");
  await bob.sees("Dave would like this.");

  await bob.addPeople([dave]);
  await alice.sees("Bob added Dave");
  await expect(alice.members.filter({ hasText: "Dave" })).toContainText("ringing");
  await carol.say("Said while it rings.");
  await bob.sees("Said while it rings.");
  await dave.join(bob);
  await dave.reads("The group starts here", "Said while it rings.");
  for (const one of [alice, bob, carol]) await expect(one.members).toHaveCount(4);
  await dave.say("Hello everybody.");
  for (const one of [alice, bob, carol]) await one.sees("Hello everybody.");
  expect(dave.received()).not.toContain("Dave would like this.");
  expect(dave.received()).not.toContain("Hello, are you there?");
});

test("one leaves: the others go on and read it, she reads nothing more", async ({ alice, bob, carol }) => {
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  await alice.addPeople([carol], "Thursday");
  await carol.join(alice);
  await carol.say("I have to go.");
  await alice.sees("I have to go.");

  await carol.press("Details");
  await carol.page
    .getByRole("region", { name: "Details" })
    .getByRole("button", { name: "Leave group" })
    .click();
  const ask = carol.page.getByRole("alertdialog", { name: "Leave Thursday?" });
  await ask.getByRole("button", { name: "Leave group" }).click();
  await expect(carol.chat.getByText("You left this group.")).toBeVisible();
  await alice.sees("Carol left");
  await bob.sees("Carol left");
  await expect(alice.members).toHaveText([/You/, /Bob/]);
  await alice.say("See you, Carol.");
  await bob.sees("See you, Carol.");
  expect(carol.received()).not.toContain("See you, Carol.");
  await expect(carol.field).toHaveCount(0);
});
