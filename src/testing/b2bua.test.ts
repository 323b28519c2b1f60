/**
 * From 1-1 to group where no dialog is end to end (docs/decisions/both-marks.md): a back-to-back user agent stands
 * between each person and the network. `Replaces` names a dialog that nobody at the other end has; `Session-Replaces`
 * alone moves Bob over.
 */
import { afterEach, describe, expect, it } from "vitest";
import { startBox, type Box } from "../server/network-in-a-box.ts";
import { header, parseSip, type SipMessage } from "../wire/sip.ts";
import { startB2bua, type B2bua, type B2buaHop } from "./b2bua.ts";
import { watchAgents, type AgentsWatch } from "./faults-agents.ts";
import { startPeople, stopPeople, type HeadlessPerson } from "./headless-person.ts";
import { joinsAt, joinsInto, talkInGroup, talkInPrivate } from "./headless-stage.ts";
import { groupIn, oneToOne, textsOf } from "./headless-state.ts";
import { createBell, until, type Bell } from "./headless-until.ts";

type Stage = {
  readonly box: Box;
  readonly b2bua: B2bua;
  readonly agents: AgentsWatch;
  readonly bell: Bell;
  readonly people: readonly [HeadlessPerson, HeadlessPerson, HeadlessPerson];
};
let close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const one of close.toReversed()) await one();
  close = [];
});

async function openStage(behindB2bua: boolean): Promise<Stage> {
  const bell = createBell();
  // What follows from a message is done when the second turn has come: a link in memory takes the first.
  const later = (): void => void setImmediate(() => setImmediate(bell.ring));
  const box = await startBox({ trace: true, onRow: later });
  close.push(() => box.stop());
  const b2bua = await startB2bua({ network: box.url, behindB2bua, onHop: later });
  close.push(() => b2bua.stop());
  const agents = watchAgents();
  const people = await startPeople(b2bua, ["alice", "bob", "carol"], {
    links: agents.links,
    timers: { drainMs: 100 },
    atLine: later,
  });
  close.push(() => stopPeople(people));
  return { box, b2bua, agents, bell, people };
}

const dialogsOf = (agents: AgentsWatch, { user }: HeadlessPerson) => agents.held().get(user) ?? [];

/** What one person sent or got, oldest first. */
const at = ({ hops }: B2bua, user: string, side: B2buaHop["side"], way: B2buaHop["way"]): SipMessage[] =>
  hops
    .filter((hop) => hop.user === user && hop.side === side && hop.way === way)
    .map(({ text }) => parseSip(text));

const requests = (messages: readonly SipMessage[], method: string): SipMessage[] =>
  messages.filter((one) => one.kind === "request" && one.method === method);

/** The invitations of X to Bob, and how he answered them. */
function askedOfBob(b2bua: B2bua) {
  const asked = requests(at(b2bua, "bob", "user", "out"), "INVITE");
  return asked
    .filter((one) => header(one, "Contact")?.includes(";isfocus"))
    .map((one) => {
      const answers = at(b2bua, "bob", "user", "in").flatMap((answer) =>
        answer.kind === "response" &&
        answer.status >= 200 &&
        header(answer, "Call-ID") === header(one, "Call-ID") &&
        header(answer, "CSeq") === header(one, "CSeq")
          ? [answer.status]
          : [],
      );
      return {
        replaces: header(one, "Replaces"),
        sessionReplaces: header(one, "Session-Replaces"),
        // A 200 is said again until its ACK has come (RFC 3261 §13.3.1.4), which is no second answer.
        answers: [...new Set(answers)],
      };
    });
}

