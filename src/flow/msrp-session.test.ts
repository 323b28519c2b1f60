import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatFrame, headerOf, parseFrame, type MsrpFrame, type MsrpRequest } from "../wire/msrp.ts";
import { decodeUtf8, encodeUtf8 } from "../wire/utf8.ts";
import { addSpan, coveredTo, spanBytes, type Span } from "./byte-spans.ts";
import {
  inFlightBytes,
  msrpSession,
  msrpSettings,
  nextChunkBytes,
  type MsrpSession,
  type MsrpSessionEffect,
  type MsrpSessionInput,
  type MsrpSettings,
} from "./msrp-session-state.ts";
import { session } from "./msrp-session.ts";

const aUri = "msrp://a.invalid:2855/aaaa;ws";
const bUri = "msrp://b.invalid:2855/bbbb;ws";
const relayA = "msrp://relay.example.com:2855/ra;tcp";

let count = 0;
const fresh = (): string => `tid${(count += 1).toString().padStart(6, "0")}`;

type End = {
  state: MsrpSession;
  readonly feed: (input: MsrpSessionInput) => readonly MsrpSessionEffect[];
  readonly log: MsrpSessionEffect[];
};

function open(own: string, toPath: readonly string[], over: Partial<MsrpSettings> = {}, accept = ["*"]): End {
  const end: End = {
    state: msrpSession({
      settings: { ...msrpSettings, ...over },
      own,
      toPath,
      acceptTypes: accept,
      remoteAcceptTypes: ["text/plain", "message/cpim"],
    }),
    log: [],
    feed: (input) => {
      const [state, effects] = session(end.state, input);
      end.state = state;
      end.log.push(...effects);
      return effects;
    },
  };
  return end;
}

const alice = (over: Partial<MsrpSettings> = {}): End => open(aUri, [relayA, bUri], over);
const bob = (over: Partial<MsrpSettings> = {}, accept?: string[]): End => open(bUri, [aUri], over, accept);

const frames = (effects: readonly MsrpSessionEffect[]): readonly MsrpFrame[] =>
  effects.flatMap((e) => (e.do === "transmit" ? [e.frame] : []));
const requests = (effects: readonly MsrpSessionEffect[]): readonly MsrpRequest[] =>
  frames(effects).flatMap((f) => (f.kind === "request" ? [f] : []));
const delivered = (effects: readonly MsrpSessionEffect[]): readonly string[] =>
  effects.flatMap((e) => (e.do === "deliver" ? [decodeUtf8(e.content.body) ?? "?"] : []));
const statuses = (effects: readonly MsrpSessionEffect[]): readonly number[] =>
  frames(effects).flatMap((f) => (f.kind === "response" ? [f.status] : []));
/** Names of timers started and not stopped since. */
const running = (log: readonly MsrpSessionEffect[]): readonly string[] => {
  const on = new Set<string>();
  for (const e of log) {
    if (e.do === "start") on.add(e.timer);
    if (e.do === "stop") on.delete(e.timer);
  }
  return [...on];
};

/** What a relay would do to the path of a SEND on its way to B. */
const relayed = (frame: MsrpFrame): MsrpFrame =>
  frame.kind === "request" && frame.toPath[0] === relayA
    ? { ...frame, toPath: frame.toPath.slice(1), fromPath: [relayA, ...frame.fromPath] }
    : frame;

/** Carries frames both ways as bytes until nothing moves; every message delivered is accepted. */
function run(
  a: End,
  b: End,
  effects: readonly MsrpSessionEffect[] = [],
  from: End = a,
  window = Infinity,
): void {
  const wait: { readonly to: End; readonly frame: MsrpFrame }[] = [];
  const post = (sender: End, out: readonly MsrpSessionEffect[]): void => {
    for (const frame of frames(out)) wait.push({ to: sender === a ? b : a, frame });
    for (const e of out)
      if (e.do === "deliver")
        post(sender, sender.feed({ on: "verdict", messageId: e.messageId, status: 200, tid: fresh() }));
  };
  post(from, effects);
  for (;;) {
    for (const end of [a, b]) {
      const next = nextChunkBytes(end.state);
      if (next !== null && inFlightBytes(end.state) + next <= window)
        post(end, end.feed({ on: "turn", tid: fresh() }));
    }
    const next = wait.shift();
    if (next === undefined) break;
    post(
      next.to,
      next.to.feed({ on: "frame", frame: relayed(parseFrame(formatFrame(next.frame))), tid: fresh() }),
    );
  }
}

