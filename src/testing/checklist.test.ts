/** Each line of the checklist is a test; `npm run checklist` prints them as a table. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { openGround, type Ground } from "./checklist-ground.ts";
import { seen } from "./checklist-row.ts";
import { checklist } from "./checklist-table.ts";

let at: Ground;
beforeAll(async () => {
  at = await openGround();
});
afterAll(() => at.close());

it.each(checklist.map((row) => [`${row.id}: ${row.what}`, row] as const))(
  "%s",
  async (_name, row) => {
    expect(await seen(row, at)).toBe(row.expected);
  },
  60_000,
);
