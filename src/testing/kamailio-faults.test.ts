/** Kamailio is killed in the middle of an extension: a few moments; `npm run faults -- --network kamailio` has all. */
import { describe, expect, it, vi } from "vitest";
import { nameOf, serverRows } from "./faults-rows.ts";
import { tellRow } from "./faults-story.ts";
import { whyNoKamailio } from "./kamailio.ts";

vi.setConfig({ testTimeout: 240_000 });

const some = new Set([
  "kill P before step 2",
  "kill P before step 5",
  "kill P after step 7",
  "kill P before step 9",
  "kill P in the group",
]);
const told = serverRows.filter((row) => some.has(nameOf(row)));

it("there are as many as named", () => {
  expect(told).toHaveLength(some.size);
});

describe.skipIf(whyNoKamailio !== null)(
  `on Kamailio${whyNoKamailio === null ? "" : `: ${whyNoKamailio}`}`,
  () => {
    it.concurrent.each(told.map((row) => [nameOf(row), row] as const))("%s", async (_name, row) => {
      expect((await tellRow(row)).problems).toEqual([]);
    });
  },
);
