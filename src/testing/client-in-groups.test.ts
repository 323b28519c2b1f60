/**
 * A group that stands, with the real client and the real server: who leaves, who is added, who comes later after all,
 * and how it ends.
 */
import { expect, it } from "vitest";
import { invitationAt, joinsAt, receivedBy, talkInGroup, talkInPrivate } from "./headless-stage.ts";
import type { Stage } from "./headless-stage.ts";
import { groupIn, memberIs, textsOf } from "./headless-state.ts";
import { withTimers } from "../server/timers.ts";
import type { HeadlessPerson } from "./headless-person.ts";
import { threeInEachTest } from "./three-on-stage.ts";

let stage: Stage;
let alice: HeadlessPerson;
let bob: HeadlessPerson;
let carol: HeadlessPerson;

/** Alice and Bob are in a group to which Carol is invited. */
threeInEachTest(
  {
    timers: { drainMs: 300 },
    box: { timers: withTimers({ focus: { backMs: 100 } }) },
  },
  async (three) => {
    ({ stage, alice, bob, carol } = three);
    const chat = await talkInPrivate(alice, bob);
    alice.actions.addPeople(chat.id, [carol.address], "Trip");
    await Promise.all([alice.group(), bob.group(), invitationAt(carol)]);
  },
);

const sees = (one: HeadlessPerson, other: HeadlessPerson, is: string): Promise<boolean> =>
  one.until(`${other.user} ${is}`, (state) => {
    const group = groupIn(state, "open");
    return group !== null && memberIs(group, other.address) === is;
  });

it("has its name on every screen", async () => {
  await joinsAt(carol);
  for (const one of [alice, bob, carol]) expect((await one.group()).title).toBe("Trip");
});

it("Bob leaves: the others go on, and he reads nothing more", async () => {
  await joinsAt(carol);
  await talkInGroup([alice, bob, carol], "the way");
  bob.actions.leave((await bob.group()).id);
  await bob.until("that he left", (state) => {
    const phase = groupIn(state)?.phase;
    return phase?.is === "ended" && phase.how === "you-left";
  });
  await Promise.all([sees(alice, bob, "left"), sees(carol, bob, "left")]);
  await talkInGroup([alice, carol], "Bob");
  expect(receivedBy(stage.box, bob)).not.toContain("on Bob.");
});

it("whose line breaks is away to the others soon, though nobody says a word, and in when it is mended", async () => {
  await joinsAt(carol);
  await talkInGroup([alice, bob, carol], "the weather");
  carol.tap.cut();
  await Promise.all([sees(alice, carol, "away"), sees(bob, carol, "away")]);
  carol.tap.mend();
  carol.actions.tryNow();
  const isBack = await Promise.all([sees(alice, carol, "in"), sees(bob, carol, "in")]);
  expect(isBack).toEqual([true, true]);
  await talkInGroup([alice, bob, carol], "the line");
});

it("one more is added: asked by the group, reads what was said since", async () => {
  const [dave] = await stage.enter(["dave"]);
  await joinsAt(carol);
  await talkInGroup([alice, bob, carol], "the past");
  bob.actions.addPeople((await bob.group()).id, [dave.address], null);
  await invitationAt(dave);
  await talkInGroup([carol], "Dave");
  const group = await joinsAt(dave);
  await dave.read("carol on Dave.");
  expect(group.address).toBe((await alice.group()).address);
  for (const one of [alice, bob, carol]) await sees(one, dave, "in");
  await talkInGroup([alice, bob, carol, dave], "the way");
  expect(textsOf(await dave.group()).below).not.toContain("alice on the past.");
  expect(receivedBy(stage.box, dave)).not.toContain("on the past.");
});

it("a declined invitation is joined later", async () => {
  carol.actions.decline((await invitationAt(carol)).id);
  await sees(alice, carol, "declined");
  await talkInGroup([alice, bob], "her no");
  const missed = await carol.until("the row", (state) => groupIn(state, "missed"));
  carol.actions.join(missed.id);
  await carol.group();
  await Promise.all([carol.read("alice on her no."), sees(alice, carol, "in"), sees(bob, carol, "in")]);
  await talkInGroup([alice, bob, carol], "her yes");
  expect(textsOf(await carol.group()).below.slice(0, 2)).toEqual(["alice on her no.", "bob on her no."]);
});

it("whoever says yes to a group whose server is gone is told so at once, and is in when it is back", async () => {
  const invitation = await invitationAt(carol);
  stage.box.focus.stop();
  carol.actions.join(invitation.id);
  const away = await carol.until("why not", (state) => groupIn(state, "away"));
  expect(away.phase).toMatchObject({ cause: "The group’s server does not answer." });
  stage.box.restartFocus();
  await carol.group();
});

it("whoever stays alone is told that the group is closed", async () => {
  await joinsAt(carol);
  await talkInGroup([alice, bob, carol], "the end");
  for (const one of [bob, carol]) one.actions.leave((await one.group()).id);
  await alice.until("that it is closed", (state) => {
    const phase = groupIn(state)?.phase;
    return phase?.is === "ended" && phase.how === "closed";
  });
  await expect.poll(() => stage.box.focus.groups.size).toBe(0);
});

it("who closes the private chat ends it at the other end too, and the next text opens a new one", async () => {
  const [dave] = await stage.enter(["dave"]);
  const chat = await talkInPrivate(dave, alice);
  dave.actions.closeChat(chat.id);
  for (const one of [dave, alice])
    await one.until("the end", (state) =>
      state.order.every((id) => state.chats[id]?.kind === "group" || state.chats[id]?.phase.is === "idle"),
    );
  dave.say(dave.chatWith(alice), "One more thing.");
  await alice.read("One more thing.");
  expect(dave.chatWith(alice).id).toBe(chat.id);
});
