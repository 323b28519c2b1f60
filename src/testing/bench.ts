/**
 * `npm run bench -- [options]`: what costs what, as ratios within one run.
 *
 * Each `*.bench.ts` stands beside what it measures and exports `benches`. Nothing here passes or fails: what must hold
 * is held by tests that count.
 */
import { parseArgs } from "node:util";
import { benchesOn, networks } from "./bench-files.ts";
import { measure, type Measured } from "./bench-measure.ts";
import { formatBench } from "./bench-table.ts";

const usage = `npm run bench -- [options]
  --only TEXT     those with that in their name or part (wire, flow, sockets, client)
  --json          one JSON array of rows instead of a table; times are nanoseconds
  --network NAME  box (default): what goes over sockets is held against a bare WebSocket
                  kamailio: the box is held against Kamailio instead, over sockets alone
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      json: { type: "boolean", default: false },
      network: { type: "string", default: "box" },
      help: { type: "boolean", default: false },
    },
  });
  const network = networks.find((one) => one === values.network);
  if (values.help || network === undefined) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const wanted = (await benchesOn(network)).filter(
    ({ part, what }) => part === values.only || what.toLowerCase().includes(values.only.toLowerCase()),
  );
  const rows: Measured[] = [];
  for (const bench of wanted) {
    process.stderr.write(`${bench.what} …\n`);
    rows.push(await measure(bench));
  }
  console.log(values.json ? JSON.stringify(rows, null, 2) : formatBench(rows));
  return 0;
}

// Not left to run out: transactions of SIP linger for half a minute after the last word.
process.exit(await main());
