/**
 * Both ends of a 1-1 add somebody at the same moment. One group wins by rule, the same one on both screens, and
 * everybody whom either of them picked ends up in it.
 */
import { expect } from "@playwright/test";
import { header, parseSip } from "../src/wire/sip.ts";
import type { Network } from "./network.ts";
import { test } from "./people.ts";
import { inChat, type Person } from "./person.ts";
import { request, WireTap } from "./wire-tap.ts";

const listed = request("INVITE", "recipient-list-invite");

const groupIn = (text: string): string => /;conf=([\w-]+)/.exec(text)?.[1] ?? "";

/** The groups that ring at that person: asked in by the focus, and not answered. */
function ringing({ trace: { sip } }: Network, user: string): readonly string[] {
  const callOf = (message: string): string | null => header(parseSip(message), "Call-ID");
  const invitations = sip.filter(
    ({ from, to, message }) => from === "X" && to === `PF ${user}` && message.startsWith("INVITE "),
  );
  const answers = sip.filter(({ from, message }) => from === user && /^SIP\/2\.0 [2-6]/.test(message));
  const answered = new Set(answers.map(({ message }) => callOf(message)));
  return invitations
    .filter(({ message }) => !answered.has(callOf(message)))
    .map(({ message }) => groupIn(message));
}

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
  const groups = [...box.focus.groups.keys()].map(groupIn);
  // Whom the loser asked has heard that his group is no more, and is asked into the other.
  for (const user of ["carol", "dave"]) await expect.poll(() => ringing(box, user)).toEqual(groups);
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
