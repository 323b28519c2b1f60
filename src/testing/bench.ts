/**
 * `npm run bench -- [options]`: what costs what, as ratios within one run.
 *
 * Each `*.bench.ts` stands beside what it measures and exports `benches`. Nothing here passes or fails: what must hold
 * is held by tests that count.
 */
import { parseArgs } from "node:util";
import { benchesOn, networks, type Network } from "./bench-files.ts";
import { measure, type Measured } from "./bench-measure.ts";
import { formatBench } from "./bench-table.ts";

const usage = `npm run bench -- [options]
  --only TEXT     those with that in their name or part (wire, flow, sockets, client)
  --json          one JSON array of rows instead of a table; times are nanoseconds
  --network NAME  box (default): what goes over sockets is held against a bare WebSocket
                  kamailio: the box is held against Kamailio instead, over sockets alone
`;

type Options = {
  readonly only: string;
  readonly json: boolean;
  readonly network: Network;
};

/** Throws Error for what there is not. */
function readOptions(): Options | "help" {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      json: { type: "boolean", default: false },
      network: { type: "string", default: "box" },
      help: { type: "boolean", default: false },
    },
  });
  const network = networks.find((one) => one === values.network);
  if (values.help) return "help";
  if (network === undefined)
    throw new Error(`--network ${values.network}: there are ${networks.join(", ")}.`);
  return { only: values.only.toLowerCase(), json: values.json, network };
}

async function main(): Promise<number> {
  let options: Options | "help";
  try {
    options = readOptions();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  if (options === "help") {
    console.log(usage);
    return 0;
  }
  const { only, json, network } = options;
  const wanted = (await benchesOn(network)).filter(
    ({ part, what }) => part === only || what.toLowerCase().includes(only),
  );
  if (wanted.length === 0) {
    console.error(`--only ${only}: nothing has that in its name.`);
    return 2;
  }
  const rows: Measured[] = [];
  for (const bench of wanted) {
    process.stderr.write(`${bench.what} …\n`);
    rows.push(await measure(bench));
  }
  console.log(json ? JSON.stringify(rows, null, 2) : formatBench(rows));
  return 0;
}

// Not left to run out: transactions of SIP linger for half a minute after the last word.
process.exit(await main());
