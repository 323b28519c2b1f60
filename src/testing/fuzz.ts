/**
 * `npm run fuzz -- [--inputs N] [--seed N] [--door NAME]`: hostile inputs at each door, 10,000 of them, the same ones for
 * the same seed. Ends with 1 when something was thrown that nobody caught, when other people's chats were disturbed, or
 * when a story does not go on as ever afterwards.
 */
import { parseArgs } from "node:util";
import { assaulted } from "./fuzz-door.ts";
import { doors } from "./fuzz-doors.ts";
import { inOrder } from "./fuzz-report.ts";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "10000" },
    seed: { type: "string", default: "4711" },
    door: { type: "string" },
  },
});

let isBad = false;
for (const door of doors) {
  if (values.door !== undefined && !door.name.includes(values.door)) continue;
  const { tally, memory, refused, problems } = await assaulted(
    door,
    Number(values.inputs),
    Number(values.seed),
  );
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
  isBad ||= problems.length > 0;
}
// Not left to run out: transactions of SIP linger for half a minute after the last word.
process.exit(isBad ? 1 : 0);
