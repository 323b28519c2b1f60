/** A 1-1 by itself: opened by its first message, ended by a person, with somebody unknown, and when a text fails. */
import { expect } from "@playwright/test";
import { test } from "./people.ts";
import { inChat, type Person } from "./person.ts";

/** Everybody of the demo is a contact; at this one, somebody is not. */
async function forget(at: Person, user: string): Promise<void> {
  await at.page.route("**/config.json", async (route) => {
    const response = await route.fetch();
    const config = (await response.json()) as { presets: { demo: { address: string }[] }[] };
    for (const preset of config.presets)
      preset.demo = preset.demo.filter(({ address }) => !address.startsWith(`sip:${user}@`));
    await route.fulfill({ response, json: config });
  });
}

test("Close chat ends it for both, and the next message opens it again", async ({ alice, bob }) => {
  await inChat(alice, bob);
  await alice.press("Details");
  await alice.page
    .getByRole("region", { name: "Details" })
    .getByRole("button", { name: "Close chat" })
    .click();
  const ask = alice.page.getByRole("alertdialog", { name: "Close the chat with Bob?" });
  await ask.getByRole("button", { name: "Close chat" }).click();
  await alice.sees("You closed the chat");
  await bob.sees("Alice closed the chat");
  await bob.say("One more thing.");
  await alice.reads("Yes, what is it?", "You closed the chat", "One more thing.");
});

test("a text that nobody takes is shown as failed, and Retry sends it once he is there", async ({
  alice,
  bob,
}) => {
  await alice.signIn();
  await alice.chatWith(bob);
  await alice.field.fill("Are you up?");
  await alice.press("Send");
  await expect(alice.thread.getByText("Not sent · Not reachable right now")).toBeVisible();
  await expect(alice.row(bob.name)).toContainText("Not sent:");

  await bob.signIn();
  await alice.press("Retry sending");
  await expect(alice.chat.getByText("Delivered")).toBeVisible();
  await bob.openChat(alice.name);
  await bob.sees("Are you up?");
  await expect(bob.thread.getByText("Are you up?")).toHaveCount(1);
});

test("a text that fails can be deleted", async ({ alice, bob }) => {
  await alice.signIn();
  await alice.chatWith(bob);
  await alice.field.fill("Are you up?");
  await alice.press("Send");
  await alice.press("Delete message");
  await expect(alice.thread.getByText("Are you up?")).toHaveCount(0);
});

test.describe("from somebody unknown", () => {
  test("nothing goes back before Accept", async ({ alice, bob }) => {
    await forget(bob, "alice");
    await Promise.all([alice.signIn(), bob.signIn()]);
    await alice.chatWith(bob);
    await alice.say("You don’t know me yet.");
    await bob.row("wants to chat").click();
    const asks = bob.chat.getByRole("region", { name: /wants to chat$/ });
    await expect(asks).toContainText("Nothing is sent back until you accept.");
    await expect(bob.field).toHaveCount(0);

    await asks.getByRole("button", { name: "Accept" }).click();
    await bob.sees("You don’t know me yet.");
    await bob.say("Now I do.");
    await alice.sees("Now I do.");
    await expect(alice.chat.getByText("Not sent")).toHaveCount(0);
  });

  test("Decline ends it, and its author is told", async ({ alice, bob }) => {
    await forget(bob, "alice");
    await Promise.all([alice.signIn(), bob.signIn()]);
    await alice.chatWith(bob);
    await alice.field.fill("You don’t know me yet.");
    await alice.press("Send");
    await bob.row("wants to chat").click();
    await bob.press("Decline");
    await expect(alice.thread.getByText(/^Not sent · Declined/)).toBeVisible();
  });
});
