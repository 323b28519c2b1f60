/** The truth about the connection: refused at sign-in, cut and back, and what was written meanwhile. */
import { expect } from "@playwright/test";
import { test } from "./people.ts";
import { bannerOf, inChat } from "./person.ts";
import { WireTap } from "./wire-tap.ts";

test("a wrong password is said where one tries again", async ({ alice }) => {
  await alice.open();
  await alice.page.getByRole("textbox", { name: "Address" }).fill("alice@segue.example");
  await alice.page.getByLabel("Password", { exact: true }).fill("not hers");
  await alice.press("Sign in");
  await expect(alice.page.getByRole("alert")).toHaveText("Wrong password. Sign in again.");
  await alice.page.getByLabel("Password", { exact: true }).fill("alice");
  await alice.press("Sign in");
  await expect(alice.list.getByText("Connected")).toBeVisible();
  await expect(alice.list.getByText(alice.name)).toBeVisible();
});

test.describe("a line that is cut", () => {
  test.use({ appTimers: { sipRetryMinMs: 300, sipRetryMaxMs: 600, retryMinMs: 300, retryMaxMs: 600 } });

  test("is said, texts wait, and go when it is back", async ({ alice, bob }) => {
    const tap = await WireTap.on(alice.page);
    await inChat(alice, bob);
    const banner = alice.page.getByRole("status");
    const said = await bannerOf(alice);
    await tap.cut();
    await expect(banner).toContainText("No connection. You can keep writing, your messages wait here.");
    await alice.field.fill("Written in a tunnel.");
    await alice.press("Send");
    await expect(alice.thread.getByText("Waiting for connection")).toBeVisible();
    await expect(alice.page.getByText("Connected", { exact: true })).toHaveCount(0);

    tap.mend();
    await expect.poll(said).toContain("Back online");
    await bob.sees("Written in a tunnel.");
    await expect(alice.chat.getByText("Waiting for connection")).toHaveCount(0);
    await expect(bob.thread.getByText("Written in a tunnel.")).toHaveCount(1);
    await expect(banner).toHaveText("");
  });

  test("in a group: who was away comes back by itself and reads what was said", async ({
    alice,
    bob,
    carol,
  }) => {
    const tap = await WireTap.on(carol.page);
    await Promise.all([inChat(alice, bob), carol.signIn()]);
    await alice.addPeople([carol], "Thursday");
    await carol.join(alice);
    await carol.say("Going into the tunnel.");
    for (const one of [alice, bob]) await one.sees("Going into the tunnel.");
    await tap.cut();
    await expect(carol.page.getByRole("status")).toContainText("No connection.");
    await alice.say("She can’t hear us.");
    await bob.sees("She can’t hear us.");
    tap.mend();
    await carol.sees("She can’t hear us.");
    await expect(carol.thread.getByText("She can’t hear us.")).toHaveCount(1);
    await carol.say("Out again.");
    await alice.sees("Out again.");
    await bob.sees("Out again.");
  });
});
