/**
 * The nine races of the flow, R1 to R9, each over real sockets with the real client, X and proxy: a message is held
 * where it overtakes or is overtaken, whatever the machine does meanwhile.
 */
import { expect, it } from "vitest";
import type { Chat } from "../client/model.ts";
import { header, parseSip } from "../wire/sip.ts";
import {
  invitationAt,
  joinsAt,
  joinsInto,
  receivedBy,
  talkInGroup,
  talkInPrivate,
} from "./headless-stage.ts";
import type { Stage } from "./headless-stage.ts";
import { groupIn, memberIs, messagesOf, oneToOne, textsOf } from "./headless-state.ts";
import type { HeadlessPerson } from "./headless-person.ts";
import { rungsIn } from "./ladder-rows.ts";
import { cast, isOk, quickTimers, threeInEachTest } from "./three-on-stage.ts";

let stage: Stage;
let alice: HeadlessPerson;
let bob: HeadlessPerson;
let carol: HeadlessPerson;
let chat: Chat;

threeInEachTest({ timers: quickTimers }, async (three) => {
  ({ stage, alice, bob, carol } = three);
  chat = await talkInPrivate(alice, bob);
});

const add = (...people: readonly HeadlessPerson[]): void =>
  alice.actions.addPeople(
    chat.id,
    people.map(({ address }) => address),
    "Trip",
  );
const isInvite = (text: string): boolean => text.startsWith("INVITE ");
const isBye = (text: string): boolean => text.startsWith("BYE ");
const isAck = (text: string): boolean => text.startsWith("ACK ");
const steps = (): readonly (number | null)[] => rungsIn(stage.box.trace, cast).map(({ step }) => step);
const happened = (step: number): Promise<true> => stage.traced(`step ${step}`, () => steps().includes(step));

async function talksPrivately(text: string): Promise<void> {
  alice.say(alice.chatWith(bob), text);
  await bob.read(text);
  bob.say(bob.chatWith(alice), `Read: ${text}`);
  await alice.read(`Read: ${text}`);
}

it("R1: B's BYE reaches A before A's 200", async () => {
  const answer = alice.tap.hold("sip", "in", isOk);
  add(carol);
  await answer.caught();
  await happened(14);
  answer.release();
  await joinsAt(carol);
  await talkInGroup([alice, bob, carol], "R1");
  expect([alice, bob].map((one) => one.state().order)).toEqual([
    [(await alice.group()).id],
    [(await bob.group()).id],
  ]);
});

it("R2: the BYEs of A and B cross: one end at each, and the next text opens another", async () => {
  const byes = [alice, bob].map((one) => one.tap.hold("sip", "out", isBye));
  alice.actions.closeChat(chat.id);
  bob.actions.closeChat(bob.chatWith(alice).id);
  await Promise.all(byes.map((one) => one.caught()));
  for (const one of byes) one.release();
  await stage.traced(
    "an answer to each",
    () =>
      stage.box.trace.sip.filter(({ message }) => /^SIP[^]*^CSeq: *[0-9]+ BYE/im.test(message)).length >= 4,
  );
  for (const [one, other] of [
    [alice, bob],
    [bob, alice],
  ] as const)
    await one.until("the end", (state) => oneToOne(state, other.address)?.phase.is === "idle");
  await talksPrivately("After R2.");
  const calls = stage.box.trace.sip
    .filter(({ to, message }) => (to === "alice" || to === "bob") && isInvite(message))
    .map(({ message }) => header(parseSip(message), "Call-ID"));
  expect(new Set(calls).size).toBe(2);
});

it("R3: A cancels when B has said 200: X ends B's call, and the two have each other again", async () => {
  const answer = alice.tap.hold("sip", "in", isOk);
  add(carol);
  await Promise.all([answer.caught(), bob.group(), invitationAt(carol)]);
  alice.actions.cancelAsking(chat.id);
  answer.release();
  await Promise.all([
    carol.until("a missed invitation", (state) => groupIn(state, "missed")),
    bob.until("no group", (state) => groupIn(state, "open") === null),
  ]);
  await talksPrivately("After R3.");
  expect(groupIn(alice.state(), "open")).toBe(null);
});

it("R4: B closes the 1-1 just before the INVITE that would replace it: 603, and the group is without B", async () => {
  const invite = bob.tap.hold("sip", "in", isInvite);
  add(carol);
  await invite.caught();
  bob.actions.closeChat(bob.chatWith(alice).id);
  invite.release();
  await joinsAt(carol);
  await alice.until("that Bob declined", (state) => {
    const group = groupIn(state, "open");
    return group !== null && memberIs(group, bob.address) === "declined";
  });
  const refusals = stage.box.trace.sip.filter(
    ({ from, message }) => from === "bob" && message.startsWith("SIP/2.0 6"),
  );
  expect(refusals.map(({ message }) => message.slice(8, 11))).toEqual(["603"]);
  expect(groupIn(bob.state(), "open")).toBe(null);
  await talkInGroup([alice, carol], "R4");
});

