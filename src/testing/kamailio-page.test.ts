/**
 * The page `deploy/kamailio/README.md`, followed to the letter: its `sh` blocks are run as they stand, Kamailio starts
 * with the files they leave behind, the focus as its systemd unit says, and three people chat.
 *
 * Only places differ: what would go to /etc and /srv goes below a directory of this test, ports are free ones, and
 * what nginx does with `/ws` is done by a few lines here.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { AppConfig } from "../client/model.ts";
import { startPeople, stopPeople } from "./headless-person.ts";
import { joinsAt, talkInGroup, talkInPrivate } from "./headless-stage.ts";
import { createBell, until } from "./headless-until.ts";
import {
  freePorts,
  kamailioFiles,
  startKamailioIn,
  whyNoKamailio,
  type Kamailio,
  type Ports,
} from "./kamailio.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const repository = resolve(import.meta.dirname, "../..");
const page = readFileSync(join(kamailioFiles, "README.md"), "utf8");
const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);
const places = [
  "/etc/kamailio",
  "/etc/segue",
  "/etc/systemd/system",
  "/etc/nginx/sites-enabled",
  "/srv/segue",
];
/** Not the page's own, so that a place where it was not put is seen. */
const name = "talk.example.net";
const secrets = new Map([
  ["alice", "first secret"],
  ["bob", "second secret"],
  ["carol", "third secret"],
]);

describe.skipIf(whyNoKamailio !== null)(
  `the page${whyNoKamailio === null ? "" : `: ${whyNoKamailio}`}`,
  () => {
    let root: string;
    let ports: Ports;
    let kamailio: Kamailio;
    let focus: ChildProcess;
    let web: Server;
    let said: string;

    /** Below the directory of this test. */
    const moved = (text: string): string =>
      places.reduce(
        (rest, place) => rest.replaceAll(place, join(root, place)),
        text.replace(/^CHAT=.*$/m, `CHAT=${name}`).replaceAll("dist/.", `${root}/dist/.`),
      );
    const read = (file: string): string => readFileSync(join(root, file), "utf8");

    beforeAll(async () => {
      root = mkdtempSync(join(tmpdir(), "segue-page-"));
      ports = await freePorts();
      for (const place of [
        "/etc/kamailio",
        "/etc/systemd/system",
        "/etc/nginx/sites-enabled",
        "/srv",
        "/dist",
      ])
        mkdirSync(join(root, place), { recursive: true });
      writeFileSync(join(root, "dist/index.html"), "the app");
      const local = join(root, "etc/kamailio/local.cfg");
      const elsewhere = `sed -i 's|/etc/|${root}/etc/|; s|5066|${ports[0]}|; s|5067|${ports[1]}|' ${local}\n`;
      const [first = "", ...others] = blocks.map(moved);
      const { status, stdout, stderr } = spawnSync("sh", ["-euc", [first, elsewhere, ...others].join("\n")], {
        cwd: repository,
        encoding: "utf8",
        env: {
          ...process.env,
          PATH: `${process.env["PATH"]}:/usr/sbin`,
          SEGUE_USERS_FILE: join(root, "etc/kamailio/segue/users"),
        },
      });
      said = stdout + stderr;
      if (status !== 0) throw new Error(`the page's commands ended with ${status}: ${said}`);
      kamailio = await startKamailioIn(join(root, "etc/kamailio"), ports);
      focus = await startUnit();
      web = await serve();
    });
    afterAll(async () => {
      const ended = focus === undefined ? null : new Promise((done) => focus.once("close", done));
      focus?.kill("SIGTERM");
      await ended;
      web?.closeAllConnections();
      web?.close();
      await kamailio?.stop();
      rmSync(root, { recursive: true, force: true });
    });

    /** As systemd would. */
    async function startUnit(): Promise<ChildProcess> {
      const [, command = ""] =
        /^ExecStart=\S+ (.*)$/m.exec(read("etc/systemd/system/segue-focus.service")) ?? [];
      const args = command
        .replace("${CREDENTIALS_DIRECTORY}/password", join(root, "etc/segue/focus-password"))
        .replace("${STATE_DIRECTORY}", join(root, "state"))
        .replace("5066", String(ports[0]))
        .replace("--metrics 9464", "--metrics 0");
      const child = spawn(process.execPath, args.split(" "), { cwd: repository });
      const bell = createBell();
      let all = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (bytes: Buffer) => {
          all += bytes.toString();
          bell.ring();
        });
      await until(bell, {
        find: () => all.includes("Ready: "),
        limitMs: 30_000,
        what: "the focus",
        instead: () => all,
      });
      return child;
    }

    /** The web server of the page: its config.json, with buttons for the people of the page, and `/ws`. */
    async function serve(): Promise<Server> {
      const config = JSON.parse(read("srv/segue/config.json")) as AppConfig;
      const presets = config.presets.map((preset) => ({
        ...preset,
        demo: [...secrets].map(([user, password]) => ({
          address: `sip:${user}@${preset.domain}`,
          name: user,
          password,
        })),
      }));
      const server = createServer((_request, response) => response.end(JSON.stringify({ presets })));
      server.on("upgrade", (request, browser, head: Buffer) => {
        const behind = connect(ports[0], "127.0.0.1");
        const lines = request.rawHeaders.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`));
        behind.write(`GET ${request.url} HTTP/1.1\r\n${lines.join("")}\r\n`);
        behind.write(head);
        for (const [one, other] of [
          [browser, behind],
          [behind, browser],
        ] as const)
          one.on("error", () => other.destroy()).pipe(other);
      });
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      return server;
    }

    it("leaves a configuration that Kamailio takes, and the name of the example nowhere", () => {
      expect(said).toContain("config file ok, exiting");
      const files = [
        "etc/kamailio/local.cfg",
        "etc/systemd/system/segue-focus.service",
        "etc/nginx/sites-enabled/segue",
        "srv/segue/config.json",
      ];
      for (const file of files) {
        expect(read(file)).toContain(name);
        expect(read(file)).not.toContain("example.org");
      }
      const users = read("etc/kamailio/segue/users").trim().split("\n").slice(1);
      expect(users.map((row) => row.split(":")[0])).toEqual(["conference-factory", "alice", "bob", "carol"]);
    });

    it("ends with three people who chat, under the name of the server and its web server's port", async () => {
      const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;
      const [alice, bob, carol] = await startPeople({ url }, ["alice", "bob", "carol"]);
      try {
        const chat = await talkInPrivate(alice, bob);
        alice.actions.addPeople(chat.id, [carol.address], null);
        await joinsAt(carol);
        await talkInGroup([alice, bob, carol], "the page");
        expect((await bob.group()).address).toContain(`sip:conference-factory@${name};conf=`);
      } finally {
        await stopPeople([alice, bob, carol]);
      }
    });
  },
);
