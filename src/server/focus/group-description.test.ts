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
  seats.map((_seat, n) => parseConferenceInfo(group.roster(n + 1)));

it("its people are written once for all who watch, each with a version of their own", () => {
  const read = toEverybody();
  expect(read.map(({ version }) => version)).toEqual(seats.map((_seat, n) => n + 1));
  expect(new Set(read.map(({ users }) => users.length))).toEqual(new Set([100]));
  expect(written).toHaveBeenCalledTimes(1);
});

it("and anew when somebody comes, or is called something else", () => {
  group.roster(1);
  seats = seats.map((seat, n) => (n === 7 ? { ...seat, is: "joined" } : seat));
  const [joined] = toEverybody();
  people.learn({ address: "sip:p7@segue.example", name: "Seven" });
  const [named] = toEverybody();
  expect([joined?.users[7]?.status, joined?.users[7]?.displayText]).toEqual(["connected", null]);
  expect(named?.users[7]?.displayText).toBe("Seven");
  expect(written).toHaveBeenCalledTimes(3);
});
