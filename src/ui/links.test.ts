/** What becomes a link and what stays text; the text itself is never changed. */
import { fc } from "../testing/fast-check.ts";
import { describe, expect, it } from "vitest";
import { linkParts } from "./links.ts";

const hrefs = (text: string) => linkParts(text).flatMap((part) => (part.href === null ? [] : [part.text]));

describe("links", () => {
  it.each([
    ["see https://example.org/a.", ["https://example.org/a"]],
    ["(https://example.org/wiki/A_(b))", ["https://example.org/wiki/A_(b)"]],
    ["https://a.example and https://b.example?x=1&y=2", ["https://a.example", "https://b.example?x=1&y=2"]],
    ["http://example.org", []],
    ["javascript:alert(1)", []],
    ["https://bank.example@evil.example/", []],
    ["https://localhost/", []],
    ["https://", []],
    // a character that turns what follows is no part of an address, and would show another one
    ["https://evil.example/\u202emoc.knab//:sptth", ["https://evil.example/"]],
    ["https://evil.example/\u2066a\u2069", ["https://evil.example/"]],
  ])("in %j are %j", (text, expected) => {
    expect(hrefs(text)).toEqual(expected);
  });

  // The first property of a file waits until the generators are made.
  it("lose no character and add none", { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.webUrl(), (around, url) => {
        const text = `${around} ${url.replace(/^http:/u, "https:")}${around}`;
        expect(
          linkParts(text)
            .map((part) => part.text)
            .join(""),
        ).toBe(text);
      }),
    );
  });

  it("are only ever https", () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ["http", "https", "ftp"] }), (url) => {
        for (const part of linkParts(url))
          expect(part.href === null || part.href.startsWith("https://")).toBe(true);
      }),
    );
  });
});
