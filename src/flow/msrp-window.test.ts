/** How much goes out before it is reported, by a peer and a relay of whatever habits (decision 24). */
import { describe, expect, it } from "vitest";
import { alice, answer, bob, fresh, requests, run, running, send } from "../testing/msrp-ends.ts";
import { inFlightBytes, nextChunkBytes } from "./msrp-session-state.ts";

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
    for (const { tid } of requests(a.log)) answer(a, tid, 200);
    expect(inFlightBytes(a.state)).toBe(16_384);
    expect(running(a.log)).toEqual(["stalled"]);
  });

  it("follows the hop's answers once the peer has shown that it reports whole messages only", () => {
    const a = alice({ reportEveryBytes: 16_384 });
    send(a, new Uint8Array(100_000));
    for (let n = 0; n < 2; n += 1) a.feed({ on: "turn", tid: fresh() });
    for (const { tid } of requests(a.log)) answer(a, tid, 200);
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
        for (const { tid } of requests(a.feed({ on: "turn", tid: fresh() }))) answer(a, tid, 200);
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
