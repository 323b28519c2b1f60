import { expect, it } from "vitest";
import { createBell, until } from "./headless-until.ts";

const wait = <T>(find: () => T | null | undefined | false, limitMs = 5_000) => ({
  find,
  limitMs,
  what: "rain",
  instead: () => "sun",
});

it("is over at once when it is there already, and for nothing that is false", async () => {
  expect(
    await until(
      createBell(),
      wait(() => 0),
    ),
  ).toBe(0);
  expect(
    await until(
      createBell(),
      wait(() => ""),
    ),
  ).toBe("");
});

it("looks again at each change, and no more once found", async () => {
  const bell = createBell();
  let value = 0;
  let looks = 0;
  const waiting = until(
    bell,
    wait(() => {
      looks += 1;
      return value > 1 && value;
    }),
  );
  for (value = 1; value < 5; value += 1) bell.ring();
  expect(await waiting).toBe(2);
  expect(looks).toBe(3);
});

it("says what it waited for and what there was instead", async () => {
  await expect(
    until(
      createBell(),
      wait(() => null, 10),
    ),
  ).rejects.toThrow("waited 0.01 s for rain; instead: sun");
});

it("rejects when looking throws", async () => {
  const bell = createBell();
  let broken = false;
  const waiting = until(
    bell,
    wait(() => {
      if (broken) throw new Error("no eyes");
      return null;
    }),
  );
  broken = true;
  bell.ring();
  await expect(waiting).rejects.toThrow("no eyes");
});
