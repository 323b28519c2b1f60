/**
 * A Kamailio of a test's own: the configuration of `deploy/kamailio` as it is, in a directory of its own, on free
 * ports of loopback. What an operator writes by hand, `local.cfg`, `secret.cfg` and the table of users, is written
 * here, from the same files that the page there shows.
 *
 * Kamailio knows no port 0, so free ones are looked for and it is tried again should somebody else take them first.
 * It runs on a leash: however a test ends, nothing is left behind that holds the ports.
 */
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Person } from "../server/network/accounts.ts";
import { freshId } from "../server/system.ts";
import { ha1 } from "../wire/digest.ts";
import { freePort } from "./free-ports.ts";

export type KamailioOptions = {
  readonly domain: string;
  readonly focusUser: string;
  readonly people: readonly Person[];
  /** Pages that may connect. */
  readonly origins: readonly string[];
  /** In place of free ones: for a server that comes back where it was. */
  readonly ports?: Ports;
  /** How long it waits for any answer. */
  readonly answerMs?: number;
  /** SIP over TCP too, for user agents of others. */
  readonly tcp?: boolean;
  /** What an operator did to the files, each by its name: for tests of one that is not as it should be. */
  readonly change?: (file: string, text: string) => string;
};

export type Ports = readonly [sockets: number, hop: number, tcp: number];

export interface Kamailio {
  readonly port: number;
  readonly ports: Ports;
  /** Of both WebSockets. */
  readonly url: string;
  /** What it has written so far. */
  readonly log: () => string;
  stop(): Promise<void>;
  /** `kill -9` of all its processes: it says goodbye to nobody. */
  kill(): Promise<void>;
}

export const kamailioFiles = resolve(import.meta.dirname, "../../deploy/kamailio");
const packages = "apt-get install kamailio kamailio-websocket-modules";
const tries = 5;
const mostLog = 4_000_000;
/** Ends a server when its standard input ends, so also when the test that holds it is killed. */
export const leash = '"$0" "$@" & k=$!; exec 3<&0; (read -r _ <&3; kill "$k") 2>/dev/null & wait "$k"';

/** Where a person without root's PATH has it. */
const program = ["kamailio", "/usr/sbin/kamailio"].find(
  (name) => spawnSync(name, ["-v"], { stdio: "ignore" }).status === 0,
);

/** null: Kamailio can be started here. */
export const whyNoKamailio = program === undefined ? `Kamailio is not installed (${packages})` : null;

/** null: it has that module, which Debian has in a package of its own. */
export function whyNoModule(name: string, debian: string): string | null {
  if (program === undefined) return whyNoKamailio;
  const { stdout } = spawnSync(program, ["-I"], { encoding: "utf8" });
  const [, dir = ""] = /^ *Default paths to modules: (\S+)/m.exec(stdout) ?? [];
  return existsSync(join(dir, name)) ? null : `${name} is not installed (apt-get install ${debian})`;
}

/** Rejects with what Kamailio said when it does not start. */
export async function startKamailio(options: KamailioOptions): Promise<Kamailio> {
  if (program === undefined) throw new Error(`${whyNoKamailio}.`);
  for (let left = tries; ; left -= 1) {
    const ports = options.ports ?? (await freePorts());
    const dir = configure(options, ports);
    const forget = (): void => rmSync(dir, { recursive: true, force: true });
    const started = await run(program, dir, ports);
    if (typeof started !== "string")
      return {
        ...started,
        stop: () => started.stop().finally(forget),
        kill: () => started.kill().finally(forget),
      };
    forget();
    if (left <= 1 || !started.includes("Address already in use"))
      throw new Error(`Kamailio did not start (${packages}):\n${started}`);
  }
}

/** With the configuration that stands in `dir` and has it listen on `ports`; the directory stays. */
export async function startKamailioIn(dir: string, ports: Ports): Promise<Kamailio> {
  if (program === undefined) throw new Error(`${whyNoKamailio}.`);
  const started = await run(program, dir, ports);
  if (typeof started === "string") throw new Error(`Kamailio did not start:\n${started}`);
  return started;
}

