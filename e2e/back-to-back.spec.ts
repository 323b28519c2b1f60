/**
 * A back-to-back user agent between each person and the network: no dialog is end to end, so `Replaces` names nothing
 * at Bob and `Session-Replaces` alone moves him over. On the screens it is the story as ever.
 */
import { expect } from "@playwright/test";
import { startB2bua, type B2bua } from "../src/testing/b2bua.ts";
import { header, parseSip } from "../src/wire/sip.ts";
import type { Network } from "./network.ts";
import { test as base } from "./people.ts";
import { inChat, inTurn } from "./person.ts";

const fronts = new WeakMap<Network, B2bua>();

const test = base.extend<{ behindB2bua: boolean }>({
  behindB2bua: [false, { option: true }],
  // What people take for the network is what stands in front of it.
  box: async ({ box, behindB2bua }, provide) => {
    const b2bua = await startB2bua({ network: box.url, behindB2bua });
    const front: Network = { ...box, url: b2bua.url };
    fronts.set(front, b2bua);
    await provide(front);
    await b2bua.stop();
  },
});

/** How Bob was asked, and what he said to it: `both 481`. */
function askedOfBob(hops: B2bua["hops"]): readonly string[] {
  const his = hops.filter(({ user, side }) => user === "bob" && side === "user");
  const messages = his.map(({ text }) => parseSip(text));
  return messages.flatMap((invite) => {
    if (invite.kind !== "request" || invite.method !== "INVITE") return [];
    if (!(header(invite, "Contact") ?? "").includes(";isfocus")) return [];
    const marks = ["Replaces", "Session-Replaces"].filter((name) => header(invite, name) !== null);
    const callId = header(invite, "Call-ID");
    const [answer] = messages.flatMap((one) =>
      one.kind === "response" && one.status >= 200 && header(one, "Call-ID") === callId ? [one.status] : [],
    );
    return [`${marks.join(" and ")}: ${answer}`];
  });
}

for (const { behindB2bua, asked } of [
  { behindB2bua: false, asked: ["Replaces and Session-Replaces: 481", "Session-Replaces: 200"] },
  { behindB2bua: true, asked: ["Session-Replaces: 200"] },
])
  test.describe(`behindB2bua: ${behindB2bua}`, () => {
    test.use({ behindB2bua });

    test("two talk, a third is added, all three talk, and nothing is left over", async ({
      box,
      alice,
      bob,
      carol,
    }) => {
      const b2bua = fronts.get(box);
      if (b2bua === undefined) throw new Error("nothing stands in front");
      await Promise.all([inChat(alice, bob), carol.signIn()]);

      // From here on Bob presses nothing until he has something to say.
      await alice.addPeople([carol], "Thursday");
      await expect(alice.seam).toHaveAccessibleName("Only you and Bob see what is above");
      await expect(bob.seam).toHaveAccessibleName("Only you and Alice see what is above");
      await alice.say("Carol brings the projector.");
      await bob.sees("Carol brings the projector.");
      await carol.join(alice);
      await carol.sees("Carol brings the projector.");
      await inTurn([bob, "Good, ours is broken."], [carol, "Found it!"]);
      for (const one of [alice, bob])
        await one.reads("Yes, what is it?", "see what is above", "Good, ours is broken.", "Found it!");
      for (const one of [alice, bob]) await expect(one.list.getByRole("listitem")).toHaveCount(1);
      await expect(alice.members).toHaveText([/You/, /Bob/, /Carol$/]);
      expect(carol.received()).not.toContain("Yes, what is it?");

      expect(askedOfBob(b2bua.hops)).toEqual(asked);
      // Each of three has a call and a subscription; the 1-1 is gone from both halves.
      await expect.poll(() => b2bua.open()).toEqual({ calls: 3, subscriptions: 3, transactions: 0 });
      // With the second of three the group is over for the third.
      for (const one of [alice, bob]) {
        await one.press("Details");
        await one.page
          .getByRole("region", { name: "Details" })
          .getByRole("button", { name: "Leave group" })
          .click();
        const ask = one.page.getByRole("alertdialog", { name: "Leave Thursday?" });
        await ask.getByRole("button", { name: "Leave group" }).click();
        await expect(one.chat.getByText("You left this group.")).toBeVisible();
      }
      await expect(carol.field).toHaveCount(0);
      await expect.poll(() => b2bua.open()).toEqual({ calls: 0, subscriptions: 0, transactions: 0 });
    });
  });
