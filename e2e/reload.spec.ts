/** A page that is loaded anew, and an account that is open in two tabs. */
import { expect } from "@playwright/test";
import { test } from "./people.ts";
import { inChat, Person } from "./person.ts";

test("who is to stay signed in is, and is back in the group with what was being written", async ({
  alice,
  bob,
  carol,
}) => {
  await alice.open();
  await alice.page.getByRole("textbox", { name: "Address" }).fill("alice@segue.example");
  await alice.page.getByLabel("Password", { exact: true }).fill("alice");
  await alice.page.getByRole("checkbox", { name: /Keep me signed in/ }).check({ force: true });
  await alice.press("Sign in");
  await Promise.all([bob.signIn(), carol.signIn()]);
  await alice.chatWith(bob);
  await alice.say("Hello, are you there?");
  await bob.openChat(alice.name);
  await bob.sees("Hello, are you there?");
  await alice.addPeople([carol], "Thursday");
  await carol.join(alice);
  await carol.say("Here I am.");
  await alice.sees("Here I am.");

  await alice.field.fill("Half a sent");
  await alice.page.reload();
  await expect(alice.row("Thursday")).toContainText("Draft: Half a sent");
  await alice.row("Thursday").click();
  await expect(alice.field).toHaveValue("Half a sent");
  await expect(
    alice.thread.getByText("Texts from before this page was loaded are not kept here."),
  ).toBeVisible();
  await alice.say("Back again.");
  await Promise.all([bob.sees("Back again."), carol.sees("Back again.")]);
  await bob.openChat("Thursday");
  await bob.say("Welcome back.");
  await alice.sees("Welcome back.");
  await expect(alice.list.getByText("Thursday")).toHaveCount(1);
});

test("the same account in two tabs: one is live, the other says so and can take it", async ({
  alice,
  bob,
  box,
}) => {
  await inChat(alice, bob);
  const second = new Person(alice.name, await alice.page.context().newPage(), box.url);
  await second.open();
  await second.page.getByRole("textbox", { name: "Address" }).fill("alice@segue.example");
  await second.page.getByLabel("Password", { exact: true }).fill("alice");
  await second.press("Sign in");
  await expect(second.page.getByRole("heading", { name: "Open in another tab" })).toBeVisible();
  await alice.say("Still here.");
  await bob.sees("Still here.");

  await second.press("Use here");
  await expect(second.list.getByText("Connected")).toBeVisible();
  await expect(alice.page.getByRole("heading", { name: "Open in another tab" })).toBeVisible();
  await second.chatWith(bob);
  await second.say("Over here now.");
  await bob.sees("Over here now.");
  expect(second.errors).toEqual([]);
  await second.page.close();
});
