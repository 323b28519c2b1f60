/** Colours, initials and short names: the same on every screen, for any address and any name. */
import { fc } from "../testing/fast-check.ts";
import { describe, expect, it } from "vitest";
import { colourCount, colourOf, fullName, initials, shortName, shownAddress } from "./people.ts";

const person = (name: string, address = "sip:zoe@example.org") => ({ name, address });

describe("colourOf", () => {
  it("gives the demo people the colours of the pictures", () => {
    const demo = ["alice", "bob", "carol", "dave", "erin"].map((user) =>
      colourOf(`sip:${user}@segue.example`),
    );
    expect(demo).toEqual([0, 1, 2, 3, 4]);
  });

  it("sees one person behind every spelling of an address", () => {
    const spellings = [
      "sip:Bob@Segue.Example",
      "sips:bob@segue.example",
      " sip:bob@segue.example;transport=ws ",
    ];
    expect(spellings.map(colourOf)).toEqual([1, 1, 1]);
  });

  // The first property of a file waits until the generators are made.
  it("is one of twelve for whatever stands there", { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (address) => {
        const colour = colourOf(address);
        expect(Number.isInteger(colour) && colour >= 0 && colour < colourCount).toBe(true);
      }),
    );
    // Of ASCII, since some letters elsewhere do not come back from their capitals.
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii" }), (address) => {
        expect(colourOf(address.toUpperCase())).toBe(colourOf(address));
      }),
    );
  });

  it("uses all twelve", () => {
    const used = new Set(Array.from({ length: 400 }, (_, n) => colourOf(`sip:user${n}@example.org`)));
    expect(used.size).toBe(colourCount);
  });
});

describe("initials", () => {
  it.each([
    ["Bob Lindqvist", "BL"],
    ["Mum", "M"],
    ["Tomás de la Vega", "TV"],
    ["  ", "Z"],
    ["zoe.walsh@example.org", "ZW"],
    ["👩‍👩‍👧 Family", "👩‍👩‍👧F"],
    ["...", "?"],
  ])("of %j are %j", (name, expected) => {
    expect(initials(person(name))).toBe(expected);
  });

  it("are two graphemes at most, and never nothing", () => {
    const graphemes = new Intl.Segmenter();
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        const shown = [...graphemes.segment(initials(person(name)))].length;
        expect(shown).toBeGreaterThan(0);
        expect(shown).toBeLessThanOrEqual(4); // "ß" and its like grow when they are raised.
      }),
    );
  });
});

describe("names", () => {
  it("are the first word, the user part of an address, or the number", () => {
    expect(shortName(person("Carol Okafor"))).toBe("Carol");
    expect(shortName(person(""))).toBe("zoe");
    expect(shortName(person("", "tel:+33123456"))).toBe("+33123456");
  });

  it("fall back to the address without its scheme and parameters", () => {
    expect(fullName(person(" ", "sip:zoe@example.org;gr=1"))).toBe("zoe@example.org");
    expect(shownAddress("sips:zoe@example.org")).toBe("zoe@example.org");
  });
});
