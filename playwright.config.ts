/**
 * The browser tests: three people, each in a context of their own, on the network in a box.
 *
 * No `webServer`: each test starts a box on a free port (`e2e/people.ts`), so that tests share nothing and run
 * side by side. What failed leaves a picture of each screen, its text, and what went over the wires; `--trace on`
 * shows the rest and costs half as much time again. Never retried: a test that passes the second time is a bug.
 */
import { defineConfig } from "@playwright/test";
import { browserArgs, browserPath } from "./e2e/browser.ts";
import { whyNoNginx } from "./src/testing/nginx.ts";

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  // Of Kamailio itself: `npm run e2e:kamailio` has them too. `npm test` says what is not tried for want of a program.
  testIgnore: [
    ...(process.env["SEGUE_NETWORK"] === "kamailio" ? [] : ["kamailio/**"]),
    ...(whyNoNginx === null ? [] : ["kamailio/behind-nginx.spec.ts"]),
  ],
  globalSetup: "./e2e/build.ts",
  // Of each network by itself: what failed on one is still there when the next has been tried.
  outputDir: `test-results/${process.env["SEGUE_NETWORK"] ?? "box"}`,
  fullyParallel: true,
  // Two cores are kept busy by three, since people in tests wait for each other.
  workers: 3,
  retries: 0,
  forbidOnly: process.env["CI"] !== undefined,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["json", { outputFile: ".cache/reports/e2e.json" }]],
  use: {
    viewport: { width: 1280, height: 800 },
    launchOptions: { executablePath: browserPath(), args: [...browserArgs] },
    locale: "en-GB",
    timezoneId: "UTC",
    screenshot: "only-on-failure",
  },
});
