/**
 * Kamailio behind nginx, with both configurations as `deploy/kamailio` has them: everything by https and wss under one
 * name, the app under the content policy that nginx sends with it.
 */
import { join } from "node:path";
import { expect, test, type Browser } from "@playwright/test";
import { startBehindNginx, type BehindNginx } from "../../src/testing/kamailio-behind-nginx.ts";
import { Person } from "../person.ts";

const distDir = join(import.meta.dirname, "../../dist");

let behind: BehindNginx;
test.beforeEach(async () => {
  behind = await startBehindNginx({ distDir });
});
test.afterEach(() => behind?.stop());

async function enter(browser: Browser, name: string): Promise<Person> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, reducedMotion: "reduce" });
  const one = new Person(name, await context.newPage(), behind.url);
  await one.signIn();
  return one;
}

test("three people become a group, every line of the check passes, and no page complains", async ({
  browser,
}) => {
  const people = await Promise.all(
    ["Alice Moreau", "Bob Lindqvist", "Carol Okafor"].map((name) => enter(browser, name)),
  );
  const [alice, bob, carol] = people as [Person, Person, Person];
  await alice.chatWith(bob);
  await alice.say("Shall we ask Carol?");
  await bob.openChat(alice.name);
  await bob.say("Yes, do.");
  await alice.sees("Yes, do.");
  await alice.addPeople([carol]);
  await carol.join(alice);
  await carol.say("Here I am.");
  for (const one of [alice, bob]) await one.sees("Here I am.");

  await alice.page.getByRole("button", { name: "Settings", exact: true }).click();
  await alice.press("Check this server");
  const dialog = alice.page.getByRole("dialog", { name: "Check this server" });
  await expect(dialog.getByRole("status")).toHaveText("All 12 checks passed.", { timeout: 30_000 });
  await expect(dialog.getByText("The browser accepts the certificate")).toBeVisible();
  for (const one of people) expect(one.errors).toEqual([]);
});
