/** "Check this server": every line passes, from settings; what is wrong is named, from the sign-in page too. */
import { expect, type Locator } from "@playwright/test";
import { test } from "./people.ts";
import { inChat, type Person } from "./person.ts";

const dialogOf = (person: Person): Locator => person.page.getByRole("dialog", { name: "Check this server" });
const linesOf = (dialog: Locator): Locator => dialog.getByRole("listitem");

async function check(person: Person): Promise<Locator> {
  await person.page.getByRole("button", { name: "Settings", exact: true }).click();
  await person.press("Check this server");
  const dialog = dialogOf(person);
  await expect(dialog.getByRole("status")).toContainText(/checks passed/, { timeout: 30_000 });
  return dialog;
}

test("every line passes, again too, and can be copied; nobody sees anything of it", async ({
  alice,
  bob,
}) => {
  await inChat(alice, bob);
  await alice.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  // The last thing that a chat says of a text by itself.
  await expect(bob.chat.getByText("Delivered")).toBeVisible();
  const before = await bob.chat.textContent();
  const dialog = await check(alice);
  await expect(dialog.getByRole("status")).toHaveText("All 12 checks passed.");
  await expect(linesOf(dialog).filter({ hasText: "Passed: " })).toHaveCount(12);
  await expect(linesOf(dialog).filter({ hasText: "Room for invitations" })).toContainText("people at once");

  await dialog.getByRole("button", { name: "Copy report" }).click();
  await expect(dialog.getByRole("status")).toHaveText("The report is copied.");
  const report = await alice.page.evaluate(() => navigator.clipboard.readText());
  expect(report).toMatch(/^account {2}sip:alice@[^]*\nAll 12 checks passed\.\n$/m);

  await dialog.getByRole("button", { name: "Check again" }).click();
  await expect(dialog.getByRole("status")).toHaveText("All 12 checks passed.", { timeout: 30_000 });
  expect(await bob.chat.textContent()).toBe(before);

  // By keyboard: the lines can be scrolled, and Esc leads back to where it was opened, twice.
  await dialog.getByRole("region", { name: "What was checked" }).focus();
  await alice.page.keyboard.press("Escape");
  await expect(alice.page.getByRole("button", { name: "Check this server" })).toBeFocused();
  await alice.page.keyboard.press("Escape");
  await expect(alice.page.getByRole("button", { name: "Settings", exact: true })).toBeFocused();
  await alice.say("Still here.");
  await bob.sees("Still here.");
});

test("where a sign-in fails, the line that says why, and none behind it", async ({ alice }) => {
  await alice.open();
  await alice.page.getByRole("textbox", { name: "Address" }).fill("alice@segue.example");
  await alice.page.getByLabel("Password", { exact: true }).fill("not hers");
  await expect(alice.page.getByRole("button", { name: "Check this server" })).toBeHidden();
  await alice.press("Sign in");
  await alice.press("Check this server");
  const dialog = dialogOf(alice);
  await expect(dialog.getByRole("status")).toContainText(/1 failed, 6 not tried/, { timeout: 30_000 });
  const failed = linesOf(dialog).filter({ hasText: "Failed: " });
  await expect(failed).toHaveCount(1);
  await expect(failed).toContainText("Registration");
  await expect(failed).toContainText("The password is wrong, or this user does not exist.");
});

test("a server that can’t be reached: what the browser keeps to itself is said to be unknown", async ({
  alice,
}) => {
  await alice.open();
  await alice.page.getByRole("textbox", { name: "Address" }).fill("alice@segue.example");
  await alice.page.getByLabel("Password", { exact: true }).fill("alice");
  await alice.page.getByText("Advanced settings").click();
  // Nobody has port 1.
  for (const name of ["Server URL", "Message relay"])
    await alice.page.getByRole("textbox", { name }).fill("ws://127.0.0.1:1/sip");
  await alice.press("Sign in");
  await expect(alice.page.getByRole("alert")).toHaveText("The server can’t be reached.");
  await alice.press("Check this server");
  const dialog = dialogOf(alice);
  await expect(dialog.getByRole("status")).toContainText(/1 failed, 9 not tried/, { timeout: 30_000 });
  const failed = linesOf(dialog).filter({ hasText: "Failed: " });
  await expect(failed).toHaveCount(1);
  await expect(failed).toContainText("the browser does not say why");
  // A browser writes on its console what it does not tell the page.
  for (const error of alice.errors.splice(0)) expect(error).toMatch(/127\.0\.0\.1:1\//);
});

test("a factory that is not there is named, and nobody can be added from then on", async ({ alice, bob }) => {
  await alice.page.route("**/config.json", async (route) => {
    const response = await route.fetch();
    const text = (await response.text()).replaceAll("conference-factory@", "no-such-factory@");
    await route.fulfill({ response, body: text });
  });
  await inChat(alice, bob);
  const add = alice.chat.getByRole("button", { name: "Add people" });
  await expect(add).toBeEnabled();
  const dialog = await check(alice);
  const failed = linesOf(dialog).filter({ hasText: "Failed: " });
  await expect(failed).toHaveCount(1);
  await expect(failed).toContainText("Conference factory");
  await alice.page.keyboard.press("Escape");
  // A key that comes before the focus is back goes nowhere.
  await expect(alice.page.getByRole("button", { name: "Check this server" })).toBeFocused();
  await alice.page.keyboard.press("Escape");
  await expect(add).toBeDisabled();
  await expect(alice.chat.getByText("This server has no conference factory.")).toBeVisible();
});
