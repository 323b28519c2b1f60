/** Somebody unknown writes from a telephone without MSRP: their text stands in a request until a person says so. */
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { demoPeople, stored } from "../../src/server/network/accounts.ts";
import { startBox, type Box } from "../../src/server/network-in-a-box.ts";
import { openPhone, type Phone } from "../../src/testing/raw-phone.ts";
import { header, responseTo } from "../../src/wire/sip.ts";
import { Person } from "../person.ts";

let box: Box;
let bob: Phone;
test.beforeEach(async () => {
  // Without demo accounts nobody is known.
  const accounts = demoPeople.map((person) => stored(person, "segue.example"));
  box = await startBox({ distDir: join(import.meta.dirname, "../../dist"), accounts });
  bob = await openPhone(box.port, "bob");
  await bob.register();
});
test.afterEach(async () => {
  await bob.close();
  await box.stop();
});

async function enter(page: Page): Promise<Person> {
  const alice = new Person("Alice Moreau", page, box.url);
  await alice.open();
  await page.getByRole("textbox", { name: "Address" }).fill("alice@segue.example");
  await page.getByLabel("Password", { exact: true }).fill("alice");
  await alice.press("Sign in");
  await expect(alice.list.getByText("Connected")).toBeVisible();
  return alice;
}

/** Answers the status it gets. */
async function writes(body: string): Promise<number> {
  const more = [["Content-Type", "text/plain;charset=UTF-8"]] as const;
  bob.send(bob.request("MESSAGE", "sip:alice@segue.example", { more, body }));
  return (await bob.takeResponse("MESSAGE")).status;
}

const text = "שלום, <b>Alice</b> 🙂\nIs this you?";

test("accepted, it is a chat: what was written is read as it is, and answered the same way", async ({
  page,
}) => {
  const alice = await enter(page);
  expect(await writes(text)).toBe(202);
  await alice.row("Bob Lindqvist").click();
  await expect(alice.chat.getByRole("heading", { name: "Bob Lindqvist wants to chat" })).toBeVisible();
  await alice.sees("שלום, <b>Alice</b> 🙂");
  await alice.sees("Is this you?");
  await alice.press("Accept");
  await alice.field.fill("It is.");
  await alice.press("Send");
  const answer = await bob.takeRequest("MESSAGE");
  expect([header(answer, "Content-Type"), answer.body]).toEqual(["text/plain;charset=UTF-8", "It is."]);
  bob.send(responseTo(answer, 200, { toTag: "bob" }));
  await expect(alice.chat.getByText("Delivered")).toBeVisible();
  expect(await writes("Good.")).toBe(200);
  await alice.sees("Good.");
  expect(alice.errors).toEqual([]);
});

test("declined, no more of it is taken", async ({ page }) => {
  const alice = await enter(page);
  expect(await writes(text)).toBe(202);
  await alice.row("Bob Lindqvist").click();
  await expect(alice.chat.getByRole("heading", { name: "Bob Lindqvist wants to chat" })).toBeVisible();
  await alice.press("Decline");
  await expect(alice.chat.getByRole("button", { name: "Accept", exact: true })).toBeHidden();
  expect(await writes("Please.")).toBe(603);
  await expect(alice.page.getByText("Please.")).toHaveCount(0);
  // Nothing of hers told him that anybody is there.
  expect(bob.received.filter(({ kind }) => kind === "request")).toEqual([]);
  expect(alice.errors).toEqual([]);
});
