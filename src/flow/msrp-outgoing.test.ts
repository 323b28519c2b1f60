/** What becomes of a message that was sent: reported, failed, or sent in smaller chunks. */
import { describe, expect, it } from "vitest";
import {
  alice,
  answer,
  arrive,
  aUri,
  bUri,
  chunk,
  fresh,
  relayA,
  requests,
  running,
  send,
  type End,
} from "../testing/msrp-ends.ts";
import { headerOf, type MsrpRequest } from "../wire/msrp.ts";
import {
  inFlightBytes,
  nextChunkBytes,
  type MsrpSessionEffect,
  type MsrpSettings,
} from "./msrp-session-state.ts";

describe("what becomes of what was sent", () => {
  const sent = (over: Partial<MsrpSettings> = {}, text = "hello"): { a: End; frame: MsrpRequest } => {
    const a = alice(over);
    send(a, text);
    const frame = requests(a.feed({ on: "turn", tid: fresh() }))[0];
    if (frame === undefined) throw new Error("nothing was sent");
    return { a, frame };
  };
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
