/** Keys and panes: writing, finding, walking about, and a list as wide as one makes it. */
import { expect } from "@playwright/test";
import { calls, open, show, test } from "./stage.ts";

test("the composer: Enter sends, Shift+Enter starts a line, an empty text goes nowhere", async ({ page }) => {
  await open(page, "group-alice");
  const field = page.getByRole("textbox", { name: "Message Thursday dinner" });
  const height = async (): Promise<number> => (await field.boundingBox())?.height ?? 0;
  const one = await height();
  await field.fill("  ");
  await page.keyboard.press("Enter");
  expect(await calls(page, "send")).toEqual([]);
  await field.fill("");
  await field.pressSequentially("first");
  await page.keyboard.press("Shift+Enter");
  await field.pressSequentially("second");
  await expect.poll(height).toBeGreaterThan(one);
  await page.keyboard.press("Enter");
  await expect.poll(() => calls(page, "send")).toEqual([["group:Thursday dinner", "first\nsecond"]]);
  await expect(field).toHaveValue("");
  await expect.poll(height).toBe(one);
});

test("the keyboard reaches everything: search, rows, chats, panes", async ({ page }) => {
  await open(page, "group-alice");
  await page.keyboard.press("Control+k");
  const search = page.getByRole("searchbox", { name: "Search" });
  await expect(search).toBeFocused();
  await search.fill("tomas");
  const list = page.getByRole("navigation", { name: "Chats" }).getByRole("list");
  await expect(list.getByRole("listitem")).toHaveCount(2);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(list.getByRole("button", { name: /^Kamailio upgrade/u })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Sunday climbing" })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Message Sunday climbing" })).toBeFocused();

  await search.fill("");
  await page.keyboard.press("Alt+ArrowUp");
  await expect(page.getByRole("heading", { name: "Mum" })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Message Mum" })).toBeFocused();
  await page.keyboard.press("F6");
  await expect(list.getByRole("button", { name: /^Mum/u })).toBeFocused();
  await page.keyboard.press("F6");
  await expect(page.getByRole("textbox", { name: "Message Mum" })).toBeFocused();
});

test("the list is as wide as one makes it, within bounds", async ({ page }) => {
  await open(page, "group-alice");
  const list = page.getByRole("navigation", { name: "Chats" });
  const edge = page.getByRole("separator", { name: "Width of the list" });
  const width = async (): Promise<number> => Math.round((await list.boundingBox())?.width ?? 0);
  await expect.poll(width).toBe(320);
  await edge.focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(width).toBe(336);
  await page.mouse.move(335, 300);
  await page.mouse.down();
  await page.mouse.move(700, 300);
  await page.mouse.up();
  await expect.poll(width).toBe(400);
  await page.keyboard.press("Home");
  await expect.poll(width).toBe(280);
});

test("a phone shows one page at a time, and Back leads to the row one came from", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, "chat-list");
  await page.getByRole("button", { name: /^Mum/u }).click();
  await expect(page.getByRole("heading", { name: "Mum" })).toBeVisible();
  await expect(page.getByRole("searchbox")).toBeHidden();
  await page.getByRole("button", { name: "Details" }).click();
  await expect(page.getByRole("textbox", { name: "Message Mum" })).toBeHidden();
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByRole("button", { name: "Back" }).click();
  await expect(page.getByRole("button", { name: /^Mum/u })).toBeFocused();
});

test("on a phone, another chat is seen at once, also from the details of the one before", async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, "invited-elsewhere");
  await page.getByRole("button", { name: "Details", exact: true }).click();
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page.getByRole("button", { name: "Join", exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Back" }).click();
  await expect(page.getByRole("button", { name: /^Hanna/u })).toBeVisible();
});

test("who presses a button that goes away goes on in the chat", async ({ page }) => {
  await open(page, "asking");
  const cancel = page.getByRole("button", { name: "Cancel", exact: true });
  await cancel.focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => calls(page, "cancelAsking")).toHaveLength(1);
  await show(page, "chat-with-bob");
  await expect(page.getByRole("textbox", { name: "Message Bob" })).toBeFocused();

  await open(page, "invitation");
  await page.getByRole("button", { name: "Join", exact: true }).focus();
  await show(page, "group-carol");
  await expect(page.getByRole("textbox", { name: "Message Thursday dinner" })).toBeFocused();
});
