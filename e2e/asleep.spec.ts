/** A page that was frozen for a while, and a machine whose lid was shut: nothing is lost, and nothing is said to be. */
import { expect } from "@playwright/test";
import { test } from "./people.ts";
import { inChat, type Person } from "./person.ts";

async function inGroup(alice: Person, bob: Person, carol: Person): Promise<void> {
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  await alice.addPeople([carol], "Thursday");
  await carol.join(alice);
  await carol.say("I have to catch a train.");
  for (const one of [alice, bob]) await one.sees("I have to catch a train.");
}

async function readsAndSpeaks(
  who: Person,
  others: readonly Person[],
  said: readonly string[],
): Promise<void> {
  for (const text of said) {
    await who.sees(text);
    await expect(who.thread.getByText(text)).toHaveCount(1);
  }
  await who.say("I am back.");
  for (const one of others) {
    await one.sees("I am back.");
    await expect(one.thread.getByText("I am back.")).toHaveCount(1);
  }
}

test("a tab that the browser froze reads what was said meanwhile, once", async ({ alice, bob, carol }) => {
  await inGroup(alice, bob, carol);
  const devtools = await carol.page.context().newCDPSession(carol.page);
  await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
  await alice.say("She is on the train by now.");
  await bob.say("Then we decide without her.");
  await alice.sees("Then we decide without her.");
  await devtools.send("Page.setWebLifecycleState", { state: "active" });
  await readsAndSpeaks(carol, [alice, bob], ["She is on the train by now.", "Then we decide without her."]);
  await expect(carol.page.getByRole("status")).toHaveText("");
});

test("a lid shut for hours, in a group and in a private chat", async ({ alice, bob, carol }) => {
  await carol.page.clock.install();
  await inGroup(alice, bob, carol);
  // Each timer that was due meanwhile fires once, late, as on a machine that wakes.
  await carol.page.clock.fastForward("03:00:00");
  await bob.say("Did you get home?");
  await readsAndSpeaks(carol, [alice, bob], ["Did you get home?"]);
  await carol.page.clock.fastForward("03:00:00");
  await carol.chatWith(bob);
  await carol.say("Only to you: yes.");
  await bob.openChat(carol.name);
  await bob.sees("Only to you: yes.");
  await expect(carol.page.getByText("Connected", { exact: true })).toBeVisible();
});
