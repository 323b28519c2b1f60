/** One person on two devices: the one with the private chat moves over, and an invitation is answered on one of them. */
import { expect } from "@playwright/test";
import { test } from "./people.ts";
import { inChat } from "./person.ts";

test("the device with the chat is in the group; the other says where, and may come in later", async ({
  alice,
  bob,
  bobsPhone,
  carol,
}) => {
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  // Only now: each of Bob's devices would take the call.
  await bobsPhone.signIn();
  await alice.addPeople([carol], "Thursday");
  await carol.join(alice);
  for (const one of [alice, bob]) await expect(one.seam).toBeVisible();
  await expect(bobsPhone.row("Thursday")).toContainText("Joined on another device");
  await bobsPhone.row("Thursday").click();
  await expect(
    bobsPhone.chat.getByText("You are in this group on another device. This one stays out of it."),
  ).toBeVisible();
  await alice.say("Platform four.");
  await Promise.all([bob.sees("Platform four."), carol.sees("Platform four.")]);
  await expect(bobsPhone.page.getByText("Platform four.")).toHaveCount(0);
});

test("it rings on both, and is answered on one", async ({ alice, bob, carol, carolsPhone }) => {
  await Promise.all([inChat(alice, bob), carol.signIn(), carolsPhone.signIn()]);
  await alice.addPeople([carol], "Thursday");
  await carolsPhone.openInvitation(alice);
  await carol.join(alice);
  await expect(carolsPhone.row("Thursday")).toContainText("Joined on another device");
  await expect(carolsPhone.page.getByRole("button", { name: "Join", exact: true })).toHaveCount(0);
  await carol.say("On the small one.");
  await Promise.all([alice.sees("On the small one."), bob.sees("On the small one.")]);
  await expect(carolsPhone.page.getByText("On the small one.")).toHaveCount(0);
});
