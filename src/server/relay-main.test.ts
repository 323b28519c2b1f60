/**
 * The command itself, as `npm run relay` runs it: people of an accounts file and of a program that is asked, hostile
 * ones among them, a large message, a relay that is killed and comes back.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../testing/free-ports.ts";
import { startMsrpPerson, talkBetween, type MsrpPerson } from "../testing/msrp-person.ts";
import { startProgram, type ProgramProcess } from "../testing/program-process.ts";
import { openRawRelayClient, type RawRelayClient } from "../testing/raw-relay-client.ts";
import { ha1 } from "../wire/digest.ts";
import { encodeUtf8 } from "../wire/utf8.ts";
import { formatAccount } from "./accounts-file.ts";
import { demoPeople, focusUser, stored } from "./network/accounts.ts";

const realm = "segue.example";
let dir: string;
let relay: ProgramProcess | null = null;
const persons: MsrpPerson[] = [];
const raw: RawRelayClient[] = [];

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "segue-relay-"));
  writeFileSync(join(dir, "password"), "of the focus\n", { mode: 0o600 });
});
afterEach(async () => {
  for (const { link } of persons.splice(0)) link.stop();
  for (const one of raw.splice(0)) one.close();
  await relay?.kill();
  relay = null;
});
afterAll(() => rmSync(dir, { recursive: true }));

const lineOf = (user: string): string =>
  `${formatAccount(stored({ user, name: user, password: user }, realm), realm)}\n`;
function accountsOf(...users: readonly string[]): string {
  const file = join(dir, "accounts");
  writeFileSync(file, users.map(lineOf).join(""), { mode: 0o600 });
  return file;
}

async function run(...args: readonly string[]): Promise<ProgramProcess> {
  relay = await startProgram("relay-main.ts", ["--port", "0", ...args]);
  return relay;
}

async function person(user: string): Promise<MsrpPerson> {
  const one = startMsrpPerson(relay?.url ?? "", user);
  persons.push(one);
  await one.when("ready");
  return one;
}

async function auth(user: string, password = user): Promise<string | number> {
  const one = await openRawRelayClient(relay?.url ?? "", user);
  raw.push(one);
  return one.auth(password);
}

describe("users of a file", () => {
  test("a large message and its report; killed and back on its port, everybody signs in again", async () => {
    const file = accountsOf("alice", "bob");
    const { url, port } = await run("--accounts", file, "--port", String(await freePort()));
    expect(url).toBe(`ws://127.0.0.1:${port}/msrp`);
    const [alice, bob] = await Promise.all([person("alice"), person("bob")]);
    const [a, b] = talkBetween(alice, bob);
    const big = new Uint8Array(8_000_000).map((_, n) => (n * 31) % 256);
    a.handle.send("large", { contentType: "application/octet-stream", body: big });
    expect(Buffer.compare((await b.next).body, big)).toBe(0);
    expect(await a.reported).toBe("large");

    const lost = Promise.all([alice.when("disconnected"), bob.when("disconnected")]);
    const back = Promise.all([alice.when("ready"), bob.when("ready")]);
    await relay?.kill();
    await lost;
    relay = await startProgram("relay-main.ts", ["--accounts", file, "--port", String(port)]);
    await back;
    const [again, there] = talkBetween(alice, bob);
    again.handle.send("after", { contentType: "text/plain", body: encodeUtf8("still here") });
    expect(Buffer.from((await there.next).body).toString()).toBe("still here");
    expect(await again.reported).toBe("after");
  });

  test("the file is read again when told, and the focus's password; health and counters; 0 when stopped", async () => {
    const file = accountsOf("alice");
    const password = join(dir, "password");
    const { hangUp, said, stop } = await run(
      "--accounts",
      file,
      "--focus-password-file",
      password,
      "--metrics",
      "0",
    );
    expect(await auth(focusUser, "of the focus")).toMatch(/^msrp:/);
    expect(await auth("bob")).toBe(401);
    accountsOf("alice", "bob");
    writeFileSync(password, "another one\n");
    hangUp();
    await expect.poll(said).toContain("Accounts read again.\nPassword of the focus read again.\n");
    expect(await auth("bob")).toMatch(/^msrp:/);
    expect(await auth(focusUser, "another one")).toMatch(/^msrp:/);
    expect(await raw[0]?.closed).toBe(1008);

    writeFileSync(file, "nonsense");
    hangUp();
    await expect.poll(said).toContain("Accounts not taken, what was read before stays: ");
    expect(await auth("alice")).toMatch(/^msrp:/);

    await expect.poll(said).toMatch(/\/metrics\n/);
    const metrics = /http:\S+(?=\/metrics\n)/.exec(said())?.[0] ?? "";
    expect(await (await fetch(`${metrics}/health`)).text()).toBe("relay: up\n");
    expect(await (await fetch(`${metrics}/metrics`)).text()).toContain("segue_relay_connections ");
    expect(await stop()).toBe(0);
  });
});

describe("users of a program that is asked", () => {
  const secrets = demoPeople.map(({ user }) => `${user}) echo ${ha1(user, realm, user)};;`).join("\n");
  /** Knows the demo people, and misbehaves for others. */
  function program(): string {
    const file = join(dir, "users");
    const text = `#!/bin/sh
echo "$# $1 $2" >> ${dir}/asked
case "$1" in
${secrets}
hangs*) sleep 1000;;
crashes) kill -SEGV $$;;
fails) echo "no directory" >&2; exit 1;;
floods) exec cat /dev/zero;;
talks) echo "password: talks";;
esac
`;
    writeFileSync(file, text);
    chmodSync(file, 0o700);
    writeFileSync(join(dir, "asked"), "");
    writeFileSync(join(dir, "timers"), '{"lookup": {"answerMs": 5000}}');
    return file;
  }

  test("who is known gets in, whatever happens to others", async () => {
    const { said, stop } = await run("--users-from", program(), "--timers", join(dir, "timers"));
    const [alice, bob] = await Promise.all([person("alice"), person("bob")]);
    const [a, b] = talkBetween(alice, bob);

    const hanging = auth("hangs");
    expect(await auth("mallory")).toBe(401);
    expect(await auth("carol", "guess")).toBe(401);
    expect(await auth("carol")).toMatch(/^msrp:/);
    expect(await auth("-c")).toBe(401);
    expect(await auth("x;touch planted")).toBe(401);
    for (const user of ["crashes", "fails", "floods", "talks"]) expect(await auth(user)).toBe(408);
    expect(await hanging).toBe(408);

    a.handle.send("m", { contentType: "text/plain", body: encodeUtf8("as if nothing were") });
    expect(Buffer.from((await b.next).body).toString()).toBe("as if nothing were");
    expect(await auth("dave")).toMatch(/^msrp:/);
    for (const why of [
      "who hangs is: no answer within 5 s.",
      "who crashes is: it ended with SIGSEGV.",
      "who fails is: it ended with 1: no directory.",
      "who floods is: it prints more than 256 bytes.",
      "who talks is: what it printed is no HA1.",
    ])
      await expect.poll(said).toContain(`Nobody can say ${why}\n`);
    expect(said()).not.toContain("password");
    const asked = readFileSync(join(dir, "asked"), "utf8").trim().split("\n");
    expect(asked.filter((line) => line === "2 alice segue.example")).toHaveLength(1);
    expect(asked.filter((line) => !/^2 [a-z]+ segue\.example$/.test(line))).toEqual([]);
    expect(await stop()).toBe(0);
  });

  test("many strangers whose lookups hang don't keep out who comes from elsewhere", async () => {
    const proxied = ["--behind-proxy", "--public-url", "https://chat.example.org"];
    await run("--users-from", program(), "--timers", join(dir, "timers"), ...proxied);
    const inside = /that is (\S+) here\n/.exec(relay?.said() ?? "")?.[1] ?? "";
    const from = async (address: string, user: string): Promise<RawRelayClient> => {
      const headers = { Host: "chat.example.org", "X-Forwarded-For": address };
      const one = await openRawRelayClient(inside, user, { headers });
      raw.push(one);
      return one;
    };
    const strangers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => from("192.0.2.66", `hangs${n}`)),
    );
    const answers = strangers.map((one) => one.auth());
    const alice = await from("192.0.2.1", "alice");
    expect(await alice.auth()).toMatch(/^msrps:/);
    expect(new Set(await Promise.all(answers))).toEqual(new Set([408]));
  });
});

test.each([
  [[], "--accounts FILE or --users-from PROGRAM is needed"],
  [["--users-from", "no-such-program"], "a file that can be run is needed"],
  [["--what"], "--what"],
])("%j: ends, and says why", async (args, words) => {
  await expect(startProgram("relay-main.ts", args)).rejects.toThrow(words);
});

test("a port that is taken: said", async () => {
  const { port } = await run("--accounts", accountsOf("alice"));
  const second = startProgram("relay-main.ts", ["--accounts", accountsOf("alice"), "--port", String(port)]);
  await expect(second).rejects.toThrow(`Port ${port} is taken.`);
});
