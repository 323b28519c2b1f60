/** What the sender of a chunk is answered and told by REPORT, and what is refused. */
import { fc } from "../testing/fast-check.ts";
import { describe, expect, it } from "vitest";
import {
  arrive,
  aUri,
  bob,
  chunk,
  delivered,
  fresh,
  requests,
  send,
  statuses,
} from "../testing/msrp-ends.ts";
import { headerOf, type MsrpRequest } from "../wire/msrp.ts";

describe("arriving", () => {
  it("reports only what was asked for", () => {
    const b = bob();
    arrive(b, chunk({ headers: [["Message-ID", "quiet"]] }));
    expect(b.feed({ on: "verdict", messageId: "quiet", status: 200, tid: fresh() })).toEqual([]);
  });

  it("refuses by REPORT whatever the report headers ask, except Failure-Report: no", () => {
    for (const [headers, reports] of [
      [[["Success-Report", "no"]], ["000 403"]],
      [[["Failure-Report", "partial"]], ["000 403"]],
      [[["Failure-Report", "no"]], []],
    ] as const) {
      const b = bob();
      arrive(b, chunk({ headers: [["Message-ID", "x"], ...headers] }));
      const out = requests(b.feed({ on: "verdict", messageId: "x", status: 403, tid: fresh() }));
      expect(out.map((f) => headerOf(f, "Status"))).toEqual(reports);
    }
  });

  it("answers as Failure-Report asks", () => {
    const answers = (value: string, type = "text/plain"): readonly number[] =>
      statuses(
        arrive(
          bob({}, ["text/plain"]),
          chunk({
            contentType: type,
            headers: [
              ["Message-ID", "x"],
              ["Failure-Report", value],
            ],
          }),
        ),
      );
    expect(answers("yes")).toEqual([200]);
    expect(answers("partial")).toEqual([]);
    expect(answers("no")).toEqual([]);
    expect(answers("partial", "image/png")).toEqual([415]);
    expect(answers("no", "image/png")).toEqual([]);
  });

  it("answers a bodiless SEND and delivers nothing", () => {
    const b = bob();
    expect(statuses(arrive(b, chunk({ body: null, contentType: null, range: "1-0/0" })))).toEqual([200]);
    expect(delivered(b.log)).toEqual([]);
  });

  it("refuses: 415 unknown type, 400 no Message-ID or bad range, 481 a stranger, 501 a method", () => {
    const b = bob({}, ["message/cpim", "text/*"]);
    expect(statuses(arrive(b, chunk({ contentType: "image/png" })))).toEqual([415]);
    expect(statuses(arrive(b, chunk({ contentType: "Text/HTML; charset=utf-8", id: "ok" })))).toEqual([200]);
    expect(statuses(arrive(b, chunk({ headers: [] })))).toEqual([400]);
    expect(statuses(arrive(b, chunk({ range: "x" })))).toEqual([400]);
    expect(statuses(arrive(b, chunk({ fromPath: ["msrp://m.invalid:1/mallory;ws"] })))).toEqual([481]);
    expect(statuses(arrive(b, chunk({ method: "NICKNAME" })))).toEqual([501]);
    expect(delivered(b.log)).toEqual(["hello"]);
  });

  it("knows its peer by session id when a relay rewrites the rest of the path", () => {
    const b = bob();
    arrive(b, chunk({ fromPath: ["msrps://other.example:9/x;tcp", "msrps://rewritten.example:1/aaaa;tcp"] }));
    expect(delivered(b.log)).toEqual(["hello"]);
  });

  it("refuses with 413 what is too long, said or sent, and what follows of it", () => {
    const b = bob({ maxMessageBytes: 10 });
    expect(
      statuses(arrive(b, chunk({ id: "said", range: "1-4/11", text: "abcd", continuation: "+" }))),
    ).toEqual([413]);
    expect(statuses(arrive(b, chunk({ id: "said", range: "5-5/11", text: "e" })))).toEqual([413]);
    arrive(b, chunk({ id: "sent", range: "1-*/*", text: "abcdef", continuation: "+" }));
    expect(statuses(arrive(b, chunk({ id: "sent", range: "7-*/*", text: "ghijkl" })))).toEqual([413]);
    expect(b.state.incoming.partial).toEqual([]);
  });

  it("says a no that a relay would keep to itself in a REPORT as well", () => {
    const b = bob({ maxMessageBytes: 10 }, ["text/plain"]);
    const noes = (frame: MsrpRequest): readonly (string | null)[] =>
      requests(arrive(b, frame)).map((one) => headerOf(one, "Status"));
    expect(noes(chunk({ id: "long", text: "more than ten bytes" }))).toEqual(["000 413"]);
    expect(noes(chunk({ id: "long", text: "and more" }))).toEqual([]);
    expect(noes(chunk({ id: "odd", contentType: "image/png" }))).toEqual(["000 415"]);
    expect(noes(chunk({ id: "near", contentType: "image/png", fromPath: [aUri] }))).toEqual([]);
  });

  it("refuses with 413 too many messages at once, and too many pieces of one", () => {
    const b = bob({ maxPartialMessages: 2 });
    const begin = (id: string): readonly number[] =>
      statuses(arrive(b, chunk({ id, range: "1-1/9", text: "x", continuation: "+" })));
    expect([begin("1"), begin("2"), begin("3")]).toEqual([[200], [200], [413]]);
    expect(statuses(arrive(b, chunk({ id: "4" })))).toEqual([200]);
    const c = bob({ maxMessageBytes: 256 });
    const again = (): readonly number[] =>
      statuses(arrive(c, chunk({ range: "1-1/9", text: "x", continuation: "+" })));
    const answers = Array.from({ length: 100 }, again).flat();
    expect(answers.filter((status) => status === 413).length).toBeGreaterThan(0);
  });

  it("never throws, whatever a peer puts into headers", () => {
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom("yes", "no", "1-*/*", "5-2/1", "999999999999999-*/*", "000 200", "000 413 x"),
    );
    const frame = fc
      .record({
        method: fc.constantFrom("SEND", "REPORT", "AUTH", "X"),
        headers: fc.array(
          fc.tuple(
            fc.constantFrom("Message-ID", "Byte-Range", "Success-Report", "Failure-Report", "Status"),
            value,
          ),
          { maxLength: 6 },
        ),
        continuation: fc.constantFrom("$" as const, "+" as const, "#" as const),
        body: fc.option(fc.uint8Array({ maxLength: 20 })),
      })
      .map((parts) => chunk({ ...parts, contentType: parts.body === null ? null : "text/plain" }));
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 6 }), (all) => {
        const b = bob({ maxMessageBytes: 64 });
        send(b, "abc", "m", "text/plain");
        b.feed({ on: "turn", tid: fresh() });
        for (const one of all) arrive(b, one);
        expect(b.state.incoming.partial.every((m) => m.storedBytes <= 128)).toBe(true);
      }),
    );
  });
});
