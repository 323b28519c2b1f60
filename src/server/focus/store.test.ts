/** What the groups leave behind for the next process, and what goes when there is too much of it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { manualClock, type ManualClock } from "../../testing/manual-clock.ts";
import { openStore } from "./store-database.ts";
import { openDisk } from "./store-disk.ts";
import type { GroupFacts, GroupRecord, GroupStore, Message, StoreLimits } from "./store.ts";

const limits: StoreLimits = {
  keptMessages: 100,
  keptBytes: 10_000,
  keptMs: 1_000_000,
  keptBytesOfOne: 20_000,
};
const facts: GroupFacts = {
  subject: "Trip",
  conversationId: "c1",
  contributionId: "c2",
  host: { address: "sip:a@x", name: "A" },
  hostLeg: "1",
  stands: true,
  settled: false,
  seats: [{ who: "sip:a@x", leg: "1", is: "joined", status: 200, mark: null, joinedBy: "host" }],
  calls: [],
  invitedBy: [["sip:b@x", { address: "sip:a@x", name: null }]],
  names: [["sip:b@x", "Bé 漢"]],
  emptySince: null,
};

let dir: string;
let clock: ManualClock;
let store: GroupStore;
let logged: string[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "segue-store-"));
  clock = manualClock();
  logged = [];
  store = open();
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true });
});

let ids = 0;
const open = (more: Partial<StoreLimits> = {}, at: string | null = dir): GroupStore =>
  openStore({
    dir: at,
    limits: { ...limits, ...more },
    clock,
    freshId: () => `id-${(ids += 1)}`,
    log: (line) => logged.push(line),
  });
function reopen(more: Partial<StoreLimits> = {}): GroupRecord {
  store.close();
  store = open(more);
  return store.record("g", "sip:a@x");
}

const say = (text: string, more: Partial<Message> = {}): Message => ({
  from: "sip:a@x",
  id: text,
  contentType: "message/cpim",
  wrapped: "text/plain",
  body: new TextEncoder().encode(text),
  ...more,
});
/** What they are owed; "gone" where something before was dropped. */
const owed = (record: GroupRecord, who: string): readonly string[] =>
  record.owed(who).map(({ content }) => (content === null ? "gone" : new TextDecoder().decode(content.body)));

describe("what a restart does not lose", () => {
  test("the facts of each group, the last ones", () => {
    store.record("g", "sip:a@x").save({ ...facts, subject: "Before" });
    store.record("g", "sip:a@x").save(facts);
    store.record("h", "sip:a@x").save(facts);
    reopen();
    expect(store.kept()).toEqual([
      { conference: "g", facts },
      { conference: "h", facts },
    ]);
    store.record("h", "sip:a@x").drop();
    reopen();
    expect(store.kept().map(({ conference }) => conference)).toEqual(["g"]);
  });

  test("each person's letters, in order, until that person has reported them", () => {
    const record = store.record("g", "sip:a@x");
    const [first = 0] = ["one", "two", "three"].map((text) => record.add(say(text), ["b", "c"]) ?? 0);
    store.record("h", "sip:a@x").add(say("elsewhere"), ["b"]);
    record.reported("b", first);
    const later = reopen();
    expect(owed(later, "b")).toEqual(["two", "three"]);
    expect(owed(later, "c")).toEqual(["one", "two", "three"]);
    expect(owed(later, "a")).toEqual([]);
    later.forget("b");
    for (const { seq } of later.owed("c")) later.reported("c", seq);
    expect([owed(reopen(), "b"), owed(store.record("g", "sip:a@x"), "c")]).toEqual([[], []]);
    expect(owed(store.record("h", "sip:a@x"), "b")).toEqual(["elsewhere"]);
  });

  test("that something has been said: sent again it is not said twice", () => {
    const record = store.record("g", "sip:a@x");
    expect(record.add(say("once"), ["b"])).not.toBeNull();
    expect(record.add(say("once"), ["b"])).toBeNull();
    const later = reopen();
    expect(later.add(say("once"), ["b"])).toBeNull();
    expect(later.add(say("once", { from: "sip:c@x" }), ["b"])).not.toBeNull();
    expect(later.add(say("nameless", { id: null }), ["b"])).not.toBeNull();
    expect(later.add(say("nameless", { id: null }), ["b"])).not.toBeNull();
  });

  test("who it is", () => {
    const { identity } = store;
    reopen();
    expect(store.identity).toBe(identity);
    const other = open({}, null);
    expect(other.identity).not.toBe(identity);
    expect([store.isDurable, other.isDurable]).toEqual([true, false]);
    other.close();
  });
});

