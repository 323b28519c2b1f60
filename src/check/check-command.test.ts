/** `npm run check` as it is typed: what it is told, where the password comes from, what it prints and how it ends. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBox, type Box } from "../server/network-in-a-box.ts";
import { freshId, systemClock } from "../server/system.ts";
import { testCertificate } from "../testing/certificates.ts";
import { checkProgram } from "../testing/check-program.ts";
import { runCheckCommand } from "./check-command.ts";
import { readCheckOrder } from "./check-options.ts";

let box: Box;
let dir: string;
beforeAll(async () => {
  box = await startBox();
  dir = mkdtempSync(join(tmpdir(), "segue-check-"));
});
afterAll(async () => {
  rmSync(dir, { recursive: true });
  await box.stop();
});

const url = (path: string): string => new URL(path, box.url).href.replace(/^http/, "ws");
const where = (): readonly string[] =>
  ["--server", url("/sip"), "--relay", url("/msrp")].concat("--user", `sip:alice@${box.domain}`);

async function typed(
  args: readonly string[],
  { input = "", env = {} }: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let [out, err] = ["", ""];
  const code = await runCheckCommand(args, {
    streams: {
      input: Readable.from([Buffer.from(input)]) as unknown as NodeJS.ReadStream,
      output: { write: () => true },
    },
    env,
    clock: systemClock,
    freshId,
    print: (text) => (out += text),
    complain: (text) => (err += text),
  });
  return { code, out, err };
}

test("every line passes, in their order, and it ends with 0", async () => {
  const { code, out, err } = await typed(where(), { input: "alice\n" });
  expect([code, err]).toEqual([0, ""]);
  expect(out.match(/^passed /gm)).toHaveLength(12);
  expect(out).toMatch(
    /^passed {5}The page may connect[^]*Room for invitations[^]*\nAll 12 checks passed\.\n$/,
  );
});

test("the relay is found beside the SIP server; where there is none, that is the line that says so", async () => {
  const user = `sip:alice@${box.domain}`;
  const found = await typed(["--server", url("/sip"), "--user", user, "--json"], { input: "alice\n" });
  expect(JSON.parse(found.out)).toMatchObject({ passed: true, relay: url("/msrp") });

  const nowhere = createServer((_request, response) => response.writeHead(404).end());
  await new Promise<void>((resolve) => void nowhere.listen(0, "127.0.0.1", resolve));
  const { port } = nowhere.address() as AddressInfo;
  const none = await typed(["--server", `ws://127.0.0.1:${port}/ws`, "--user", user, "--json"], {
    input: "alice\n",
  });
  nowhere.close();
  expect(JSON.parse(none.out)).toMatchObject({ passed: false, relay: `ws://127.0.0.1:${port}/ws` });
});

test("--json is one object, and a wrong password ends with 1 and is not in it", async () => {
  const { code, out } = await typed([...where(), "--json"], { env: { SEGUE_PASSWORD: "not it" } });
  expect(code).toBe(1);
  expect(out).not.toContain("not it");
  const told = JSON.parse(out) as { passed: boolean; lines: { id: string; is: string }[] };
  expect(told.passed).toBe(false);
  expect(told.lines.filter(({ is }) => is === "failed").map(({ id }) => id)).toEqual(["register"]);
});

test("the password comes from a file, the environment, or what is piped in; never from an argument", async () => {
  const file = join(dir, "password");
  writeFileSync(file, "alice\n");
  for (const more of [
    ["--password-from", file],
    ["--password-from", "env:ELSEWHERE"],
  ])
    expect(await typed([...where(), ...more], { env: { ELSEWHERE: "alice" } })).toMatchObject({ code: 0 });
  for (const more of [
    ["--password", "alice"],
    ["--password-from", join(dir, "nowhere")],
    ["--password-from", "env:NOWHERE"],
    ["--password-from", "prompt"],
  ]) {
    const { code, out } = await typed([...where(), ...more]);
    expect({ more, code, out }).toEqual({ more, code: 2, out: "" });
  }
});

test("what can't be meant is said, and ends with 2", async () => {
  for (const args of [
    [],
    ["--server", "https://a.example/", "--user", "sip:a@b.example"],
    ["--server", "wss://a.example/", "--user", "nobody"],
    ["--server", "wss://user@a.example/", "--user", "sip:a@b.example"],
    ["--server", "wss://a.example/", "--user", "sip:a@b.example", "--page", "a.example"],
  ]) {
    const { code, err } = await typed(args, { input: "secret\n" });
    expect({ args, code }).toEqual({ args, code: 2 });
    expect(err).toMatch(/is needed\.|belongs into it\.[^]*npm run check/);
  }
  expect((await typed(["--help"])).code).toBe(0);
});

test("what is not said is guessed as most servers have it", () => {
  const order = readCheckOrder(["--server", "wss://a.example/ws", "--user", "sip:Alice@B.example"], {});
  expect(order).toMatchObject({
    address: "sip:alice@b.example",
    relay: null,
    factory: "sip:conference-factory@b.example",
    passwordFrom: { is: "prompt" },
  });
  const none = readCheckOrder(
    ["--server", "wss://a.example/ws", "--user", "sip:a@b.example", "--factory", "none"],
    {},
  );
  expect(none?.factory).toBe(null);
});

test("as a process of its own it ends by itself", async () => {
  expect(await checkProgram(where())).toEqual({
    code: 0,
    said: expect.stringMatching(/All 12 checks passed\.\n$/),
  });
});

test("over TLS: version, name and end of the certificate, and paths that say msrps", async () => {
  const secure = await startBox({ tls: testCertificate });
  const at = (path: string): string => `wss://localhost:${secure.port}${path}`;
  const args = ["--server", at("/sip"), "--relay", at("/msrp"), "--user", `sip:alice@${secure.domain}`];
  const { code, said } = await checkProgram(args, { NODE_EXTRA_CA_CERTS: testCertificate.certFile });
  await secure.stop();
  expect([code, said]).toEqual([0, expect.stringMatching(/All 12 checks passed\.\n$/)]);
  expect(said).toMatch(
    /^passed {5}TLS: TLSv1\.3, certificate of localhost until 2[0-9]{3}-[0-9]{2}-[0-9]{2}$/m,
  );
  expect(said).toMatch(/A path through the relay: msrps:/);
});
