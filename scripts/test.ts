/**
 * `npm test`: everything, in one command, with one plain line at the end: `N passed, N failed`.
 *
 * Nothing is skipped after a failure: the rest still tells something. What a part printed follows when it ends,
 * whole if it failed, its last lines otherwise; so parts that run side by side do not mix their output.
 */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { whyNoKamailio, whyNoModule } from "../src/testing/kamailio.ts";
import { whyNoNginx } from "../src/testing/nginx.ts";
import { whyNo } from "../src/testing/other-phones.ts";
import { countPart, failuresOf, forgetReport, stages, type Count, type Part } from "./parts.ts";
import type { Failure } from "./what-failed.ts";

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const indent = (text: string, lines: number): string => {
  const all = text.trimEnd().split("\n");
  return all
    .slice(-lines)
    .map((line) => `    ${line}`)
    .join("\n");
};

type Ended = {
  readonly part: Part;
  readonly count: Count;
  readonly ms: number;
  readonly failures: readonly Failure[];
};

async function run(part: Part): Promise<Ended> {
  forgetReport(part);
  const began = performance.now();
  const [command = "", ...args] = part.command;
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
  });
  let said = "";
  const hear = (bytes: Buffer): void => void (said += bytes.toString());
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const exitCode = await new Promise<number | null>((resolve) => {
    child.on("error", () => resolve(null));
    child.on("close", (code) => resolve(code));
  });
  const count = countPart(part, exitCode, said);
  const ms = performance.now() - began;
  const bad = count.failed > 0;
  console.log(
    `${bad ? "FAILED" : "passed"}  ${part.name}  ${count.passed} passed, ${count.failed} failed  ${seconds(ms)}`,
  );
  if (said.trim() !== "") console.log(indent(said, bad ? 400 : 12));
  // Read before the next part writes its report to the same place.
  return { part, count, ms, failures: bad ? failuresOf(part) : [] };
}

async function lane(parts: readonly Part[]): Promise<readonly Ended[]> {
  const ended: Ended[] = [];
  for (const part of parts) ended.push(await run(part));
  return ended;
}

async function main(): Promise<void> {
  mkdirSync(".cache/reports", { recursive: true });
  const began = performance.now();
  const ended: Ended[] = [];
  for (const stage of stages) ended.push(...(await Promise.all(stage.map(lane))).flat());

  console.log(`\n${"part".padEnd(32)} ${"passed".padStart(7)} ${"failed".padStart(7)} ${"time".padStart(9)}`);
  for (const { part, count, ms } of ended)
    console.log(
      `${part.name.padEnd(32)} ${String(count.passed).padStart(7)} ${String(count.failed).padStart(7)} ${seconds(ms).padStart(9)}`,
    );
  console.log(`${"in all".padEnd(48)} ${seconds(performance.now() - began).padStart(9)}\n`);

  for (const { part, failures } of ended)
    for (const { test, why } of failures) console.log(`FAILED  ${part.name}  ${test}\n${indent(why, 40)}\n`);

  if (whyNoKamailio !== null) console.log(`NOT RUN: whatever needs Kamailio. ${whyNoKamailio}\n`);
  if (whyNoNginx !== null) console.log(`NOT RUN: Kamailio behind nginx. ${whyNoNginx}\n`);
  for (const [name, debian, what] of [
    ["tls.so", "kamailio-tls-modules", "Kamailio with TLS of its own"],
    ["db_sqlite.so", "kamailio-sqlite-modules", "Kamailio with users in a database"],
  ] as const) {
    const why = whyNoModule(name, debian);
    if (why !== null) console.log(`NOT RUN: ${what}. ${why}\n`);
  }
  for (const phone of ["baresip", "linphonec"] as const) {
    const why = whyNo(phone);
    if (why !== null) console.log(`NOT RUN: plain messages with ${phone}. ${why}\n`);
  }
  const passed = ended.reduce((sum, { count }) => sum + count.passed, 0);
  const failed = ended.reduce((sum, { count }) => sum + count.failed, 0);
  process.exitCode = failed === 0 ? 0 : 1;
  console.log(`${passed} passed, ${failed} failed`);
}

await main();
