import { expect, test } from "vitest";
import { newRefusals } from "./refusals.ts";

test("only what is new is said", () => {
  const before = new Map([
    ["wrong password", 3],
    ["too much at once", 1],
  ]);
  const now = new Map([...before, ["wrong password", 5], ["AUTH 403", 1]] as const);
  expect(newRefusals(before, now)).toBe("Refused in the last minute: wrong password (2), AUTH 403 (1).");
  expect(newRefusals(now, now)).toBeNull();
  expect(newRefusals(new Map(), new Map())).toBeNull();
});
