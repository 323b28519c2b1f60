import { expect, it } from "vitest";
import { createOrderRate } from "./order-rate.ts";

it("lets so many orders of one person through in a minute, and says when the next may come", () => {
  let now = 1_000_000;
  const rate = createOrderRate(2, () => now);
  expect(rate.take("alice")).toBe(0);
  now += 20_000;
  expect(rate.take("alice")).toBe(0);
  expect(rate.take("alice")).toBe(40);
  expect(rate.take("bob")).toBe(0);
  now += 39_500;
  expect(rate.take("alice")).toBe(1);
  now += 500;
  expect(rate.take("alice")).toBe(0);
  expect(rate.take("alice")).toBe(20);
});

it("does not count what it has refused: whoever keeps asking is let in when it is time", () => {
  let now = 0;
  const rate = createOrderRate(1, () => now);
  rate.take("alice");
  for (now = 1; now < 60_000; now += 5_000) expect(rate.take("alice")).toBeGreaterThan(0);
  now = 60_000;
  expect(rate.take("alice")).toBe(0);
});

it("weighs an order by how many it is for", () => {
  let now = 0;
  const rate = createOrderRate(10, () => now);
  expect(rate.take("alice", 4)).toBe(0);
  now = 30_000;
  expect(rate.take("alice", 5)).toBe(0);
  expect([rate.take("alice", 2), rate.take("alice", 6), rate.take("alice", 11)]).toEqual([30, 60, 60]);
  expect(rate.take("alice", 1)).toBe(0);
  now = 60_000;
  expect(rate.take("alice", 4)).toBe(0);
});

it("needs one order at least to say no", () => {
  const rate = createOrderRate(0, () => 0);
  expect(rate.take("alice")).toBe(60);
});
