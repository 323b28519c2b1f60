import { expect, test } from "vitest";
import { createTurns } from "./in-turn.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("what ends at once is done at once, what comes meanwhile waits its turn", async () => {
  const turns = createTurns(100);
  const done: string[] = [];
  let end: () => void = () => {};
  turns.take(1, () => void done.push("first"));
  turns.take(1, () => new Promise<void>((resolve) => (end = resolve)).then(() => void done.push("slow")));
  turns.take(1, () => void done.push("third"));
  turns.take(1, () => Promise.reject(new Error("fails")));
  turns.take(1, () => void done.push("last"));
  await settle();
  expect(done).toEqual(["first"]);
  end();
  await settle();
  expect(done).toEqual(["first", "slow", "third", "last"]);
});

test("only so much may wait; what has had its turn makes room", async () => {
  const turns = createTurns(10);
  let end: () => void = () => {};
  turns.take(1_000, () => new Promise<void>((resolve) => (end = resolve)));
  expect(turns.take(10, () => {})).toBe(true);
  expect(turns.take(1, () => {})).toBe(false);
  end();
  await settle();
  turns.take(1_000, () => new Promise<void>((resolve) => (end = resolve)));
  expect(turns.take(10, () => {})).toBe(true);
});
