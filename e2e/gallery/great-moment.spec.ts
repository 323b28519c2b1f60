/** A 1-1 becomes a group under somebody's hands: what is kept, what is held back, what is said, what moves. */
import { expect, type Page } from "@playwright/test";
import type { AppState } from "../../src/client/model.ts";
import { calls, type Name, open, test } from "./stage.ts";

async function stateOf(page: Page, name: Name): Promise<AppState> {
  await open(page, name);
  return page.evaluate(() => window.store.getState());
}

/** The chat that is open becomes the group, as the client does it; but nothing can be sent before `release`. */
async function becomeGroup(page: Page, group: AppState): Promise<void> {
  await page.evaluate((next) => {
    const before = window.store.getState();
    const old = before.chats[before.selected ?? ""];
    const id = next.selected ?? "";
    const chat = next.chats[id];
    if (old === undefined || chat === undefined) throw new Error("A chat is missing.");
    const items = [...old.items, ...chat.items.filter((item) => item.kind !== "message")];
    const composer = { label: "to everyone", inertUntil: Date.now() + 3_600_000 };
    window.store.setState({
      chats: { ...before.chats, [id]: { ...chat, items, composer } },
      order: before.order.map((one) => (one === old.id ? id : one)),
      selected: id,
    });
  }, group);
}

async function release(page: Page, afterMs: number): Promise<void> {
  await page.evaluate((ms) => {
    const { chats, selected } = window.store.getState();
    const chat = chats[selected ?? ""];
    if (chat === undefined) throw new Error("No chat is open.");
    const composer = { ...chat.composer, inertUntil: Date.now() + ms };
    window.store.setState({ chats: { ...chats, [chat.id]: { ...chat, composer } } });
  }, afterMs);
}

test("the great moment keeps text, caret and focus, sends nothing by habit, and is said once", async ({
  page,
}) => {
  const group = await stateOf(page, "great-moment");
  await open(page, "asking");
  const field = page.getByRole("textbox", { name: "Message Bob" });
  await field.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  const caret = await field.evaluate((area: HTMLTextAreaElement) => area.selectionStart);

  await becomeGroup(page, group);

  await page.keyboard.press("Enter");
  const everyone = page.getByRole("textbox", { name: "Message Thursday dinner" });
  await expect(everyone).toBeFocused();
  await expect(everyone).toHaveValue("Wrap it in the green paper");
  expect(await everyone.evaluate((area: HTMLTextAreaElement) => area.selectionStart)).toBe(caret);
  await expect(page.getByText("to everyone", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Send", exact: true })).toBeDisabled();
  expect(await calls(page, "send")).toEqual([]);

  const said = "Group started. Earlier messages stay between you and Bob.";
  await expect(page.locator("[data-live]")).toHaveText(said);

  await release(page, 100);
  await expect(page.getByRole("button", { name: "Send", exact: true })).toBeEnabled();
  await page.keyboard.press("Enter");
  await expect.poll(() => calls(page, "send")).toEqual([[group.selected, "Wrap it in the green paper"]]);
});

test("the title follows the strands: the name of who was here first, then the group's", async ({ page }) => {
  const group = await stateOf(page, "great-moment");
  await open(page, "asking");
  // Time stands still for what moves, so that it is there to be asked however late that is.
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Animation.enable");
  await devtools.send("Animation.setPlaybackRate", { playbackRate: 0 });
  await becomeGroup(page, group);
  const title = page.getByRole("heading", { name: "Thursday dinner", level: 2 });
  const told = await title.evaluate((heading) =>
    [heading.previousElementSibling, heading].map((one) => ({
      words: one?.textContent,
      isHeard: one?.getAttribute("aria-hidden") !== "true",
      delay: one?.getAnimations()[0]?.effect?.getTiming().delay,
    })),
  );
  expect(told).toEqual([
    { words: "Bob Lindqvist", isHeard: false, delay: 280 },
    { words: "Thursday dinner", isHeard: true, delay: 280 },
  ]);
});

test("reduced motion draws the seam without moving it", async ({ browser }) => {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  const page = await context.newPage();
  await open(page, "great-moment");
  const longest = await page.evaluate(() =>
    Math.max(
      0,
      ...document.getAnimations().map((one) => Number(one.effect?.getComputedTiming().duration ?? 0)),
    ),
  );
  expect(longest).toBeLessThanOrEqual(120);
  await context.close();
});

test("who reads further up is told of the group at the bottom, and not moved", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 420 });
  const group = await stateOf(page, "great-moment");
  await open(page, "asking");
  await page.getByText("Did you get it? Carol’s birthday is on Thursday").scrollIntoViewIfNeeded();
  // Only with the next frame does the page itself hear that it was scrolled.
  await expect(page.getByRole("region", { name: "Starting the group" })).not.toBeInViewport();
  const read = page.getByText("Yes! It’s hidden behind the books.");
  const y = async (): Promise<number | undefined> => (await read.boundingBox())?.y;
  const before = await y();
  await becomeGroup(page, group);
  const pill = page.getByRole("button", { name: "You added Carol and Dave", exact: true });
  await expect(pill).toBeVisible();
  await expect(page.getByText("Only you and Bob see what is above")).not.toBeInViewport();
  await expect.poll(y).toBe(before);
  await pill.click();
  await expect(page.getByText("Only you and Bob see what is above")).toBeInViewport();
});

test("a chat that became a group long ago, unseen, can be written in", async ({ page }) => {
  await open(page, "group-alice");
  await page.getByRole("textbox", { name: "Message Thursday dinner" }).fill("See you there");
  await release(page, -1);
  await expect(page.getByRole("button", { name: "Send", exact: true })).toBeEnabled();
});
