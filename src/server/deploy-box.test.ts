/** The example unit and proxy under `deploy/box` say what the box understands, and what they say fits together. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testCertificate } from "../testing/certificates.ts";
import { readBoxOptions } from "./box-options.ts";

const unit = readFileSync("deploy/box/segue.service", "utf8");
const nginx = readFileSync("deploy/box/nginx.conf", "utf8");
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "segue-"));
  writeFileSync(join(dir, "accounts"), "");
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Everything after main.ts, with the files of this test. */
const commands = [...unit.matchAll(/ExecStart=\S+ --import tsx src\/server\/main\.ts (.*)/g)].map(
  ([, args = ""]) => args,
);
const read = (args = ""): ReturnType<typeof readBoxOptions> =>
  readBoxOptions(
    args
      .replace("/etc/segue/accounts", join(dir, "accounts"))
      .replace("/etc/segue/cert.pem", testCertificate.certFile)
      .replace("/etc/segue/key.pem", testCertificate.keyFile)
      .split(" "),
  );

test("behind a proxy, where the proxy looks for it and under the name it has", () => {
  const box = read(commands[0])?.box;
  expect(box).toMatchObject({ behindProxy: true, publicUrl: "https://chat.example.org/", host: "127.0.0.1" });
  expect(nginx).toContain(`proxy_pass http://127.0.0.1:${box?.port};`);
  expect(nginx).toContain("server_name chat.example.org;");
});

test("or with TLS of its own", () => {
  expect(commands).toHaveLength(2);
  expect(read(commands[1])?.box).toMatchObject({
    host: "0.0.0.0",
    port: 443,
    tls: { cert: testCertificate.cert },
  });
});
