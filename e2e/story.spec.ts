/**
 * The story: two people talk, one of them adds a third, and the same conversation goes on as a group.
 *
 * At desktop size, on a phone, and with all three in one browser profile. Then what no screen shows: the third
 * browser never received a byte of what was said before, and the wires carried the nineteen steps of the figure.
 */
import { expect } from "@playwright/test";
import { notTheFigure, test } from "./people.ts";
import { inTurn } from "./person.ts";

const before = ["Is the room booked for Thursday?", "Booked it this morning, six to eight."];
const after = [
  "Carol brings the projector, so I asked her too.",
  "Good, ours is broken.",
  "Found it, and a cable!",
];

for (const { where, size, oneContext } of [
  { where: "three windows", size: { width: 1280, height: 800 }, oneContext: false },
  { where: "three telephones", size: { width: 390, height: 844 }, oneContext: false },
  { where: "three pages of one browser profile", size: { width: 1280, height: 800 }, oneContext: true },
]) {
  test.describe(where, () => {
    // As it looks: with everything that moves.
    test.use({ viewport: size, oneContext, moves: true });

    test("two talk, a third is added, all three talk", async ({ box, alice, bob, carol }) => {
      await Promise.all([alice.signIn(), bob.signIn(), carol.signIn()]);

      await alice.chatWith(bob);
      await alice.say(before[0] ?? "");
      await bob.openChat(alice.name);
      await bob.sees(before[0] ?? "");
      await bob.say(before[1] ?? "");
      await alice.sees(before[1] ?? "");
      await expect(alice.chat.getByText("Delivered")).toBeVisible();

      // From here on Bob presses nothing until he has something to say.
      await alice.addPeople([carol]);
      await expect(alice.seam).toHaveAccessibleName("Only you and Bob see what is above");
      await expect(bob.seam).toHaveAccessibleName("Only you and Alice see what is above");
      await expect(alice.members).toHaveText([/You/, /Bob/, /Carol.*ringing/]);
      await expect(bob.members.filter({ hasText: "Alice" })).toBeVisible();
      await alice.sees("You added Carol");
      await bob.sees("Alice added Carol. Earlier messages stay between you and Alice.");
      await alice.say(after[0] ?? "");
      await bob.sees(after[0] ?? "");

      await carol.join(alice);
      await expect(carol.seam).toHaveAccessibleName("The group starts here");
      await carol.sees(after[0] ?? "");
      await expect(carol.members).toHaveText([/You/, /Alice/, /Bob/]);
      await expect(alice.members).toHaveText([/You/, /Bob/, /Carol$/]);

      await inTurn([bob, after[1] ?? ""], [carol, after[2] ?? ""]);
      for (const one of [alice, bob]) {
        await one.reads(...before, "see what is above", ...after);
        await expect(one.seam).toHaveCount(1);
      }
      await carol.reads("The group starts here", ...after);

      await expect.poll(() => notTheFigure(box)).toEqual([]);
      await expect(bob.thread.getByText("chat ended")).toHaveCount(0);
      for (const text of before) {
        expect(bob.received() + alice.received()).toContain(text);
        expect(carol.received()).not.toContain(text);
        await expect(carol.page.getByText(text)).toHaveCount(0);
      }
      for (const text of after.slice(0, 2)) expect(carol.received()).toContain(text);
    });
  });
}

test("who presses nothing at all is in the group, in one row", async ({ alice, bob, carol }) => {
  await Promise.all([alice.signIn(), bob.signIn(), carol.signIn()]);
  await alice.chatWith(bob);
  await alice.say("You need not answer this.");
  await expect(bob.row(alice.name)).toContainText("You need not answer this.");
  await alice.addPeople([carol], "Thursday");
  await expect(bob.row("Thursday")).toBeVisible();
  await expect(alice.seam).toBeVisible();
  await alice.say("Here it goes on.");
  await expect(bob.row("Thursday")).toContainText("Alice: Here it goes on.");
  await expect(bob.list.getByRole("listitem")).toHaveCount(1);
});
