/**
 * A page from the open net and a server on this very machine: the browser stops that unless somebody allows it (Local
 * Network Access), and the check says so, not that the server is at fault. The page's address counts as public here
 * because the browser was told so.
 */
import { join } from "node:path";
import { type Browser, chromium, expect, type Locator, test } from "@playwright/test";
import { startBox, type Box } from "../../src/server/network-in-a-box.ts";
import { demoPeople, stored } from "../../src/server/network/accounts.ts";
import { testCertificate } from "../../src/testing/certificates.ts";
import { browserArgs, browserPath } from "../browser.ts";
import { Person } from "../person.ts";

const name = "chat.segue.example";
let app: Box;
let server: Box;
test.beforeEach(async () => {
  const accounts = demoPeople.map((person) => stored(person, "segue.example"));
  app = await startBox({
    distDir: join(import.meta.dirname, "../../dist"),
    tls: testCertificate,
    accounts,
    publicUrl: `https://${name}`,
  });
  server = await startBox({ tls: testCertificate, accounts, origins: [`https://${name}:${app.port}`] });
});
test.afterEach(() => Promise.all([app.stop(), server.stop()]));

async function checkFrom(browser: Browser, sip: string, msrp: string): Promise<Locator> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, reducedMotion: "reduce" });
  const alice = new Person("Alice Moreau", await context.newPage(), `https://${name}:${app.port}/`);
  await alice.open();
  await alice.page.getByRole("textbox", { name: "Address" }).fill("alice@segue.example");
  await alice.page.getByLabel("Password", { exact: true }).fill("alice");
  await alice.page.getByText("Advanced settings").click();
  await alice.page.getByRole("textbox", { name: "Server URL" }).fill(sip);
  await alice.page.getByRole("textbox", { name: "Message relay" }).fill(msrp);
  await alice.press("Sign in");
  await alice.press("Check this server");
  const dialog = alice.page.getByRole("dialog", { name: "Check this server" });
  await expect(dialog.getByRole("status")).toContainText(/1 failed, 11 not tried/, { timeout: 30_000 });
  const failed = dialog.getByRole("listitem").filter({ hasText: "Failed: " });
  await expect(failed).toHaveCount(1);
  await expect(failed).toContainText("The page may connect");
  return failed;
}

test("what the browser stops is named, and nothing behind it", async () => {
  const browser = await chromium.launch({
    executablePath: browserPath(),
    args: [
      ...browserArgs,
      `--host-resolver-rules=MAP ${name} 127.0.0.1`,
      `--ip-address-space-overrides=127.0.0.1:${app.port}=public`,
    ],
  });
  const at = (path: string): string => `wss://127.0.0.1:${server.port}${path}`;
  await expect(await checkFrom(browser, at("/sip"), at("/msrp"))).toContainText(
    "the browser does not let this page connect",
  );
  // From a page that came over https.
  const open = "ws://sip.segue.example/ws";
  await expect(await checkFrom(browser, open, open)).toContainText("may only open wss");
  await browser.close();
});
