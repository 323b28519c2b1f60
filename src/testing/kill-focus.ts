/**
 * `npm run faults:kill`: the box is killed in a stream of group messages, twenty times (`-- --times N`), and what its
 * people saw is printed. Ends with 1 at the first message that was shown as sent and is lost, or is there twice; with 2
 * for options there are not, since nothing was killed then.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { killRounds, type Round } from "./kill-rounds.ts";

const usage = "npm run faults:kill -- [--times N]   how often it is killed (default 20)";

const print = (...columns: readonly (string | number)[]): void =>
  console.log(columns.map((one) => String(one).padStart(10)).join(""));
const sum = (rounds: readonly Round[], of: (round: Round) => number): number =>
  rounds.reduce((total, round) => total + of(round), 0);

/** Throws Error. */
function wantedTimes(): number {
  const { values } = parseArgs({ options: { times: { type: "string", default: "20" } } });
  const times = Number(values.times);
  if (!Number.isInteger(times) || times < 1) throw new Error("so often it can't be killed");
  return times;
}

/** Throws Error. */
async function kill(times: number, dataDir: string): Promise<void> {
  print("kill", "sent", "not sent", "owed");
  const { rounds, messages } = await killRounds(times, dataDir, (one) =>
    print(one.round, one.sent, one.notSent, one.owed),
  );
  print(
    "total",
    sum(rounds, ({ sent }) => sent),
    sum(rounds, ({ notSent }) => notSent),
    sum(rounds, ({ owed }) => owed),
  );
  console.log(`${messages} messages, each with every member exactly once and in its author's order.`);
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function main(): Promise<number> {
  let times: number;
  try {
    times = wantedTimes();
  } catch (error) {
    console.error(`${wordsOf(error)}\n\n${usage}`);
    return 2;
  }
  const dataDir = mkdtempSync(join(tmpdir(), "segue-kill-"));
  try {
    await kill(times, dataDir);
    return 0;
  } catch (error) {
    console.error(wordsOf(error));
    return 1;
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

process.exitCode = await main();
