/** Parts of the app that are fetched when they are first asked for, from a server that is away just then. */
import { expect } from "@playwright/test";
import { test } from "./people.ts";
import { inChat } from "./person.ts";

test("what can't be fetched is said, the chat stays, and it can be tried again", async ({ alice, bob }) => {
  await inChat(alice, bob);
  const parts = /\/assets\/(Settings|AddPeople)-[^/]*\.js$/;
  await alice.page.route(parts, (route) => route.abort());
  await alice.press("Settings");
  const problem = alice.page.getByRole("alert");
  await expect(problem).toContainText("This part of the app could not be fetched");
  await alice.field.fill("Still here.");
  await alice.press("Send");
  await bob.sees("Still here.");
  await alice.page.getByRole("button", { name: "Close" }).click();
  await expect(problem).toHaveCount(0);
  await alice.press("Add people");
  await expect(problem).toContainText("This part of the app could not be fetched");
  await alice.page.unroute(parts);
  await alice.page.getByRole("button", { name: "Try again" }).click();
  await expect(alice.page.getByRole("dialog", { name: "Add people" })).toBeVisible();
  for (const error of alice.errors.splice(0)) expect(error).toContain("ERR_FAILED");
});
