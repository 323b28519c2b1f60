/**
 * What the tests of the screens share: the gallery, built and served once per worker, one screen in a page, another
 * one in its place, and what was asked of the actions. `../../src/testing/fixtures` holds the states.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test as base, type Page } from "@playwright/test";
import { build, preview } from "vite";
import type { Chat, Message } from "../../src/client/model.ts";
import { type PanelName, panels } from "../../src/testing/fixtures/panels.ts";
import { type ScreenName, screens } from "../../src/testing/fixtures/screens.ts";
import gallery from "./vite.config.ts";

export type Name = ScreenName | PanelName;

export const names = [...Object.keys(screens(0)), ...Object.keys(panels(0))] as readonly Name[];

// A gallery of one's own for each worker: nothing is shared, and nothing is built twice.
export const test = base.extend<object, { readonly gallery: string }>({
  gallery: [
    // Playwright reads from the pattern that this needs nothing else.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, ready) => {
      const outDir = await mkdtemp(join(tmpdir(), "segue-gallery-"));
      const config = { ...gallery, configFile: false, logLevel: "error" } as const;
      await build({ ...config, build: { outDir, emptyOutDir: true } });
      const server = await preview({
        ...config,
        build: { outDir },
        preview: { port: 0, host: "127.0.0.1" },
      });
      await ready(server.resolvedUrls?.local[0] ?? "");
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
  baseURL: ({ gallery: url }, ready) => ready(url),
});

export async function open(page: Page, name: Name): Promise<void> {
  await page.goto(`?screen=${name}`);
  await expect(page.getByRole("main")).toBeVisible();
}

/** Another screen in the same page: its state, and a frame to draw it. */
export async function show(page: Page, name: Name): Promise<void> {
  await page.evaluate((next) => {
    window.show(next);
    return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  }, name);
}

export const calls = (page: Page, name: string): Promise<readonly (readonly unknown[])[]> =>
  page.evaluate(
    (wanted) => window.calls.filter(([called]) => called === wanted).map((call) => call.slice(1)),
    name,
  );

/** Something new at the end of the chat that is open. */
export async function arrive(page: Page, texts: readonly string[]): Promise<void> {
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