const send = (
  end: End,
  body: Uint8Array | string,
  id = "m1",
  contentType = "text/plain",
): readonly MsrpSessionEffect[] =>
  end.feed({
    on: "send",
    id,
    messageId: `mid-${id}`,
    content: { contentType, body: typeof body === "string" ? encodeUtf8(body) : body },
  });

/** One SEND as it arrives at B. */
const chunk = (
  over: Partial<MsrpRequest> & { readonly id?: string; readonly range?: string; readonly text?: string },
): MsrpRequest => ({
  kind: "request",
  tid: fresh(),
  method: "SEND",
  toPath: [bUri],
  fromPath: [relayA, aUri],
  headers: [
    ["Message-ID", over.id ?? "mid-1"],
    ["Byte-Range", over.range ?? "1-*/*"],
    ["Success-Report", "yes"],
  ],
  contentType: "text/plain",
  body: encodeUtf8(over.text ?? "hello"),
  continuation: "$",
  ...over,
});

const arrive = (end: End, frame: MsrpFrame): readonly MsrpSessionEffect[] =>
  end.feed({ on: "frame", frame, tid: fresh() });

describe("a look whether the peer is there", () => {
  const look = (end: End): MsrpRequest => {
    const [frame] = requests(end.feed({ on: "look", tid: fresh(), messageId: fresh() }));
    if (frame === undefined) throw new Error("nothing sent");
    return frame;
  };
  const answer = (end: End, { tid }: MsrpRequest, status: number): readonly MsrpSessionEffect[] =>
    end.feed({
      on: "frame",
      frame: { kind: "response", tid, status, comment: "", toPath: [aUri], fromPath: [relayA], headers: [] },
      tid: fresh(),
    });
  const report = (end: End, messageId: string | null, status: number): readonly MsrpSessionEffect[] =>
    end.feed({
      on: "frame",
      frame: {
        kind: "request",
        tid: fresh(),
        method: "REPORT",
        toPath: [aUri],
        fromPath: [relayA],
        headers: [
          ["Message-ID", messageId ?? ""],
          ["Byte-Range", "1-0/0"],
          ["Status", `000 ${status}`],
        ],
        contentType: null,
        body: null,
        continuation: "$",
      },
      tid: fresh(),
    });

  it("is a SEND without a body, which a peer takes without a word to its person", () => {
    const [a, b] = [alice(), bob()];
    const asked = look(a);
    expect([asked.body, a.feed({ on: "look", tid: fresh(), messageId: fresh() })]).toEqual([null, []]);
    const heard = b.feed({ on: "frame", frame: relayed(asked), tid: fresh() });
    expect([statuses(heard), delivered(heard)]).toEqual([[200], []]);
    answer(a, asked, 200);
    expect([a.state.is, running(a.log)]).toEqual(["open", []]);
    expect(look(a).tid).not.toBe(asked.tid);
  });

  it("ends the session when the hop knows nobody there, or learns it later", () => {
    const [one, other, third] = [alice(), alice(), alice()];
    answer(one, look(one), 481);
    expect(one.log.at(-1)).toEqual({ do: "end", why: "gone", status: 481 });
    const asked = look(other);
    answer(other, asked, 200);
    report(other, headerOf(asked, "Message-ID"), 408);
    expect(other.log.at(-1)).toEqual({ do: "end", why: "gone", status: 408 });
    // A report on what was never asked, or one that says nothing of the session, ends nothing.
    const last = look(third);
    answer(third, last, 200);
    report(third, "another", 481);
    report(third, headerOf(last, "Message-ID"), 413);
    expect(third.state.is).toBe("open");
  });
});

