/** People are added without a pointer: reached, found by typing, picked, taken back, sent, and Join at the end. */
import { expect } from "@playwright/test";
import { test } from "./people.ts";
import { inChat } from "./person.ts";

test("alone with a keyboard: a group from a chat", async ({ alice, bob, carol }) => {
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  const { keyboard } = alice.page;
  const focused = alice.page.locator(":focus");

  await alice.field.focus();
  await expect(async () => {
    await keyboard.press("Shift+Tab");
    await expect(focused).toHaveAccessibleName("Add people", { timeout: 50 });
  }).toPass();
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
  await expect(async () => {
    await keyboard.press("Tab");
    await expect(submit).toBeFocused({ timeout: 50 });
  }).toPass();
  await keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(alice.seam).toHaveAccessibleName("Only you and Bob see what is above");

  const other = carol.page;
  await expect(carol.row("Alice invites you")).toBeVisible();
  await other.keyboard.press("Alt+ArrowDown");
  const join = carol.chat.getByRole("button", { name: "Join", exact: true });
  await expect(join).toBeVisible();
  await expect(async () => {
    await other.keyboard.press("Tab");
    await expect(join).toBeFocused({ timeout: 50 });
  }).toPass();
  await other.keyboard.press("Enter");
  await expect(carol.field).toBeVisible();

  // Nobody takes a hand off the keys to answer.
  await expect(async () => {
    await other.keyboard.press("Tab");
    await expect(carol.field).toBeFocused({ timeout: 50 });
  }).toPass();
  await other.keyboard.type("Here by keys alone");
  await other.keyboard.press("Enter");
  await alice.sees("Here by keys alone");
  await bob.sees("Here by keys alone");
});
