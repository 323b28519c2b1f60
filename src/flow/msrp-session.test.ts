/** One MSRP session: its start, a message from end to end, and whether the peer is there. */
import { fc } from "../testing/fast-check.ts";
import { describe, expect, it } from "vitest";
import {
  alice,
  answer,
  arrive,
  aUri,
  bob,
  bUri,
  chunk,
  delivered,
  frames,
  fresh,
  relayA,
  relayed,
  requests,
  run,
  running,
  send,
  statuses,
  type End,
} from "../testing/msrp-ends.ts";
import { headerOf, type MsrpRequest } from "../wire/msrp.ts";
import { decodeUtf8 } from "../wire/utf8.ts";
import { unreported, type MsrpSessionEffect } from "./msrp-session-state.ts";

describe("start", () => {
  it("the active side sends a bodiless SEND at once, the passive one nothing", () => {
    const [frame] = requests(alice().feed({ on: "start", active: true, tid: fresh(), messageId: "first" }));
    expect(frame).toMatchObject({ method: "SEND", body: null, contentType: null, continuation: "$" });
    expect(alice().feed({ on: "start", active: false, tid: fresh(), messageId: "first" })).toEqual([]);
  });

  it("learns by it that the peer has no such session", () => {
    const a = alice();
    const [frame] = requests(a.feed({ on: "start", active: true, tid: fresh(), messageId: "first" }));
    expect(answer(a, frame?.tid ?? "", 481)).toContainEqual({ do: "end", why: "gone", status: 481 });
    expect(running(a.log)).toEqual([]);
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

it("many messages that wait for their turn are not copied for each that comes or goes", () => {
  const a = alice();
  for (let n = 0; n < 1_000; n += 1) send(a, `text ${n}`, `m${n}`);
  expect([a.state.outgoing.length, unreported(a.state)]).toEqual([0, 1_000]);
  a.feed({ on: "turn", tid: fresh() });
  expect([a.state.outgoing.length, unreported(a.state)]).toEqual([1, 1_000]);
  const failed = a.feed({ on: "lost" }).filter((effect) => effect.do === "failed");
  expect(failed.map(({ id }) => id)).toEqual(Array.from({ length: 1_000 }, (_none, n) => `m${n}`));
});

describe("a look whether the peer is there", () => {
  const look = (end: End): MsrpRequest => {
    const [frame] = requests(end.feed({ on: "look", tid: fresh(), messageId: fresh() }));
    if (frame === undefined) throw new Error("nothing sent");
    return frame;
  };
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
    answer(a, asked.tid, 200);
    expect([a.state.is, running(a.log)]).toEqual(["open", []]);
    expect(look(a).tid).not.toBe(asked.tid);
  });

  it("ends the session when the hop knows nobody there, or learns it later", () => {
    const [one, other, third] = [alice(), alice(), alice()];
    answer(one, look(one).tid, 481);
    expect(one.log.at(-1)).toEqual({ do: "end", why: "gone", status: 481 });
    const asked = look(other);
    answer(other, asked.tid, 200);
    report(other, headerOf(asked, "Message-ID"), 408);
    expect(other.log.at(-1)).toEqual({ do: "end", why: "gone", status: 408 });
    // A report on what was never asked, or one that says nothing of the session, ends nothing.
    const last = look(third);
    answer(third, last.tid, 200);
    report(third, "another", 481);
    report(third, headerOf(last, "Message-ID"), 413);
    expect(third.state.is).toBe("open");
  });
});
