/** Spans of bytes against a set of numbers. */
import { fc } from "../testing/fast-check.ts";
import { describe, expect, it } from "vitest";
import { addSpan, coveredTo, spanBytes, type Span } from "./byte-spans.ts";

describe("spans", () => {
  it("say the same as a set of numbers", () => {
    const span = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 40 }));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 12 }), (added) => {
        const set = new Set<number>();
        let spans: readonly Span[] = [];
        for (const [first, last] of added) {
          for (let n = first; n <= last; n += 1) set.add(n);
          spans = addSpan(spans, [first, last]);
        }
        let to = 0;
        while (set.has(to + 1)) to += 1;
        expect(spanBytes(spans)).toBe(set.size);
        expect(coveredTo(spans)).toBe(to);
      }),
    );
  });
});
