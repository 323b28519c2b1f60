/**
 * What the relay alone is told on its command line, read and checked before anything is opened.
 *
 * Refused, each in one sentence: a relay without users, or with users from two places; a program that can't be run;
 * what `reach-options.ts` refuses; a file that can't be used.
 */
import { accessSync, constants, statSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readAccounts } from "./accounts-file.ts";
import { defaultDomain, focusUser } from "./network/accounts.ts";
import { readParsed, readPassword } from "./option-files.ts";
import { readMetricsPort } from "./option-numbers.ts";
import { reachFlags, reachUsage, readReach, type CertificateFiles } from "./reach-options.ts";
import type { RelayAloneOptions } from "./relay-alone.ts";
import { readRelayLimits, readRelayTimers } from "./relay-limits.ts";
import type { RelayUsersFrom } from "./relay-users.ts";

export const relayUsage = `npm run relay -- --accounts FILE | --users-from PROGRAM [options]
  --accounts FILE      who may use it, as written by npm run account
  --users-from PROGRAM or ask this program: it is run with user and realm as its arguments, and prints
                       HA1, that is MD5 of user:realm:password, or nothing for somebody it does not know
  --focus-user USER    the account of npm run focus, ${focusUser} by default
  --focus-password-file FILE
                       its password, on the first line, where it is not among those users
  --domain D           the realm of passwords, ${defaultDomain} by default
  --port N             port, 5090 by default; 0 takes a free one
  --host HOST          127.0.0.1 by default
  --metrics PORT       health and counters on http://127.0.0.1:PORT (0: a free port)
  --timers FILE        JSON with timers that differ from the defaults
  --limits FILE        JSON with limits that differ from the defaults
for others than this machine:
${reachUsage("https://chat.example.org; the relay is wss://chat.example.org/msrp then")}`;

export type RelayProgramOptions = {
  readonly relay: RelayAloneOptions;
  /** null: none. */
  readonly metricsPort: number | null;
  /** What is read again when it has changed. */
  readonly files: {
    readonly accounts: string | null;
    readonly focusPassword: string | null;
    readonly certificate: CertificateFiles | null;
  };
};

/** Throws Error in words for whoever typed it; `help` was asked for: null. */
export function readRelayOptions(args: readonly string[]): RelayProgramOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...reachFlags,
      accounts: { type: "string" },
      "users-from": { type: "string" },
      "focus-user": { type: "string", default: focusUser },
      "focus-password-file": { type: "string" },
      metrics: { type: "string" },
      timers: { type: "string" },
      limits: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const { port = "5090", domain = defaultDomain, accounts } = values;
  const { "users-from": program, "focus-password-file": focusPassword } = values;
  const { listening, certificate } = readReach({ ...values, port, domain });
  const users = usersFrom(accounts, program, domain);
  const timers = readParsed(values.timers, readRelayTimers);
  const limits = readParsed(values.limits, readRelayLimits);
  return {
    metricsPort: readMetricsPort(values.metrics),
    files: { accounts: accounts ?? null, focusPassword: focusPassword ?? null, certificate },
    relay: {
      ...listening,
      users,
      focusUser: values["focus-user"].toLowerCase(), // as npm run focus signs in
      ...(focusPassword === undefined
        ? {}
        : { focusPassword: readPassword("--focus-password-file", focusPassword) }),
      ...(timers === null ? {} : { timers }),
      ...(limits === null ? {} : { limits }),
    },
  };
}

function usersFrom(
  accounts: string | undefined,
  program: string | undefined,
  domain: string,
): RelayUsersFrom {
  if (accounts !== undefined && program !== undefined)
    throw new Error("--accounts and --users-from exclude each other: users come from one place.");
  if (accounts !== undefined) return { from: "accounts", people: readAccounts(accounts, domain).people };
  if (program === undefined)
    throw new Error("--accounts FILE or --users-from PROGRAM is needed, to know who may use the relay.");
  const path = resolve(program);
  if (!isProgram(path))
    throw new Error(
      `--users-from ${program}: a file that can be run is needed, and no arguments: it gets user and realm.`,
    );
  return { from: "command", program: path };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
