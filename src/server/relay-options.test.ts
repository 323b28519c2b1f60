/** What the command line of the relay may say, and the words for what it may not. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testCertificate } from "../testing/certificates.ts";
import { readRelayOptions } from "./relay-options.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "segue-"));
  writeFileSync(join(dir, "accounts"), `zoe:chat.example.org:${"0".repeat(32)}:Zoe\n`);
  writeFileSync(join(dir, "limits.json"), '{"sip": {"dialogs": 1}}');
  writeFileSync(join(dir, "timers.json"), '{"lookup": {"keepMs": 1}}');
  writeFileSync(join(dir, "password"), "secret of the focus\n");
});
afterAll(() => rmSync(dir, { recursive: true }));

const read = (line: string): ReturnType<typeof readRelayOptions> =>
  readRelayOptions(
    line
      .replaceAll("CERT", testCertificate.certFile)
      .replaceAll("KEY", testCertificate.keyFile)
      .replaceAll("DIR", dir)
      .split(" ")
      .filter((word) => word !== ""),
  );
const accounts = "--accounts DIR/accounts --domain chat.example.org";

test.each([
  ["", "--accounts FILE or --users-from PROGRAM is needed"],
  [`${accounts} --users-from DIR/accounts`, "exclude each other"],
  ["--accounts DIR/none", "DIR/none: there is no such file"],
  ["--accounts DIR/accounts", "its realm is chat.example.org, but the domain here is segue.example"],
  ["--users-from DIR/none", "a file that can be run is needed"],
  ["--users-from DIR/accounts", "a file that can be run is needed"],
  ["--users-from DIR", "a file that can be run is needed"],
  [`${accounts} --host 0.0.0.0`, "so it needs --cert and --key, or --behind-proxy"],
  [`${accounts} --cert CERT`, "--cert and --key are needed together"],
  [`${accounts} --behind-proxy`, "--behind-proxy needs --public-url"],
  [`${accounts} --focus-password-file DIR/none`, "--focus-password-file DIR/none: there is no such file"],
  [
    `${accounts} --limits DIR/limits.json`,
    "no group of limits is called sip; there are connections, msrpRate",
  ],
  [`${accounts} --port many`, "--port many: a number from 0 to 65535"],
  [`${accounts} --metrics many`, "--metrics many: a number from 0 to 65535"],
  ["--what", "--what"],
])("%s: %s", (line, words) => {
  expect(() => read(line)).toThrow(words.replaceAll("DIR", dir));
  expect(() => read(line)).not.toThrow("\n");
});

test("a file of accounts: this machine, plain", () => {
  expect(read(accounts)).toEqual({
    metricsPort: null,
    files: { accounts: join(dir, "accounts"), focusPassword: null, certificate: null },
    relay: {
      host: "127.0.0.1",
      port: 5090,
      domain: "chat.example.org",
      behindProxy: false,
      trustedProxies: [],
      origins: [],
      focusUser: "conference-factory",
      users: { from: "accounts", people: [{ user: "zoe", name: "Zoe", ha1: "0".repeat(32) }] },
    },
  });
});

test("a program, and everything else", () => {
  const line = `--users-from node_modules/.bin/tsc --host 0.0.0.0 --port 443 --cert CERT --key KEY --metrics 0`;
  expect(
    read(
      `${line} --focus-password-file DIR/password --timers DIR/timers.json --origin https://app.example.org`,
    ),
  ).toMatchObject({
    metricsPort: 0,
    files: { accounts: null, focusPassword: join(dir, "password") },
    relay: {
      domain: "segue.example",
      users: { from: "command", program: resolve("node_modules/.bin/tsc") },
      tls: { cert: testCertificate.cert },
      focusPassword: "secret of the focus",
      timers: { lookup: { answerMs: 4_000, keepMs: 1 } },
      origins: ["https://app.example.org"],
    },
  });
});

test("the account of the focus is the one it signs in with, however it is spelled here", () => {
  const given = read(`${accounts} --focus-user Conference-X`);
  expect(given?.relay.focusUser).toBe("conference-x");
});

test("help is help", () => expect(read("--help")).toBeNull());
