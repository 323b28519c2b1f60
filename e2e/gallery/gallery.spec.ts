/**
 * The screen alone, in a browser, on fixture states: accessibility of every screen, the keyboard, the great moment,
 * and what is never moved under a reader's eyes.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { build, preview, type PreviewServer } from "vite";
import type { Chat, Message } from "../../src/client/model.ts";
import { type PanelName, panels } from "../../src/testing/fixtures/panels.ts";
import { type ScreenName, screens } from "../../src/testing/fixtures/screens.ts";
import gallery from "./vite.config.ts";

const names = [...Object.keys(screens(0)), ...Object.keys(panels(0))] as readonly (ScreenName | PanelName)[];

let server: PreviewServer;
let folder: string;
let url: string;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "segue-gallery-"));
  await build({
    ...gallery,
    configFile: false,
    logLevel: "error",
    build: { outDir: folder, emptyOutDir: true },
  });
  server = await preview({
    ...gallery,
    configFile: false,
    logLevel: "error",
    build: { outDir: folder },
    preview: { port: 0, host: "127.0.0.1" },
  });
  url = server.resolvedUrls?.local[0] ?? "";
});

test.afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(page: Page, name: ScreenName | PanelName): Promise<void> {
  await page.goto(`${url}?screen=${name}`);
  await expect(page.getByRole("main")).toBeVisible();
}

/** Another screen in the same page: its state, and a frame to draw it. */
async function show(page: Page, name: ScreenName | PanelName): Promise<void> {
  await page.evaluate((next) => {
    window.show(next);
    return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  }, name);
}

const calls = (page: Page, name: string): Promise<readonly (readonly unknown[])[]> =>
  page.evaluate(
    (wanted) => window.calls.filter(([called]) => called === wanted).map((call) => call.slice(1)),
    name,
  );

/** Something new at the end of the chat that is open. */
async function arrive(page: Page, texts: readonly string[]): Promise<void> {
  await page.evaluate((arriving) => {
    const state = window.store.getState();
    const chat = state.chats[state.selected ?? ""];
    if (chat === undefined) throw new Error("No chat is open.");
    const from = chat.members.find((member) => !member.self);
    if (from === undefined) throw new Error("Nobody else is in this chat.");
    const items = arriving.map((text, index): Message => ({
      kind: "message",
      id: `arrived-${text}-${index}`,
      from,
      mine: false,
      text,
      sentAt: Date.now(),
      at: Date.now(),
      is: "delivered",
      reason: null,
    }));
    const next: Chat = { ...chat, items: [...chat.items, ...items] };
    window.store.setState({ chats: { ...state.chats, [chat.id]: next } });
  }, texts);
}

test.describe("every screen", () => {
  test.setTimeout(90_000);
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
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target.join(" ")}`)).toEqual([]);
      await page.keyboard.press("Escape");
      await expect(button).toBeFocused();
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

test("the great moment keeps text, caret and focus, sends nothing by habit, and is said once", async ({
  page,
}) => {
  await open(page, "great-moment");
  const group = await page.evaluate(() => window.store.getState());
  await open(page, "asking");
  const field = page.getByRole("textbox", { name: "Message Bob" });
  await field.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  const caret = await field.evaluate((area: HTMLTextAreaElement) => area.selectionStart);

  await page.evaluate((next) => {
    const before = window.store.getState();
    const old = before.chats[before.selected ?? ""];
    const id = next.selected ?? "";
    const chat = next.chats[id];
    if (old === undefined || chat === undefined) throw new Error("A chat is missing.");
    const items = [...old.items, ...chat.items.filter((item) => item.kind !== "message")];
    const composer = { label: "to everyone", inertUntil: Date.now() + 800 };
    window.store.setState({
      chats: { ...before.chats, [id]: { ...chat, items, composer } },
      order: before.order.map((one) => (one === old.id ? id : one)),
      selected: id,
    });
  }, group);

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

  await expect(page.getByRole("button", { name: "Send", exact: true })).toBeEnabled();
  await page.keyboard.press("Enter");
  expect(await calls(page, "send")).toEqual([[group.selected, "Wrap it in the green paper"]]);
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
  expect(await height()).toBeGreaterThan(one);
  await page.keyboard.press("Enter");
  expect(await calls(page, "send")).toEqual([["group:Thursday dinner", "first\nsecond"]]);
  await expect(field).toHaveValue("");
  expect(await height()).toBe(one);
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
  expect(await width()).toBe(320);
  await edge.focus();
  await page.keyboard.press("ArrowRight");
  expect(await width()).toBe(336);
  await page.mouse.move(335, 300);
  await page.mouse.down();
  await page.mouse.move(700, 300);
  await page.mouse.up();
  expect(await width()).toBe(400);
  await page.keyboard.press("Home");
  expect(await width()).toBe(280);
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

test("a thread stays at its end, and stands still for who reads further up", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 500 });
  await open(page, "chat-with-bob");
  const thread = page.getByRole("region", { name: "Messages with Bob Lindqvist" });
  await arrive(page, ["first news"]);
  await expect(thread.getByText("first news")).toBeInViewport();

  const early = thread.getByText("They keep it for us until tomorrow.");
  await early.scrollIntoViewIfNeeded();
  await expect(thread.getByText("first news")).not.toBeInViewport();
  const before = (await early.boundingBox())?.y;
  await arrive(page, ["second news", "third news"]);
  const pill = page.getByRole("button", { name: "2 new messages" });
  await expect(pill).toBeVisible();
  expect((await early.boundingBox())?.y).toBe(before);
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

test("the theme one chooses goes before the system’s", async ({ browser }) => {
  const context = await browser.newContext({ colorScheme: "light" });
  const page = await context.newPage();
  await open(page, "group-alice");
  const ground = (): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  expect(await ground()).toBe("rgb(255, 255, 255)");
  await page.evaluate(() => window.store.setState({ settings: { theme: "dark", joinByItself: false } }));
  await expect.poll(ground).toBe("rgb(26, 28, 30)");
  await context.close();
});

test("signing in asks for what is missing, and sends what was typed", async ({ page }) => {
  await open(page, "sign-in");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "Address" })).toBeFocused();
  await expect(page.getByText("Type your address, like you@example.org.")).toBeVisible();
  await page.getByRole("textbox", { name: "Address" }).fill("Bob");
  await page.getByLabel("Password", { exact: true }).fill("secret");
  await page.getByRole("checkbox", { name: "Keep me signed in" }).check();
  await page.keyboard.press("Enter");
  expect(await calls(page, "signIn")).toEqual([
    [
      {
        server: "/sip",
        address: "sip:bob@segue.example",
        password: "secret",
        factory: "sip:conference-factory@segue.example",
        relay: "/msrp",
        keep: true,
      },
    ],
  ]);
});
