/** A few rows of the table of faults; `npm run faults` tells all of them. */
import { expect, it, vi } from "vitest";
import { nameOf, rows } from "./faults-rows.ts";
import { tellRow } from "./faults-story.ts";

vi.setConfig({ testTimeout: 240_000 });

const some = new Set([
  "cut A before step 8",
  "cut B after step 4",
  "cut B after step 9",
  "cut C before step 16",
  "hush A after step 1",
  "hush A after step 8",
  "hush B before step 5",
  "hush C in the group",
  "reload A after step 8",
  "reload B after step 5",
  "reload C in the group",
  "restart X after step 2",
  "restart X before step 19",
  "restart X in the group",
]);
const told = rows.filter((row) => some.has(nameOf(row)));

it("there are as many as named", () => {
  expect(told).toHaveLength(some.size);
});

it.concurrent.each(told.map((row) => [nameOf(row), row] as const))("%s", async (_name, row) => {
  expect((await tellRow(row)).problems).toEqual([]);
});
