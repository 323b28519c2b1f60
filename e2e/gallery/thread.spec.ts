/** What comes into a thread: where one stands in it, and what a screen reader hears. */
import { expect } from "@playwright/test";
import { arrive, open, test } from "./stage.ts";

test("a thread stays at its end, and stands still for who reads further up", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 500 });
  await open(page, "chat-with-bob");
  const thread = page.getByRole("region", { name: "Messages with Bob Lindqvist" });
  await arrive(page, ["first news"]);
  await expect(thread.getByText("first news")).toBeInViewport();

  const early = thread.getByText("They keep it for us until tomorrow.");
  await early.scrollIntoViewIfNeeded();
  await expect(thread.getByText("first news")).not.toBeInViewport();
  const y = async (): Promise<number | undefined> => (await early.boundingBox())?.y;
  const before = await y();
  await arrive(page, ["second news"]);
  await expect(page.getByRole("button", { name: "1 new message" })).toBeVisible();
  await arrive(page, ["third news"]);
  const pill = page.getByRole("button", { name: "2 new messages" });
  await expect(pill).toBeVisible();
  await expect.poll(y).toBe(before);
  await pill.click();
  await expect(thread.getByText("third news")).toBeInViewport();
  await expect(pill).toBeHidden();
});

test("a new message is said once, with its author and without its time", async ({ page }) => {
  await open(page, "chat-with-bob");
  const live = page.locator("[data-live]");
  await expect(live).toHaveText("");
  await arrive(page, ["Are you there?"]);
  await expect(live).toHaveText("Bob: Are you there?");
});
