/**
 * Kamailio ends, or is killed, under people who have their pages open, and comes back on the same ports knowing
 * nothing: registrations, transactions, MSRP paths are gone. Pages and focus come back by themselves, and what was
 * written meanwhile goes out once.
 */
import { bannerOf, inChat, type Person } from "../person.ts";
import { request, response, send, WireTap } from "../wire-tap.ts";
import { expect, leave, test } from "./kamailio.ts";

const soon = { sipRetryMinMs: 300, sipRetryMaxMs: 600, retryMinMs: 300, retryMaxMs: 600 };
const offline = "No connection. You can keep writing, your messages wait here.";

/** Writes while nothing runs: the text stays in the thread, and says that it waits. */
async function writesAway(person: Person, text: string): Promise<void> {
  await expect(person.page.getByRole("status")).toContainText(offline);
  await expect(person.page.getByText("Connected", { exact: true })).toHaveCount(0);
  await person.say(text);
  await expect(person.thread.getByText("Waiting for connection")).toBeVisible();
}

/** Each has read each of these once. */
async function readOnce(people: readonly Person[], ...texts: readonly string[]): Promise<void> {
  for (const person of people)
    for (const text of texts) {
      await person.sees(text);
      await expect(person.thread.getByText(text)).toHaveCount(1);
    }
}

for (const how of ["stop", "kill"] as const) {
  const verb = how === "stop" ? "is restarted" : "is killed";
  test.describe(`Kamailio ${verb}`, () => {
    test.use({ appTimers: soon });

    test("in a 1-1: it is said, texts of both wait, and go once", async ({ network, alice, bob }) => {
      await inChat(alice, bob);
      const banners = await Promise.all([bannerOf(alice), bannerOf(bob)]);
      await network.restart(async () => {
        await writesAway(alice, "Written while it was away.");
        await writesAway(bob, "Mine too.");
      }, how);
      for (const said of banners) await expect.poll(said).toContain("Back online");
      await readOnce([alice, bob], "Written while it was away.", "Mine too.");
      await alice.say("After.");
      await bob.say("And after that.");
      await readOnce([alice, bob], "After.", "And after that.");
      for (const one of [alice, bob])
        await expect(one.thread.getByText(/Waiting|Not sent|chat ended/)).toHaveCount(0);
      await leave([alice, bob]);
    });

    test("in a group: everybody is back in it, with what was written meanwhile", async ({
      network,
      alice,
      bob,
      carol,
    }) => {
      const people = [alice, bob, carol];
      await Promise.all([inChat(alice, bob), carol.signIn()]);
      await alice.addPeople([carol], "Thursday");
      await carol.join(alice);
      await carol.say("Before.");
      await readOnce([alice, bob], "Before.");
      await network.restart(async () => {
        await writesAway(alice, "Written while it was away.");
        await writesAway(carol, "Mine too.");
      }, how);
      await readOnce(people, "Written while it was away.", "Mine too.");
      await bob.say("After.");
      await readOnce(people, "After.");
      await expect(alice.members).toHaveText([/You/, /Bob/, /Carol$/]);
      await expect(carol.members).toHaveText([/You/, /Alice/, /Bob$/]);
      await leave(people);
    });
  });
}

test.describe("the banner", () => {
  test.use({ appTimers: { sipRetryMinMs: 120_000, sipRetryMaxMs: 120_000 } });

  test("counts down to the next try, and Try now does not wait for it", async ({ network, alice, bob }) => {
    await inChat(alice, bob);
    const [banner, now] = [
      alice.page.getByRole("status"),
      alice.page.getByRole("button", { name: "Try now" }),
    ];
    const said = await bannerOf(alice);
    await network.restart(async () => {
      await expect(banner).toContainText(offline);
      await expect(alice.page.getByText(/^Next try in (?:[6-9]\d|1[01]\d|120) seconds$/)).toBeAttached();
      await now.click();
      // Nobody is there yet: it says so again.
      await expect(alice.page.getByText(/^Next try in /)).toBeAttached();
      await expect(banner).toContainText(offline);
    }, "kill");
    await now.click();
    await expect.poll(said).toContain("Back online");
    await bob.press("Try now");
    await alice.say("There you are.");
    await bob.sees("There you are.");
    await leave([alice, bob]);
  });
});

