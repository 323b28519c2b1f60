/**
 * Both ends of a 1-1 add somebody at the same moment. One group wins by rule, the same one on both screens, and
 * everybody whom either of them picked ends up in it.
 */
import { expect } from "@playwright/test";
import { test } from "./people.ts";
import { inChat, type Person } from "./person.ts";
import { request, WireTap } from "./wire-tap.ts";

const listed = request("INVITE", "recipient-list-invite");

/** One invitation is answered; the loser's own group rings there no more. */
async function comesIn(one: Person): Promise<void> {
  await one.row("invites you").click();
  await one.chat.getByRole("button", { name: "Join", exact: true }).click();
  await expect(one.field).toBeVisible();
}

test("both add at once: one group with everybody in it", async ({ box, alice, bob, carol, dave }) => {
  const taps = await Promise.all([WireTap.on(alice.page), WireTap.on(bob.page)]);
  await Promise.all([inChat(alice, bob), carol.signIn(), dave.signIn()]);
  const held = taps.map((tap) => tap.hold("sip", "out", listed));
  await alice.addPeople([carol]);
  await bob.addPeople([dave]);
  await Promise.all(held.map(({ caught }) => caught));
  for (const one of held) one.release();

  await expect(alice.seam).toHaveAccessibleName("Only you and Bob see what is above");
  await expect(bob.seam).toHaveAccessibleName("Only you and Alice see what is above");
  await expect.poll(() => box.focus.groups.size).toBe(1);
  await Promise.all([comesIn(carol), comesIn(dave)]);

  const everybody = [alice, bob, carol, dave];
  for (const one of everybody) await expect(one.members).toHaveCount(4);
  for (const one of everybody) await one.say(`${one.firstName} is in.`);
  for (const one of everybody) await one.sees(...everybody.map(({ firstName }) => `${firstName} is in.`));

  for (const one of [alice, bob]) {
    await expect(one.seam).toHaveCount(1);
    await expect(one.list.getByRole("listitem")).toHaveCount(1);
  }
  for (const one of [carol, dave]) {
    expect(one.received()).not.toContain("Hello, are you there?");
  }
});
