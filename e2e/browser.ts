/**
 * Finds a Chromium to test with, or gets one.
 *
 * Order: `$CHROMIUM_PATH`, Playwright's own, the system's Chromium or Chrome, `playwright install chromium`, on
 * Linux as root `apt-get install chromium`, else a plain message. Playwright cannot download its own everywhere.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "@playwright/test";

const commands = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

const elsewhere = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

const isRoot = process.getuid?.() === 0;

function found(): string | null {
  const named = process.env["CHROMIUM_PATH"];
  if (named !== undefined && named !== "") {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH names ${named}, and nothing is there.`);
  }
  const own = chromium.executablePath();
  const onPath = (process.env["PATH"] ?? "")
    .split(delimiter)
    .flatMap((folder) => commands.map((command) => join(folder, command)));
  return [own, ...onPath, ...elsewhere].find((path) => existsSync(path)) ?? null;
}

/** The path of a browser that is here now; installs one first if it must. */
export function browserPath(): string {
  const here = found();
  if (here !== null) return here;

  console.error("No Chromium found; trying `playwright install chromium`.");
  spawnSync(process.execPath, ["node_modules/playwright/cli.js", "install", "chromium"], {
    stdio: "inherit",
    timeout: 180_000,
  });
  const downloaded = found();
  if (downloaded !== null) return downloaded;

  if (process.platform === "linux" && isRoot) {
    console.error("That brought none; trying `apt-get install chromium`.");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    execFileSync("apt-get", ["update", "-q"], { stdio: "inherit", env });
    execFileSync("apt-get", ["install", "-qy", "--no-install-recommends", "chromium"], {
      stdio: "inherit",
      env,
    });
    const installed = found();
    if (installed !== null) return installed;
  }
  throw new Error("The browser tests need Chromium or Chrome: install one, or set CHROMIUM_PATH.");
}

/**
 * What Playwright switches off by itself and this list must repeat, since the last list wins; and the two pages
 * that a whole Chromium keeps ready under each address bar, a third of all its time here.
 */
const withoutFeatures = [
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "PreconnectToSearch",
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
];

/** A sandbox cannot be had as root; the rest keeps the browser from calling home and from slowing hidden pages. */
export const browserArgs: readonly string[] = [
  `--disable-features=${withoutFeatures.join(",")}`,
  ...(isRoot ? ["--no-sandbox"] : []),
  "--disable-background-networking",
  "--disable-client-side-phishing-detection",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-domain-reliability",
  "--disable-sync",
  "--no-first-run",
  "--no-pings",
];
