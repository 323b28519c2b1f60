/**
 * `npm run faults:kill`: the box is killed in a stream of group messages, twenty times (`-- --times N`), and what its
 * people saw is printed. Ends with 1 at the first message that was shown as sent and is lost, or is there twice.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { killRounds, type Round } from "./kill-rounds.ts";

const { values } = parseArgs({ options: { times: { type: "string", default: "20" } } });
const dataDir = mkdtempSync(join(tmpdir(), "segue-kill-"));
const print = (...columns: readonly (string | number)[]): void =>
  console.log(columns.map((one) => String(one).padStart(10)).join(""));
const sum = (rounds: readonly Round[], of: (round: Round) => number): number =>
  rounds.reduce((total, round) => total + of(round), 0);

print("kill", "sent", "not sent", "owed");
try {
  const { rounds, messages } = await killRounds(Number(values.times), dataDir, (one) =>
    print(one.round, one.sent, one.notSent, one.owed),
  );
  print(
    "total",
    sum(rounds, ({ sent }) => sent),
    sum(rounds, ({ notSent }) => notSent),
    sum(rounds, ({ owed }) => owed),
  );
  console.log(`${messages} messages, each with every member exactly once and in its author's order.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
