/**
 * The same person on two devices, and on a device that has forgotten: whoever holds the private chat moves over, the
 * other is asked like anybody or told that it happened elsewhere (decisions 15, 19, 26).
 */
import { expect, it } from "vitest";
import type { Chat } from "../client/model.ts";
import { invitationAt, joinsAt, receivedBy, talkInGroup, talkInPrivate } from "./headless-stage.ts";
import type { Stage } from "./headless-stage.ts";
import { groupIn, memberIs, messagesOf, textsOf } from "./headless-state.ts";
import type { HeadlessPerson } from "./headless-person.ts";
import { threeInEachTest } from "./three-on-stage.ts";

let stage: Stage;
let alice: HeadlessPerson;
let bob: HeadlessPerson;
let carol: HeadlessPerson;
let chat: Chat;

threeInEachTest({ timers: { drainMs: 300, overdueMs: 300 } }, async (three) => {
  ({ stage, alice, bob, carol } = three);
  chat = await talkInPrivate(alice, bob);
});

it("Bob's other device, without the chat, keeps a quiet row; the one with it moves over", async () => {
  const [other] = await stage.enter(["bob"]);
  alice.actions.addPeople(chat.id, [carol.address], "Trip");
  await Promise.all([alice.group(), bob.group()]);
  const row = await other.until("a quiet row", (state) => groupIn(state, "missed"));
  expect(row.phase).toMatchObject({ is: "missed", how: "elsewhere" });
  await joinsAt(carol);
  await talkInGroup([alice, bob, carol], "devices");
  expect(textsOf(await bob.group()).above).toHaveLength(2);
  expect(groupIn(other.state(), "invited")).toBe(null);
});

it("Carol rings on two devices and joins on one: the other says so, and rings no more", async () => {
  const [other] = await stage.enter(["carol"]);
  alice.actions.addPeople(chat.id, [carol.address], "Trip");
  await Promise.all([invitationAt(carol), invitationAt(other)]);
  await joinsAt(carol);
  const row = await other.until("a quiet row", (state) => groupIn(state, "missed"));
  expect(row.phase).toMatchObject({ is: "missed", how: "elsewhere" });
  await talkInGroup([alice, bob, carol], "devices");
});

it("Bob has forgotten the chat: he is asked like anybody, and joins", async () => {
  bob.tap.cut();
  await bob.stop();
  const [again] = await stage.enter(["bob"]);
  alice.actions.addPeople(chat.id, [carol.address], "Trip");
  const invitation = await invitationAt(again);
  expect(invitation.phase).toMatchObject({ is: "invited", by: { address: alice.address } });
  await joinsAt(again);
  await joinsAt(carol);
  await talkInGroup([alice, again, carol], "forgetting");
  await alice.until("that Bob is in", (state) => {
    const group = groupIn(state, "open");
    return group !== null && memberIs(group, again.address) === "in";
  });
  expect(receivedBy(stage.box, carol)).not.toContain("are you there?");
});

it("Bob has forgotten the chat: the next text opens a new one, and nothing is said to have failed", async () => {
  bob.tap.cut();
  await bob.stop();
  const [again] = await stage.enter(["bob"]);
  alice.say(chat, "Are you still there?");
  await again.read("Are you still there?");
  again.say(again.chatWith(alice), "Again, yes.");
  await alice.read("Again, yes.");
  await alice.sent("Are you still there?");
  expect(messagesOf(alice.chatWith(bob)).map(({ is }) => is)).not.toContain("failed");
});

it("a large text is read whole by everybody", async () => {
  alice.actions.addPeople(chat.id, [carol.address], null);
  await joinsAt(carol);
  const text = `${"Ünïcode 漢字 🙂 ".repeat(20_000)}end`;
  alice.say(await alice.group(), text);
  await Promise.all([alice.sent(text), bob.read(text), carol.read(text)]);
  await talkInGroup([alice, bob, carol], "the size");
  expect(textsOf(await carol.group()).below[0]).toBe(text);
});
