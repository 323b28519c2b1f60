/**
 * People brought into a group that stands, by REFER to X over real sockets (RFC 3515, RFC 5368): one, several,
 * somebody who refuses, somebody there is not, and the same one twice.
 */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { invitationAt, joinsAt, openStage, talkInGroup, talkInPrivate } from "./headless-stage.ts";
import type { Stage } from "./headless-stage.ts";
import { groupIn } from "./headless-state.ts";
import type { HeadlessPerson } from "./headless-person.ts";

vi.setConfig({ testTimeout: 60_000 });

let stage: Stage;
let alice: HeadlessPerson;
let bob: HeadlessPerson;
let carol: HeadlessPerson;
let dave: HeadlessPerson;

beforeEach(async () => {
  stage = await openStage({ timers: { drainMs: 300 } });
  [alice, bob, carol, dave] = await stage.enter(["alice", "bob", "carol", "dave"]);
  const chat = await talkInPrivate(alice, bob);
  alice.actions.addPeople(chat.id, [carol.address], "Trip");
  await joinsAt(carol);
  await Promise.all([alice.group(), bob.group()]);
});
afterEach(() => stage.close());

const bring = async (by: HeadlessPerson, ...addresses: readonly string[]): Promise<void> =>
  by.actions.addPeople((await by.group()).id, addresses, null);

const refers = (): readonly string[] =>
  stage.box.trace.sip.flatMap(({ to, message }) =>
    to === "X" && message.startsWith("REFER ") ? [message] : [],
  );
const asked = (user: string): number =>
  stage.box.trace.sip.filter(
    ({ from, to, message }) => from === "X" && to === `PF ${user}` && message.startsWith("INVITE "),
  ).length;

const listedAs = (one: HeadlessPerson, address: string, is: string): Promise<unknown> =>
  one.until(`${address} ${is}`, (state) =>
    groupIn(state, "open")?.members.some((member) => member.address === address && member.is === is),
  );

it("one: asked by X, not by whoever brings them, and reads what was said since", async () => {
  await bring(bob, dave.address);
  const invitation = await invitationAt(dave);
  expect(invitation.phase).toMatchObject({ by: { address: bob.address } });
  await talkInGroup([alice, bob, carol], "Dave");
  await joinsAt(dave);
  await dave.read("alice on Dave.");
  await talkInGroup([alice, bob, carol, dave], "all of us");
  expect(refers().map((text) => text.includes("Refer-To"))).toEqual([true]);
});

it("several: one REFER with a list, and each is asked once", async () => {
  const [erin] = await stage.enter(["erin"]);
  await bring(carol, dave.address, erin.address);
  await Promise.all([joinsAt(dave), joinsAt(erin)]);
  await talkInGroup([alice, bob, carol, dave, erin], "five");
  expect(refers()).toHaveLength(1);
  expect(refers()[0]).toMatch(/^Require: *multiple-refer/im);
  expect([asked("dave"), asked("erin")]).toEqual([1, 1]);
});

it("who refuses is listed with the reason, where they were brought from", async () => {
  await bring(bob, dave.address);
  dave.actions.decline((await invitationAt(dave)).id);
  await listedAs(bob, dave.address, "declined");
  expect((await bob.group()).members.find(({ address }) => address === dave.address)).toMatchObject({
    reason: "Declined",
    status: 603,
  });
  await talkInGroup([alice, bob, carol], "Dave");
});

it("whom nobody knows is listed as not found, and the others are asked all the same", async () => {
  await bring(bob, "sip:nobody@segue.example", dave.address);
  await listedAs(bob, "sip:nobody@segue.example", "unreachable");
  const { members } = await bob.group();
  expect(members.find(({ address }) => address.includes("nobody"))).toMatchObject({
    reason: "Address not found",
    status: 404,
  });
  await joinsAt(dave);
  await talkInGroup([alice, bob, carol, dave], "nobody");
});

it("twice, by two people at once and twice in one list: asked once", async () => {
  await Promise.all([bring(alice, dave.address, dave.address), bring(bob, dave.address)]);
  await joinsAt(dave);
  await talkInGroup([alice, bob, carol, dave], "once");
  expect(asked("dave")).toBe(1);
  await bring(carol, dave.address);
  await talkInGroup([alice, bob, carol, dave], "in already");
  expect(asked("dave")).toBe(1);
});
