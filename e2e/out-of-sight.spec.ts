/** A page behind other tabs: what comes to the chat that is open there is counted in its title, and read on return. */
import { expect } from "@playwright/test";
import { test } from "./people.ts";
import { inChat, type Person } from "./person.ts";

/** As if another tab were put before the page, or taken away again; a browser without windows has none to put. */
function turn(at: Person, visibilityState: DocumentVisibilityState): Promise<void> {
  return at.page.evaluate((now) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => now });
    document.dispatchEvent(new Event("visibilitychange"));
  }, visibilityState);
}

test("the title counts the chat that is open, until somebody looks", async ({ alice, bob }) => {
  await inChat(alice, bob);
  await expect(bob.page).toHaveTitle("Segue");
  await turn(bob, "hidden");
  await alice.say("Are you still there?");
  await expect(bob.page).toHaveTitle("(1) Segue");
  await expect(bob.row(alice.name)).toContainText("1 unread message");
  await turn(bob, "visible");
  await expect(bob.page).toHaveTitle("Segue");
  await expect(bob.row(alice.name)).not.toContainText("unread");
});
