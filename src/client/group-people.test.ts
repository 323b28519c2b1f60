/** The people of a group: who is shown to whom, how they are named, and which lines their coming and going makes. */
import { describe, expect, it } from "vitest";
import type { Presence, RosterMember } from "../flow/roster.ts";
import { askedOf, membersOf, titleOf } from "./group-members.ts";
import { rosterLines, standing } from "./roster-lines.ts";

const self = { address: "sip:alice@x", name: "Alice" };
const nameOf = (address: string) => ({
  address,
  name: address.slice(4, 5).toUpperCase() + address.slice(5, -2),
});
const member = (who: string, is: Presence, different: Partial<RosterMember> = {}): RosterMember => ({
  address: `sip:${who}@x`,
  name: null,
  is,
  status: null,
  invitedBy: self.address,
  ...different,
});
const seen = (roster: readonly RosterMember[]) =>
  membersOf(roster, self, new Map(), nameOf).map((one) => `${one.name} ${one.is}`);

describe("members", () => {
  it("oneself first, whatever the roster says of it; then who is in, who is asked, who is out", () => {
    expect(
      seen([
        member("zoe", "left"),
        member("dan", "ringing"),
        member("carol", "declined"),
        member("alice", "away"),
        member("bob", "in"),
        member("eve", "away"),
      ]),
    ).toEqual(["Alice in", "Bob in", "Eve away", "Dan ringing", "Carol declined", "Zoe left"]);
  });

  it("who said no is shown to the one who asked alone", () => {
    const roster = [
      member("carol", "declined", { invitedBy: "sip:bob@x" }),
      member("dan", "unreachable", { invitedBy: null }),
      member("eve", "unreachable", { status: 480 }),
    ];
    expect(seen(roster)).toEqual(["Alice in", "Eve unreachable"]);
    expect(membersOf(roster, self, new Map(), nameOf)[1]).toMatchObject({
      reason: "Not reachable right now",
      status: 480,
    });
  });

  it("a ring is shown while it rings", () => {
    const rings = new Map([["sip:bob@x", { from: 1, until: 2 }]]);
    const ringing = membersOf([member("bob", "ringing")], self, rings, nameOf)[1];
    expect(ringing).toMatchObject({ ringFrom: 1, ringUntil: 2 });
    expect(membersOf([member("bob", "in")], self, rings, nameOf)[1]).toMatchObject({ ringFrom: null });
  });

  it("whom a group is started with, in the order they were picked, known to the roster or not", () => {
    const asked = askedOf(
      ["sip:bob@x", "sip:carol@x"],
      [member("carol", "ringing")],
      self.address,
      new Map(),
      nameOf,
    );
    expect(asked.map((one) => [one.name, one.is, one.ringFrom])).toEqual([
      ["Bob", "pending", null],
      ["Carol", "ringing", null],
    ]);
  });

  it("a group without a name is called by its people, or by who invited", () => {
    const members = membersOf(
      [member("bob", "in"), member("carol", "ringing"), member("dan", "left")],
      self,
      new Map(),
      nameOf,
    );
    expect(titleOf(members, nameOf("sip:bob@x"))).toBe("Bob, Carol");
    expect(titleOf([], nameOf("sip:bob@x"))).toBe("Bob");
  });
});

describe("lines", () => {
  const lines = (
    was: readonly RosterMember[],
    now: readonly RosterMember[],
    before: readonly string[] = [],
  ) =>
    rosterLines(standing(was), now, { self: self.address, before }).map(({ what, who, whom, text }) =>
      `${who ?? ""} ${what} ${whom.join(" ")} ${text ?? ""}`.trim(),
    );

  it("who came in one document comes in one line", () => {
    expect(lines([], [member("bob", "pending"), member("carol", "ringing")])).toEqual([
      "sip:alice@x added sip:bob@x sip:carol@x",
    ]);
  });

  it("who was there before was not added, and says when it joins", () => {
    expect(lines([], [member("bob", "ringing")], ["sip:bob@x"])).toEqual([]);
    expect(lines([member("bob", "ringing")], [member("bob", "in")], ["sip:bob@x"])).toEqual([
      "joined sip:bob@x",
    ]);
  });

  it.each<[Presence, Presence, readonly string[]]>([
    ["ringing", "in", ["joined sip:bob@x"]],
    ["in", "in", []],
    ["in", "away", []],
    ["away", "in", []],
    ["in", "left", ["left sip:bob@x"]],
    ["away", "left", ["left sip:bob@x"]],
    ["in", "removed", ["removed sip:bob@x"]],
    ["left", "in", ["sip:alice@x added sip:bob@x", "joined sip:bob@x"]],
    ["left", "ringing", ["sip:alice@x added sip:bob@x"]],
    ["ringing", "declined", ["declined sip:bob@x Declined"]],
    ["ringing", "unreachable", ["unreachable sip:bob@x Declined"]],
  ])("%s → %s", (was, is, expected) => {
    expect(lines([member("bob", was)], [member("bob", is, { status: 603 })])).toEqual(expected);
  });

  it("nobody is told about themselves, nor of a no to somebody else", () => {
    expect(lines([], [member("alice", "in")])).toEqual([]);
    const asked = member("bob", "ringing", { invitedBy: "sip:carol@x" });
    expect(lines([asked], [{ ...asked, is: "declined" }])).toEqual([]);
  });

  it("who left before anybody looked is no news", () => {
    expect(lines([], [member("bob", "left"), member("carol", "removed")])).toEqual([]);
  });
});
