/**
 * From 1-1 to group with the real client, the real server and real sockets between them, nobody having a screen: the
 * story, row by row, and each way in which it may go otherwise.
 */
import { describe, expect, it } from "vitest";
import type { Chat } from "../client/model.ts";
import { invitationAt, joinsAt, receivedBy, talkInGroup, talkInPrivate } from "./headless-stage.ts";
import type { Stage } from "./headless-stage.ts";
import { groupIn, memberIs, messagesOf, oneToOne, textsOf } from "./headless-state.ts";
import type { HeadlessPerson } from "./headless-person.ts";
import { problemsOf, rungsIn } from "./ladder-rows.ts";
import { cast, threeInEachTest } from "./three-on-stage.ts";

const privateTexts = ["bob, are you there?", "Here I am, alice."];

let stage: Stage;
let alice: HeadlessPerson;
let bob: HeadlessPerson;
let carol: HeadlessPerson;

threeInEachTest({ timers: { drainMs: 300 } }, (three) => {
  ({ stage, alice, bob, carol } = three);
});

const add = (chat: Chat, ...people: readonly HeadlessPerson[]): void =>
  alice.actions.addPeople(
    chat.id,
    people.map(({ address }) => address),
    null,
  );

/** The private chat goes on with that text; answers what the two then have of groups. */
async function goesOnInPrivate(text: string): Promise<readonly (Chat | null)[]> {
  alice.say(alice.chatWith(bob), text);
  await bob.read(text);
  bob.say(bob.chatWith(alice), `Read: ${text}`);
  await alice.read(`Read: ${text}`);
  return [alice, bob].map((one) => groupIn(one.state(), "open"));
}

describe("the story", () => {
  it("is the 19 steps, and all three read one another", async () => {
    add(await talkInPrivate(alice, bob), carol);
    await alice.group();
    await joinsAt(carol);
    await talkInGroup([alice, bob, carol], "the trip");
    const wrong = (): readonly string[] => problemsOf(rungsIn(stage.box.trace, cast));
    await stage.traced("the last step", () => wrong().length === 0).catch(() => {});
    expect(wrong()).toEqual([]);
  });

  it("puts the group in the place of the private chat, whose text stands above the seam", async () => {
    add(await talkInPrivate(alice, bob), carol);
    await alice.group();
    await joinsAt(carol);
    await talkInGroup([alice, bob, carol], "the trip");
    const below = ["alice on the trip.", "bob on the trip.", "carol on the trip."];
    for (const one of [alice, bob]) {
      expect(one.state().order).toEqual([(await one.group()).id]);
      expect(textsOf(await one.group())).toEqual({ above: privateTexts, below });
    }
    expect(textsOf(await carol.group())).toEqual({ above: [], below });
  });

  it("never sends Carol a byte of what the two said before", async () => {
    add(await talkInPrivate(alice, bob), carol);
    await joinsAt(carol);
    await talkInGroup([alice, bob, carol], "the trip");
    expect(receivedBy(stage.box, carol)).toContain("alice on the trip.");
    for (const text of privateTexts) {
      expect(receivedBy(stage.box, bob) + receivedBy(stage.box, alice)).toContain(text);
      expect(receivedBy(stage.box, carol)).not.toContain(text);
    }
  });

  it("lets Carol read on joining what was said before she did", async () => {
    add(await talkInPrivate(alice, bob), carol);
    await invitationAt(carol);
    await talkInGroup([alice, bob], "waiting");
    expect(receivedBy(stage.box, carol)).not.toContain("waiting");
    await joinsAt(carol);
    await Promise.all(["alice on waiting.", "bob on waiting."].map((text) => carol.read(text)));
    expect(textsOf(await carol.group()).below).toEqual(["alice on waiting.", "bob on waiting."]);
  });
});

