/**
 * The example unit and proxy under `deploy/relay` say what the relay understands, and what they say fits together; the
 * program that looks into Kamailio's table finds whom `add-user` has put there.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { testCertificate } from "../testing/certificates.ts";
import { startProgram } from "../testing/program-process.ts";
import { openRawRelayClient } from "../testing/raw-relay-client.ts";
import { readFocusOptions } from "./focus-options.ts";
import { focusUser } from "./network/accounts.ts";
import { readRelayOptions } from "./relay-options.ts";

const unit = readFileSync("deploy/relay/segue-relay.service", "utf8");
const nginx = readFileSync("deploy/relay/nginx.conf", "utf8");
const page = readFileSync("deploy/relay/README.md", "utf8");
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "segue-"));
  writeFileSync(join(dir, "accounts"), "");
  writeFileSync(join(dir, "password"), "of the focus\n");
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Everything after relay-main.ts, with the files of this test. */
const commands = [...unit.matchAll(/ExecStart=\S+ --import tsx src\/server\/relay-main\.ts (.*)/g)].map(
  ([, args = ""]) => args,
);
const read = (args = ""): ReturnType<typeof readRelayOptions> =>
  readRelayOptions(
    args
      .replace("/etc/segue/accounts", join(dir, "accounts"))
      .replace("${CREDENTIALS_DIRECTORY}/focus-password", join(dir, "password"))
      .replace("/etc/segue/cert.pem", testCertificate.certFile)
      .replace("/etc/segue/key.pem", testCertificate.keyFile)
      .split(" "),
  );

test("behind a proxy, where the proxy looks for it; with users of a file, or of Kamailio", () => {
  const [first, second] = [read(commands[0]), read(commands[1])];
  for (const options of [first, second])
    expect(options).toMatchObject({
      metricsPort: 9465,
      relay: {
        behindProxy: true,
        publicUrl: "https://chat.example.org/",
        host: "127.0.0.1",
        domain: "chat.example.org",
      },
    });
  expect(first?.relay).toMatchObject({ users: { from: "accounts" }, focusPassword: "of the focus" });
  expect(second?.relay.users).toMatchObject({
    from: "command",
    program: join(process.cwd(), "deploy/kamailio/find-user"),
  });
  expect(nginx).toContain("location = /msrp {");
  expect(nginx).toContain(`proxy_pass http://127.0.0.1:${first?.relay.port};`);
});

test("or with TLS of its own", () => {
  expect(commands).toHaveLength(3);
  expect(read(commands[2])?.relay).toMatchObject({
    host: "0.0.0.0",
    port: 443,
    tls: { cert: testCertificate.cert },
    origins: ["https://chat.example.org"],
  });
});

test("the focus takes it as the page says", () => {
  const [, msrp = ""] = /`--msrp (ws:\S+)`/.exec(page) ?? [];
  const uri = `sip:${focusUser}@chat.example.org`;
  const known = [
    "--server",
    "ws://127.0.0.1:5066/ws",
    "--uri",
    uri,
    "--password-file",
    join(dir, "password"),
  ];
  expect(readFocusOptions([...known, "--msrp", msrp])?.relay).toBe(
    `ws://127.0.0.1:${read(commands[0])?.relay.port}/msrp`,
  );
});

test("whom Kamailio's table has gets in, by the program that looks there", async () => {
  const users = join(dir, "users");
  vi.stubEnv("SEGUE_USERS_FILE", users);
  for (const [user, password] of [
    ["alice", "first secret"],
    [focusUser, "of the focus"],
  ] as const) {
    const args = ["deploy/kamailio/add-user", "chat.example.org", user, "A Name"];
    expect(spawnSync("sh", args, { input: `${password}\n` }).status).toBe(0);
  }
  const args = ["--port", "0", "--domain", "chat.example.org", "--users-from", "deploy/kamailio/find-user"];
  const relay = await startProgram("relay-main.ts", args);
  const auth = async (user: string, password: string): Promise<string | number> => {
    const client = await openRawRelayClient(relay.url, user);
    const answer = await client.auth(password);
    client.close();
    return answer;
  };
  try {
    expect(await auth("alice", "first secret")).toMatch(/^msrp:/);
    expect(await auth(focusUser, "of the focus")).toMatch(/^msrp:/);
    expect(await auth("alice", "guess")).toBe(401);
    expect(await auth("bob", "first secret")).toBe(401);
    rmSync(users);
    expect(await auth("carol", "x")).toBe(408);
  } finally {
    await relay.stop();
  }
});
