/**
 * `npm run faults`: real clients on a real box over real sockets, and something breaks: a line, a page, the focus,
 * before and after each of the 19 steps and in a group that runs.
 *
 * Ends with 0 when afterwards in every row all screens agreed, nobody held a dialog that the other had let go of, and
 * every message was there once or shown as not sent; with 1 when not; with 2 for options there are not. On Kamailio it
 * is the server in the middle that breaks.
 */
import { parseArgs } from "node:util";
import { breaks, nameOf, nameOfBreak, nameOfMoment, rows, serverRows, type Row } from "./faults-rows.ts";
import { tellRow, type Told } from "./faults-story.ts";
import { whyNoKamailio } from "./kamailio.ts";

const usage = `npm run faults -- [options]
  --only TEXT     rows whose name has this in it: "cut A", "step 9", "in the group"
  --network NAME  box (default), or kamailio: killed, with all its processes, and back
  --at-once N     rows at a time (default 12)
  --verbose       each row as it ends
`;

async function tellAll(
  wanted: readonly Row[],
  atOnce: number,
  told: (one: Told) => void,
): Promise<readonly Told[]> {
  const ends: Told[] = [];
  const waiting = [...wanted];
  const next = async (): Promise<void> => {
    const row = waiting.shift();
    if (row === undefined) return;
    const one = await tellRow(row);
    ends.push(one);
    told(one);
  };
  const lane = async (): Promise<void> => {
    while (waiting.length > 0) await next();
  };
  // The first alone: all of the program is compiled in it, and no row's time goes into that.
  await next();
  await Promise.all(Array.from({ length: atOnce }, lane));
  return ends;
}

/** Moments down, breaks across. */
function table(ends: readonly Told[]): string {
  const byName = new Map(ends.map((one) => [nameOf(one.row), one]));
  const told = new Set(ends.map(({ row }) => nameOfBreak(row.break)));
  const names = [...breaks.map(nameOfBreak), ...serverRows.map((row) => nameOfBreak(row.break))].filter(
    (name) => told.delete(name),
  );
  const moments = new Map(ends.map(({ row }) => [nameOfMoment(row.moment), row.moment]));
  const inOrder = [...new Set([...rows, ...serverRows].map(({ moment }) => nameOfMoment(moment)))].filter(
    (name) => moments.has(name),
  );
  const lines = inOrder.map((moment) => {
    const cells = names.map((name) => {
      const one = byName.get(`${name} ${moment}`);
      return (one === undefined ? "" : one.problems.length === 0 ? "ok" : "FAILED").padEnd(10);
    });
    return `${moment.padEnd(16)}${cells.join("")}`.trimEnd();
  });
  return [`${"".padEnd(16)}${names.map((name) => name.padEnd(10)).join("")}`.trimEnd(), ...lines, ""].join(
    "\n",
  );
}

function verdict(ends: readonly Told[], ms: number): string {
  const failed = ends.filter(({ problems }) => problems.length > 0);
  const texts = ends.reduce((sum, one) => sum + one.texts, 0);
  return [
    ...failed.map(({ row, problems }) => `${nameOf(row)}:\n${problems.map((one) => `  ${one}\n`).join("")}`),
    `${ends.length} rows, ${ends.length - failed.length} as they must be, ${failed.length} not; ` +
      `${texts} texts said while something broke or after; ${(ms / 1000).toFixed(0)} s\n`,
  ].join("");
}

async function main(): Promise<number> {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: "string", default: "" },
        "at-once": { type: "string", default: "12" },
        network: { type: "string", default: "box" },
        verbose: { type: "boolean", default: false },
      },
    });
    if (values.network !== "box" && values.network !== "kamailio") throw new Error("no such network");
    if (values.network === "kamailio" && whyNoKamailio !== null) throw new Error(whyNoKamailio);
    const wanted = (values.network === "box" ? rows : serverRows).filter((row) =>
      `${nameOf(row)} `.includes(values.only),
    );
    const atOnce = Number(values["at-once"]);
    if (wanted.length === 0 || !(atOnce >= 1)) throw new Error("no such rows");
    const began = performance.now();
    const ends = await tellAll(wanted, atOnce, ({ row, problems, ms }) => {
      if (values.verbose)
        console.log(
          `${problems.length === 0 ? "ok    " : "FAILED"} ${(ms / 1000).toFixed(1)} s  ${nameOf(row)}`,
        );
    });
    console.log(`A is alice, B is bob, C is carol; X is the Controlling Function.\n\n${table(ends)}`);
    process.stdout.write(verdict(ends, performance.now() - began));
    return ends.every(({ problems }) => problems.length === 0) ? 0 : 1;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
}

// Not left to run out: transactions of SIP linger for half a minute after the last word.
process.exit(await main());
