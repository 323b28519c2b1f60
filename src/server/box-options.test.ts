import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testCertificate } from "../testing/certificates.ts";
import { ha1 } from "../wire/digest.ts";
import { formatAccount } from "./accounts-file.ts";
import { readBoxOptions } from "./box-options.ts";

let dir: string;
let accounts: string;
const { certFile: cert, keyFile: key } = testCertificate;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "segue-"));
  accounts = join(dir, "accounts");
  const secret = ha1("zoe", "chat.example.org", "secret");
  writeFileSync(accounts, formatAccount({ user: "zoe", name: "Zoe", ha1: secret }, "chat.example.org"));
  writeFileSync(join(dir, "limits.json"), '{"connections": {"all": "many"}}');
});
afterAll(() => rmSync(dir, { recursive: true }));

const read = (line: string): ReturnType<typeof readBoxOptions> =>
  readBoxOptions(
    line
      .replaceAll("ACCOUNTS", accounts)
      .replaceAll("CERT", cert)
      .replaceAll("KEY", key)
      .replaceAll("DIR", dir)
      .split(" ")
      .filter((word) => word !== ""),
  );

describe("refused in one sentence", () => {
  test.each([
    ["--host 0.0.0.0", "--host 0.0.0.0 is reached from other machines, so it needs --cert and --key, or"],
    ["--host 0.0.0.0 --accounts ACCOUNTS", "so it needs --cert and --key"],
    ["--host :: --cert CERT --key KEY", "needs --accounts, because the passwords of its demo accounts"],
    ["--behind-proxy --public-url https://chat.example.org", "needs --accounts"],
    ["--behind-proxy --accounts ACCOUNTS", "--behind-proxy needs --public-url https://…"],
    ["--cert CERT", "--cert and --key are needed together"],
    ["--cert CERT --key KEY --behind-proxy --public-url https://a.example", "exclude each other"],
    ["--public-url https://chat.example.org", "--public-url is for --behind-proxy or --cert"],
    ["--behind-proxy --public-url http://chat.example.org", "https:// and a name are needed"],
    ["--behind-proxy --public-url https://chat.example.org?x", "https:// and a name are needed"],
    ["--trusted-proxy 10.0.0.1", "--trusted-proxy is for --behind-proxy"],
    [
      "--behind-proxy --public-url https://a.example --accounts ACCOUNTS --trusted-proxy proxy --domain chat.example.org",
      "proxy is neither an address",
    ],
    ["--origin app.example.org", "--origin app.example.org: one like https://"],
    ["--origin https://app.example.org/", "--origin https://app.example.org/: one like"],
    ["--domain Example", "--domain Example: a domain"],
    ["--port many", "a number from 0 to 65535"],
    ["--cert CERT --key DIR/none", "DIR/none can't be read"],
    ["--accounts DIR/none", "DIR/none: there is no such file"],
    ["--accounts ACCOUNTS", "its realm is chat.example.org, but the domain here is segue.example"],
    ["--limits DIR/limits.json", "limits.json: connections.all must be a number"],
    ["--what", "--what"],
  ])("%s: %s", (line, words) => {
    expect(() => read(line)).toThrow(words.replace("DIR", dir));
    expect(() => read(line)).not.toThrow("\n");
  });
});

describe("taken", () => {
  test("nothing said: this machine, demo people, plain", () => {
    expect(read("")?.box).toEqual({
      host: "127.0.0.1",
      port: 5080,
      domain: "segue.example",
      dataDir: expect.stringMatching(/groups.5080$/),
      behindProxy: false,
      trustedProxies: [],
      origins: [],
    });
  });

  test("TLS for everybody", () => {
    const line = `--host 0.0.0.0 --port 443 --cert CERT --key KEY --accounts ACCOUNTS --domain chat.example.org`;
    const { cert: certText, key: keyText } = testCertificate;
    expect(read(`${line} --origin https://app.example.org --origin http://localhost:8000`)).toMatchObject({
      files: { accounts, certificate: { cert, key } },
      box: {
        tls: { cert: certText, key: keyText },
        accounts: [{ user: "zoe", name: "Zoe" }],
        origins: ["https://app.example.org", "http://localhost:8000"],
      },
    });
  });

  test("behind a proxy, also one on another machine", () => {
    const line = `--host 0.0.0.0 --behind-proxy --public-url https://chat.example.org --trusted-proxy 10.0.0.0/8`;
    expect(read(`${line} --accounts ACCOUNTS --domain chat.example.org`)?.box).toMatchObject({
      behindProxy: true,
      publicUrl: "https://chat.example.org/",
      trustedProxies: ["10.0.0.0/8"],
    });
  });

  test("help is help", () => expect(read("--help")).toBeNull());
});
