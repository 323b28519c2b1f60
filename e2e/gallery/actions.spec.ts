/** Everything one can do is somewhere to be pressed, in the phase it belongs to, and asks the client for just that. */
import { expect, type Locator, type Page } from "@playwright/test";
import type { Actions } from "../../src/client/model.ts";
import { calls, type Name, open, test } from "./stage.ts";

const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true }).first();
const bob = "sip:bob@segue.example";
const dinner = "group:Thursday dinner";

type Way = {
  readonly screen: Name;
  /** What is pressed, one after the other. */
  readonly press: readonly string[];
  readonly asks: keyof Actions;
  readonly of: readonly unknown[];
};

const ways: readonly Way[] = [
  { screen: "errors", press: ["Try now"], asks: "tryNow", of: [] },
  { screen: "refused-connection", press: ["Sign in"], asks: "signOut", of: [] },
  { screen: "group-alice", press: ["Settings", "Sign out"], asks: "signOut", of: [] },
  { screen: "errors", press: ["Settings", "Sign out", "Sign out"], asks: "signOut", of: [] },
  { screen: "empty-no-chats", press: ["Chat with Bob Lindqvist"], asks: "startChat", of: [bob] },
  { screen: "group-alice", press: ["Details", "Private chat with Bob"], asks: "startChat", of: [bob] },
  { screen: "request", press: ["Accept"], asks: "join", of: ["sip:hanna@segue.example"] },
  { screen: "request", press: ["Decline"], asks: "decline", of: ["sip:hanna@segue.example"] },
  { screen: "invitation", press: ["Join"], asks: "join", of: [dinner] },
  { screen: "invitation", press: ["Decline"], asks: "decline", of: [dinner] },
  { screen: "missed", press: ["Join"], asks: "join", of: [dinner] },
  { screen: "declined", press: ["Join"], asks: "join", of: [dinner] },
  { screen: "chat-list", press: ["Join Kamailio upgrade"], asks: "join", of: ["group:Kamailio upgrade"] },
  { screen: "asking", press: ["Cancel"], asks: "cancelAsking", of: [bob] },
  { screen: "asking", press: ["Ask Dave again"], asks: "askAgain", of: [bob, "sip:dave@segue.example"] },
  { screen: "nobody", press: ["Ask Carol again"], asks: "askAgain", of: [bob, "sip:carol@segue.example"] },
  { screen: "nobody", press: ["Close"], asks: "dismissFailure", of: [bob] },
  {
    screen: "group-alice",
    press: ["Ask Dave again"],
    asks: "askAgain",
    of: [dinner, "sip:dave@segue.example"],
  },
  {
    screen: "details-group",
    press: ["Details", "Ask Dave again"],
    asks: "askAgain",
    of: [dinner, "sip:dave@segue.example"],
  },
  {
    screen: "chat-with-bob",
    press: ["Details", "Close chat", "Close chat"],
    asks: "closeChat",
    of: [bob],
  },
  { screen: "group-bob", press: ["Details", "Leave group", "Leave group"], asks: "leave", of: [dinner] },
  { screen: "away", press: ["Details", "Leave group", "Leave group"], asks: "leave", of: [dinner] },
];

for (const { screen, press, asks, of } of ways) {
  test(`${asks}: ${press.join(", ")} on ${screen}`, async ({ page }) => {
    await open(page, screen);
    for (const [index, name] of press.entries()) {
      // What is asked about once more has its answer in the question, over what asked.
      const isAnswer = index > 0 && name === press[index - 1];
      await (
        isAnswer ? page.getByRole("alertdialog").getByRole("button", { name }) : button(page, name)
      ).click();
    }
    await expect.poll(() => calls(page, asks)).toEqual([of]);
  });
}

test("a message that failed or was not delivered: again, away, to one, to all", async ({ page }) => {
  await open(page, "errors");
  const [failed, undelivered] = await page.evaluate(() => {
    const state = window.store.getState();
    const items = state.chats[state.selected ?? ""]?.items ?? [];
    return (["failed", "undelivered"] as const).map(
      (is) => items.find((item) => item.kind === "message" && item.is === is)?.id,
    );
  });
  await button(page, "Retry sending").click();
  await button(page, "Delete message").click();
  await button(page, "Send to Bob").click();
  await button(page, "Send to the group").click();
  await button(page, "Delete").click();
  await expect.poll(() => calls(page, "retry")).toEqual([[dinner, failed]]);
  await expect
    .poll(() => calls(page, "sendUndelivered"))
    .toEqual([
      [dinner, undelivered, "person"],
      [dinner, undelivered, "group"],
    ]);
  await expect
    .poll(() => calls(page, "remove"))
    .toEqual([
      [dinner, failed],
      [dinner, undelivered],
    ]);
});

test("adding people: a contact by name, an address by typing, a name for the group", async ({ page }) => {
  await open(page, "chat-with-bob");
  await button(page, "Add people").click();
  const dialog = page.getByRole("dialog", { name: "Add people" });
  await expect(
    dialog.getByText("A group starts. What you and Bob said before stays between you."),
  ).toBeVisible();
  await page.keyboard.type("caro");
  await page.keyboard.press("Enter");
  await page.keyboard.type("zoe@elsewhere.example");
  await page.keyboard.press("Enter");
  await dialog.getByRole("textbox", { name: "Group name, optional" }).fill("Thursday dinner");
  await dialog.getByRole("button", { name: "Add Carol and zoe" }).click();
  await expect
    .poll(() => calls(page, "addPeople"))
    .toEqual([[bob, ["sip:carol@segue.example", "sip:zoe@elsewhere.example"], "Thursday dinner"]]);
  await expect(dialog).toBeHidden();
  // The button that opened it can't be pressed while people are asked; the chat goes on.
  await expect(page.getByRole("textbox", { name: "Message Bob" })).toBeFocused();
});

test("one more person for a group that runs; who is in it can’t be picked", async ({ page }) => {
  await open(page, "group-alice");
  await button(page, "Add people").click();
  const dialog = page.getByRole("dialog", { name: "Add people" });
  await expect(dialog.getByRole("option", { name: /Bob/u })).toHaveAttribute("aria-disabled", "true");
  await dialog.getByRole("option", { name: /Erin/u }).click();
  await dialog.getByRole("button", { name: "Add Erin", exact: true }).click();
  await expect.poll(() => calls(page, "addPeople")).toEqual([[dinner, ["sip:erin@segue.example"], null]]);
});

test("an invitation that rings elsewhere is told, opened from there, and never over the chat", async ({
  page,
}) => {
  await open(page, "invited-elsewhere");
  const toast = page.getByRole("region", { name: "Alice invites you" });
  await expect(toast).toContainText("Alice invites you to Thursday dinner");
  await toast.getByRole("button", { name: "Close" }).click();
  await expect(toast).toBeHidden();
  await open(page, "invited-elsewhere");
  await toast.getByRole("button", { name: "Show" }).click();
  await expect(page.getByRole("heading", { name: "Alice invites you to Thursday dinner" })).toBeVisible();
  await expect(toast).toBeHidden();
});
