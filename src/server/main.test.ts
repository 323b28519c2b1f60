/** The command itself: one URL line, a clean end, plain words for what it can't do. */
import { spawn } from "node:child_process";
import { expect, test } from "vitest";

type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

function run(args: readonly string[], onOut: (out: string, stop: () => void) => void): Promise<Ended> {
  const child = spawn(process.execPath, ["--import", "tsx", "src/server/main.ts", ...args]);
  let out = "";
  let err = "";
  child.stdout.on("data", (bytes: Buffer) => {
    out += bytes.toString();
    onOut(out, () => child.kill("SIGTERM"));
  });
  child.stderr.on("data", (bytes: Buffer) => (err += bytes.toString()));
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

test.each([
  [["--host", "0.0.0.0"], "loopback only"],
  [["--port", "many"], "a number from 0 to 65535"],
  [["--timers", "no-such-file.json"], "no-such-file.json"],
  [["--what"], "--what"],
])("%j: 2, and why", async (args, words) => {
  const ended = await run(args, () => {});
  expect(ended.code).toBe(2);
  expect(ended.err).toContain(words);
  expect(ended.out).toBe("");
});
