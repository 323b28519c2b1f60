/** Who asked takes it back while others are still asked: nobody is left in a group that nobody wants. */
import { expect } from "@playwright/test";
import { saidBy, test } from "./people.ts";
import { inChat } from "./person.ts";
import { request, response, WireTap } from "./wire-tap.ts";

test("while everybody is still asked: no group anywhere, the 1-1 as it was", async ({
  box,
  alice,
  bob,
  carol,
}) => {
  const tap = await WireTap.on(bob.page);
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  tap.hold("sip", "in", request("INVITE", "isfocus"));
  await alice.addPeople([carol], "Thursday");
  await expect(alice.card.getByRole("listitem").filter({ hasText: "Carol" })).toContainText("Ringing");
  await expect(alice.card).toContainText("Waiting for 2");
  await expect(carol.row("Alice invites you")).toBeVisible();

  await alice.card.getByRole("button", { name: "Cancel" }).click();
  await expect(alice.card).toBeHidden();
  await expect(alice.seam).toHaveCount(0);
  await expect(carol.row("Missed invitation")).toBeVisible();
  await expect
    .poll(() => saidBy(box, "PF carol", "carol").filter((line) => line.startsWith("CANCEL ")))
    .toHaveLength(1);

  await alice.say("Later perhaps.");
  await bob.sees("Later perhaps.");
  await bob.say("As you like.");
  await alice.sees("As you like.");
  await expect(bob.seam).toHaveCount(0);
});

test("after the other has answered: he is sent away, and both screens offer the 1-1 again", async ({
  box,
  alice,
  bob,
  carol,
}) => {
  const tap = await WireTap.on(alice.page);
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  const answer = tap.hold("sip", "in", response(200, "INVITE"));
  await alice.addPeople([carol], "Thursday");
  await answer.caught;
  await expect(bob.seam).toHaveAccessibleName("Only you and Alice see what is above");

  await alice.card.getByRole("button", { name: "Cancel" }).click();
  answer.release();
  await expect(alice.card).toBeHidden();
  await expect(carol.row("Missed invitation")).toBeVisible();
  await expect
    .poll(() => saidBy(box, "PF bob", "bob").filter((line) => line.startsWith("BYE ")))
    .not.toHaveLength(0);

  await expect(bob.row(alice.name)).toBeVisible();
  await alice.openChat(bob.name);
  await alice.say("Sorry, wrong button.");
  await bob.openChat(alice.name);
  await bob.reads("Hello, are you there?", "Sorry, wrong button.");
  await bob.say("No harm done.");
  await alice.reads("Yes, what is it?", "Sorry, wrong button.", "No harm done.");
});