describe.each([
  { behindB2bua: false, name: "both marks are sent: one 481, one try more, and Bob moves over by himself" },
  { behindB2bua: true, name: "behindB2bua: Session-Replaces alone, and nobody answers 481" },
])("$name", ({ behindB2bua }) => {
  it.each(["alice", "bob"])("whoever began the 1-1: %s", async (caller) => {
    const { box, b2bua, agents, bell, people } = await openStage(behindB2bua);
    const [alice, bob, carol] = people;
    await (caller === "alice" ? talkInPrivate(alice, bob) : talkInPrivate(bob, alice));

    const [[hers], [his]] = [dialogsOf(agents, alice), dialogsOf(agents, bob)];
    if (hers === undefined || his === undefined) throw new Error("no 1-1 stands");
    // Nothing that names the one dialog names the other.
    const names = [hers, his].flatMap(({ callId, localTag, remoteTag }) => [callId, localTag, remoteTag]);
    expect(new Set(names).size).toBe(6);
    expect(b2bua.open()).toEqual({ calls: 2, subscriptions: 0, transactions: 0 });
    const everything = b2bua.hops.map(({ text }) => parseSip(text));
    const calls = requests(everything, "INVITE").map((one) => header(one, "Contribution-ID"));
    const [contributionId] = calls;
    expect(contributionId).toMatch(/^[0-9a-f]{32}$/);
    // The one name that is the same on every hop.
    expect(new Set(calls).size).toBe(1);

    // From here on Bob presses nothing.
    const rows = new Set<string>();
    const stop = bob.watch(({ chats }) => {
      for (const { kind, phase } of Object.values(chats)) if (kind === "group") rows.add(phase.is);
    });
    alice.actions.addPeople(alice.chatWith(bob).id, [carol.address], "Trip");
    await Promise.all([alice.group(), bob.group()]);
    await joinsAt(carol);
    await talkInGroup(people, "the trip");

    const replaces = `${hers.callId};to-tag=${hers.remoteTag};from-tag=${hers.localTag}`;
    const alone = { replaces: null, sessionReplaces: contributionId, answers: [200] };
    expect(askedOfBob(b2bua)).toEqual(
      behindB2bua ? [alone] : [{ replaces, sessionReplaces: contributionId, answers: [481] }, alone],
    );

    // He has seen nothing of all that but the group.
    expect([...rows]).toEqual(["open"]);
    stop();

    // The old chat ends in four dialogs' names and one BYE: Bob's, through both halves of two calls.
    await until(bell, {
      find: () => dialogsOf(agents, alice).length === 1 && dialogsOf(agents, bob).length === 1,
      limitMs: 15_000,
      what: "the end of the 1-1",
      instead: () => JSON.stringify(Object.fromEntries(agents.held())),
    });
    const byes = (user: string, side: B2buaHop["side"], way: B2buaHop["way"]) =>
      requests(at(b2bua, user, side, way), "BYE").map((one) => header(one, "Call-ID"));
    expect(byes("bob", "user", "in")).toEqual([his.callId]);
    expect(byes("alice", "user", "out")).toEqual([hers.callId]);
    expect(byes("bob", "network", "out")).toEqual(byes("alice", "network", "in"));
    expect(byes("bob", "network", "out")).not.toEqual([his.callId]);
    expect(byes("alice", "user", "in")).toEqual([]);

    // One group, one row, what was said before above the seam, and nothing of that at Carol.
    for (const one of [alice, bob]) {
      const group = await one.group();
      expect(textsOf(group).above).toHaveLength(2);
      expect(oneToOne(one.state(), one === alice ? bob.address : alice.address)).toBeNull();
    }
    expect(textsOf(await carol.group()).above).toEqual([]);

    // Paths are the relay's, and nobody's to change.
    const pathsOf = (side: B2buaHop["side"]) =>
      b2bua.hops
        .filter((hop) => hop.side === side)
        .flatMap(({ user, text }) => (text.match(/^a=path:.*$/gm) ?? []).map((path) => `${user} ${path}`));
    expect(pathsOf("user").length).toBeGreaterThan(8);
    expect(pathsOf("user").toSorted()).toEqual(pathsOf("network").toSorted());

    const isQuiet = (what: string, calls: number): Promise<true> =>
      until(bell, {
        find: () => {
          const open = b2bua.open();
          const atB2bua = open.calls === calls && open.subscriptions === calls && open.transactions === 0;
          return atB2bua && box.focus.open().dialogs === 2 * calls;
        },
        limitMs: 15_000,
        what,
        instead: () => JSON.stringify([b2bua.open(), box.focus.open()]),
      });
    await isQuiet("a call and a subscription of each of three", 3);
    for (const one of people) one.actions.leave((await one.group()).id);
    await isQuiet("nothing that is left over", 0);
    await until(bell, {
      find: () => people.every((one) => dialogsOf(agents, one).length === 0),
      limitMs: 15_000,
      what: "no dialog at anybody's",
      instead: () => JSON.stringify(Object.fromEntries(agents.held())),
    });
    for (const one of people) expect(groupIn(one.state(), "open")).toBeNull();
    await expect.poll(() => box.focus.groups.size).toBe(0);
  });
});

it("both extend at once behind it: one group, with the picks of both", async () => {
  const { box, b2bua, people } = await openStage(false);
  const [alice, bob, carol] = people;
  const [dave] = await startPeople(b2bua, ["dave"]);
  close.push(() => dave.stop());
  await talkInPrivate(alice, bob);
  alice.actions.addPeople(alice.chatWith(bob).id, [carol.address], null);
  bob.actions.addPeople(bob.chatWith(alice).id, [dave.address], null);
  const [group] = await Promise.all([alice.group(), bob.group()]);
  for (const invited of [carol, dave]) await joinsInto(group, invited);
  const all = [alice, bob, carol, dave];
  for (const person of all)
    await person.until("four people in", (state) => {
      const members = groupIn(state, "open")?.members ?? [];
      return members.filter(({ is }) => is === "in").length === 4;
    });
  await talkInGroup(all, "the crossing");
  await expect.poll(() => box.focus.groups.size).toBe(1);
});

it("what is said before the roster has told how the focus calls itself is for everybody all the same", async () => {
  const { people } = await openStage(false);
  const [alice, bob, carol] = people;
  await talkInPrivate(alice, bob);
  const rosters = alice.tap.hold("sip", "in", (text) => text.startsWith("NOTIFY "));
  alice.actions.addPeople(alice.chatWith(bob).id, [carol.address], null);
  alice.say(await alice.group(), "before any roster");
  await rosters.caught();
  expect((await bob.read("before any roster")).from.address).toBe(alice.address);
  expect((await alice.sent("before any roster")).is).toBe("sent");
  rosters.release();
  await joinsAt(carol);
  await talkInGroup(people, "the roster");
});
