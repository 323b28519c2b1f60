/** `npm run check`: what a SIP server lacks, from a terminal. */
import { freshId, systemClock } from "../server/system.ts";
import { runCheckCommand } from "./check-command.ts";

process.exitCode = await runCheckCommand(process.argv.slice(2), {
  streams: { input: process.stdin, output: process.stderr },
  env: process.env,
  clock: systemClock,
  freshId,
  print: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
});
