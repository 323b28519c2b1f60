/**
 * `npm run checklist`: each rule of the checklist tried on the running product by hostile peers over raw sockets, as a
 * table `id, expected, seen`. Ends with 1 when one differs. Rules that are not tried are listed with the reason.
 */
import { notTried } from "./checklist-not-tried.ts";
import { openGround } from "./checklist-ground.ts";
import { seen } from "./checklist-row.ts";
import { checklist } from "./checklist-table.ts";

const line = (cells: readonly string[]): string =>
  [cells[0]?.padEnd(9), cells[1]?.padEnd(72), cells[2]?.padEnd(46), cells[3]].join(" ").trimEnd();

async function main(): Promise<number> {
  const at = await openGround();
  let different = 0;
  console.log(line(["id", "what is done", "expected", "seen"]));
  for (const row of checklist) {
    const is = await seen(row, at);
    if (is !== row.expected) different += 1;
    console.log(line([row.id, row.what, row.expected, is === row.expected ? "the same" : `DIFFERS: ${is}`]));
  }
  await at.close();
  console.log("\nNot tried here:");
  for (const [id, why] of notTried) console.log(`${id.padEnd(9)} ${why}`);
  const ids = new Set(checklist.map(({ id }) => id)).size;
  console.log(
    `\n${checklist.length} lines for ${ids} ids, ${different} differ; ${notTried.length} ids not tried.`,
  );
  return different === 0 ? 0 : 1;
}

// Not left to run out: transactions of SIP linger for half a minute after the last word.
process.exit(await main());
