import { fc } from "../testing/fast-check.ts";
import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { clientTimers, timersWith } from "./timers.ts";

const preset = { name: "Box", domain: "Segue.Example", server: "/sip", relay: "/msrp" };

describe("config.json", () => {
  it("is read as it was meant", () => {
    expect(
      readConfig({
        presets: [
          {
            ...preset,
            factory: "sip:conference-factory@segue.example",
            behindB2bua: true,
            demo: [{ address: "SIP:Alice@Segue.Example", name: "Alice", password: "secret" }],
          },
        ],
        timers: { ringMs: 1 },
      }),
    ).toEqual({
      presets: [
        {
          name: "Box",
          domain: "segue.example",
          server: "/sip",
          relay: "/msrp",
          factory: "sip:conference-factory@segue.example",
          behindB2bua: true,
          demo: [{ address: "sip:alice@segue.example", name: "Alice", password: "secret" }],
        },
      ],
      timers: { ringMs: 1 },
    });
  });

  it.each([
    null,
    undefined,
    "presets",
    7,
    [],
    { presets: null, timers: null },
    { presets: "x", timers: "abc" },
    {
      presets: [null, 1, [], {}, { ...preset, server: "" }, { ...preset, relay: 7 }],
      timers: { ringMs: "1" },
    },
    { presets: [{ ...preset, name: "x".repeat(3_000) }], timers: [] },
  ])("%j holds nothing of use", (value) => {
    expect(readConfig(value)).toEqual({ presets: [], timers: {} });
  });

  it("leaves out what is not of the right shape, and keeps the rest", () => {
    const [read] = readConfig({
      presets: [{ ...preset, factory: 3, behindB2bua: "yes", demo: [{ address: "a" }, null, "x"] }],
    }).presets;
    expect(read).toMatchObject({ name: "Box", factory: null, behindB2bua: false, demo: [] });
  });

  it("takes a bounded number of anything", () => {
    const demo = Array.from({ length: 500 }, () => ({ address: "sip:a@b", name: "A", password: "p" }));
    const read = readConfig({ presets: Array.from({ length: 500 }, () => ({ ...preset, demo })) });
    expect(read.presets.length).toBe(50);
    expect(read.presets[0]?.demo.length).toBe(100);
  });

  it("is not moved by keys that objects have of themselves", () => {
    const read = readConfig(
      JSON.parse('{"__proto__":{"presets":[1]},"timers":{"__proto__":1,"constructor":2}}'),
    );
    expect(read.presets).toEqual([]);
    expect(timersWith(read.timers)).toEqual(clientTimers);
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { presets, timers } = readConfig(value);
        expect(Array.isArray(presets)).toBe(true);
        expect(Object.keys(timersWith(timers))).toEqual(Object.keys(clientTimers));
      }),
    );
  });
});

it("timers take lengths alone, of names that are known", () => {
  expect(timersWith(undefined)).toEqual(clientTimers);
  expect(timersWith({ ringMs: 5, drainMs: -1, inertMs: Number.NaN, seamMs: Infinity, other: 3 })).toEqual({
    ...clientTimers,
    ringMs: 5,
  });
});