describe("a message", () => {
  it("goes as one SEND, is answered, delivered, reported", () => {
    const a = alice();
    const b = bob();
    send(a, "hello");
    run(a, b);
    expect(delivered(b.log)).toEqual(["hello"]);
    expect(a.log).toContainEqual({ do: "reported", id: "m1" });
    expect(running(a.log)).toEqual([]);
    const [frame] = requests(a.log);
    expect(frame).toMatchObject({
      method: "SEND",
      toPath: [relayA, bUri],
      fromPath: [aUri],
      continuation: "$",
    });
    expect(frame?.headers).toEqual([
      ["Message-ID", "mid-m1"],
      ["Success-Report", "yes"],
      ["Failure-Report", "yes"],
      ["Byte-Range", "1-5/5"],
    ]);
  });

  it("answers the SEND to the previous hop only and reports the whole way back", () => {
    const b = bob();
    const effects = arrive(b, chunk({}));
    expect(frames(effects)[0]).toMatchObject({
      kind: "response",
      status: 200,
      toPath: [relayA],
      fromPath: [bUri],
    });
    const report = requests(b.feed({ on: "verdict", messageId: "mid-1", status: 200, tid: fresh() }))[0];
    expect(report).toMatchObject({ method: "REPORT", toPath: [relayA, aUri], fromPath: [bUri], body: null });
    expect(report?.headers).toEqual([
      ["Message-ID", "mid-1"],
      ["Byte-Range", "1-5/5"],
      ["Status", "000 200 OK"],
    ]);
  });

  it("is cut into chunks that count bytes, not characters", () => {
    const a = alice({ chunkBytes: 3 });
    const b = bob();
    const text = "aé漢字🙂z";
    send(a, text);
    run(a, b);
    expect(requests(a.log).map((f) => `${headerOf(f, "Byte-Range")}${f.continuation}`)).toEqual([
      "1-3/14+",
      "4-6/14+",
      "7-9/14+",
      "10-12/14+",
      "13-14/14$",
    ]);
    expect(delivered(b.log)).toEqual([text]);
  });

  it("says * for the end of a chunk over 2048 bytes", () => {
    const a = alice();
    send(a, new Uint8Array(9000));
    a.feed({ on: "turn", tid: fresh() });
    a.feed({ on: "turn", tid: fresh() });
    expect(requests(a.log).map((f) => headerOf(f, "Byte-Range"))).toEqual(["1-*/9000", "8193-9000/9000"]);
  });

  it("never carries its own end-line", () => {
    const a = alice();
    send(a, "x\r\n-------abcdef$\r\n-------abcdef0");
    const [frame] = requests(a.feed({ on: "turn", tid: "abcdef" }));
    expect(frame?.tid).not.toBe("abcdef");
    expect(decodeUtf8(frame?.body ?? new Uint8Array())).not.toContain(`-------${frame?.tid}`);
    const answered = a.feed({
      on: "frame",
      tid: fresh(),
      frame: {
        kind: "response",
        tid: frame?.tid ?? "",
        status: 200,
        comment: "",
        toPath: [aUri],
        fromPath: [relayA],
        headers: [],
      },
    });
    expect(answered).toContainEqual({ do: "stop", timer: `answer:${frame?.tid}` });
  });

  it("of any length and chunk size comes out as it went in, both ways at once", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 400 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 90 }),
        (bodies, chunkBytes) => {
          const a = alice({ chunkBytes, reportEveryBytes: 64 });
          const b = bob({ chunkBytes, reportEveryBytes: 64 });
          for (const [n, body] of bodies.entries()) {
            send(a, body, `a${n}`);
            send(b, body, `b${n}`);
          }
          run(a, b, [], a, 128);
          for (const end of [a, b]) {
            const whole = end.log.flatMap((e) => (e.do === "deliver" ? [e.content.body] : []));
            // Nothing without bytes is delivered: that is a sign of life.
            expect(whole).toEqual(bodies.filter((body) => body.length > 0));
            expect(end.log.filter((e) => e.do === "reported")).toHaveLength(bodies.length);
            expect(end.state.outgoing).toEqual([]);
            expect(running(end.log)).toEqual([]);
          }
        },
      ),
    );
  });
});

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

