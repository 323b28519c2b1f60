/** Chunks that arrive: put together in whatever order, delivered once, reported as they come. */
import { fc } from "../testing/fast-check.ts";
import { describe, expect, it } from "vitest";
import { alice, arrive, bob, chunk, delivered, requests, run, send, statuses } from "../testing/msrp-ends.ts";
import { formatFrame, headerOf, parseFrame } from "../wire/msrp.ts";
import { decodeUtf8, encodeUtf8 } from "../wire/utf8.ts";
import { type Span } from "./byte-spans.ts";
import { type MsrpSessionEffect } from "./msrp-session-state.ts";

describe("arriving", () => {
  it("puts chunks together in any order, with overlaps and repeats", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 2, maxLength: 60 }),
        fc.array(fc.tuple(fc.nat(59), fc.nat(59)), { maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        (body, extra, order) => {
          const cut = Math.floor(body.length / 2);
          const parts = [
            ...extra.map(([x, y]): Span => [
              Math.min(x, y) % body.length,
              Math.min(Math.max(x, y), body.length),
            ]),
            [0, cut] as Span,
            [cut, body.length] as Span,
          ].filter(([from, to]) => to > from);
          const shuffled = parts
            .map((part) => ({ part, at: order.next().value as number }))
            .toSorted((x, y) => x.at - y.at);
          const b = bob();
          for (const { part } of shuffled)
            arrive(
              b,
              chunk({
                range: `${part[0] + 1}-*/*`,
                body: body.subarray(part[0], part[1]),
                continuation: part[1] === body.length ? "$" : "+",
              }),
            );
          const whole = b.log.flatMap((e) => (e.do === "deliver" ? [e.content.body] : []));
          expect(whole).toEqual([body]);
        },
      ),
    );
  });

  it("lets the last of overlapping bytes win", () => {
    const b = bob();
    arrive(b, chunk({ range: "1-4/6", text: "aaaa", continuation: "+" }));
    arrive(b, chunk({ range: "3-6/6", text: "bbbb" }));
    expect(delivered(b.log)).toEqual(["aabbbb"]);
  });

  it("keeps interleaved messages apart", () => {
    const b = bob();
    arrive(b, chunk({ id: "one", range: "1-2/4", text: "on", continuation: "+" }));
    arrive(b, chunk({ id: "two", range: "1-2/4", text: "tw", continuation: "+" }));
    arrive(b, chunk({ id: "one", range: "3-4/4", text: "ly" }));
    arrive(b, chunk({ id: "two", range: "3-4/4", text: "os" }));
    expect(delivered(b.log)).toEqual(["only", "twos"]);
  });

  it("forgets a message that is given up with #", () => {
    const b = bob();
    arrive(b, chunk({ range: "1-2/4", text: "on", continuation: "+" }));
    expect(statuses(arrive(b, chunk({ range: "3-3/4", text: "l", continuation: "#" })))).toEqual([200]);
    expect(b.state.incoming.partial).toEqual([]);
    expect(delivered(b.log)).toEqual([]);
  });

  it("delivers once what comes twice", () => {
    const b = bob();
    arrive(b, chunk({}));
    expect(statuses(arrive(b, chunk({})))).toEqual([200]);
    expect(delivered(b.log)).toEqual(["hello"]);
  });

  it("counts the body, whatever a constant Byte-Range says", () => {
    const b = bob();
    arrive(b, chunk({ range: "1-25/25", text: "short" }));
    expect(delivered(b.log)).toEqual(["short"]);
  });

  it("takes unknown headers, and byte-range in any spelling", () => {
    const b = bob();
    const bytes = formatFrame(chunk({ range: "3-4/4", text: "cd" }));
    const text = (decodeUtf8(bytes) ?? "").replace("Byte-Range: ", "X-Whatever: 1\r\nbyte-range:");
    arrive(b, parseFrame(encodeUtf8(text)));
    arrive(b, chunk({ range: "1-2/4", text: "ab", continuation: "+" }));
    expect(delivered(b.log)).toEqual(["abcd"]);
  });

  it("does not report all of it before it was taken, not even when the end comes late", () => {
    const b = bob({ reportEveryBytes: 4 });
    const reports = (effects: readonly MsrpSessionEffect[]): readonly string[] =>
      requests(effects).map((report) => headerOf(report, "Byte-Range") ?? "");
    expect(reports(arrive(b, chunk({ range: "1-4/8", text: "once", continuation: "+" })))).toEqual(["1-4/8"]);
    expect(reports(arrive(b, chunk({ range: "5-8/8", text: "more", continuation: "+" })))).toEqual([]);
    const end = arrive(b, chunk({ range: "9-8/8", text: "" }));
    expect(reports(end)).toEqual([]);
    expect(delivered(end)).toEqual(["oncemore"]);
  });

  it("reports each 64 KB as it comes, and the whole", () => {
    const a = alice();
    const b = bob();
    send(a, new Uint8Array(200_000));
    run(a, b);
    const reports = requests(b.log).map((f) => headerOf(f, "Byte-Range"));
    expect(reports).toEqual(["1-65536/200000", "1-131072/200000", "1-196608/200000", "1-200000/200000"]);
  });
});
