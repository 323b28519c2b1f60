/**
 * What the box is told on its command line, read and checked before anything is opened.
 *
 * Refused, each in one sentence: to be reached from elsewhere with the demo accounts, whose passwords are public
 * (decision 28); what `reach-options.ts` refuses; a file that can't be used.
 */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readAccounts } from "./accounts-file.ts";
import { readLimits } from "./limits.ts";
import { defaultDomain } from "./network/accounts.ts";
import type { BoxOptions } from "./network-in-a-box.ts";
import { readParsed } from "./option-files.ts";
import { reachFlags, reachUsage, readReach, type CertificateFiles } from "./reach-options.ts";
import { readTimers } from "./timers.ts";

export const boxUsage = `npm start -- [options]
  --port N             port, 5080 by default; 0 takes a free one
  --host HOST          127.0.0.1 by default
  --domain D           the domain of its addresses, ${defaultDomain} by default
  --data DIR           where groups are kept; .cache/groups/PORT by default, in memory with --port 0
  --timers FILE        JSON with timers that differ from the defaults
  --limits FILE        JSON with limits that differ from the defaults
  --build              build the app first if it is older than its sources
  --trace              print each message on each hop
for others than this machine:
  --accounts FILE      who may use it, as written by npm run account
${reachUsage("https://chat.example.org")}`;

export type BoxProgramOptions = {
  readonly box: BoxOptions;
  readonly build: boolean;
  readonly trace: boolean;
  /** What is read again when it has changed. */
  readonly files: { readonly accounts: string | null; readonly certificate: CertificateFiles | null };
};

/** Throws Error in words for whoever typed it; `help` was asked for: null. */
export function readBoxOptions(args: readonly string[]): BoxProgramOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...reachFlags,
      data: { type: "string" },
      timers: { type: "string" },
      limits: { type: "string" },
      build: { type: "boolean", default: false },
      trace: { type: "boolean", default: false },
      accounts: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const { port = "5080", domain = defaultDomain, accounts } = values;
  const { listening, isPublic, certificate } = readReach({ ...values, port, domain });
  if (isPublic && accounts === undefined)
    throw new Error(
      "Reached from other machines this server needs --accounts, because the passwords of its demo accounts are public.",
    );
  const timers = readParsed(values.timers, readTimers);
  const limits = readParsed(values.limits, readLimits);
  return {
    build: values.build,
    trace: values.trace,
    files: { accounts: accounts ?? null, certificate },
    box: {
      ...listening,
      dataDir: dataDir(values.data, port),
      ...(accounts === undefined ? {} : { accounts: readAccounts(accounts, domain).people }),
      ...(timers === null ? {} : { timers }),
      ...(limits === null ? {} : { limits }),
    },
  };
}

/** A box on a port that nobody knows beforehand is one that nobody comes back to. */
function dataDir(given: string | undefined, port: string): string | null {
  if (given !== undefined) return resolve(given);
  return Number(port) === 0 ? null : join(import.meta.dirname, "../../.cache/groups", port);
}