describe("what becomes of what was sent", () => {
  const sent = (over: Partial<MsrpSettings> = {}, text = "hello"): { a: End; frame: MsrpRequest } => {
    const a = alice(over);
    send(a, text);
    const frame = requests(a.feed({ on: "turn", tid: fresh() }))[0];
    if (frame === undefined) throw new Error("nothing was sent");
    return { a, frame };
  };
  const answer = (a: End, tid: string, status: number): readonly MsrpSessionEffect[] =>
    arrive(a, {
      kind: "response",
      tid,
      status,
      comment: "",
      toPath: [aUri],
      fromPath: [relayA],
      headers: [],
    });
  const report = (
    a: End,
    status: string,
    range: string | null = "1-5/5",
    id = "mid-m1",
  ): readonly MsrpSessionEffect[] =>
    arrive(a, {
      ...chunk({}),
      method: "REPORT",
      toPath: [aUri],
      fromPath: [relayA, bUri],
      headers: [
        ["Message-ID", id],
        ...(range === null ? [] : [["Byte-Range", range] as const]),
        ["Status", status],
      ],
      contentType: null,
      body: null,
    });

  it("is sent on the report of the far end, not on the hop's 200", () => {
    const { a, frame } = sent();
    expect(answer(a, frame.tid, 200).some((e) => e.do === "reported")).toBe(false);
    expect(report(a, "000 200 OK")).toContainEqual({ do: "reported", id: "m1" });
    expect(running(a.log)).toEqual([]);
  });

  it("is sent when ranges together cover all of it, in any order", () => {
    const { a } = sent({}, "0123456789");
    expect(report(a, "000 200 OK", "6-10/10").some((e) => e.do === "reported")).toBe(false);
    expect(report(a, "000 200 OK", "1-5/10")).toContainEqual({ do: "reported", id: "m1" });
  });

  it("is not sent on a report of bytes that never left", () => {
    const { a } = sent({ chunkBytes: 4 }, "0123456789");
    expect(report(a, "000 200 OK", "1-10/10").some((e) => e.do === "reported")).toBe(false);
    expect(inFlightBytes(a.state)).toBe(0);
    a.feed({ on: "turn", tid: fresh() });
    a.feed({ on: "turn", tid: fresh() });
    expect(report(a, "000 200 OK", null)).toContainEqual({ do: "reported", id: "m1" });
  });

  it("fails alone with 413, 415, 403, by answer or report, and what remains of it stays here", () => {
    for (const status of [413, 415, 403, 400]) {
      const { a, frame } = sent({ chunkBytes: 2 });
      expect(answer(a, frame.tid, status)).toContainEqual({ do: "failed", id: "m1", status });
      expect(a.state.is).toBe("open");
      expect(nextChunkBytes(a.state)).toBe(null);
      const other = sent();
      expect(report(other.a, `000 ${status}`)).toContainEqual({ do: "failed", id: "m1", status });
      expect(running(other.a.log)).toEqual([]);
    }
  });

  it("goes in smaller chunks, from its beginning and under another name, when a relay has no room for one", () => {
    for (const status of [413, 501]) {
      const a = alice();
      send(a, new Uint8Array(20_000));
      const pair = (): readonly MsrpRequest[] =>
        [1, 2].flatMap(() => requests(a.feed({ on: "turn", tid: fresh() })));
      const tries: (readonly MsrpRequest[])[] = [];
      for (let n = 1; n <= 3; n += 1) {
        const frames = pair();
        tries.push(frames);
        if (n < 3) answer(a, frames[1]?.tid ?? "", status);
      }
      expect(tries.map((frames) => frames[1]?.body?.length)).toEqual([8_192, 4_096, 2_048]);
      for (const [first] of tries)
        expect(headerOf(first as MsrpRequest, "Byte-Range")).toMatch(/^1-.+\/20000$/);
      expect(new Set(tries.flat().map((frame) => headerOf(frame, "Message-ID"))).size).toBe(3);
      expect(a.log.filter((effect) => effect.do === "failed")).toEqual([]);
      expect(running(a.log).filter((timer) => timer.startsWith("answer:"))).toHaveLength(2);
      expect(inFlightBytes(a.state)).toBe(4_096);
    }
  });

  it("fails with 413 when a chunk of that size has been taken, or the hop takes none so small", () => {
    const a = alice();
    send(a, new Uint8Array(20_000));
    const [first] = requests(a.feed({ on: "turn", tid: fresh() }));
    const [second] = requests(a.feed({ on: "turn", tid: fresh() }));
    answer(a, first?.tid ?? "", 200);
    expect(answer(a, second?.tid ?? "", 413)).toContainEqual({ do: "failed", id: "m1", status: 413 });
    const { a: b, frame } = sent({ chunkBytes: 1_024 }, "x".repeat(1_024));
    expect(answer(b, frame.tid, 501)).toContainEqual({ do: "failed", id: "m1", status: 501 });
  });

  it("takes the session with it on 481, 506 and 408", () => {
    for (const status of [481, 506, 408]) {
      const { a, frame } = sent();
      send(a, "second", "m2");
      const effects = answer(a, frame.tid, status);
      expect(effects.slice(-3)).toEqual([
        { do: "failed", id: "m1", status },
        { do: "failed", id: "m2", status },
        { do: "end", why: "gone", status },
      ]);
      expect(running(a.log)).toEqual([]);
      expect(report(sent().a, `000 ${status} Gone`)).toContainEqual({ do: "end", why: "gone", status });
    }
  });

  it("ignores reports about others, of other namespaces, and answers to nothing", () => {
    const { a } = sent();
    expect(report(a, "000 481", "1-5/5", "someone-else")).toEqual([]);
    expect(report(a, "001 481")).toEqual([]);
    expect(report(a, "nonsense")).toEqual([]);
    expect(answer(a, "unknown", 481)).toEqual([]);
  });

  it("fails after 30 s without an answer", () => {
    const { a, frame } = sent();
    expect(a.log).toContainEqual({ do: "start", timer: `answer:${frame.tid}`, ms: 30_000 });
    expect(a.feed({ on: "fired", timer: `answer:${frame.tid}` })).toContainEqual({
      do: "failed",
      id: "m1",
      status: 408,
    });
    expect(a.state.is).toBe("over");
  });

  it("fails when all is answered and nobody ever reports", () => {
    const { a, frame } = sent();
    expect(answer(a, frame.tid, 200)).toContainEqual({ do: "start", timer: "report:mid-m1", ms: 60_000 });
    expect(a.feed({ on: "fired", timer: "report:mid-m1" })).toEqual([
      { do: "stop", timer: "report:mid-m1" },
      { do: "failed", id: "m1", status: 408 },
    ]);
    expect(a.state.is).toBe("open");
  });

  it("fails with null when the connection is lost or the session closed", () => {
    for (const on of ["lost", "close"] as const) {
      const { a } = sent();
      expect(a.feed({ on })).toContainEqual({ do: "failed", id: "m1", status: null });
      expect(running(a.log)).toEqual([]);
      expect(send(a, "later", "m3")).toEqual([{ do: "failed", id: "m3", status: null }]);
      expect(arrive(a, chunk({}))).toEqual([]);
    }
  });

  it("fails at once with 415 when the peer never said it takes that type", () => {
    const a = alice();
    expect(send(a, "x", "m1", "image/png")).toEqual([{ do: "failed", id: "m1", status: 415 }]);
    expect(nextChunkBytes(a.state)).toBe(null);
  });
});

