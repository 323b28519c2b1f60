/**
 * `npm run ladder`: the 19 steps of the figure over real sockets, one row for each message on each hop.
 *
 * Ends with 0 when the rows are the figure; with 1 when a step is missing, there twice, out of order, or marked
 * where it must not be; with 2 for options there are not. A planted fault (`--fault`) must end with 1.
 */
import { parseArgs } from "node:util";
import { faults, type Fault } from "./ladder-faults.ts";
import { cast, stories, type Told } from "./ladder-story.ts";
import { formatCast, formatJson, formatTable, formatVerdict } from "./ladder-table.ts";

const usage = `npm run ladder -- [options]
  --json          one JSON array of the rows instead of a table
  --network NAME  box (default): the network in a box, on a free port
                  kamailio: a Kamailio and the focus beside it, on free ports
  --fault NAME    plants a fault, which must be found:
${[...faults].map(([name, { says }]) => `                    ${name.padEnd(14)} ${says}\n`).join("")}`;

type Options = {
  readonly json: boolean;
  readonly fault: string | null;
  readonly tellStory: (fault: Fault | null) => Promise<Told>;
};

function readOptions(): Options | "help" {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      network: { type: "string", default: "box" },
      fault: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const tellStory = stories.get(values.network);
  if (tellStory === undefined)
    throw new Error(`--network ${values.network}: there are ${[...stories.keys()].join(", ")}.`);
  const { fault = null } = values;
  if (fault !== null && !faults.has(fault))
    throw new Error(`--fault ${fault}: there are ${[...faults.keys()].join(", ")}.`);
  return { json: values.json, fault, tellStory };
}

async function climb({ json, fault, tellStory }: Options): Promise<number> {
  const planted = fault === null ? null : (faults.get(fault) ?? null);
  const { rungs, problems } = await tellStory(planted);
  const verdict = formatVerdict(rungs, problems);
  // With --json, standard output is for the program that reads it.
  if (json) {
    await write(process.stdout, formatJson(rungs));
    if (problems.length > 0) await write(process.stderr, verdict);
  } else {
    const heading = planted === null ? "" : `With a fault: ${planted.says}.\n`;
    await write(process.stdout, `${heading}${formatCast(cast)}\n${formatTable(rungs)}\n${verdict}`);
  }
  return problems.length === 0 ? 0 : 1;
}

const write = (to: NodeJS.WriteStream, text: string): Promise<void> =>
  new Promise((resolve) => void to.write(text, () => resolve()));

async function main(): Promise<number> {
  let options: Options | "help";
  try {
    options = readOptions();
  } catch (error) {
    await write(process.stderr, `${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  if (options === "help") {
    await write(process.stdout, usage);
    return 0;
  }
  return climb(options);
}

// Not left to run out: transactions of SIP linger for half a minute after the last word.
process.exit(await main());
