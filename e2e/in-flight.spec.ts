/**
 * Text that is on its way on the 1-1 while it becomes a group: never shown to people it was not written for unless
 * its author says so, and never lost without a word.
 */
import { expect, type Locator } from "@playwright/test";
import { test } from "./people.ts";
import { inChat, type Person } from "./person.ts";
import { type Held, send, WireTap } from "./wire-tap.ts";

const secret = "Between us: it is her birthday.";

test.use({ appTimers: { drainMs: 400 } });

/** Alice has written to Bob, the words hang on the wire, and the group stands: they are late now, whenever they come. */
async function written(alice: Person, bob: Person, carol: Person): Promise<Held> {
  const tap = await WireTap.on(alice.page);
  await Promise.all([inChat(alice, bob), carol.signIn()]);
  const words = tap.hold("msrp", "out", send(secret));
  await alice.say(secret);
  await words.caught;
  await alice.addPeople([carol], "Thursday");
  await carol.join(alice);
  await expect(choices(alice)).toContainText(secret);
  return words;
}

const choices = (one: Person): Locator =>
  one.thread.getByRole("region", { name: "Not delivered to Bob before the group began" });

test("it stands above the seam, and nobody has it", async ({ alice, bob, carol }) => {
  await written(alice, bob, carol);
  await alice.reads(secret, "Only you and Bob see what is above");
  await alice.say("Carol, can you come?");
  await carol.sees("Carol, can you come?");
  await bob.sees("Carol, can you come?");
  for (const one of [bob, carol]) {
    await expect(one.page.getByText(secret)).toHaveCount(0);
    expect(one.received()).not.toContain(secret);
  }
});

test("Send to Bob: he alone reads it", async ({ alice, bob, carol }) => {
  const words = await written(alice, bob, carol);
  words.release();
  await choices(alice).getByRole("button", { name: "Send to Bob" }).click();
  await expect(choices(alice)).toHaveCount(0);
  await expect(bob.page.getByText(secret).first()).toBeVisible();
  await alice.openChat("Thursday");
  await alice.say("And now all of us.");
  await carol.sees("And now all of us.");
  expect(carol.received()).not.toContain(secret);
});

test("Send to the group: everybody reads it, because she says so", async ({ alice, bob, carol }) => {
  const words = await written(alice, bob, carol);
  words.release();
  await choices(alice).getByRole("button", { name: "Send to the group" }).click();
  await expect(choices(alice)).toHaveCount(0);
  await carol.reads("The group starts here", secret);
  await bob.reads("see what is above", secret);
});

test("Delete: nobody ever has it", async ({ alice, bob, carol }) => {
  await written(alice, bob, carol);
  await choices(alice).getByRole("button", { name: "Delete" }).click();
  await expect(alice.page.getByText(secret)).toHaveCount(0);
  await alice.say("Never mind.");
  await carol.sees("Never mind.");
  await bob.sees("Never mind.");
  for (const one of [bob, carol]) expect(one.received()).not.toContain(secret);
});

test.describe("in time", () => {
  test.use({ appTimers: { drainMs: 8_000 } });

  test("words that arrive while the 1-1 drains are simply delivered, above the seam", async ({
    alice,
    bob,
    carol,
  }) => {
    const tap = await WireTap.on(bob.page);
    await Promise.all([inChat(alice, bob), carol.signIn()]);
    const words = tap.hold("msrp", "out", send("One last thing"));
    await bob.say("One last thing");
    await words.caught;
    await alice.addPeople([carol]);
    await expect(bob.seam).toBeVisible();
    words.release();
    await alice.reads("One last thing", "Only you and Bob see what is above");
    await bob.reads("One last thing", "Only you and Alice see what is above");
    await carol.join(alice);
    await alice.say("Welcome.");
    await carol.sees("Welcome.");
    expect(carol.received()).not.toContain("One last thing");
  });
});
