/**
 * `npm start`: the network in a box from the command line.
 *
 * Prints one line with the URL when it is ready. Ctrl-C or SIGTERM stops it and ends with 0, a second one at once.
 * Accounts and certificate are read again when their files change, and on SIGHUP; what can't be used then is said
 * and changes nothing.
 */
import { join, resolve } from "node:path";
import { followAccounts, warnIfOpen } from "./accounts-file.ts";
import { boxUsage, readBoxOptions } from "./box-options.ts";
import { buildIfStale } from "./build.ts";
import {
  endWith,
  limitedSay,
  openingProblem,
  optionsOrEnd,
  reasonOf,
  say,
  stopWhenTold,
} from "./command-line.ts";
import { followFiles } from "./follow-files.ts";
import { startBox } from "./network-in-a-box.ts";
import { followCertificate } from "./reach-options.ts";
import { tellRefusals } from "./refusals.ts";

const root = resolve(import.meta.dirname, "../..");

async function main(): Promise<void> {
  const { box: given, build, trace, files } = optionsOrEnd("npm start", boxUsage, readBoxOptions);
  if (build)
    await buildIfStale(root).catch((error: unknown) =>
      endWith(1, `The app could not be built: ${reasonOf(error)}`),
    );

  const log = limitedSay(20);
  const box = await startBox({
    ...given,
    distDir: join(root, "dist"),
    log,
    ...(trace ? { onRow: say } : {}),
  }).catch((error: unknown) =>
    endWith(1, openingProblem(error, `Port ${given.port} is taken. Another one: npm start -- --port 0`)),
  );
  warnIfOpen(files.accounts, log);
  if (files.accounts !== null) tellRefusals(box.refused, log);
  const unfollow = followFiles(
    [
      ...followAccounts(files.accounts, box.domain, box.setAccounts),
      ...followCertificate(files.certificate, box.setCertificate),
    ],
    log,
  );
  process.stdout.write(`Segue is at ${box.url}\n`);
  stopWhenTold(() => {
    unfollow();
    return box.stop();
  });
}

await main();
