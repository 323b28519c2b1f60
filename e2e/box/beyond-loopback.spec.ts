/** A box for others than this machine: over TLS, without demo accounts, under its own content policy. */
import { join } from "node:path";
import { expect, test, type Browser } from "@playwright/test";
import { demoPeople, stored } from "../../src/server/network/accounts.ts";
import { startBox, type Box } from "../../src/server/network-in-a-box.ts";
import { testCertificate } from "../../src/testing/certificates.ts";
import { Person } from "../person.ts";

let box: Box;
test.beforeEach(async () => {
  box = await startBox({
    distDir: join(import.meta.dirname, "../../dist"),
    tls: testCertificate,
    accounts: demoPeople.map((person) => stored(person, "segue.example")),
  });
});
test.afterEach(() => box.stop());

async function enter(browser: Browser, name: string, user: string): Promise<Person> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, reducedMotion: "reduce" });
  const one = new Person(name, await context.newPage(), box.url);
  await one.open();
  await expect(one.page.getByRole("button", { name: /^Continue as/ })).toHaveCount(0);
  await one.page.getByRole("textbox", { name: "Address" }).fill(`${user}@segue.example`);
  await one.page.getByLabel("Password", { exact: true }).fill(user);
  await one.press("Sign in");
  await expect(one.list.getByText("Connected")).toBeVisible();
  return one;
}

test("three people become a group, with addresses they type, and no page complains", async ({ browser }) => {
  const [alice, bob, carol] = await Promise.all([
    enter(browser, "Alice Moreau", "alice"),
    enter(browser, "Bob Lindqvist", "bob"),
    enter(browser, "Carol Okafor", "carol"),
  ]);

  await alice.list.getByRole("button", { name: "New chat" }).click();
  const fresh = alice.page.getByRole("dialog", { name: "New chat" });
  await expect(fresh.getByText("Type the address of the person you want to chat with.")).toBeVisible();
  await fresh
    .getByRole("combobox", { name: "Name or address" })
    .or(fresh.getByRole("textbox"))
    .first()
    .fill("bob@segue.example");
  await alice.page.keyboard.press("Enter");
  await alice.say("Nobody listens in here.");
  await bob.row("wants to chat").click();
  await bob.press("Accept");
  await bob.say("Good.");
  await alice.sees("Good.");

  await alice.press("Add people");
  const more = alice.page.getByRole("dialog", { name: "Add people" });
  await more.getByRole("combobox").or(more.getByRole("textbox")).first().fill("carol@segue.example");
  await alice.page.keyboard.press("Enter");
  await more.getByRole("button", { name: /^Add / }).click();
  await carol.row(/invites you/).click();
  await carol.chat.getByRole("button", { name: "Join", exact: true }).click();
  await carol.say("Hello from afar.");
  await bob.sees("Hello from afar.");
  await alice.sees("Hello from afar.");

  for (const one of [alice, bob, carol]) expect(one.errors).toEqual([]);
});
