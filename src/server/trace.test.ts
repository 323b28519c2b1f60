import { expect, test } from "vitest";
import { createTrace } from "./trace.ts";

test("kept only when asked, told without content", () => {
  const rows: string[] = [];
  const trace = createTrace({ keep: false, now: () => 1, onRow: (row) => rows.push(row) });
  trace.sipHop("alice", "PF alice", "MESSAGE sip:bob@x SIP/2.0\r\nTo: x\r\n\r\nsecret");
  trace.msrpHop({ at: 1, from: "alice", to: "relay", bytes: new Uint8Array(5) });
  trace.note("X", "group established");
  expect(rows).toEqual([
    "alice -> PF alice  MESSAGE sip:bob@x SIP/2.0",
    "alice -> relay  MSRP, 5 bytes",
    "X: group established",
  ]);
  expect([trace.sip, trace.msrp, trace.notes]).toEqual([[], [], []]);
});

test("a row is one line, whatever somebody sent", () => {
  const rows: string[] = [];
  const trace = createTrace({ keep: false, now: () => 1, onRow: (row) => rows.push(row) });
  trace.sipHop("unknown", "edge", "x\n\u001b[2JX: all is well");
  trace.sipHop("unknown", "edge", `${"y".repeat(10_000)}secret`);
  expect(rows).toEqual([
    "unknown -> edge  x\ufffd\ufffd[2JX: all is well",
    `unknown -> edge  ${"y".repeat(300)}`,
  ]);
});

test("the oldest rows go when there are too many", () => {
  const trace = createTrace({ keep: true, now: () => 1 });
  for (let row = 0; row < 60_000; row++) trace.note("X", String(row));
  expect(trace.notes.length).toBeLessThanOrEqual(50_000);
  expect(trace.notes.at(-1)?.what).toBe("59999");
  trace.clear();
  expect(trace.notes).toEqual([]);
});
