/** The command itself: one URL line, a clean end, plain words for what it can't do. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

function run(
  args: readonly string[],
  onOut: (out: string, stop: () => void, hangUp: () => void) => void,
  onErr: (err: string, stop: () => void, hangUp: () => void) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, ["--import", "tsx", "src/server/main.ts", ...args]);
  const stop = (): void => void child.kill("SIGTERM");
  const hangUp = (): void => void child.kill("SIGHUP");
  let out = "";
  let err = "";
  child.stdout.on("data", (bytes: Buffer) => {
    out += bytes.toString();
    onOut(out, stop, hangUp);
  });
  child.stderr.on("data", (bytes: Buffer) => {
    err += bytes.toString();
    onErr(err, stop, hangUp);
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, out, err })));
}

test("prints where it is, answers there, and ends with 0 when told", async () => {
  let answered = "";
  const ended = await run(["--port", "0"], (out, stop) => {
    const url = /http:\/\/\S+/.exec(out)?.[0] ?? "";
    void fetch(`${url}config.json`)
      .then((response) => response.text())
      .then((text) => (answered = text))
      .finally(stop);
  });
  expect(ended.out).toMatch(/^Segue is at http:\/\/127\.0\.0\.1:[0-9]+\/\n$/);
  expect(JSON.parse(answered)).toHaveProperty("presets");
  expect(ended.code).toBe(0);
});

test("accounts are read again when told; those that can't be read change nothing", async () => {
  const dir = mkdtempSync(join(tmpdir(), "segue-"));
  const file = join(dir, "accounts");
  const line = `alice:segue.example:${"0".repeat(32)}:Alice\n`;
  writeFileSync(file, line);
  const ended = await run(
    ["--port", "0", "--behind-proxy", "--public-url", "https://chat.example.org", "--accounts", file],
    (_out, _stop, hangUp) => {
      writeFileSync(file, line.replaceAll(/alice/gi, "zoe"));
      hangUp();
    },
    (err, stop, hangUp) => {
      if (err.includes("not taken")) stop();
      else if (err.endsWith("read again.\n")) {
        writeFileSync(file, "nonsense");
        hangUp();
      }
    },
  );
  rmSync(dir, { recursive: true });
  expect(ended.code).toBe(0);
  expect(ended.out).toBe("Segue is at https://chat.example.org/\n");
  expect(ended.err).toContain("Accounts read again.\n");
  expect(ended.err).toContain("what was read before stays: ");
  expect(ended.err).toContain("line 1: user:realm:HA1:name is needed");
});

test.each([
  [["--host", "0.0.0.0"], "--cert and --key"],
  [["--port", "many"], "a number from 0 to 65535"],
  [["--timers", "no-such-file.json"], "no-such-file.json"],
  [["--what"], "--what"],
])("%j: 2, and why", async (args, words) => {
  const ended = await run(args, () => {});
  expect(ended.code).toBe(2);
  expect(ended.err).toContain(words);
  expect(ended.out).toBe("");
});
