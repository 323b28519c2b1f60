/**
 * `npm start`: the network in a box from the command line.
 *
 * Prints one line with the URL when it is ready. Ctrl-C or SIGTERM stops it and ends with 0, a second one at once.
 * Accounts and certificate are read again when their files change, and on SIGHUP; what can't be used then is said
 * and changes nothing.
 */
import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { join, resolve } from "node:path";
import { isOpenToOthers, readAccounts } from "./accounts-file.ts";
import { boxUsage, readBoxOptions, type BoxProgramOptions } from "./box-options.ts";
import { buildIfStale } from "./build.ts";
import { startBox, type Box } from "./network-in-a-box.ts";
import { newRefusals } from "./refusals.ts";

const root = resolve(import.meta.dirname, "../..");
/** How often files are looked at. */
const watchMs = 2_000;

function fail(text: string, code: number): never {
  process.stderr.write(`${text}\n`);
  process.exit(code);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** At most so many lines in a second: a hostile peer must not fill a disk. */
function limited(perSecond: number): (line: string) => void {
  let second = 0;
  let lines = 0;
  return (line) => {
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) {
      second = now;
      lines = 0;
    }
    lines += 1;
    if (lines <= perSecond) process.stderr.write(`${line}\n`);
  };
}

function optionsOrEnd(): BoxProgramOptions {
  try {
    const options = readBoxOptions(process.argv.slice(2));
    if (options !== null) return options;
    process.stdout.write(boxUsage);
    process.exit(0);
  } catch (error) {
    fail(reasonOf(error), 2);
  }
}

/** Takes up what has changed in files; gives the end of it. */
function follow(
  box: Box,
  { accounts, cert, key }: BoxProgramOptions["files"],
  say: (line: string) => void,
): () => void {
  const trying = (what: string, run: () => void): void => {
    try {
      run();
      say(`${what} read again.`);
    } catch (error) {
      say(`${what} not taken, what was read before stays: ${reasonOf(error)}`);
    }
  };
  const readPeople = (): void => {
    if (accounts === null) return;
    trying("Accounts", () => box.setAccounts(readAccounts(accounts, box.domain).people));
  };
  const readCertificate = (): void => {
    if (cert === null || key === null) return;
    trying("Certificate", () =>
      box.setCertificate({ cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") }),
    );
  };
  const watched = [
    [accounts, readPeople],
    [cert, readCertificate],
    [key, readCertificate],
  ] as const;
  const options = { persistent: false, interval: watchMs };
  for (const [file, read] of watched) if (file !== null) watchFile(file, options, read);
  // with nothing to read it still means that the terminal is gone
  if (watched.some(([file]) => file !== null))
    process.on("SIGHUP", () => {
      readPeople();
      readCertificate();
    });
  return (): void => {
    for (const [file] of watched) if (file !== null) unwatchFile(file);
  };
}

/** One line a minute at most, and none when all is well. */
function tellRefusals(box: Box, say: (line: string) => void): void {
  let before = box.refused();
  setInterval(() => {
    const now = new Map(box.refused());
    const line = newRefusals(before, now);
    if (line !== null) say(line);
    before = now;
  }, 60_000).unref();
}

async function main(): Promise<void> {
  const { box: given, build, trace, files } = optionsOrEnd();
  if (build)
    await buildIfStale(root).catch((error: unknown) =>
      fail(`The app could not be built: ${reasonOf(error)}`, 1),
    );

  const log = limited(20);
  const box = await startBox({
    ...given,
    distDir: join(root, "dist"),
    log,
    ...(trace ? { onRow: (row: string) => void process.stderr.write(`${row}\n`) } : {}),
  }).catch((error: unknown) => {
    const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    return fail(
      taken ? `Port ${given.port} is taken. Another one: npm start -- --port 0` : reasonOf(error),
      1,
    );
  });
  if (files.accounts !== null && isOpenToOthers(files.accounts))
    log(`${files.accounts} is open to others on this machine, and it is as good as passwords: chmod 600.`);
  if (files.accounts !== null) tellRefusals(box, log);
  const unfollow = follow(box, files, log);
  process.stdout.write(`Segue is at ${box.url}\n`);

  let isStopping = false;
  const stop = (): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    unfollow();
    void box.stop().then(() => process.exit(0));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

await main();
