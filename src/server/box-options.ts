/**
 * What the box is told on its command line, read and checked before anything is opened.
 *
 * Refused, each in one sentence: to be reached from elsewhere without TLS or a proxy that has it, or with the demo
 * accounts, whose passwords are public (decision 28); a name, number, URL or file that can't be used.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isRealm, readAccounts } from "./accounts-file.ts";
import { readLimits } from "./limits.ts";
import { defaultDomain } from "./network/accounts.ts";
import type { BoxOptions } from "./network-in-a-box.ts";
import { createReach, isLoopbackHost } from "./reach.ts";
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
  --cert F --key F     TLS with this certificate and its key (PEM)
  --behind-proxy       TLS ends at a proxy in front, which is reached at
  --public-url URL     https://chat.example.org
  --trusted-proxy A    its address or network, if it is on another machine
  --origin ORIGIN      another page that may use this server: https://app.example.org
`;

export type BoxProgramOptions = {
  readonly box: BoxOptions;
  readonly build: boolean;
  readonly trace: boolean;
  /** What is read again when it has changed. */
  readonly files: {
    readonly accounts: string | null;
    readonly cert: string | null;
    readonly key: string | null;
  };
};

/** Throws Error in words for whoever typed it; `help` was asked for: null. */
export function readBoxOptions(args: readonly string[]): BoxProgramOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string", default: "5080" },
      host: { type: "string", default: "127.0.0.1" },
      domain: { type: "string", default: defaultDomain },
      data: { type: "string" },
      timers: { type: "string" },
      limits: { type: "string" },
      build: { type: "boolean", default: false },
      trace: { type: "boolean", default: false },
      accounts: { type: "string" },
      cert: { type: "string" },
      key: { type: "string" },
      "behind-proxy": { type: "boolean", default: false },
      "public-url": { type: "string" },
      "trusted-proxy": { type: "string", multiple: true, default: [] },
      origin: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const { host, domain, accounts, cert, key, origin: origins } = values;
  const { "behind-proxy": behindProxy, "public-url": publicUrl, "trusted-proxy": trustedProxies } = values;
  const isLoopback = isLoopbackHost(host);

  if (!/^[0-9]{1,5}$/.test(values.port) || Number(values.port) > 65_535)
    throw new Error(`--port ${values.port}: a number from 0 to 65535 is needed.`);
  if (!isRealm(domain)) throw new Error(`--domain ${domain}: a domain in lower case is needed.`);
  if ((cert === undefined) !== (key === undefined)) throw new Error("--cert and --key are needed together.");
  if (behindProxy && cert !== undefined)
    throw new Error("--behind-proxy and --cert exclude each other: behind a proxy this server speaks plain.");
  if (behindProxy && publicUrl === undefined)
    throw new Error("--behind-proxy needs --public-url https://…, the address that people type.");
  if (publicUrl !== undefined && !behindProxy && cert === undefined)
    throw new Error("--public-url is for --behind-proxy or --cert.");
  if (publicUrl !== undefined && !isPublicUrl(publicUrl))
    throw new Error(`--public-url ${publicUrl}: https:// and a name are needed, and nothing after the path.`);
  if (trustedProxies.length > 0 && !behindProxy) throw new Error("--trusted-proxy is for --behind-proxy.");
  const wrong = origins.find((one) => !isOrigin(one));
  if (wrong !== undefined) throw new Error(`--origin ${wrong}: one like https://app.example.org is needed.`);
  if (!isLoopback && cert === undefined && !behindProxy)
    throw new Error(
      `--host ${host} is reached from other machines, so it needs --cert and --key, or --behind-proxy and --public-url https://….`,
    );
  if ((!isLoopback || behindProxy) && accounts === undefined)
    throw new Error(
      "Reached from other machines this server needs --accounts, because the passwords of its demo accounts are public.",
    );

  const reach = {
    ...(publicUrl === undefined ? {} : { publicUrl: new URL(publicUrl).href }),
    behindProxy,
    trustedProxies,
    origins,
  };
  createReach({ ...reach, isLoopback, tls: cert !== undefined });
  return {
    build: values.build,
    trace: values.trace,
    files: { accounts: accounts ?? null, cert: cert ?? null, key: key ?? null },
    box: {
      ...reach,
      host,
      port: Number(values.port),
      domain,
      dataDir: dataDir(values.data, values.port),
      ...(cert === undefined || key === undefined ? {} : { tls: { cert: read(cert), key: read(key) } }),
      ...(accounts === undefined ? {} : { accounts: readAccounts(accounts, domain).people }),
      ...(values.timers === undefined ? {} : { timers: named(values.timers, readTimers) }),
      ...(values.limits === undefined ? {} : { limits: named(values.limits, readLimits) }),
    },
  };
}

/** A box on a port that nobody knows beforehand is one that nobody comes back to. */
function dataDir(given: string | undefined, port: string): string | null {
  if (given !== undefined) return resolve(given);
  return Number(port) === 0 ? null : join(import.meta.dirname, "../../.cache/groups", port);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`${file} can't be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function named<T>(file: string, parse: (text: string) => T): T {
  const text = read(file);
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function isPublicUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url?.protocol === "https:" && url.username === "" && url.search === "" && url.hash === "";
}

const isOrigin = (text: string): boolean =>
  /^https?:\/\//i.test(text) && URL.canParse(text) && new URL(text).origin === text.toLowerCase();
