/**
 * The pictures in `docs/screens`, taken from the running product: each screen, desktop and phone, light and dark.
 *
 * Five people live through one evening on the network in a box. Where a screen comes up, its page is shown at each
 * size and in each scheme and goes on as it was. The clock of the pages is set, so that a picture taken again is
 * the same but for what has changed.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { chromium, expect, type Page } from "@playwright/test";
import { buildIfStale } from "../src/server/build.ts";
import { type Box, startBox } from "../src/server/network-in-a-box.ts";
import { browserArgs, browserPath } from "./browser.ts";
import { Person } from "./person.ts";
import { theCheck } from "./screenshots-check.ts";
import { request, send, WireTap } from "./wire-tap.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, "docs/screens");
const sizes = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const schemes = ["light", "dark"] as const;
const began = new Date("2026-03-12T18:40:00Z");

type Size = keyof typeof sizes;
type Cast = Readonly<Record<"alice" | "bob" | "carol" | "dave" | "erin", Person>>;

async function picture(page: Page, name: string, at: readonly Size[] = ["desktop", "phone"]): Promise<void> {
  for (const size of at) {
    await page.setViewportSize(sizes[size]);
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      await page.mouse.move(0, 0);
      await page.screenshot({
        path: join(folder, `${name}-${size}-${colorScheme}.png`),
        animations: "disabled",
      });
    }
  }
  await page.setViewportSize(sizes.desktop);
}

/** Nobody is writing: the field has no focus. */
const restHands = (page: Page): Promise<void> =>
  page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });

/** Five pages of one browser profile, all in the same minute. */
async function enter(box: Box): Promise<{
  readonly cast: Cast;
  readonly later: (minutes: number) => Promise<void>;
  readonly leave: () => Promise<void>;
}> {
  const browser = await chromium.launch({ executablePath: browserPath(), args: [...browserArgs] });
  const context = await browser.newContext({
    viewport: sizes.desktop,
    locale: "en-GB",
    timezoneId: "UTC",
    reducedMotion: "reduce",
  });
  await context.clock.install({ time: began });
  const person = async (name: string): Promise<Person> => new Person(name, await context.newPage(), box.url);
  return {
    cast: {
      alice: await person("Alice Moreau"),
      bob: await person("Bob Lindqvist"),
      carol: await person("Carol Okafor"),
      dave: await person("Dave Ito"),
      erin: await person("Erin Walsh"),
    },
    later: (minutes) => context.clock.fastForward(minutes * 60_000),
    leave: () => browser.close(),
  };
}

/** What each has in the list before the story begins. */
async function everydayChats({ alice, bob, carol, dave, erin }: Cast): Promise<void> {
  await Promise.all([bob, carol, dave, erin].map((one) => one.signIn()));
  await dave.chatWith(erin);
  await dave.addPeople([alice], "Sunday climbing");
  await alice.decline(dave);
  await dave.page.getByRole("button", { name: "Cancel" }).click();
  for (const one of [alice, bob, carol]) {
    await erin.chatWith(one);
    await erin.say("The choir starts at eight, front door is open.");
  }
  await dave.chatWith(alice);
  await dave.say("The train leaves at 8:12 from platform 4.");
  await alice.openChat(dave.name);
  await alice.say("Perfect, see you on it.");
  await alice.openChat(erin.name);
  await alice.field.fill("Could you keep me a seat near");
}

