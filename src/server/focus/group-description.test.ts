/** What a group says of itself to many: counted, not timed. */
import { beforeEach, expect, it, vi } from "vitest";
import type { Seat } from "../../flow/extend.focus.ts";
import { formatUsers, parseConferenceInfo } from "../../wire/conference-info.ts";
import { describeGroup, type Description } from "./group-description.ts";
import { createGroupPeople, type GroupPeople } from "./group-people.ts";

vi.mock("../../wire/conference-info.ts", { spy: true });

const factory = "sip:conference-factory@segue.example";
const seatOf = (n: number): Seat => ({
  who: `sip:p${n}@segue.example`,
  leg: `${n}`,
  is: "ringing",
  status: null,
  mark: null,
  joinedBy: "invitation",
});

let seats: readonly Seat[];
let people: GroupPeople;
let group: Description;
const written = vi.mocked(formatUsers);

beforeEach(() => {
  written.mockClear();
  seats = Array.from({ length: 100 }, (_none, n) => seatOf(n));
  people = createGroupPeople(null, { factory, freshId: () => "id", nameOf: () => null });
  group = describeGroup({
    conference: `${factory};conf=1`,
    contact: `${factory};conf=1`,
    factory,
    domain: "segue.example",
    maxPeople: 100,
    people,
    seats: () => seats,
    freshId: () => "id",
  });
});

const toEverybody = (): ReturnType<typeof parseConferenceInfo>[] =>
  seats.map((_seat, n) => parseConferenceInfo(group.roster(n + 1, null).document));

it("its people are written once for all who watch, each with a version of their own", () => {
  const read = toEverybody();
  expect(read.map(({ version }) => version)).toEqual(seats.map((_seat, n) => n + 1));
  expect(new Set(read.map(({ users }) => users.length))).toEqual(new Set([100]));
  expect(written).toHaveBeenCalledTimes(1);
});

it("and anew when somebody comes, or is called something else", () => {
  group.roster(1, null);
  seats = seats.map((seat, n) => (n === 7 ? { ...seat, is: "joined" } : seat));
  const [joined] = toEverybody();
  people.learn({ address: "sip:p7@segue.example", name: "Seven" });
  const [named] = toEverybody();
  expect([joined?.users[7]?.status, joined?.users[7]?.displayText]).toEqual(["connected", null]);
  expect(named?.users[7]?.displayText).toBe("Seven");
  expect(written).toHaveBeenCalledTimes(3);
});

it("to those who know it, only who is different, written once too; who is gone is said to be", () => {
  const { people: known } = group.roster(1, null);
  written.mockClear();
  seats = [...seats.slice(1, 99), { ...seatOf(99), is: "joined" }, seatOf(100)];
  const told = seats.map((_seat, n) => group.roster(n + 1, known));
  expect(written).toHaveBeenCalledTimes(1);
  const [first] = told.map(({ document }) => parseConferenceInfo(document));
  expect(first).toMatchObject({ state: "partial", usersState: "partial", subject: null });
  expect(first?.users.map(({ entity, state, status }) => [entity.slice(4, -14), state, status])).toEqual([
    ["p99", "full", "connected"],
    ["p100", "full", "alerting"],
    ["p0", "deleted", null],
  ]);
  const now = told[0]?.people ?? null;
  expect(parseConferenceInfo(group.roster(2, now).document)).toMatchObject({ state: "partial", users: [] });
});
