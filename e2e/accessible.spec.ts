/**
 * No axe violation on any screen of the running product, light and dark: the story walked once at desktop size and
 * once on a phone, each screen looked at where it comes.
 *
 * Colours differ by scheme and not by size, everything else by size and not by scheme: in dark contrast alone is
 * looked at, on a phone everything else.
 */
import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@playwright/test";
import { comesToRest } from "./at-rest.ts";
import { test } from "./people.ts";
import type { Person } from "./person.ts";
import { request, send, WireTap } from "./wire-tap.ts";

async function isAccessible({ page }: Person, screen: string): Promise<void> {
  const found: string[] = [];
  const isPhone = (page.viewportSize()?.width ?? 0) < 720;
  for (const colorScheme of isPhone ? (["light"] as const) : (["light", "dark"] as const)) {
    await page.emulateMedia({ colorScheme });
    await comesToRest(page);
    // There are no frames to look into, which is what the slower mode is for.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    if (colorScheme === "dark") axe.withRules(["color-contrast"]);
    if (isPhone) axe.disableRules(["color-contrast"]);
    const { violations } = await axe.analyze();
    for (const { id, nodes } of violations)
      found.push(`${colorScheme} ${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
  }
  expect(found, screen).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), screen).toBe(true);
}

for (const { where, viewport } of [
  { where: "desktop", viewport: { width: 1280, height: 800 } },
  { where: "phone", viewport: { width: 390, height: 844 } },
]) {
  test.describe(where, () => {
    test.use({ viewport, appTimers: { drainMs: 300 } });
    // Each screen is looked at by axe, at a desktop twice, and nothing else takes so long on a machine that is busy.
    test.setTimeout(180_000);

    test("every screen of the story", async ({ alice, bob, carol }) => {
      const [atAlice, atBob] = await Promise.all([WireTap.on(alice.page), WireTap.on(bob.page)]);
      await Promise.all([alice.open(), bob.signIn(), carol.signIn()]);
      await isAccessible(alice, "sign-in");
      await alice.signIn();
      await isAccessible(alice, "no chats");

      await alice.list.getByRole("button", { name: "New chat" }).first().click();
      await expect(alice.page.getByRole("dialog", { name: "New chat" })).toBeVisible();
      await isAccessible(alice, "new chat");
      await alice.page.keyboard.press("Escape");
      await alice.press(/^(?:Settings|Alice Moreau, settings)$/);
      await expect(alice.page.getByRole("dialog", { name: "Settings" })).toBeVisible();
      await isAccessible(alice, "settings");
      await alice.page.keyboard.press("Escape");

      await alice.chatWith(bob);
      await isAccessible(alice, "a chat without words");
      await alice.say("Hello, are you there?");
      await bob.openChat(alice.name);
      await bob.say("Yes, what is it?");
      await alice.sees("Yes, what is it?");
      await isAccessible(alice, "1-1");

      const words = atAlice.hold("msrp", "out", send("Just for you"));
      await alice.say("Just for you");
      await words.caught;
      const invitation = atBob.hold("sip", "in", request("INVITE", "isfocus"));
      await alice.chat.getByRole("button", { name: "Add people" }).click();
      const dialog = alice.page.getByRole("dialog", { name: "Add people" });
      await dialog.getByRole("option", { name: carol.name }).click();
      await isAccessible(alice, "add people");
      await dialog.getByRole("button", { name: "Add Carol" }).click();
      await expect(alice.card.getByRole("listitem").filter({ hasText: "Carol" })).toContainText("Ringing");
      await isAccessible(alice, "asking");
      invitation.release();
      await expect(alice.seam).toBeVisible();
      await expect(alice.thread.getByRole("button", { name: "Send to Bob" })).toBeVisible();
      await expect(alice.members).toHaveText([/You$/, /Bob$/, /Carolringing$/]);
      await isAccessible(alice, "group, and text not delivered");
      await carol.openInvitation(alice);
      await isAccessible(carol, "invitation");
      await carol.press("Join");
      await expect(carol.members).toHaveText([/You$/, /Alice$/, /Bob$/]);
      await expect(bob.members).toHaveText([/You$/, /Alice$/, /Carol$/]);
      await isAccessible(carol, "group at the new one");
      await isAccessible(bob, "group at the other");
      await alice.press("Details");
      await expect(alice.page.getByRole("heading", { name: "Group details" })).toBeVisible();
      await isAccessible(alice, "details");

      await atBob.cut();
      await expect(bob.page.getByRole("status")).toContainText("No connection.");
      await isAccessible(bob, "no connection");
    });
  });
}
