import { describe, expect, it } from "vitest";
import { createPeople, shortName, tidyName } from "./people.ts";

const self = { address: "sip:alice@x", name: "Alice" };
const bob = { address: "sip:bob@x", name: "Bob Lindqvist" };
const zoe = { address: "sip:zoe@x", name: "Zoe" };

function known(recent = [zoe]) {
  let changes = 0;
  const people = createPeople({ self, contacts: [bob], recent, changed: () => (changes += 1) });
  return { people, changes: () => changes };
}

describe("names", () => {
  it("of contacts and of oneself are never overwritten by what the network says", () => {
    const { people, changes } = known();
    people.learn(bob.address, "Your Bank");
    people.learn(self.address, "Nobody");
    expect(people.of(bob.address)).toEqual(bob);
    expect(people.of(self.address)).toEqual(self);
    expect(changes()).toBe(0);
  });

  it("of others are learnt, and told only when they change", () => {
    const { people, changes } = known();
    people.learn("sip:dan@x", "Dan");
    people.learn("sip:dan@x", " Dan\u0007 ");
    people.learn("sip:dan@x", "");
    people.learn("sip:dan@x", null);
    expect(people.of("sip:dan@x").name).toBe("Dan");
    expect(people.of("sip:nobody@x").name).toBe("");
    expect(changes()).toBe(1);
  });

  it.each([
    ["a\u0000b\u001fc\u007fd\u009fe", "a b c d e"],
    ["\u202etxt.exe\u2066", "txt.exe"],
    ["a\r\n\t\u2028 b", "a b"],
    ["x".repeat(10_000), "x".repeat(120)],
    ["👩‍🚀", "👩‍🚀"],
    ["👍".repeat(200), "👍".repeat(120)],
    ["", ""],
    ["Bob\u200b\ufeff Lindqvist\u2060", "Bob Lindqvist"],
    ["\u200b\u00ad", ""],
    ["\u3164\u2800", ""],
    ["\u0301", ""],
  ])("%j is shown as %j", (name, shown) => {
    expect(tidyName(name)).toBe(shown);
  });

  it("short: the first word, or the user of the address", () => {
    expect(shortName(bob)).toBe("Bob");
    expect(shortName({ address: "sip:bob@x", name: "" })).toBe("bob");
    expect(shortName({ address: "sip:bob@x", name: "bob@example.org" })).toBe("bob");
  });
});

it("names that anybody sends are not kept without end; those of whom one has chatted with are", () => {
  const { people } = known();
  people.learn("sip:first@x", "First");
  for (let n = 0; n < 10_000; n += 1) people.learn(`sip:${n}@x`, "Somebody");
  expect(people.of("sip:first@x").name).toBe("");
  expect(people.of("sip:9999@x").name).toBe("Somebody");
  expect(people.of(zoe.address)).toEqual(zoe);
});

describe("whom one has lately chatted with", () => {
  it("newest first, each once, never oneself, a bounded number", () => {
    const { people, changes } = known();
    people.remember(bob.address);
    people.remember(bob.address);
    people.remember(self.address);
    expect(people.recent()).toEqual([bob, zoe]);
    people.remember(zoe.address);
    expect(people.recent()).toEqual([zoe, bob]);
    expect(changes()).toBe(2);
    for (let n = 0; n < 100; n += 1) people.remember(`sip:${n}@x`);
    expect(people.recent().length).toBe(50);
    expect(people.knows(bob.address)).toBe(true);
    expect(people.knows("sip:99@x")).toBe(true);
    expect(people.knows("sip:0@x")).toBe(false);
  });
});