it("R5: text of A is on its way when the group begins: A chooses, and C gets none of it", async () => {
  const words = alice.tap.hold("msrp", "out", (text) => text.includes("for Bob alone"));
  alice.say(chat, "This is for Bob alone.");
  await words.caught();
  add(carol);
  await joinsAt(carol);
  const left = await alice.until("the undelivered text", (state) => {
    const group = groupIn(state, "open");
    return group !== null && messagesOf(group).find(({ is }) => is === "undelivered");
  });
  words.release();
  alice.actions.sendUndelivered((await alice.group()).id, left.id, "person");
  await bob.read("This is for Bob alone.");
  await talkInGroup([alice, bob, carol], "R5");
  expect(receivedBy(stage.box, carol)).not.toContain("for Bob alone");
});

it("R6: B is forked: the device without the 1-1 answers 481, the other 200, and 200 wins", async () => {
  const [other] = await stage.enter(["bob"]);
  add(carol);
  await Promise.all([alice.group(), bob.group(), joinsAt(carol)]);
  const hasAnswered = (status: number) => (): boolean =>
    stage.box.trace.sip.some(
      ({ from, message }) =>
        from === "bob" && message.startsWith(`SIP/2.0 ${status} `) && /^CSeq: *[0-9]+ INVITE/im.test(message),
    );
  for (const status of [200, 481]) await stage.traced(`${status} of Bob`, hasAnswered(status));
  const row = await other.until("a quiet row", (state) => groupIn(state, "missed"));
  expect(row.phase).toMatchObject({ how: "elsewhere" });
  await talkInGroup([alice, bob, carol], "R6");
});

it("R7: A and B extend at once: one group, with the picks of both", async () => {
  const [dave] = await stage.enter(["dave"]);
  const orders = [alice, bob].map((one) => one.tap.hold("sip", "out", isInvite));
  add(carol);
  bob.actions.addPeople(bob.chatWith(alice).id, [dave.address], null);
  await Promise.all(orders.map((one) => one.caught()));
  for (const one of orders) one.release();
  const all = [alice, bob, carol, dave];
  const [group] = await Promise.all([alice.group(), bob.group()]);
  for (const invited of [carol, dave]) await joinsInto(group, invited);
  for (const person of all)
    await person.until("four people in", (state) => {
      const members = groupIn(state, "open")?.members ?? [];
      return members.filter(({ is }) => is === "in").length === 4;
    });
  await talkInGroup(all, "R7");
  await expect.poll(() => stage.box.focus.groups.size).toBe(1);
});

it("R8: a re-INVITE of the old session is still open when the one that replaces it arrives", async () => {
  const first = stage.box.trace.sip.find(({ to, message }) => to === "bob" && isInvite(message));
  const accepted = stage.box.trace.sip.find(({ from, message }) => from === "bob" && isOk(message));
  const old = parseSip(first?.message ?? "");
  const toTag = header(parseSip(accepted?.message ?? ""), "To") ?? "";
  const again = (first?.message ?? "")
    .replace(/^To:.*$/im, `To: ${toTag}`)
    .replace(/^CSeq:.*$/im, "CSeq: 77 INVITE")
    .replace(/branch=[^;\r\n]+/gi, (branch) => `${branch}again`);
  const network = bob.tap.pretend("sip", (text) => /^CSeq: *77 /im.test(text));
  network.say(again);
  // Its ACK never comes.
  expect(await network.answer(isOk)).toContain(header(old, "Call-ID"));
  add(carol);
  await Promise.all([alice.group(), bob.group()]);
  await joinsAt(carol);
  await talkInGroup([alice, bob, carol], "R8");
  expect(bob.state().order).toEqual([(await bob.group()).id]);
});

it("R9: the ACK for B's 200 is late: B keeps the 1-1 until then, and ends it after", async () => {
  const acks = bob.tap.hold("sip", "in", isAck);
  add(carol);
  await acks.caught();
  await alice.group();
  expect(steps()).not.toContain(9);
  expect(groupIn(bob.state(), "open")).toBe(null);
  acks.release();
  await bob.group();
  await happened(14);
  await joinsAt(carol);
  await talkInGroup([alice, bob, carol], "R9");
  expect(textsOf(await bob.group()).above).toEqual(["bob, are you there?", "Here I am, alice."]);
});

it("R9: the ACK for B's 200 never comes: B ends its way into the group, and the two have each other", async () => {
  bob.tap.drop("sip", "in", (text) => isAck(text) && text.includes("conference-factory"));
  add(carol);
  await joinsAt(carol);
  const isEnd = (text: string): boolean => isBye(text) && /^Reason:.*cause=408/im.test(text);
  // 64 times T1, as RFC 3261 §13.3.1.4 has it.
  await stage.traced(
    "that B ends the call",
    () => stage.box.trace.sip.some(({ from, message }) => from === "bob" && isEnd(message)),
    60_000,
  );
  expect(steps()).not.toContain(9);
  expect(groupIn(bob.state(), "open")).toBe(null);
  await alice.until("that Bob is away", (state) => {
    const group = groupIn(state, "open");
    return group !== null && memberIs(group, bob.address) === "away";
  });
  await talksPrivately("After R9.");
  await talkInGroup([alice, carol], "R9");
}, 120_000);
