/**
 * An nginx of a test's own, with a configuration that this repository has for operators: the file as it stands, and
 * only ports, paths and the certificate are others.
 *
 * Like Kamailio it knows no port 0 and runs on a leash. One process, so that it reads what only its owner may read.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCertificate } from "./certificates.ts";
import { freePorts, leash } from "./kamailio.ts";

export type NginxOptions = {
  /** In place of free ones. */
  readonly ports?: readonly [tls: number, plain: number];
  /** `server` blocks, as they stand in the repository. */
  readonly servers: string;
  /** Where they are to have other places than an operator has. */
  readonly places: Readonly<Record<string, string>>;
};

export interface Nginx {
  /** Of TLS, with the certificate of tests. */
  readonly port: number;
  readonly plainPort: number;
  stop(): Promise<void>;
}

const tries = 5;
/** Where a person without root's PATH has it. */
const program = ["nginx", "/usr/sbin/nginx"].find(
  (name) => spawnSync(name, ["-v"], { stdio: "ignore" }).status === 0,
);

/** null: nginx can be started here. */
export const whyNoNginx = program === undefined ? "nginx is not installed (apt-get install nginx)" : null;

/** Rejects with what nginx said when it does not start. */
export async function startNginx(options: NginxOptions): Promise<Nginx> {
  if (program === undefined) throw new Error(`${whyNoNginx}.`);
  for (let left = tries; ; left -= 1) {
    const [tls, plain] = options.ports ?? (await freePorts());
    const dir = mkdtempSync(join(tmpdir(), "segue-nginx-"));
    const forget = (): void => rmSync(dir, { recursive: true, force: true });
    writeFileSync(join(dir, "nginx.conf"), whole(dir, moved(options, tls, plain)));
    const started = await run(program, dir);
    if (typeof started !== "string")
      return { port: tls, plainPort: plain, stop: () => started.stop().finally(forget) };
    forget();
    if (left <= 1 || !started.includes("Address already in use"))
      throw new Error(`nginx did not start:\n${started}`);
  }
}

/** Throws where one of the places does not occur: it is a mistake here, or the file is another. */
function moved({ servers, places }: NginxOptions, tls: number, plain: number): string {
  const all = Object.entries({
    "listen 443 ": `listen 127.0.0.1:${tls} `,
    "listen 80;": `listen 127.0.0.1:${plain};`,
    "/etc/letsencrypt/live/chat.example.org/fullchain.pem": testCertificate.certFile,
    "/etc/letsencrypt/live/chat.example.org/privkey.pem": testCertificate.keyFile,
    "chat.example.org": "localhost",
    ...places,
  });
  return all.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`no ${from} in the configuration of nginx`);
    return text.replaceAll(from, to);
  }, servers);
}

/** What Debian's own nginx.conf has around it, as far as it matters. */
const whole = (dir: string, servers: string): string =>
  [
    "daemon off;",
    "master_process off;",
    `pid ${dir}/pid;`,
    "error_log stderr notice;",
    "events {}",
    "http {",
    "types { text/html html; text/javascript js; text/css css; application/json json; font/woff2 woff2; image/svg+xml svg; }",
    "access_log off;",
    ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (what) => `${what}_temp_path ${dir}/${what};`,
    ),
    servers,
    "}",
    "",
  ].join("\n");

/** Running, or what it said before it ended. */
async function run(command: string, dir: string): Promise<{ stop(): Promise<void> } | string> {
  const child = spawn("sh", ["-c", leash, command, "-p", dir, "-c", join(dir, "nginx.conf")], {
    stdio: ["pipe", "ignore", "pipe"],
  });
  const ended = new Promise((done) => child.once("close", done));
  let said = "";
  // It names its version when its sockets are open.
  const isUp = await new Promise<boolean>((done) => {
    child.stderr.on("data", (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-64_000);
      if (/\[notice\].* nginx\//.test(said)) done(true);
    });
    child.once("close", () => done(false));
  });
  if (!isUp) return said;
  return {
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
