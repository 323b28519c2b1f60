/** What the relay counts is told apart by the way it went, whoever it was for. */
import { expect, test } from "vitest";
import { createRelayMeter } from "./relay-meter.ts";

test("frames to and from somebody called relay", () => {
  const meter = createRelayMeter();
  const row = { at: 0, from: "relay", to: "relay", bytes: new Uint8Array(7) };
  meter.frame({ ...row, direction: "out" });
  meter.frame({ ...row, direction: "out" });
  meter.frame({ ...row, direction: "in" });
  const text = meter.format({ connections: 0, refused: new Map(), lookups: null });
  expect(text).toContain("segue_relay_frames_in_total 1\n");
  expect(text).toContain("segue_relay_frames_out_total 2\n");
  expect(text).toContain("segue_relay_bytes_out_total 14\n");
});