test.describe("Kamailio is killed during the extension", () => {
  test.use({ appTimers: soon, doors: true });

  type Three = { readonly alice: Person; readonly bob: Person; readonly carol: Person };

  /** They see that nothing runs. */
  async function away(people: readonly Person[]): Promise<void> {
    for (const { page } of people) await expect(page.getByRole("status")).toContainText(offline);
  }

  /** And that it runs again. */
  async function back(people: readonly Person[]): Promise<void> {
    for (const { page } of people) await expect(page.getByText("Connected", { exact: true })).toBeVisible();
  }

  /** What has become of it, where both screens say the same; null: they do not, or not yet. */
  async function outcome({ alice, bob }: Three): Promise<"alone" | "group" | "asked" | null> {
    const [hers, his] = [await alice.seam.isVisible(), await bob.seam.isVisible()];
    if (hers && his) return "group";
    if (hers || his) return null;
    const isAsked = await bob.row("Alice invites you").isVisible();
    if (await alice.card.getByText("Nobody could join.").isVisible()) return isAsked ? null : "alone";
    return isAsked && (await alice.card.isVisible()) ? "asked" : null;
  }

  /** Both screens agree; then the three come together, and the text is with its reader, once. */
  async function comeTogether(three: Three, author: Person, text: string): Promise<void> {
    const { alice, bob, carol } = three;
    let became: Awaited<ReturnType<typeof outcome>> = null;
    await expect.poll(async () => (became = await outcome(three))).not.toBeNull();
    if (became === "asked") await bob.join(alice);
    if (became === "alone") {
      await readOnce([alice, bob], text);
      for (const one of [alice, bob]) await expect(one.list.getByRole("listitem")).toHaveCount(1);
      await alice.addPeople([carol], "Thursday");
    }
    for (const one of [alice, bob]) await expect(one.seam).toBeVisible();
    await carol.join(alice);
    await carol.say("Here now.");
    await readOnce([alice, bob], "Here now.");
    // What did not arrive before the group began waits for its author's choice, or is in the private chat.
    const reader = author === alice ? bob : alice;
    const choice = author.thread.getByRole("button", { name: "Send to the group" });
    await expect
      .poll(async () => (await reader.page.getByText(text).count()) + (await choice.count()))
      .toBeGreaterThan(0);
    if (await choice.isVisible()) await choice.click();
    else if (!(await reader.thread.getByText(text).isVisible())) await reader.openChat(author.name);
    await readOnce([reader], text);
    await leave([alice, bob, carol]);
  }

  test("before the factory has the order: both screens agree, nothing is lost", async ({
    network,
    alice,
    bob,
    carol,
  }) => {
    const tap = await WireTap.on(alice.page);
    await Promise.all([inChat(alice, bob), carol.signIn()]);
    const order = tap.hold("sip", "out", (text) => text.includes("recipient-list-invite"));
    await alice.addPeople([carol], "Thursday");
    await order.caught;
    await network.restart(async () => {
      await away([alice, bob, carol]);
      // Her line stays down until those whom she asks are back: who is not there when she asks anew is not asked.
      await tap.cut();
      order.release();
      await writesAway(bob, "Are you starting something?");
    }, "kill");
    await back([bob, carol]);
    tap.mend();
    await comeTogether({ alice, bob, carol }, bob, "Are you starting something?");
  });

  test("the order was heard and its answers are lost: both screens agree, nothing is lost", async ({
    network,
    alice,
    bob,
    carol,
  }) => {
    const [hers, his] = [await WireTap.on(alice.page), await WireTap.on(bob.page)];
    await Promise.all([inChat(alice, bob), carol.signIn()]);
    const progress = hers.hold("sip", "in", response(183, "INVITE"));
    const answer = his.hold("sip", "out", response(200, "INVITE"));
    await alice.addPeople([carol], "Thursday");
    await Promise.all([progress.caught, answer.caught]);
    await network.restart(async () => {
      await away([alice, bob, carol]);
      // Her line stays down until those whom she asks are back: who is not there when she asks anew is not asked.
      await hers.cut();
      await writesAway(alice, "Anybody?");
      progress.release();
      answer.release();
    }, "kill");
    await back([bob, carol]);
    hers.mend();
    await comeTogether({ alice, bob, carol }, alice, "Anybody?");
  });

  test("Bob is in the group and his goodbye to the 1-1 is lost: both are in the group", async ({
    network,
    alice,
    bob,
    carol,
  }) => {
    const tap = await WireTap.on(bob.page);
    await Promise.all([inChat(alice, bob), carol.signIn()]);
    const bye = tap.hold("sip", "out", request("BYE"));
    await alice.addPeople([carol], "Thursday");
    await bye.caught;
    await expect(alice.seam).toBeVisible();
    await network.restart(async () => {
      await away([carol]);
      await writesAway(alice, "From Alice, away.");
      await writesAway(bob, "From Bob, away.");
      bye.release();
    }, "kill");
    await readOnce([alice, bob], "From Alice, away.", "From Bob, away.");
    await back([carol]);
    await carol.row("Thursday").click();
    await carol.chat.getByRole("button", { name: "Join", exact: true }).click();
    await readOnce([carol], "From Alice, away.", "From Bob, away.");
    await carol.say("Here now.");
    await readOnce([alice, bob], "Here now.");
    for (const one of [alice, bob]) await expect(one.list.getByRole("listitem")).toHaveCount(1);
    await leave([alice, bob, carol]);
  });

  test("a text to Bob alone is on its way: it is not lost either", async ({ network, alice, bob, carol }) => {
    const tap = await WireTap.on(alice.page);
    await Promise.all([inChat(alice, bob), carol.signIn()]);
    const [order, text] = [
      tap.hold("sip", "out", (message) => message.includes("recipient-list-invite")),
      tap.hold("msrp", "out", send("Mine alone?")),
    ];
    await alice.addPeople([carol], "Thursday");
    await order.caught;
    await alice.say("Mine alone?");
    await text.caught;
    await network.restart(async () => {
      await away([alice, bob, carol]);
      // Her line stays down until those whom she asks are back: who is not there when she asks anew is not asked.
      await tap.cut();
      for (const held of [order, text]) held.release();
    }, "kill");
    await back([bob, carol]);
    tap.mend();
    await comeTogether({ alice, bob, carol }, alice, "Mine alone?");
  });
});
