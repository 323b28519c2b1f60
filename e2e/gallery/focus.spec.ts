/** Where the focus is when what had it has gone: never nowhere, for who has keys or a screen reader alone. */
import { expect, type Page } from "@playwright/test";
import { calls, open, show, test } from "./stage.ts";

const pressed = async (page: Page, name: string): Promise<void> => {
  await page.getByRole("button", { name, exact: true }).first().focus();
  await page.keyboard.press("Enter");
};

test("Try now goes away while it is tried: on in the chat", async ({ page }) => {
  await open(page, "errors");
  await pressed(page, "Try now");
  await expect.poll(() => calls(page, "tryNow")).toHaveLength(1);
  await page.evaluate(() =>
    window.store.setState({ connection: { is: "connecting", cause: "No connection.", isRelayAlone: false } }),
  );
  await expect(page.getByRole("textbox", { name: "Message Thursday dinner" })).toBeFocused();
});

test("with no chat open it goes on in the list", async ({ page }) => {
  await open(page, "empty-nothing-selected");
  await page.evaluate(() =>
    window.store.setState({
      connection: { is: "waiting", cause: "No connection.", isRelayAlone: false, waitedFrom: 0, retryAt: 0 },
    }),
  );
  await pressed(page, "Try now");
  await page.evaluate(() => window.store.setState({ connection: { is: "connected" } }));
  await expect(page.getByRole("button", { name: /^Bob Lindqvist/ })).toBeFocused();
});

test("an invitation that is shown is read from its beginning", async ({ page }) => {
  await open(page, "invited-elsewhere");
  await pressed(page, "Show");
  await expect(page.getByRole("heading", { name: /^Alice invites you to/ })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Decline", exact: true })).toBeFocused();
});

test("a question that takes its panel along leaves the focus in the chat", async ({ page }) => {
  await open(page, "group-bob");
  await pressed(page, "Details");
  await pressed(page, "Leave group");
  const ask = page.getByRole("alertdialog");
  await ask.getByRole("button", { name: "Leave group" }).focus();
  await page.keyboard.press("Enter");
  await expect(ask).toBeHidden();
  await show(page, "ended");
  await expect(page.locator('[data-pane="chat"] :focus')).toBeVisible();
});

test("who is asked again in the details is still in the details", async ({ page }) => {
  await open(page, "details-group");
  await pressed(page, "Details");
  const details = page.getByRole("region", { name: "Details", exact: true });
  await details.getByRole("button", { name: "Ask Dave again" }).focus();
  await page.keyboard.press("Enter");
  await show(page, "group-bob");
  await expect(details.locator(":focus")).toBeVisible();
});

test("who has signed in starts at the top of the page", async ({ page }) => {
  await open(page, "sign-in");
  await pressed(page, "Sign in");
  await show(page, "chat-with-bob");
  await expect(page.getByRole("heading", { name: "Segue", level: 1 })).toBeFocused();
});

test("with a finger, a chat that is chosen has the focus and no keyboard comes up", async ({ browser }) => {
  const context = await browser.newContext({
    hasTouch: true,
    isMobile: true,
    viewport: { width: 390, height: 844 },
  });
  const page = await context.newPage();
  await open(page, "chat-list");
  await page.getByRole("button", { name: /^Mum/ }).tap();
  await expect(page.getByRole("region", { name: "Messages with Mum" })).toBeFocused();
  await context.close();
});

test("the keys that work anywhere are listed in the settings", async ({ page }) => {
  await open(page, "chat-with-bob");
  await pressed(page, "Settings");
  const keys = page.getByRole("dialog", { name: "Settings" }).getByRole("region", { name: "Keyboard" });
  await expect(keys).toContainText("Find a chatCtrl K");
  await expect(keys).toContainText("Alt ↑ · Alt ↓");
});

test("a key that is held down presses once", async ({ page }) => {
  await open(page, "errors");
  await page.getByRole("button", { name: "Retry sending" }).focus();
  for (let times = 0; times < 3; times++) await page.keyboard.down("Enter");
  await page.keyboard.up("Enter");
  expect(await calls(page, "retry")).toHaveLength(1);
});

test("who takes back one of the people picked goes on in the dialog", async ({ page }) => {
  await open(page, "chat-with-bob");
  await pressed(page, "Add people");
  const dialog = page.getByRole("dialog", { name: "Add people" });
  await dialog.getByRole("option", { name: /Carol/ }).click();
  await dialog.getByRole("option", { name: /Dave/ }).click();
  await dialog.getByRole("button", { name: "Remove Carol Okafor" }).click();
  await expect(dialog.getByRole("button", { name: "Add Dave", exact: true })).toBeEnabled();
  await expect(dialog.locator(":focus")).toBeVisible();
});
