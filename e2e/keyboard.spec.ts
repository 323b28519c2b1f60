/** People are added without a pointer: reached, found by typing, picked, taken back, sent, and Join at the end. */
import { expect, type Locator, type Page } from "@playwright/test";
import { test } from "./people.ts";
import { inChat } from "./person.ts";

/** Presses the key until the target has the focus. */
async function tabTo(page: Page, target: Locator, key = "Tab"): Promise<void> {
  for (let pressed = 0; pressed < 40; pressed++) {
    await page.keyboard.press(key);
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${key} does not lead to ${target.toString()}.`);
}

test("alone with a keyboard: a group from a chat", async ({ alice, bob, carol }) => {
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  const { keyboard } = alice.page;

  await alice.field.focus();
  await tabTo(alice.page, alice.chat.getByRole("button", { name: "Add people" }), "Shift+Tab");
  await keyboard.press("Enter");

  const dialog = alice.page.getByRole("dialog", { name: "Add people" });
  const finder = dialog.getByRole("combobox", { name: "Name or address" });
  await expect(finder).toBeFocused();
  await keyboard.type("dav");
  await keyboard.press("Enter");
  await expect(dialog.getByRole("button", { name: "Add Dave" })).toBeVisible();
  await keyboard.press("Backspace");
  await expect(dialog.getByRole("button", { name: "Add people", exact: true })).toBeDisabled();
  await keyboard.type("carol");
  await keyboard.press("Enter");

  const submit = dialog.getByRole("button", { name: "Add Carol" });
  await expect(submit).toBeEnabled();
  await tabTo(alice.page, submit);
  await keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(alice.seam).toHaveAccessibleName("Only you and Bob see what is above");

  const other = carol.page;
  await expect(carol.row("Alice invites you")).toBeVisible();
  await other.keyboard.press("Alt+ArrowDown");
  const join = carol.chat.getByRole("button", { name: "Join", exact: true });
  await expect(join).toBeVisible();
  await tabTo(other, join);
  await other.keyboard.press("Enter");
  await expect(carol.field).toBeVisible();

  // Nobody takes a hand off the keys to answer.
  await tabTo(other, carol.field);
  await other.keyboard.type("Here by keys alone");
  await other.keyboard.press("Enter");
  await alice.sees("Here by keys alone");
  await bob.sees("Here by keys alone");
});
