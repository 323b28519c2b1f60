/**
 * A page that is loaded anew, with the real client, the real server and real sockets: it signs in by itself where that
 * was asked for, and is back in its groups, once.
 */
import { expect, it } from "vitest";
import type { Chat } from "../client/model.ts";
import { invitationAt, joinsAt, talkInGroup, talkInPrivate, type Stage } from "./headless-stage.ts";
import { groupIn, memberIs, messagesOf, oneToOne, textsOf } from "./headless-state.ts";
import type { HeadlessPerson } from "./headless-person.ts";
import { quickTimers, threeInEachTest } from "./three-on-stage.ts";

let stage: Stage;
let alice: HeadlessPerson;
let bob: HeadlessPerson;
let carol: HeadlessPerson;

threeInEachTest({ timers: quickTimers, keep: true }, async (three) => {
  ({ stage, alice, bob, carol } = three);
  const chat = await talkInPrivate(alice, bob);
  alice.actions.addPeople(chat.id, [carol.address], "Trip");
});

const groupsOf = (person: HeadlessPerson): readonly Chat[] =>
  Object.values(person.state().chats).filter(({ kind }) => kind === "group");

it("each of three reloads in turn: the same group, once, and the loss of earlier text is said", async () => {
  await joinsAt(carol);
  await talkInGroup([alice, bob, carol], "the way");
  for (const one of [alice, bob, carol]) {
    const { address } = await one.group();
    await one.reload();
    const back = await one.group();
    expect(back).toMatchObject({ address, title: "Trip" });
    expect(messagesOf(back)).toEqual([]);
    expect(back.items.filter((item) => item.kind === "line").map(({ what, text }) => [what, text])).toEqual([
      ["note", "Texts from before this page was loaded are not kept here."],
    ]);
    await talkInGroup([alice, bob, carol], `the return of ${one.user}`);
    expect(groupsOf(one)).toHaveLength(1);
    const texts = textsOf(await one.group()).below;
    expect(new Set(texts).size).toBe(texts.length);
  }
  await expect.poll(() => stage.box.focus.groups.size).toBe(1);
});

it("what was said while the page was gone is read once it is back", async () => {
  await joinsAt(carol);
  await talkInGroup([alice, bob, carol], "the way");
  carol.tap.cut();
  await carol.until("the loss", ({ connection }) => connection.is === "waiting");
  await talkInGroup([alice, bob], "the gap");
  await carol.reload();
  await Promise.all([carol.read("alice on the gap."), carol.read("bob on the gap.")]);
  expect(textsOf(await carol.group()).below).toEqual(["alice on the gap.", "bob on the gap."]);
});

it("whoever was asked may still join", async () => {
  await invitationAt(carol);
  await carol.reload();
  const row = await carol.until(
    "the invitation",
    (state) => groupIn(state, "missed") ?? groupIn(state, "invited"),
  );
  carol.actions.join(row.id);
  expect(await carol.group()).toMatchObject({ title: "Trip" });
  await talkInGroup([alice, bob, carol], "the way");
});

it("a group that was left is not there any more, nor one that is closed", async () => {
  await joinsAt(carol);
  carol.actions.leave((await carol.group()).id);
  await carol.until("that she left", (state) => groupIn(state, "ended"));
  await carol.reload();
  expect(groupsOf(carol)).toEqual([]);
  bob.actions.leave((await bob.group()).id);
  await alice.until("the end", (state) => groupIn(state, "ended"));
  await alice.reload();
  expect(groupsOf(alice)).toEqual([]);
});

it("a group that ended meanwhile is said to have, and the private chat is there again", async () => {
  await joinsAt(carol);
  await alice.until("Carol", (state) => {
    const group = groupIn(state, "open");
    return group !== null && memberIs(group, carol.address) === "in";
  });
  alice.tap.cut();
  await alice.until("the loss", ({ connection }) => connection.is === "waiting");
  for (const one of [bob, carol]) one.actions.leave((await one.group()).id);
  for (const one of [bob, carol]) await one.until("the end", (state) => groupIn(state, "ended"));
  await alice.reload();
  const row = await alice.until("the old chat", (state) => oneToOne(state, bob.address));
  expect(row.items.map((item) => item.kind === "line" && item.what)).toEqual(["interrupted"]);
  expect(groupIn(alice.state())?.phase).toMatchObject({ is: "ended", how: "closed" });
});
