/** Every screen under axe, in both schemes and on a phone, each dialog as well, and nothing wider than its window. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@playwright/test";
import { comesToRest } from "../at-rest.ts";
import { names, open, show, test } from "./stage.ts";

test.describe("every screen", () => {
  // So many screens, and axe looks at each: on a busy machine that takes its time.
  test.setTimeout(180_000);
  // Colours differ by scheme and not by size, everything else by size and not by scheme.
  for (const { size, colorScheme, viewport, contrast } of [
    { size: "desktop", colorScheme: "light", viewport: { width: 1280, height: 800 }, contrast: "too" },
    { size: "desktop", colorScheme: "dark", viewport: { width: 1280, height: 800 }, contrast: "alone" },
    { size: "phone", colorScheme: "light", viewport: { width: 390, height: 844 }, contrast: "not" },
  ] as const) {
    test(`is accessible: ${size}, ${colorScheme}, contrast ${contrast}`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme, viewport, reducedMotion: "reduce" });
      const page = await context.newPage();
      await open(page, "sign-in");
      for (const name of names) {
        await show(page, name);
        await comesToRest(page);
        // There are no frames to look into, which is what the slower mode is for.
        const axe = new AxeBuilder({ page }).setLegacyMode();
        if (contrast === "alone") axe.withRules(["color-contrast"]);
        if (contrast === "not") axe.disableRules(["color-contrast"]);
        const { violations } = await axe.analyze();
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`,
        );
        expect(found, name).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name).toBe(
          true,
        );
      }
      await context.close();
    });
  }

  for (const { screen, opener } of [
    { screen: "chat-with-bob", opener: "Add people" },
    { screen: "group-alice", opener: "Details" },
    { screen: "chat-with-bob", opener: "New chat" },
    { screen: "chat-with-bob", opener: "Settings" },
  ] as const) {
    test(`is accessible: ${opener}, and Esc leads back to where it was opened`, async ({ browser }) => {
      const context = await browser.newContext({ reducedMotion: "reduce" });
      const page = await context.newPage();
      await open(page, screen);
      const button = page.getByRole("button", { name: opener, exact: true }).first();
      await button.focus();
      await page.keyboard.press("Enter");
      await expect(button).not.toBeFocused();
      await expect(page.getByRole("heading", { name: new RegExp(opener, "iu") })).toBeVisible();
      await comesToRest(page);
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target.join(" ")}`)).toEqual([]);
      await page.keyboard.press("Escape");
      await expect(button).toBeFocused();
      await context.close();
    });
  }

  for (const { scheme, viewport } of [
    { scheme: "light", viewport: { width: 1280, height: 800 } },
    { scheme: "dark", viewport: { width: 390, height: 844 } },
  ] as const) {
    test(`is accessible: what a check has found, ${scheme}`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme: scheme, viewport, reducedMotion: "reduce" });
      const page = await context.newPage();
      await open(page, "sign-in-refused");
      await page.getByRole("button", { name: "Check this server" }).click();
      await expect(page.getByRole("listitem").filter({ hasText: "Failed: " }).first()).toBeVisible();
      await comesToRest(page);
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target.join(" ")}`)).toEqual([]);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("button", { name: "Check this server" })).toBeFocused();
      await context.close();
    });
  }

  test("holds at 320 px", async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await open(page, "sign-in");
    for (const name of names) {
      await show(page, name);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name).toBe(true);
    }
  });
});
