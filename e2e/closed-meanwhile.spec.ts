/** R4: the other closes the 1-1 while the invitation that would replace it is on its way. That is a no, and is said. */
import { expect } from "@playwright/test";
import { hasSaid, test } from "./people.ts";
import { inChat } from "./person.ts";
import { request, response, WireTap } from "./wire-tap.ts";

test("nobody moves him into a group: it is of the two others, and the 1-1 opens anew when wanted", async ({
  box,
  alice,
  bob,
  carol,
}) => {
  const tap = await WireTap.on(bob.page);
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  const invite = tap.hold("sip", "in", request("INVITE", "isfocus"));
  await alice.addPeople([carol], "Thursday");
  await invite.caught;

  await bob.press("Details");
  await bob.page.getByRole("region", { name: "Details" }).getByRole("button", { name: "Close chat" }).click();
  await bob.page
    .getByRole("alertdialog", { name: "Close the chat with Alice?" })
    .getByRole("button", { name: "Close chat" })
    .click();
  await bob.sees("You closed the chat");
  invite.release();
  await expect.poll(() => hasSaid(box, "bob", "PF bob", response(603, "INVITE"))).toBe(true);

  await carol.join(alice);
  await alice.openChat("Thursday");
  await alice.say("Only the two of us then.");
  await carol.sees("Only the two of us then.");
  await expect(bob.row("Thursday")).toHaveCount(0);
  await expect(bob.seam).toHaveCount(0);

  await bob.say("One more thing, Alice.");
  await alice.openChat(bob.name);
  await alice.sees("One more thing, Alice.");
  expect(carol.received()).not.toContain("One more thing");
});
