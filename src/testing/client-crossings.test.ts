/**
 * What crosses on the wire between real client and real server: both act at once, a message overtakes another, text
 * is on its way when its chat ends, the line breaks. Whatever the order, all screens end alike and nothing is lost.
 */
import { expect, it } from "vitest";
import type { Chat } from "../client/model.ts";
import { joinsAt, joinsInto, receivedBy, talkInGroup, talkInPrivate } from "./headless-stage.ts";
import type { Stage } from "./headless-stage.ts";
import { groupIn, memberIs, messagesOf, oneToOne, textsOf } from "./headless-state.ts";
import type { HeadlessPerson } from "./headless-person.ts";
import { rungsIn } from "./ladder-rows.ts";
import { cast, isOk, quickTimers, threeInEachTest } from "./three-on-stage.ts";

const privateTexts = ["bob, are you there?", "Here I am, alice."];

let stage: Stage;
let alice: HeadlessPerson;
let bob: HeadlessPerson;
let carol: HeadlessPerson;

threeInEachTest({ timers: quickTimers }, (three) => {
  ({ stage, alice, bob, carol } = three);
});

const add = (chat: Chat, ...people: readonly HeadlessPerson[]): void =>
  alice.actions.addPeople(
    chat.id,
    people.map(({ address }) => address),
    null,
  );

it("both write first: one private chat, each text once, in both directions", async () => {
  alice.say(alice.chatWith(bob), "alice first");
  bob.say(bob.chatWith(alice), "bob first");
  await Promise.all([alice.read("bob first"), bob.read("alice first")]);
  await Promise.all([alice.sent("alice first"), bob.sent("bob first")]);
  await talkInPrivate(alice, bob);
  for (const [one, other] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    const texts = messagesOf(one.chatWith(other)).map(({ text }) => text);
    expect(texts.toSorted()).toEqual([...privateTexts, "alice first", "bob first"].toSorted());
  }
});

it("both extend: one group, the same on both screens, with the picks of both", async () => {
  const [dave] = await stage.enter(["dave"]);
  add(await talkInPrivate(alice, bob), carol);
  bob.actions.addPeople(bob.chatWith(alice).id, [dave.address], null);
  const all = [alice, bob, carol, dave];
  const [one, other] = await Promise.all([alice.group(), bob.group()]);
  for (const invited of [carol, dave]) await joinsInto(one, invited);
  for (const person of all)
    await person.until("four people in", (state) => {
      const members = groupIn(state, "open")?.members ?? [];
      return members.filter(({ is }) => is === "in").length === 4;
    });
  expect(groupIn(alice.state())?.address).toBe(groupIn(bob.state())?.address);
  expect([one.kind, other.kind]).toEqual(["group", "group"]);
  await talkInGroup(all, "glare");
  await expect.poll(() => stage.box.focus.groups.size).toBe(1);
  for (const person of [carol, dave])
    for (const text of privateTexts) expect(receivedBy(stage.box, person)).not.toContain(text);
});

it("text on its way when the group begins: its author chooses, nobody else reads it", async () => {
  const chat = await talkInPrivate(alice, bob);
  const words = alice.tap.hold("msrp", "out", (text) => text.includes("for Bob alone"));
  alice.say(chat, "This is for Bob alone.");
  await words.caught();
  add(chat, carol);
  await joinsAt(carol);
  const left = await alice.until("the undelivered text", (state) => {
    const group = groupIn(state, "open");
    return group !== null && messagesOf(group).find(({ is }) => is === "undelivered");
  });
  expect(textsOf(await alice.group()).above).toContain(left.text);
  words.release();
  alice.actions.sendUndelivered((await alice.group()).id, left.id, "person");
  await bob.read("This is for Bob alone.");
  await talkInGroup([alice, bob, carol], "the rest");
  expect(receivedBy(stage.box, carol)).not.toContain("for Bob alone");
});

it("the end of the private chat overtakes the answer of the group", async () => {
  const chat = await talkInPrivate(alice, bob);
  const answer = alice.tap.hold("sip", "in", isOk);
  add(chat, carol);
  await answer.caught();
  await stage.traced("the old chat's end", () =>
    rungsIn(stage.box.trace, cast).some(({ step }) => step === 14),
  );
  expect(groupIn(alice.state())).toBe(null);
  answer.release();
  await alice.group();
  await joinsAt(carol);
  await talkInGroup([alice, bob, carol], "the order");
  for (const one of [alice, bob]) {
    expect(one.state().order).toEqual([(await one.group()).id]);
    expect(textsOf(await one.group()).above).toEqual(privateTexts);
  }
});

it("while all are asked text goes to Bob alone, and the draft stays at the switch", async () => {
  const chat = await talkInPrivate(alice, bob);
  const invite = bob.tap.hold("sip", "in", (text) => text.startsWith("INVITE "));
  add(chat, carol);
  await invite.caught();
  await alice.until("asking", (state) => oneToOne(state, bob.address)?.composer.label === "to Bob");
  alice.say(chat, "Carol is asked.");
  await Promise.all([bob.read("Carol is asked."), alice.sent("Carol is asked.")]);
  alice.actions.setDraft(chat.id, "half a thought");
  invite.release();
  const group = await alice.group();
  expect(group).toMatchObject({ draft: "half a thought", composer: { label: "to everyone" } });
  await joinsAt(carol);
  await talkInGroup([alice, bob, carol], "drafts");
  expect(textsOf(await bob.group()).above).toEqual([...privateTexts, "Carol is asked."]);
  expect(receivedBy(stage.box, carol)).not.toContain("Carol is asked.");
});

it("whose line breaks in the group is away, comes back alone and reads what was said", async () => {
  add(await talkInPrivate(alice, bob), carol);
  await joinsAt(carol);
  await talkInGroup([alice, bob, carol], "the line");
  carol.tap.cut();
  // The relay knows it by the first text that it can't pass on.
  await talkInGroup([alice, bob], "silence");
  await alice.until("that Carol is away", (state) => {
    const group = groupIn(state, "open");
    return group !== null && memberIs(group, carol.address) === "away";
  });
  carol.tap.mend();
  await Promise.all([carol.read("alice on silence."), carol.read("bob on silence.")]);
  await talkInGroup([alice, bob, carol], "Carol's return");
  const texts = textsOf(await carol.group()).below;
  expect(new Set(texts).size).toBe(texts.length);
});

it("Bob's line is broken when Alice extends: the new one comes, Bob is not reachable", async () => {
  const chat = await talkInPrivate(alice, bob);
  bob.tap.cut();
  add(chat, carol);
  await joinsAt(carol);
  const group = await alice.group();
  await talkInGroup([alice, carol], "Bob");
  await alice.until("that Bob is not reachable", (state) => {
    const now = groupIn(state, "open");
    return now !== null && memberIs(now, bob.address) === "unreachable";
  });
  expect(textsOf(group).above).toEqual([]);
  expect(receivedBy(stage.box, carol)).not.toContain(privateTexts[0]);
});