describe("window", () => {
  it("counts what is sent and not reported", () => {
    const a = alice();
    send(a, new Uint8Array(20_000));
    a.feed({ on: "turn", tid: fresh() });
    a.feed({ on: "turn", tid: fresh() });
    expect(inFlightBytes(a.state)).toBe(16_384);
    expect(nextChunkBytes(a.state)).toBe(3_616);
  });

  it("does not move on for a stalled reader, whose hop still answers, before it has been given time", () => {
    const a = alice({ reportEveryBytes: 16_384 });
    send(a, new Uint8Array(100_000));
    for (let n = 0; n < 2; n += 1) a.feed({ on: "turn", tid: fresh() });
    for (const { tid } of requests(a.log))
      arrive(a, {
        kind: "response",
        tid,
        status: 200,
        comment: "",
        toPath: [aUri],
        fromPath: [relayA],
        headers: [],
      });
    expect(inFlightBytes(a.state)).toBe(16_384);
    expect(running(a.log)).toEqual(["stalled"]);
  });

  it("follows the hop's answers once the peer has shown that it reports whole messages only", () => {
    const a = alice({ reportEveryBytes: 16_384 });
    send(a, new Uint8Array(100_000));
    for (let n = 0; n < 2; n += 1) a.feed({ on: "turn", tid: fresh() });
    for (const { tid } of requests(a.log))
      arrive(a, {
        kind: "response",
        tid,
        status: 200,
        comment: "",
        toPath: [aUri],
        fromPath: [relayA],
        headers: [],
      });
    a.feed({ on: "fired", timer: "stalled" });
    expect(inFlightBytes(a.state)).toBe(0);
    a.feed({ on: "turn", tid: fresh() });
    expect(inFlightBytes(a.state)).toBe(8_192);
  });

  it("stops in time for a relay that answers everything for a reader who has stalled", () => {
    const a = alice();
    send(a, new Uint8Array(2_000_000));
    const fill = (): void => {
      while (inFlightBytes(a.state) + 8_192 <= 131_072)
        for (const { tid } of requests(a.feed({ on: "turn", tid: fresh() })))
          arrive(a, {
            kind: "response",
            tid,
            status: 200,
            comment: "",
            toPath: [aUri],
            fromPath: [relayA],
            headers: [],
          });
    };
    fill();
    a.feed({ on: "fired", timer: "stalled" });
    fill();
    expect(a.state.outgoing[0]?.sentBytes).toBeLessThanOrEqual(524_288);
    expect(running(a.log)).toContain("report:mid-m1");
    expect(a.feed({ on: "fired", timer: "report:mid-m1" })).toContainEqual({
      do: "failed",
      id: "m1",
      status: 408,
    });
  });

  it("keeps to reports once a range has been reported", () => {
    const b = bob();
    const a = alice();
    send(a, new Uint8Array(300_000));
    run(a, b, [], a, 131_072);
    expect(a.log).toContainEqual({ do: "reported", id: "m1" });
    expect(a.state.reports).toBe("ranges");
    a.feed({ on: "fired", timer: "stalled" });
    expect(a.state.reports).toBe("ranges");
  });
});

describe("start", () => {
  it("the active side sends a bodiless SEND at once, the passive one nothing", () => {
    const [frame] = requests(alice().feed({ on: "start", active: true, tid: fresh(), messageId: "first" }));
    expect(frame).toMatchObject({ method: "SEND", body: null, contentType: null, continuation: "$" });
    expect(alice().feed({ on: "start", active: false, tid: fresh(), messageId: "first" })).toEqual([]);
  });

  it("learns by it that the peer has no such session", () => {
    const a = alice();
    const [frame] = requests(a.feed({ on: "start", active: true, tid: fresh(), messageId: "first" }));
    const answer = (status: number): readonly MsrpSessionEffect[] =>
      arrive(a, {
        kind: "response",
        tid: frame?.tid ?? "",
        status,
        comment: "",
        toPath: [aUri],
        fromPath: [relayA],
        headers: [],
      });
    expect(answer(481)).toContainEqual({ do: "end", why: "gone", status: 481 });
    expect(running(a.log)).toEqual([]);
  });
});

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