describe("what is too much", () => {
  test("too many: the oldest go, and who missed them hears of it once", () => {
    const record = reopen({ keptMessages: 3 });
    const seqs = ["1", "2", "3", "4", "5"].map((text) => record.add(say(text), ["b", "c"]) ?? 0);
    expect(owed(record, "b")).toEqual(["gone", "3", "4", "5"]);
    record.reported("b", seqs[1] ?? 0);
    expect(owed(record, "b")).toEqual(["3", "4", "5"]);
    expect(owed(reopen({ keptMessages: 3 }), "c")).toEqual(["gone", "3", "4", "5"]);
  });

  test("what somebody had before it went is not missed", () => {
    const record = reopen({ keptMessages: 2 });
    const first = record.add(say("1"), ["b", "c"]) ?? 0;
    record.reported("b", first);
    for (const text of ["2", "3"]) record.add(say(text), ["b", "c"]);
    expect([owed(record, "b"), owed(record, "c")]).toEqual([
      ["2", "3"],
      ["gone", "2", "3"],
    ]);
  });

  test("too long, and what all have makes room", () => {
    const record = reopen({ keptBytes: 25 });
    const ten = (text: string): number => record.add(say(text.repeat(10)), ["b"]) ?? 0;
    const first = ten("1");
    ten("2");
    record.reported("b", first);
    ten("3");
    expect(owed(record, "b")).toEqual(["2222222222", "3333333333"]);
    ten("4");
    expect(owed(record, "b")).toEqual(["gone", "3333333333", "4444444444"]);
  });

  test("too much in all groups of one host: each makes room among its own, and other hosts are not asked", () => {
    reopen({ keptBytesOfOne: 25 });
    const ten = (conference: string, host: string, text: string): GroupRecord => {
      const record = store.record(conference, host);
      record.add(say(text.repeat(10)), ["b"]);
      return record;
    };
    const full = ten("g", "sip:a@x", "1");
    ten("h", "sip:a@x", "2");
    const others = ten("i", "sip:c@x", "3");
    ten("i", "sip:c@x", "4");
    ten("h", "sip:a@x", "5");
    expect(owed(store.record("h", "sip:a@x"), "b")).toEqual(["gone", "5555555555"]);
    expect(owed(full, "b")).toEqual(["1111111111"]);
    expect(owed(others, "b")).toEqual(["3333333333", "4444444444"]);
    full.drop();
    ten("h", "sip:a@x", "6");
    expect(owed(store.record("h", "sip:a@x"), "b")).toEqual(["gone", "5555555555", "6666666666"]);
  });

  test("too old", () => {
    const record = store.record("g", "sip:a@x");
    record.add(say("old"), ["b"]);
    clock.advance(600_000);
    record.add(say("young"), ["b"]);
    clock.advance(400_001);
    expect(owed(record, "b")).toEqual(["gone", "young"]);
    expect(owed(reopen(), "b")).toEqual(["gone", "young"]);
  });
});

describe("what can't be", () => {
  test("open in two processes, of another program, of a later version", () => {
    expect(() => open()).toThrow(`The groups in ${dir} can't be opened: another process has them open.`);
    const other = mkdtempSync(join(tmpdir(), "segue-store-"));
    writeFileSync(join(other, "groups.db"), "no database ".repeat(500));
    expect(() => open({}, other)).toThrow("can't be opened: the file is damaged");
    rmSync(join(other, "groups.db"));
    const later = openDisk({ dir: other });
    later.prepare("INSERT INTO groups VALUES ('g', 'no facts')").run();
    later.close();
    expect(() => open({}, other)).toThrow(`The groups in ${other} can't be read`);
    const latest = openDisk({ dir: other });
    latest.prepare("PRAGMA user_version = 99").run();
    latest.close();
    expect(() => open({}, other)).toThrow("kept by a later version of Segue");
    rmSync(other, { recursive: true });
    writeFileSync(join(dir, "a-file"), "");
    expect(() => open({}, join(dir, "a-file", "below"))).toThrow("can't be opened: ");
  });

  test("a message that does not fit on the disk: nothing is kept of it, and it can be said again", () => {
    const tight = openStore({ dir: null, limits, clock, freshId: () => "x", maxPages: 30 });
    const full = tight.record("g", "sip:a@x");
    expect(() => full.add(say("large", { body: new Uint8Array(500_000).fill(120) }), ["b"])).toThrow(
      "What is said can't be kept: the disk is full.",
    );
    expect(owed(full, "b")).toEqual([]);
    expect(full.add(say("large", { body: new Uint8Array([120]) }), ["b"])).not.toBeNull();
    expect(owed(full, "b")).toEqual(["x"]);
    tight.close();
  });

  test("facts that could not be saved are made good with the next message, or that is refused too", () => {
    const tight = openStore({ dir: null, limits, clock, freshId: () => "x", maxPages: 30 });
    const record = tight.record("g", "sip:a@x");
    const long = { ...facts, subject: "x".repeat(500_000) };
    expect(() => record.save(long)).toThrow("the disk is full");
    expect(() => record.add(say("after"), ["b"])).toThrow("the disk is full");
    expect(() => record.save(facts)).not.toThrow();
    expect(record.add(say("after"), ["b"])).not.toBeNull();
    expect(tight.kept()).toEqual([{ conference: "g", facts }]);
    tight.close();
  });
});