describe("who does not come", () => {
  it("Carol declines: the group is of two, and who asked her is told", async () => {
    add(await talkInPrivate(alice, bob), carol);
    carol.actions.decline((await invitationAt(carol)).id);
    await alice.until("that Carol declined", (state) => {
      const group = groupIn(state, "open");
      return group !== null && memberIs(group, carol.address) === "declined";
    });
    const listed = (await alice.group()).members.find(({ address }) => address === carol.address);
    expect(listed).toMatchObject({ reason: "Declined", status: 603 });
    await talkInGroup([alice, bob], "Carol");
    await bob.until("a roster without Carol", (state) => {
      const group = groupIn(state, "open");
      return group !== null && memberIs(group, carol.address) === null;
    });
    expect(groupIn(carol.state())?.phase).toMatchObject({ is: "missed", how: "declined" });
  });

  it("nobody joins: a reason for each, the private chat untouched, the draft kept", async () => {
    const chat = await talkInPrivate(alice, bob);
    await bob.signOut();
    alice.actions.setDraft(chat.id, "half a thought");
    add(chat, carol);
    carol.actions.decline((await invitationAt(carol)).id);
    const failed = await alice.until("nobody", (state) => {
      const mine = oneToOne(state, bob.address);
      return mine !== null && mine.failure !== null && mine;
    });
    expect(
      failed.failure?.map(({ address, is, reason, status }) => [address, is, reason, status]).toSorted(),
    ).toEqual([
      [bob.address, "unreachable", "Not reachable right now", 480],
      [carol.address, "declined", "Declined", 603],
    ]);
    expect(failed.draft).toBe("half a thought");
    expect(messagesOf(failed).map(({ text }) => text)).toEqual(privateTexts);
    expect(groupIn(alice.state())).toBe(null);
    await bob.signIn();
    expect(await goesOnInPrivate("Without a group then.")).toEqual([null, null]);
  });

  it("Bob is offline: the new one comes, and Bob is listed with the reason", async () => {
    await bob.signOut();
    add(alice.chatWith(bob), carol);
    await joinsAt(carol);
    await talkInGroup([alice, carol], "Bob");
    const listed = await alice.until("that Bob is not reachable", (state) =>
      groupIn(state, "open")?.members.find(
        ({ address, is }) => address === bob.address && is === "unreachable",
      ),
    );
    expect(listed).toMatchObject({ reason: "Not reachable right now", status: 480 });
  });
});

describe("taken back", () => {
  it("while all are asked: invitations go, the private chat stays", async () => {
    const chat = await talkInPrivate(alice, bob);
    const invite = bob.tap.hold("sip", "in", (text) => text.startsWith("INVITE "));
    add(chat, carol);
    await Promise.all([invite.caught(), invitationAt(carol)]);
    await alice.until("that Carol rings", (state) => {
      const { phase } = oneToOne(state, bob.address) ?? {};
      return (
        phase?.is === "asking" &&
        phase.asked.some(({ address, is }) => address === carol.address && is === "ringing")
      );
    });
    alice.actions.cancelAsking(chat.id);
    const missed = await carol.until("a missed invitation", (state) => groupIn(state, "missed"));
    expect(missed.phase).toMatchObject({ how: "missed" });
    await alice.until("the old chat", (state) => oneToOne(state, bob.address)?.phase.is === "open");
    expect(await goesOnInPrivate("Perhaps later.")).toEqual([null, null]);
  });

  it("when Bob has answered already: he is sent back to the private chat", async () => {
    const chat = await talkInPrivate(alice, bob);
    const answer = alice.tap.hold("sip", "in", (text) =>
      /^SIP\/2.0 200 [^]*^CSeq: *[0-9]+ INVITE/im.test(text),
    );
    add(chat, carol);
    await Promise.all([answer.caught(), bob.group(), invitationAt(carol)]);
    alice.actions.cancelAsking(chat.id);
    answer.release();
    await Promise.all([
      carol.until("a missed invitation", (state) => groupIn(state, "missed")),
      bob.until("no group", (state) => groupIn(state, "open") === null),
    ]);
    expect(await goesOnInPrivate("My mistake.")).toEqual([null, null]);
  });
});
