/** Tabs of one profile: what one writes the others hear. */
import { beforeEach, expect, it } from "vitest";
import { manualClock, type ManualClock } from "../testing/manual-clock.ts";
import { memoryStore } from "../testing/scripted-person.ts";
import { createOneTab, type OneTab } from "./one-tab.ts";
import type { KeyValue } from "./storage.ts";

const alice = "sip:alice@segue.example";
const askMs = 200;

let clock: ManualClock;
let shared: KeyValue;
let listeners: { readonly tab: number; readonly heard: (key: string | null) => void }[];
let said: string[];
let made = 0;

beforeEach(() => {
  clock = manualClock();
  shared = memoryStore();
  listeners = [];
  said = [];
});

function tab(
  name: string,
): OneTab & { readonly dies: () => void; readonly asks: (how?: "ask" | "take") => void } {
  const number = (made += 1);
  const one = createOneTab({
    local: {
      ...shared,
      setItem: (key, value) => {
        shared.setItem(key, value);
        for (const { tab: other, heard } of listeners) if (other !== number) heard(key);
      },
    },
    otherTabs: (heard) => void listeners.push({ tab: number, heard }),
    clock,
    freshId: () => `id ${(made += 1)}`,
    askMs,
    lost: () => void said.push(`${name} lost`),
  });
  return {
    ...one,
    dies: () => {
      listeners = listeners.filter((listener) => listener.tab !== number);
    },
    asks: (how = "ask") =>
      one.claim(alice, how, (isHere) => void said.push(`${name} ${isHere ? "here" : "elsewhere"}`)),
  };
}

it("the first has it at once; the second is told so, until it takes it", () => {
  const [one, two] = [tab("one"), tab("two")];
  one.asks();
  expect(said).toEqual(["one here"]);
  two.asks();
  clock.advance(askMs);
  expect(said).toEqual(["one here", "two elsewhere"]);
  two.asks("take");
  expect(said.slice(2)).toEqual(["one lost", "two here"]);
  one.asks();
  clock.advance(askMs);
  expect(said.slice(4)).toEqual(["one elsewhere"]);
});

it("a page that is gone without a word does not answer", () => {
  const [one, two] = [tab("one"), tab("two")];
  one.asks();
  one.dies();
  two.asks();
  expect(said).toEqual(["one here"]);
  clock.advance(askMs);
  expect(said).toEqual(["one here", "two here"]);
});

it("whoever signs out leaves it free, and a release of who has lost it takes it from nobody", () => {
  const [one, two, three] = [tab("one"), tab("two"), tab("three")];
  one.asks();
  one.release();
  two.asks();
  expect(said).toEqual(["one here", "two here"]);
  one.release();
  three.asks();
  clock.advance(askMs);
  expect(said.at(-1)).toBe("three elsewhere");
});

it("two who ask at once after a page was gone: one has it", () => {
  const gone = tab("gone");
  gone.asks();
  gone.dies();
  const [one, two] = [tab("one"), tab("two")];
  one.asks();
  two.asks();
  clock.advance(askMs);
  expect(said.slice(1).toSorted()).toEqual(["one here", "two elsewhere"]);
});

it("other accounts are nobody's affair", () => {
  const [one, two] = [tab("one"), tab("two")];
  one.asks();
  two.claim(
    "sip:bob@segue.example",
    "ask",
    (isHere) => void said.push(`two ${isHere ? "here" : "elsewhere"}`),
  );
  clock.advance(askMs);
  expect(said).toEqual(["one here", "two here"]);
});
