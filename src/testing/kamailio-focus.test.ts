/**
 * `npm run focus` as an operator runs it: what it says, when it ends and with which code, and that it comes back by
 * itself to a server that was away.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from "vitest";
import { demoPeople, focusUser } from "../server/network/accounts.ts";
import { startPeople, stopPeople } from "./headless-person.ts";
import { talkInGroup, talkInPrivate } from "./headless-stage.ts";
import { groupIn } from "./headless-state.ts";
import { createBell, until } from "./headless-until.ts";
import { freePorts, startKamailio, whyNoKamailio, type Kamailio } from "./kamailio.ts";
import { startKamailioNetwork } from "./kamailio-network.ts";

const password = "a good long password";
let dir: string;
let program: Program | null = null;

type Program = {
  readonly child: ChildProcess;
  readonly says: (words: string | RegExp) => Promise<string>;
  readonly ended: Promise<number | null>;
  readonly all: () => string;
};

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "segue-focus-"));
  writeFileSync(join(dir, "password"), `${password}\n`);
  writeFileSync(join(dir, "wrong"), "guess\n");
  writeFileSync(join(dir, "empty"), "\n");
  writeFileSync(
    join(dir, "timers.json"),
    JSON.stringify({
      focus: { reconnectMinMs: 20, reconnectMaxMs: 100, relayRetryMinMs: 20, relayRetryMaxMs: 100 },
    }),
  );
});
afterEach(async () => {
  program?.child.kill("SIGKILL");
  await program?.ended;
  program = null;
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function run(args: readonly string[]): Program {
  const child = spawn(process.execPath, ["--import", "tsx", "src/server/focus-main.ts", ...args]);
  const bell = createBell();
  let all = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes: Buffer) => {
      all += bytes.toString();
      bell.ring();
    });
  let read = 0;
  program = {
    child,
    all: () => all,
    ended: new Promise((resolve) => child.once("close", resolve)),
    says: async (words) => {
      await until(bell, {
        find: () => all.slice(read).search(words) >= 0,
        limitMs: 30_000,
        what: String(words),
        instead: () => all,
      });
      read = all.length;
      return all;
    },
  };
  return program;
}

const address = `sip:${focusUser}@segue.example`;
const args = (server: string, file: string, more: readonly string[] = []): readonly string[] => [
  "--server",
  server,
  "--uri",
  address,
  "--password-file",
  join(dir, file),
  ...more,
];

test("options it can't use: 2, and why", async () => {
  const { ended, all } = run(args("wss://x.example/ws", "empty"));
  expect(await ended).toBe(2);
  expect(all()).toContain("its first line is empty");
});

test("groups it can't open: 1, and why", async () => {
  const { ended, all } = run(
    args("ws://127.0.0.1:1/ws", "password", ["--data", join(dir, "password/below")]),
  );
  expect(await ended).toBe(1);
  expect(all()).toContain("password/below can't be opened");
});

describe.skipIf(whyNoKamailio !== null)(
  `beside Kamailio${whyNoKamailio === null ? "" : `: ${whyNoKamailio}`}`,
  () => {
    let kamailio: Kamailio | null = null;
    afterEach(async () => {
      await kamailio?.stop();
      kamailio = null;
    });
    const people = [...demoPeople, { user: focusUser, name: "", password }];
    const start = async (more: object = {}): Promise<Kamailio> =>
      (kamailio = await startKamailio({ domain: "segue.example", focusUser, people, origins: [], ...more }));

    it("a wrong password: said, and 1", async () => {
      const { url } = await start();
      const { ended, all } = run(args(url, "wrong"));
      expect(await ended).toBe(1);
      expect(all()).toMatch(/does not take \S+ with this password \(401\)/);
    });

    it("waits for a server that is not there yet, and comes back to one that was away", async () => {
      const ports = await freePorts();
      const url = `ws://127.0.0.1:${ports[0]}/ws`;
      const focus = run(args(url, "password", ["--timers", join(dir, "timers.json"), "--metrics", "0"]));
      await focus.says(`${url} can't be reached: nobody listens there.`);
      await focus.says(/Next attempt in /);
      // Who is not there has not answered anything.
      expect(focus.all()).not.toContain("answers REGISTER");
      await start({ ports });
      await focus.says(/Ready: /);
      const metrics = /http:\/\/127\.0\.0\.1:[0-9]+/.exec(focus.all())?.[0] ?? "";
      expect((await fetch(`${metrics}/health`)).status).toBe(200);
      await kamailio?.stop();
      await focus.says(`The connection to ${url} is lost.`);
      const health = await fetch(`${metrics}/health`);
      expect([health.status, await health.text()]).toEqual([503, expect.stringContaining("sip: down")]);
      await start({ ports });
      await focus.says(/Ready: /);
      focus.child.kill("SIGTERM");
      expect(await focus.ended).toBe(0);
    });

    it("says goodbye to every member before it ends, and counts what it did", async () => {
      const network = await startKamailioNetwork();
      const [alice, bob, carol] = await startPeople(network, ["alice", "bob", "carol"]);
      try {
        const chat = await talkInPrivate(alice, bob);
        alice.actions.addPeople(chat.id, [carol.address], null);
        carol.actions.join((await carol.until("an invitation", (state) => groupIn(state, "invited"))).id);
        await talkInGroup([alice, bob, carol], "the end");
        await talkInGroup([alice, bob, carol], "what comes after"); // by now the first round is reported
        const counted = network.program.metrics();
        expect(counted).toContain("segue_focus_groups 1\n");
        expect(counted).toContain("segue_focus_members 3\n");
        expect(Number(/messages_in_total ([0-9]+)/.exec(counted)?.[1])).toBeGreaterThanOrEqual(3);
        expect(Number(/messages_out_total ([0-9]+)/.exec(counted)?.[1])).toBeGreaterThanOrEqual(6);
        await network.program.stop();
        for (const one of [alice, bob, carol])
          await one.until("that it is closed", (state) => groupIn(state)?.phase.is === "ended");
      } finally {
        await stopPeople([alice, bob, carol]);
        await network.stop();
      }
    });
  },
);
