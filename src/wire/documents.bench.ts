/** The documents a group lives by, for 100 people, against JSON; and what ten times as much of each costs. */
import type { Bench } from "../testing/bench-measure.ts";
import { formatConferenceInfo, parseConferenceInfo, type ConferenceInfo } from "./conference-info.ts";
import { formatResourceLists, parseResourceLists, type ListEntry } from "./resource-lists.ts";
import { parseSip } from "./sip.ts";

const upTo = <T>(many: number, make: (n: number) => T): readonly T[] =>
  Array.from({ length: many }, (_none, n) => make(n));

const listOf = (people: number): readonly ListEntry[] =>
  upTo(people, (n) => ({
    address: `sip:person-${n}@segue.example`,
    replaces: n === 0 ? "call@old;to-tag=b;from-tag=a" : null,
    sessionReplaces: n === 0 ? "old-contribution" : null,
    copyControl: "to",
  }));

const rosterOf = (people: number): ConferenceInfo => ({
  entity: "sip:conference-factory@segue.example;conf=0c1d2e3f4a5b",
  state: "full",
  version: 7,
  subject: "The trip",
  maximumUserCount: 500,
  usersState: "full",
  users: upTo(people, (n) => ({
    entity: `sip:person-${n}@segue.example`,
    displayText: `Person ${n}`,
    state: "full",
    status: "connected",
    joiningMethod: "dialed-out",
    invitedBy: "sip:person-0@segue.example",
    disconnectionMethod: null,
    reason: null,
  })),
});

type Document<V> = {
  readonly name: string;
  readonly of: (people: number) => V;
  readonly parse: (text: string) => V;
  readonly format: (value: V) => string;
};

function documentBenches<V>({ name, of, parse, format }: Document<V>): readonly Bench[] {
  const many = 500;
  return [
    {
      part: "wire",
      what: `${name} of 100 people read`,
      baseline: "JSON.parse of the same",
      open: () => {
        const [text, json] = [format(of(100)), JSON.stringify(of(100))];
        return { ours: () => parse(text), baseline: () => JSON.parse(json) as unknown };
      },
    },
    {
      part: "wire",
      what: `${name} of 100 people written`,
      baseline: "JSON.stringify of the same",
      open: () => {
        const value = of(100);
        return { ours: () => format(value), baseline: () => JSON.stringify(value) };
      },
    },
    {
      part: "wire",
      what: `${name} of ${many} people read`,
      baseline: "a tenth of them",
      growth: 10,
      open: () => {
        const [small, large] = [format(of(many / 10)), format(of(many))];
        return { ours: () => parse(large), baseline: () => parse(small) };
      },
    },
  ];
}

/** Each shape is what somebody could send who wants it to take long. */
const shapes: readonly (readonly [name: string, lines: (many: number) => readonly string[]])[] = [
  ["header fields", (many) => upTo(many, (n) => `X-Field-${n}: something`)],
  ["Vias in one field", (many) => [`Via: ${upTo(many, (n) => `SIP/2.0/WS h;branch=${n}`).join(", ")}`]],
  ["folded lines in one field", (many) => ["Subject: folded", ...upTo(many, () => " and on")]],
];

const sipOf = (lines: readonly string[]): string =>
  [
    "OPTIONS sip:bob@segue.example SIP/2.0",
    "Via: SIP/2.0/WS h;branch=z9hG4bK1",
    "From: <sip:alice@segue.example>;tag=1",
    "To: <sip:bob@segue.example>",
    "Call-ID: 1",
    "CSeq: 1 OPTIONS",
    ...lines,
    "",
    "",
  ].join("\r\n");

const wide = { messageBytes: 1_000_000, headers: 10_000, lineLength: 1_000_000 };

const sipGrowth = shapes.map(([name, lines]): Bench => ({
  part: "wire",
  what: `SIP with 1,000 ${name} read`,
  baseline: "a tenth of them",
  growth: 10,
  open: () => {
    const [small, large] = [sipOf(lines(100)), sipOf(lines(1_000))];
    return { ours: () => parseSip(large, wide), baseline: () => parseSip(small, wide) };
  },
}));

export const benches: readonly Bench[] = [
  ...sipGrowth,
  ...documentBenches({
    name: "resource-lists",
    of: listOf,
    parse: parseResourceLists,
    format: formatResourceLists,
  }),
  ...documentBenches({
    name: "conference-info",
    of: rosterOf,
    parse: parseConferenceInfo,
    format: formatConferenceInfo,
  }),
];
