/** Each line of the checklist is a test; `npm run checklist` prints them as a table. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { notTried } from "./checklist-not-tried.ts";
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

/** How many rules each kind has; 0: named as a whole. */
const rules = {
  REPL: 24,
  CONF: 11,
  RLI: 15,
  CEV: 15,
  REF: 10,
  WS: 8,
  OUT: 2,
  ST: 1,
  MSRP: 14,
  SETUP: 1,
  CEMA: 1,
  RELAY: 6,
  MWS: 8,
  MDC: 0,
  CHAT: 12,
  CPIM: 6,
  IMDN: 8,
  COMP: 0,
  FT: 0,
  SEC: 12,
};

it("has a line for each rule, or says why not", () => {
  const ids = Object.entries(rules).flatMap(([kind, count]) =>
    count === 0 ? [kind] : Array.from({ length: count }, (_, n) => `${kind}-${n + 1}`),
  );
  const tried = new Set(checklist.map(({ id }) => id));
  const untried = notTried.map(([id]) => id);
  expect(ids.filter((id) => tried.has(id) === untried.includes(id))).toEqual([]);
  expect([...tried, ...untried].filter((id) => !ids.includes(id))).toEqual([]);
});
