/**
 * What the Controlling Function is told on its command line, read and checked before anything is opened.
 *
 * Refused, each with the reason: an address that is not `sip:user@domain`, a URL that is no WebSocket, a password
 * file that can't be read or is empty, and `ws:` to another machine, since the password's digest and everything
 * said would go there in the open (decision 23).
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ProtocolError } from "../wire/errors.ts";
import { parseSipUri } from "../wire/sip-uri.ts";
import { readParsed, readPassword } from "./option-files.ts";
import type { FocusLimits } from "./focus/limits.ts";
import { readLimits, serverLimits } from "./limits.ts";
import { readMetricsPort, readNumber } from "./option-numbers.ts";
import { loopbackNames } from "./reach.ts";
import { readTimers, serverTimers, type ServerTimers } from "./timers.ts";

export const focusUsage = `npm run focus -- --server URL --uri ADDRESS --password-file FILE [options]
  --server URL          WebSocket of the SIP server: wss://sip.example.org/ws
  --uri ADDRESS         who this is there: sip:conference-factory@example.org
  --password-file FILE  its password, on the first line
  --msrp URL            WebSocket of the MSRP relay, if it is another one
  --max-members N       people in one group, 100 by default
  --limits FILE         JSON with limits that differ from the defaults; of use here is the group "focus"
  --data DIR            where groups are kept; without it they end with this process
  --contact HOW         domain (default): groups are reached by their address in the domain
                        flow: by the address of this device, where the server routes no ;conf=
  --metrics PORT        health and counters on http://127.0.0.1:PORT (0: a free port)
  --timers FILE         JSON with timers that differ from the defaults
`;

export type FocusProgramOptions = {
  readonly server: string;
  readonly relay: string;
  readonly user: string;
  readonly domain: string;
  readonly password: string;
  readonly limits: FocusLimits;
  /** null: in memory. */
  readonly dataDir: string | null;
  readonly contact: "domain" | "flow";
  /** null: none. */
  readonly metricsPort: number | null;
  readonly timers: ServerTimers;
};

/** Throws Error in words for whoever typed it; `help` was asked for: null. */
export function readFocusOptions(args: readonly string[]): FocusProgramOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      server: { type: "string" },
      uri: { type: "string" },
      "password-file": { type: "string" },
      msrp: { type: "string" },
      "max-members": { type: "string" },
      limits: { type: "string" },
      data: { type: "string" },
      contact: { type: "string", default: "domain" },
      metrics: { type: "string" },
      timers: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const { contact, timers } = values;
  const { focus: limits } = readParsed(values.limits, readLimits) ?? serverLimits;
  const members = values["max-members"];
  if (contact !== "domain" && contact !== "flow")
    throw new Error(`--contact ${contact}: domain or flow is needed.`);
  const server = socketUrl("--server", needed("--server", values.server));
  return {
    server,
    relay: values.msrp === undefined ? server : socketUrl("--msrp", values.msrp),
    ...account(needed("--uri", values.uri)),
    password: readPassword("--password-file", needed("--password-file", values["password-file"])),
    limits:
      members === undefined ? limits : { ...limits, people: readNumber("--max-members", members, 2, 1_000) },
    dataDir: values.data === undefined ? null : resolve(values.data),
    contact,
    metricsPort: readMetricsPort(values.metrics),
    timers: readParsed(timers, readTimers) ?? serverTimers,
  };
}

function needed(name: string, value: string | undefined): string {
  if (value === undefined || value === "") throw new Error(`${name} is needed.`);
  return value;
}

function socketUrl(name: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || (url.protocol !== "ws:" && url.protocol !== "wss:"))
    throw new Error(`${name} ${value}: a URL that begins with wss:// is needed.`);
  if (url.username !== "" || url.hash !== "")
    throw new Error(`${name} ${value}: neither a user nor a # belongs into it.`);
  if (url.protocol === "ws:" && !loopbackNames.has(url.hostname))
    throw new Error(`${name} ${value}: ws:// is not encrypted, so it is for this machine only; use wss://.`);
  return url.href;
}

function account(value: string): { readonly user: string; readonly domain: string } {
  const problem = new Error(`--uri ${value}: an address like sip:conference-factory@example.org is needed.`);
  try {
    const { scheme, user, host, port, params } = parseSipUri(value);
    if (scheme !== "sip" || user === null || user === "" || port !== null || params.size > 0) throw problem;
    return { user: user.toLowerCase(), domain: host.toLowerCase() };
  } catch (error) {
    throw error instanceof ProtocolError ? problem : error;
  }
}
