/**
 * `npm run fuzz -- [--inputs N] [--seed N] [--door NAME]`: hostile inputs at each door, 10,000 of them, the same ones for
 * the same seed. Ends with 1 when something was thrown that nobody caught, when other people's chats were disturbed, or
 * when a story does not go on as ever afterwards; with 2 for options there are not, since nothing was tried then.
 */
import { parseArgs } from "node:util";
import { assaulted, type Door } from "./fuzz-door.ts";
import { doors } from "./fuzz-doors.ts";
import { inOrder } from "./fuzz-report.ts";

const usage = `npm run fuzz -- [options]
  --door NAME   doors whose name has this in it: ${doors.map(({ name }) => `"${name}"`).join(", ")}
  --inputs N    at each (default 10000)
  --seed N      of what they are (default 4711)
`;

type Wanted = { readonly doors: readonly Door[]; readonly inputs: number; readonly seed: number };

/** Throws Error. */
function wanted(): Wanted {
  const { values } = parseArgs({
    options: {
      inputs: { type: "string", default: "10000" },
      seed: { type: "string", default: "4711" },
      door: { type: "string", default: "" },
    },
  });
  const [inputs, seed] = [Number(values.inputs), Number(values.seed)];
  if (!Number.isInteger(inputs) || inputs < 1) throw new Error("so many inputs there can't be");
  if (!Number.isInteger(seed)) throw new Error("a seed is a whole number");
  const named = doors.filter(({ name }) => name.includes(values.door));
  if (named.length === 0) throw new Error("no such door");
  return { doors: named, inputs, seed };
}

/** Answers whether all is well there. */
async function tried(door: Door, { inputs, seed }: Wanted): Promise<boolean> {
  const { tally, memory, refused, problems } = await assaulted(door, inputs, seed);
  const [before, after] = memory;
  const share = Math.round(((tally.kinds.get("mutant") ?? 0) * 100) / tally.inputs);
  console.log(`${door.name}: ${tally.inputs} inputs, ${share} % of them mutants of valid messages`);
  console.log(`  answered with   ${inOrder(tally.answers)}`);
  console.log(`  counted         ${inOrder(refused)}`);
  console.log(`  memory          ${before} MB before, ${after} MB after`);
  console.log(
    `  afterwards      ${problems.length === 0 ? "others undisturbed, a story as ever" : "PROBLEMS"}`,
  );
  for (const problem of problems) console.log(problem.replace(/^/gm, "    "));
  return problems.length === 0;
}

async function main(): Promise<number> {
  let all: Wanted;
  try {
    all = wanted();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  let isGood = true;
  for (const door of all.doors) isGood = (await tried(door, all)) && isGood;
  return isGood ? 0 : 1;
}

// Not left to run out: transactions of SIP linger for half a minute after the last word.
process.exit(await main());
