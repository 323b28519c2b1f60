/** Finding one's way in a long thread: where the new begins, and back to the end. */
import { expect, type Locator, type Page } from "@playwright/test";
import { arrive, open, show, test } from "./stage.ts";

test.use({ viewport: { width: 1280, height: 500 } });

const length = 40;

const text = (page: Page, index: number): Locator =>
  page.getByRole("region", { name: /^Messages with / }).getByText(`number ${index}.`);

/** Opens a long chat with Bob, of whose texts the last so many have not been read. */
async function openLong(page: Page, unread: number): Promise<void> {
  await open(page, "empty-nothing-selected");
  await page.evaluate(
    ([all, fresh]) => {
      const state = window.store.getState();
      const chat = Object.values(state.chats).find((one) => one.title === "Bob Lindqvist");
      const from = chat?.members.find((member) => !member.self);
      if (chat === undefined || from === undefined) throw new Error("There is no chat with Bob.");
      const items = Array.from({ length: all }, (_, index) => ({
        kind: "message" as const,
        id: `text-${index}`,
        from,
        mine: false,
        text: `number ${index}.`,
        sentAt: chat.lastAt,
        at: chat.lastAt,
        is: "delivered" as const,
        reason: null,
      }));
      window.store.setState({
        chats: { ...state.chats, [chat.id]: { ...chat, items, unread: 0 } },
        selected: chat.id,
        firstNew: fresh === 0 ? null : `text-${all - fresh}`,
      });
    },
    [length, unread] as const,
  );
  await expect(page.getByRole("region", { name: "Messages with Bob Lindqvist" })).toBeVisible();
}

test("from far up one button leads to the end", async ({ page }) => {
  await openLong(page, 0);
  const last = text(page, length - 1);
  const toEnd = page.getByRole("button", { name: "Latest messages" });
  await expect(last).toBeInViewport();
  await expect(toEnd).toBeHidden();
  await text(page, 3).scrollIntoViewIfNeeded();
  await toEnd.click();
  await expect(last).toBeInViewport();
  await expect(toEnd).toBeHidden();
});

test("a chat with more new than fits begins at the first of them, and stays there", async ({ page }) => {
  await openLong(page, 30);
  const mark = page.getByRole("heading", { name: "New messages" });
  await expect(mark).toBeInViewport();
  await expect(text(page, 9)).toBeInViewport();
  await expect(text(page, 10)).toBeInViewport();
  await expect(text(page, length - 1)).not.toBeInViewport();
  await arrive(page, ["one more"]);
  const pill = page.getByRole("button", { name: "1 new message" });
  await expect(pill).toBeVisible();
  await expect(text(page, 10)).toBeInViewport();
  await pill.click();
  await expect(text(page, length - 1)).toBeInViewport();
});

test("with few new ones it stands at its end", async ({ page }) => {
  await openLong(page, 3);
  await expect(page.getByRole("heading", { name: "New messages" })).toBeInViewport();
  await expect(text(page, length - 1)).toBeInViewport();
  await show(page, "chat-with-bob");
  await expect(page.getByRole("heading", { name: "New messages" })).toHaveCount(0);
});
