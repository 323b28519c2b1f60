/** That every benchmark runs at all, once each and with little; how long anything takes is nobody's test. */
import { afterAll, expect, it, vi } from "vitest";
import { benchesOn, benchFiles, networks, type Network } from "./bench-files.ts";
import { measure, quantile, Took, type Measured, type Sides } from "./bench-measure.ts";
import { stopServers } from "./bench-network.ts";
import { formatBench, formatRatio } from "./bench-table.ts";
import { whyNoKamailio } from "./kamailio.ts";

afterAll(stopServers);

/** Once each. */
async function rowsOn(network: Network): Promise<readonly Measured[]> {
  const rows: Measured[] = [];
  for (const bench of await benchesOn(network)) rows.push(await measure(bench, true));
  expect(rows.filter(({ ours, theirs }) => ![ours, theirs].every(Number.isFinite))).toEqual([]);
  return rows;
}

// How long they take is the machine's business.
vi.setConfig({ testTimeout: 240_000 });

it("every row of every file comes to numbers", async () => {
  const rows = await rowsOn("box");
  expect(new Set(rows.map(({ part }) => part))).toEqual(new Set(["wire", "flow", "sockets", "client"]));
  for (const { what } of rows) expect(formatBench(rows)).toContain(what);
});

it.skipIf(whyNoKamailio !== null)("so does every row that holds the box against Kamailio", async () => {
  expect(await rowsOn("kamailio")).not.toEqual([]);
});

it("no file is left out, and no two rows are the same", async () => {
  expect(benchFiles().length).toBeGreaterThan(0);
  for (const network of networks) {
    const names = (await benchesOn(network)).map(({ what, baseline }) => `${what}: ${baseline}`);
    expect(names).toEqual([...new Set(names)]);
  }
});

it("a ratio is of the same turn, however the machine slows down, and growth is an exponent", async () => {
  let [ours, theirs] = [0, 0];
  const row = await measure({
    part: "wire",
    what: "what",
    baseline: "a tenth of it",
    growth: 10,
    turns: 5,
    open: () => ({
      ours: () => new Took((ours += 200)),
      baseline: async () => new Took((theirs += 2)),
    }),
  });
  // The first of each is for warming up.
  expect(row).toMatchObject({ ours: 800, theirs: 8, ratio: 100, quarters: [100, 100] });
  expect(row.exponent).toBeCloseTo(2);
});

it("an act is repeated until its turn is long enough, and its time is one step's", async () => {
  let steps = 0;
  const count = (): void => void (steps += 1);
  const open = (): Sides => ({ ours: count, baseline: () => {} });
  const { ours } = await measure({ part: "wire", what: "what", baseline: "nothing", turns: 1, open });
  expect(steps).toBeGreaterThan(1_000);
  expect(ours).toBeGreaterThan(0);
});

it("what is closed is closed also when it fails", async () => {
  let closed = 0;
  const open = (): Sides => ({
    ours: () => Promise.reject(new Error("no")),
    baseline: () => {},
    close: () => void (closed += 1),
  });
  await expect(measure({ part: "wire", what: "what", baseline: "", open }, true)).rejects.toThrow("no");
  expect(closed).toBe(1);
});

it("quarters lie between neighbours, and ratios are said as a person would", () => {
  expect([quantile([4, 1, 3, 2], 0.25), quantile([1, 2, 3], 0.5)]).toEqual([1.75, 2]);
  const said = [3.14, 0.9, 0.5, 1 / 240, 12.4].map(formatRatio);
  expect(said).toEqual(["3.1 x", "0.9 x", "1/2.0", "1/240", "12 x"]);
});
