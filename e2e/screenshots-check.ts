/**
 * The pictures of "Check this server", from the gallery: a server that anybody may look at lacks nothing, and a port
 * and milliseconds would be others each time.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, expect, type Page } from "@playwright/test";
import { build, preview } from "vite";
import { browserArgs, browserPath } from "./browser.ts";
import gallery from "./gallery/vite.config.ts";

export async function theCheck(picture: (page: Page, name: string) => Promise<void>): Promise<void> {
  const outDir = await mkdtemp(join(tmpdir(), "segue-gallery-"));
  const config = { ...gallery, configFile: false, logLevel: "error" } as const;
  await build({ ...config, build: { outDir, emptyOutDir: true } });
  const server = await preview({ ...config, build: { outDir }, preview: { port: 0, host: "127.0.0.1" } });
  const browser = await chromium.launch({ executablePath: browserPath(), args: [...browserArgs] });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "UTC",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(`${server.resolvedUrls?.local[0] ?? ""}?screen=sign-in-refused`);
  await picture(page, "13-check-from-sign-in");
  await page.getByRole("button", { name: "Check this server" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Being checked: " })).toBeVisible();
  await picture(page, "13-check-this-server");
  await browser.close();
  await server.close();
  await rm(outDir, { recursive: true, force: true });
}