/** `local.cfg` with other values; a name that is not in it is a mistake here. */
export function localConfiguration(values: Readonly<Record<string, string>>): string {
  let text = readFileSync(join(kamailioFiles, "local.cfg"), "utf8");
  for (const [name, value] of Object.entries(values)) {
    const line = new RegExp(`^#!substdef "!${name}![^!]*!g"$`, "m");
    if (!line.test(text)) throw new Error(`local.cfg knows no ${name}`);
    text = text.replace(line, () => `#!substdef "!${name}!${value}!g"`);
  }
  return text;
}

function configure(options: KamailioOptions, [port, hop, tcpPort]: Ports): string {
  const { domain, people, focusUser, origins, answerMs = 30_000, tcp = false, change } = options;
  const dir = mkdtempSync(join(tmpdir(), "segue-kamailio-"));
  cpSync(kamailioFiles, dir, { recursive: true });
  mkdirSync(join(dir, "segue"));
  const rows = people.map(({ user, name, password }) => `${user}:${ha1(user, domain, password)}:${name}\n`);
  writeFileSync(join(dir, "segue/users"), `username(string) ha1(string) name(string,null)\n${rows.join("")}`);
  writeFileSync(join(dir, "secret.cfg"), `#!substdef "!SEGUE_SECRET!${freshId()}!g"\n`);
  const local = localConfiguration({
    SEGUE_DOMAIN: domain,
    SEGUE_FOCUS: focusUser,
    SEGUE_ORIGINS: origins.join(" "),
    SEGUE_SCHEME: "msrp",
    SEGUE_HOST: "127.0.0.1",
    SEGUE_PORT: String(port),
    SEGUE_LISTEN: `127.0.0.1:${port}`,
    SEGUE_HOP: String(hop),
    SEGUE_USERS: `text://${join(dir, "segue")}`,
  });
  writeFileSync(
    join(dir, "local.cfg"),
    `${local}\n#!define SEGUE_WORKERS 4\n#!define SEGUE_ANSWER_MS ${answerMs}\n${tcp ? tcpLines(tcpPort) : ""}`,
  );
  for (const file of readdirSync(dir).filter((name) => name.endsWith(".cfg"))) {
    const path = join(dir, file);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, change?.(file, text) ?? text);
  }
  return dir;
}

/** As the page of `deploy/kamailio` has them. */
const tcpLines = (port: number): string =>
  [
    "#!define SEGUE_TCP",
    '#!substdef "!SEGUE_TCP_HOST!127.0.0.1!g"',
    `#!substdef "!SEGUE_TCP_PORT!${port}!g"`,
    "",
  ].join("\n");

/** Running and serving, or what it said before it ended. */
async function run(command: string, dir: string, ports: Ports): Promise<Kamailio | string> {
  const [port] = ports;
  mkdirSync(join(dir, "run"), { recursive: true });
  const args = ["-f", join(dir, "kamailio.cfg"), "-DD", "-E", "-m", "128", "-M", "16"];
  const child = spawn(
    "sh",
    ["-c", leash, command, ...args, "-Y", join(dir, "run"), "-P", join(dir, "run/pid")],
    {
      cwd: dir,
      stdio: ["pipe", "ignore", "pipe"],
      // A group of its own, since Kamailio's processes outlive the first of them when that is killed.
      detached: true,
    },
  );
  let log = "";
  child.stderr.on("data", (bytes: Buffer) => {
    log = (log + bytes.toString()).slice(-mostLog);
  });
  // Not when it has ended, but when what it said is read too.
  const ended = new Promise((done) => child.once("close", done));
  const serving = new Promise<boolean>((done) => {
    child.stderr.on("data", () => {
      if (log.includes("Segue is ready")) done(true);
    });
    child.once("close", () => done(false));
  });
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  const kill = async (): Promise<void> => {
    if (child.pid === undefined) throw new Error("Kamailio has no process");
    process.kill(-child.pid, "SIGKILL");
    await ended;
  };
  const ready = (await serving) && (await answers(port));
  if (!ready) {
    await stop();
    return log;
  }
  return { port, ports, url: `ws://127.0.0.1:${port}/ws`, log: () => log, stop, kill };
}

const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/ready`).then(
    ({ status }) => status === 200,
    () => false,
  );

export const freePorts = async (): Promise<Ports> => [await freePort(), await freePort(), await freePort()];