async function theStory(box: Box): Promise<void> {
  const { cast, later, leave } = await enter(box);
  const { alice, bob, carol, dave, erin } = cast;
  const atBob = await WireTap.on(bob.page);

  await alice.open();
  await picture(alice.page, "01-sign-in");
  await alice.signIn();
  await picture(alice.page, "11-empty-no-chats");
  await everydayChats(cast);
  await later(2);

  await bob.chatWith(alice);
  await bob.say("Did the record come? Carol’s birthday is on Thursday");
  await alice.openChat(bob.name);
  await later(1);
  await alice.say("It did! Hidden behind the cookbooks.");
  await alice.say("She suspects nothing 🤫");
  await bob.sees(/suspects nothing/);
  await later(2);
  await bob.say("Great, I have wrapping paper.");
  await bob.say("Should we ask her where she’d like to eat?");
  await alice.sees(/where she’d like to eat/);
  await picture(alice.page, "02-chat-with-bob");
  await alice.page.setViewportSize(sizes.phone);
  await alice.press("Back");
  await picture(alice.page, "02-chat-list", ["phone"]);
  await picture(alice.page, "11-empty-nothing-selected", ["desktop"]);
  await alice.openChat(bob.name);
  await later(1);
  await alice.say("Yes, I’ll add her now");
  await bob.sees(/add her now/);

  const held = atBob.hold("sip", "in", request("INVITE", "isfocus"));
  await alice.field.fill("Keep the sleeve flat when you");
  await alice.chat.getByRole("button", { name: "Add people" }).click();
  const dialog = alice.page.getByRole("dialog", { name: "Add people" });
  await dialog.getByRole("option", { name: carol.name }).click();
  await dialog.getByRole("option", { name: dave.name }).click();
  await dialog.getByRole("textbox", { name: "Group name" }).fill("Birthday dinner");
  await dialog.getByRole("combobox").focus();
  await picture(alice.page, "03-add-people");
  await dialog.getByRole("button", { name: "Add Carol and Dave" }).click();
  await dave.decline(alice);
  await expect(alice.card.getByRole("listitem").filter({ hasText: "Dave" })).toContainText("Declined");
  await picture(alice.page, "04-asking");
  await carol.openInvitation(alice);
  await picture(carol.page, "06-invitation-carol");

  held.release();
  await expect(alice.seam).toBeVisible();
  await carol.press("Join");
  await alice.field.fill("");
  await later(1);
  await alice.say("Hi Carol! Dinner on Thursday, just us three?");
  await carol.say("Oh yes! I thought you had all forgotten 😄");
  await bob.say("As if. Pizza or the noodle bar?");
  await carol.sees(/noodle bar/);
  await alice.sees(/noodle bar/);
  for (const { page } of [alice, bob, carol]) await restHands(page);
  await picture(alice.page, "05-group-alice");
  await picture(bob.page, "05-group-bob");
  await picture(carol.page, "05-group-carol");
  await alice.addPeople([erin]);
  await expect(alice.members.filter({ hasText: "Erin" })).toContainText("ringing");
  await alice.press("Details");
  await expect(alice.page.getByRole("heading", { name: "Group details" })).toBeVisible();
  await picture(alice.page, "07-group-details");
  await leave();
}

/** The same two, on a worse day: a text that did not leave before the group began, one refused, one waiting. */
async function theErrors(box: Box): Promise<void> {
  const { cast, leave } = await enter(box);
  const { alice, bob, carol } = cast;
  const tap = await WireTap.on(alice.page);
  await Promise.all([alice, bob, carol].map((one) => one.signIn()));
  await alice.chatWith(bob);
  await alice.say("Do you have the wrapping paper?");
  await bob.openChat(alice.name);
  await bob.say("Plenty. Bring the record.");
  await alice.sees(/Bring the record/);
  const secret = "Don’t mention the blue sleeve";
  const words = tap.hold("msrp", "out", send("blue sleeve"));
  await alice.say(secret);
  await words.caught;
  await alice.addPeople([carol], "Birthday dinner");
  await carol.join(alice);
  await expect(alice.thread.getByRole("button", { name: "Send to Bob" })).toBeVisible();
  await carol.say("Thursday suits me! Noodles?");
  await alice.sees(/Noodles/);

  // The focus refuses what is not from who sends it.
  tap.change("msrp", "out", send("book a table"), (text) => text.replace("sip:alice@", "sip:alicf@"));
  await alice.say("Noodles it is, I’ll book a table");
  await expect(alice.thread.getByRole("button", { name: "Retry sending" })).toBeVisible();
  await tap.cut();
  await expect(alice.page.getByRole("status")).toContainText("No connection.");
  await alice.say("Half past seven would do too");
  await restHands(alice.page);
  await picture(alice.page, "08-errors");
  await leave();
}

await buildIfStale(root);
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
for (const scenes of [theStory, theErrors]) {
  const box = await startBox({ distDir: join(root, "dist") });
  await scenes(box);
  await box.stop();
}
await theCheck(picture);
