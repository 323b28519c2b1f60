/**
 * `npm run relay` beside a SIP server that has no relay: the program in a process of its own, with a file of accounts
 * and the focus's password, so that it can be killed and come back where it was.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatAccount } from "../server/accounts-file.ts";
import { stored, type Person } from "../server/network/accounts.ts";
import { freePort } from "./free-ports.ts";
import { startProgram, type ProgramProcess } from "./program-process.ts";

export interface RelayBeside {
  readonly url: string;
  /** Killed without a word; `meanwhile` it is gone; then it begins anew where it was. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** What an operator changes in `local.cfg` of Kamailio. Throws where there is no such line. */
export function withoutRelay(file: string, text: string): string {
  if (file !== "local.cfg") return text;
  const changed = text.replace(/^##!define SEGUE_WITHOUT_RELAY$/m, "#!define SEGUE_WITHOUT_RELAY");
  if (changed === text) throw new Error("local.cfg has no switch for the relay");
  return changed;
}

export async function startRelayBeside(options: {
  readonly domain: string;
  readonly people: readonly Person[];
  readonly focusPassword: string;
  /** Pages that may connect. */
  readonly origins: readonly string[];
  /** Of a web server in front of it, which has TLS. */
  readonly behind?: string;
}): Promise<RelayBeside> {
  const { domain, people, focusPassword, origins, behind } = options;
  const dir = mkdtempSync(join(tmpdir(), "segue-relay-"));
  const [accounts, password] = [join(dir, "accounts"), join(dir, "focus-password")];
  const lines = people.map((one) => `${formatAccount(stored(one, domain), domain)}\n`);
  writeFileSync(accounts, lines.join(""), { mode: 0o600 });
  writeFileSync(password, `${focusPassword}\n`, { mode: 0o600 });
  const users = ["--domain", domain, "--accounts", accounts, "--focus-password-file", password];
  const pages = origins.flatMap((origin) => ["--origin", origin]);
  const reach = behind === undefined ? [] : ["--behind-proxy", "--public-url", behind];
  const start = (port: number): Promise<ProgramProcess> =>
    startProgram("relay-main.ts", [...users, ...pages, ...reach, "--port", String(port)]);
  const forget = (): void => rmSync(dir, { recursive: true, force: true });
  let relay = await start(await freePort()).catch((error: unknown) => {
    forget();
    throw error;
  });
  // Behind a web server it says both where browsers find it and where it is.
  const [url = relay.url] = /(?<=that is )wss?:\S+(?= here)/.exec(relay.said()) ?? [];
  const port = Number(new URL(url).port);
  return {
    url,
    restart: async (meanwhile = async () => {}) => {
      await relay.kill();
      await meanwhile();
      relay = await start(port);
    },
    stop: async () => {
      await relay.stop();
      forget();
    },
  };
}
