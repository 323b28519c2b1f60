import { describe, expect, test } from "vitest";
import {
  formatConferenceInfo,
  parseConferenceInfo,
  type ConferenceInfo,
  type ConferenceUser,
} from "../wire/conference-info.ts";
import type { Seat } from "./extend.focus.ts";
import { mergeRoster, presenceOf, rosterMembers, rosterUsers, type Presence } from "./roster.ts";

const seat = (who: string, more: Partial<Seat>): Seat => ({
  who: `sip:${who}@x`,
  leg: who,
  is: "joined",
  status: null,
  mark: null,
  joinedBy: "invitation",
  ...more,
});
const facts = {
  nameOf: (who: string) => (who === "sip:carol@x" ? "Carol" : null),
  invitedBy: (who: string) => (who === "sip:alice@x" ? null : "sip:alice@x"),
};
const info = (version: number, more: Partial<ConferenceInfo> = {}): ConferenceInfo => ({
  entity: "sip:c@x",
  state: "full",
  version,
  subject: null,
  maximumUserCount: null,
  usersState: "full",
  users: [],
  ...more,
});
const user = (name: string, more: Partial<ConferenceUser> = {}): ConferenceUser => ({
  entity: `sip:${name}@x`,
  displayText: null,
  state: "full",
  status: "connected",
  joiningMethod: null,
  invitedBy: null,
  disconnectionMethod: null,
  reason: null,
  ...more,
});

describe("from a seat at the focus to a member's screen", () => {
  const cases: readonly (readonly [string, Partial<Seat>, Presence, number | null])[] = [
    ["the host who waits", { joinedBy: "host", is: "ringing" }, "joining", null],
    ["the host", { joinedBy: "host", status: 200 }, "in", null],
    ["asked", { is: "inviting" }, "joining", null],
    ["ringing", { is: "ringing" }, "ringing", null],
    ["joined", { status: 200 }, "in", null],
    ["come back", { joinedBy: "dial-in", status: 200 }, "in", null],
    ["away", { is: "away", status: 200 }, "away", null],
    ["left", { is: "left", status: 200 }, "left", null],
    ["declined", { is: "out", status: 603 }, "declined", 603],
    ["busy", { is: "out", status: 486 }, "declined", 486],
    ["turned away by a rule", { is: "out", status: 403 }, "declined", 403],
    ["no answer", { is: "out", status: 408 }, "unreachable", 408],
    ["not connected", { is: "out", status: 480 }, "unreachable", 480],
    ["unknown", { is: "out", status: 404 }, "unreachable", 404],
  ];
  test.each(cases)("%s", (_name, more, is, status) => {
    const users = rosterUsers([seat("bob", more)], facts);
    const read = parseConferenceInfo(formatConferenceInfo(info(1, { users })));
    expect(rosterMembers(read)).toEqual([
      { address: "sip:bob@x", name: null, is, status, invitedBy: "sip:alice@x" },
    ]);
  });

  test("names and who asked whom", () => {
    const users = rosterUsers([seat("alice", { joinedBy: "host" }), seat("carol", {})], facts);
    expect(users.map((one) => [one.displayText, one.invitedBy])).toEqual([
      [null, null],
      ["Carol", "sip:alice@x"],
    ]);
  });

  test("a mark on a seat is nowhere in the document", () => {
    const mark = { replaces: "SECRET-CALL;to-tag=1;from-tag=2", sessionReplaces: "SECRET-ID" };
    const users = rosterUsers([seat("bob", { is: "ringing", mark })], facts);
    expect(formatConferenceInfo(info(1, { users }))).not.toMatch(/SECRET|Replaces/i);
  });

  test("what only other focuses write", () => {
    expect(presenceOf(user("bob", { status: "pending" }))).toBe("pending");
    expect(presenceOf(user("bob", { status: "on-hold" }))).toBe("in");
    expect(presenceOf(user("bob", { status: "disconnected", disconnectionMethod: "booted" }))).toBe(
      "removed",
    );
  });
});

describe("documents one after the other", () => {
  const known = info(4, { subject: "Lunch", users: [user("alice", { displayText: "Alice" }), user("bob")] });

  test("the first, and a later full one, replace everything", () => {
    expect(mergeRoster(null, known)).toEqual({ is: "current", roster: known });
    const later = info(9, { users: [user("carol")] });
    expect(mergeRoster(known, later)).toEqual({ is: "current", roster: later });
  });

  test("one that is not newer is not looked at", () => {
    expect(mergeRoster(known, info(4))).toEqual({ is: "stale" });
    expect(mergeRoster(known, info(3, { state: "deleted" }))).toEqual({ is: "stale" });
  });

  test("deleted: the group is over", () => {
    expect(mergeRoster(known, info(5, { state: "deleted" }))).toEqual({ is: "over" });
  });

  test("partial without what came before asks for a full one", () => {
    expect(mergeRoster(null, info(1, { state: "partial" }))).toEqual({ is: "gap" });
    expect(mergeRoster(known, info(6, { state: "partial" }))).toEqual({ is: "gap" });
  });

  test("partial: who is new, gone, changed", () => {
    const update = mergeRoster(
      known,
      info(5, {
        state: "partial",
        usersState: "partial",
        users: [
          user("alice", { state: "partial", status: "disconnected", disconnectionMethod: "departed" }),
          user("bob", { state: "deleted", status: null }),
          user("carol", { state: "partial", displayText: "Carol" }),
        ],
      }),
    );
    expect(update.is === "current" ? rosterMembers(update.roster) : update).toEqual([
      { address: "sip:alice@x", name: "Alice", is: "left", status: null, invitedBy: null },
      { address: "sip:carol@x", name: "Carol", is: "in", status: null, invitedBy: null },
    ]);
    expect(update).toMatchObject({ roster: { version: 5, subject: "Lunch", state: "full" } });
  });

  test("partial with only a name keeps how the person stands", () => {
    const update = mergeRoster(
      known,
      info(5, {
        state: "partial",
        usersState: "partial",
        users: [user("bob", { state: "partial", status: null, displayText: "Bob" })],
      }),
    );
    expect(update).toMatchObject({ roster: { users: [{}, { displayText: "Bob", status: "connected" }] } });
  });

  test("partial without users, with all of them, with none of them", () => {
    const merged = (more: Partial<ConferenceInfo>): readonly string[] | string => {
      const update = mergeRoster(known, info(5, { state: "partial", ...more }));
      return update.is === "current" ? update.roster.users.map((one) => one.entity) : update.is;
    };
    expect(merged({ usersState: null })).toEqual(["sip:alice@x", "sip:bob@x"]);
    expect(merged({ usersState: "full", users: [user("dave")] })).toEqual(["sip:dave@x"]);
    expect(merged({ usersState: "deleted" })).toEqual([]);
  });
});
