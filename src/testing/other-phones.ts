/**
 * Telephones that none of us wrote, with a keyboard and a printer: baresip and linphonec of Debian, each with a home of
 * its own, registered over TCP, on ports that the system gives.
 *
 * What one prints is read; what a person would type is written. They know no MSRP: text goes by SIP MESSAGE.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type OtherPhoneOptions = {
  /** Where the server takes SIP over TCP, on loopback. */
  readonly port: number;
  readonly domain: string;
  readonly user: string;
  readonly password: string;
  /** Whom it writes to. */
  readonly peer: string;
};

export interface OtherPhone {
  /** Types it, to `peer`. */
  says(text: string): void;
  /** Resolves when it has printed that text as come from `peer`; rejects when it has not after a while. */
  reads(text: string): Promise<void>;
  /** Texts from `peer` it has printed so far, oldest first. */
  texts(): readonly string[];
  /** All it has printed, with what went over its wires. */
  printed(): string;
  stop(): Promise<void>;
}

type Program = {
  readonly command: string;
  readonly debian: string;
  /** Writes what the program reads at its start; answers its arguments. */
  readonly configure: (home: string, options: OtherPhoneOptions) => readonly string[];
  readonly isRegistered: RegExp;
  readonly typed: (text: string, peer: string) => string;
  readonly text: (peer: string) => RegExp;
};

const route = ({ port }: OtherPhoneOptions): string => `sip:127.0.0.1:${port};transport=tcp`;
const addressOf = ({ user, domain }: OtherPhoneOptions): string => `sip:${user}@${domain}`;
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const baresip: Program = {
  command: "baresip",
  debian: "baresip-core",
  configure: (home, options) => {
    const { user, password, domain, peer } = options;
    const account = [
      `<sip:${user}@${domain};transport=tcp>`,
      `auth_user=${user}`,
      `auth_pass=${password}`,
      `outbound="${route(options)}"`,
      "regint=600",
    ];
    const modules = ["module stdio.so", "module g711.so", "module auloop.so"];
    const apps = ["account", "contact", "menu"].map((name) => `module_app ${name}.so`);
    const config = ["sip_listen 127.0.0.1:0", "module_path /usr/lib/baresip/modules", ...modules, ...apps];
    writeFileSync(join(home, "config"), `${config.join("\n")}\n`);
    writeFileSync(join(home, "accounts"), `${account.join(";")}\n`);
    writeFileSync(join(home, "contacts"), `"Peer" <${peer}>\n`);
    return ["-f", home, "-s"];
  },
  isRegistered: /registered successfully/,
  typed: (text) => `/message ${text}\n`,
  text: (peer) => new RegExp(`^${escaped(peer)}: "(.*)"$`, "gm"),
};

const linphonec: Program = {
  command: "linphonec",
  debian: "linphone-cli",
  configure: (home, options) => {
    const { user, password, domain } = options;
    const sections = {
      sip: { sip_port: -1, sip_tcp_port: -1, sip_tls_port: 0, default_proxy: 0, use_ipv6: 0 },
      proxy_0: {
        reg_proxy: `<${route(options)}>`,
        reg_route: `<${route(options)}>`,
        reg_identity: addressOf(options),
        reg_expires: 600,
        reg_sendregister: 1,
      },
      auth_info_0: { username: user, passwd: password, realm: domain, domain },
    };
    const lines = Object.entries(sections).flatMap(([name, values]) => [
      `[${name}]`,
      ...Object.entries(values).map(([key, value]) => `${key}=${value}`),
    ]);
    mkdirSync(join(home, ".local/share/linphone"), { recursive: true });
    writeFileSync(join(home, "rc"), `${lines.join("\n")}\n`);
    return ["-c", join(home, "rc"), "-d", "6"];
  },
  isRegistered: /LinphoneRegistrationOk\]/,
  typed: (text, peer) => `chat ${peer} ${text}\n`,
  text: (peer) => new RegExp(`Message received from ${escaped(peer)}: (.*)$`, "gm"),
};

const programs = { baresip, linphonec } as const;
export type OtherPhoneName = keyof typeof programs;

/** null: it can be started here. */
export function whyNo(name: OtherPhoneName): string | null {
  const { command, debian } = programs[name];
  return spawnSync(command, ["-h"], { stdio: "ignore" }).error === undefined
    ? null
    : `${name} not installed (apt-get install --no-install-recommends ${debian})`;
}

/** Without its keyboard linphonec runs on at full speed: where Linux has this, neither outlives who started it. */
const leash =
  spawnSync("setpriv", ["--version"], { stdio: "ignore" }).error === undefined
    ? ["setpriv", "--pdeathsig", "KILL"]
    : [];

const waitMs = 20_000;

/** Registered. Rejects with what it printed when it does not get so far. */
export async function startOtherPhone(name: OtherPhoneName, options: OtherPhoneOptions): Promise<OtherPhone> {
  const { command, configure, isRegistered, typed, text } = programs[name];
  const home = mkdtempSync(join(tmpdir(), `segue-${name}-`));
  const [program, ...args] = [...leash, command, ...configure(home, options)];
  const child = spawn(program ?? command, args, {
    cwd: home,
    env: {
      PATH: process.env["PATH"],
      HOME: home,
      XDG_DATA_HOME: join(home, ".local/share"),
      LANG: "C.UTF-8",
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let printed = "";
  const lookers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (more: string) => {
      printed += more;
      for (const look of lookers) look();
    });
  // What is typed to one that has ended is of no use.
  child.stdin.on("error", () => {});
  const ended = new Promise<void>((done) => {
    child.once("exit", () => done());
    child.once("error", () => done());
  });

  const until = (isSo: () => boolean, what: string): Promise<void> =>
    new Promise((done, failed) => {
      const finish = (end: () => void): void => {
        clearTimeout(timer);
        lookers.delete(look);
        end();
      };
      const look = (): void => {
        if (isSo()) finish(done);
      };
      const timer = setTimeout(
        () => finish(() => failed(new Error(`${name} has not printed ${what}:\n${printed}`))),
        waitMs,
      );
      lookers.add(look);
      look();
    });

  const phone: OtherPhone = {
    says: (words) => void child.stdin.write(typed(words, options.peer)),
    reads: (words) => until(() => phone.texts().includes(words), JSON.stringify(words)),
    texts: () => [...printed.matchAll(text(options.peer))].map(([, words = ""]) => words),
    printed: () => printed,
    stop: async () => {
      if (child.exitCode === null) child.kill("SIGKILL");
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
  try {
    await until(() => isRegistered.test(printed), "that it is registered");
  } catch (error) {
    await phone.stop();
    throw error;
  }
  return phone;
}
