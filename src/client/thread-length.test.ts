import { expect, it } from "vitest";
import { bob, reading, scriptedPerson } from "../testing/scripted-person.ts";
import type { Line, Message } from "./model.ts";
import { sentences } from "./reasons.ts";
import { shortened, threadLength } from "./thread-length.ts";

const person = { address: bob, name: "Bob" };
const text = (n: number, different: Partial<Message> = {}): Message => ({
  kind: "message",
  id: `m${n}`,
  from: person,
  mine: false,
  text: "x",
  sentAt: n,
  at: n,
  is: "delivered",
  reason: null,
  ...different,
});
const texts = (many: number): readonly Message[] => Array.from({ length: many }, (_, n) => text(n + 1));
const ids = (items: readonly (Message | Line)[]): readonly string[] => items.map(({ id }) => id);

it("a list that is short enough stays the same", () => {
  const items = texts(10);
  expect(shortened(items, { items: 10, characters: 100 })).toBe(items);
});

it("of one too long the oldest go, in one go, and a line in their place says so", () => {
  const once = shortened(texts(21), { items: 20, characters: 100 });
  expect(ids(once)).toEqual(["older-gone-3", ...Array.from({ length: 18 }, (_, n) => `m${n + 4}`)]);
  expect(once[0]).toMatchObject({ what: "note", text: sentences.olderGone, at: 3 });
  const twice = shortened([...once, text(22), text(23)], { items: 20, characters: 1_000 });
  expect(ids(twice).filter((id) => id.startsWith("older-gone"))).toEqual(["older-gone-5"]);
});

it("long texts count by their length; what has just come is shown all the same", () => {
  const items = [text(1, { text: "x".repeat(60) }), text(2), text(3, { text: "x".repeat(200) })];
  expect(ids(shortened(items, { items: 20, characters: 100 }))).toEqual(["older-gone-2", "m3"]);
});

it("own words that nobody has yet stay", () => {
  const items = texts(30).map((one, n) => (n === 0 ? { ...one, mine: true, is: "failed" as const } : one));
  expect(ids(shortened(items, { items: 20, characters: 100 }))).toContain("m1");
});

it("a peer who writes without end fills no memory", () => {
  const at = scriptedPerson();
  at.talksWith(bob, "bob-1");
  const long = "x".repeat(threadLength.characters / 5);
  for (let n = 0; n < 6; n += 1) expect(at.relay.session("bob-1").says(`${n}${long}`)).toBe(200);
  const shown = reading(at.row(bob)).map((line) => line.slice(0, 6));
  expect(shown).toEqual(["[note]", "Bob: 2", "Bob: 3", "Bob: 4", "Bob: 5"]);
});
