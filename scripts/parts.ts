/**
 * The parts of `npm test`: what each runs, and how many checks of it passed.
 *
 * A part that has a runner of its own is counted by that runner's JSON report; any other part is one check, and
 * its exit code decides. A runner that dies before it writes a report counts as one failure, never as nothing.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { whyNoKamailio } from "../src/testing/kamailio.ts";
import { failedInPlaywright, failedInVitest, type Failure } from "./what-failed.ts";

export type Count = { readonly passed: number; readonly failed: number };

export type Report = {
  readonly path: string;
  readonly count: (report: unknown) => Count;
  readonly failed: (report: unknown) => readonly Failure[];
};

export type Part = {
  readonly name: string;
  readonly command: readonly string[];
  /** Where its runner writes a report; null: the exit code alone counts. */
  readonly report: Report | null;
  /** A planted fault that must be found: the command exits non-zero and says this. */
  readonly mustSay?: string;
};

const number = (of: unknown, key: string): number => {
  const value: unknown = typeof of === "object" && of !== null ? Reflect.get(of, key) : undefined;
  if (typeof value !== "number") throw new Error(`the report has no number ${key}`);
  return value;
};

/** Vitest's JSON report. A file that does not load is a failed suite without a failed test. */
export function countVitest(report: unknown): Count {
  const suites = number(report, "numFailedTestSuites");
  const tests = number(report, "numFailedTests");
  return { passed: number(report, "numPassedTests"), failed: tests === 0 ? suites : tests };
}

/** Playwright's JSON report; a flaky test has failed once, so it has failed. Errors outside tests count too. */
export function countPlaywright(report: unknown): Count {
  const stats: unknown = Reflect.get(Object(report), "stats");
  const errors: unknown = Reflect.get(Object(report), "errors");
  return {
    passed: number(stats, "expected"),
    failed:
      number(stats, "unexpected") + number(stats, "flaky") + (Array.isArray(errors) ? errors.length : 0),
  };
}

/** How a part that has ended counts. */
export function countPart(part: Part, exitCode: number | null, said: string): Count {
  const ok = part.mustSay === undefined ? exitCode === 0 : exitCode !== 0 && said.includes(part.mustSay);
  if (part.report === null) return ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  try {
    const count = part.report.count(JSON.parse(readFileSync(part.report.path, "utf8")));
    if (count.passed + count.failed === 0) return { passed: 0, failed: 1 }; // no test ran
    return ok || count.failed > 0 ? count : { ...count, failed: 1 };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

/** Which tests of a part failed, and why, as far as its runner could still say. */
export function failuresOf(part: Part): readonly Failure[] {
  if (part.report === null) return [];
  try {
    return part.report.failed(JSON.parse(readFileSync(part.report.path, "utf8")));
  } catch {
    return [];
  }
}

/** So that a report of an earlier run is never taken for this one's. */
export function forgetReport(part: Part): void {
  if (part.report !== null) rmSync(part.report.path, { force: true });
}

const npm = (script: string, ...more: readonly string[]): readonly string[] => [
  "npm",
  "run",
  "--silent",
  script,
  ...(more.length === 0 ? [] : ["--", ...more]),
];

const check = (name: string, ...command: readonly string[]): Part => ({ name, command, report: null });

const vitest = (path: string): Report => ({ path, count: countVitest, failed: failedInVitest });

const unitReport = ".cache/reports/unit.json";
const walkReport = ".cache/reports/walk.json";
const walkFile = "src/flow/extend.test.ts";

const unit: Part = {
  name: "unit and sockets",
  command: npm(
    "unit",
    "--exclude",
    walkFile,
    "--reporter=dot",
    "--reporter=json",
    `--outputFile.json=${unitReport}`,
  ),
  report: vitest(unitReport),
};

const walk: Part = {
  name: "every delivery order",
  command: npm("unit", walkFile, "--reporter=default", "--reporter=json", `--outputFile.json=${walkReport}`),
  report: vitest(walkReport),
};

const e2e: Part = {
  name: "browsers",
  command: npm("e2e"),
  report: { path: ".cache/reports/e2e.json", count: countPlaywright, failed: failedInPlaywright },
};

const e2eKamailio: Part = { ...e2e, name: "browsers on Kamailio", command: npm("e2e:kamailio") };
const e2eRelay: Part = { ...e2e, name: "browsers, the relay alone", command: npm("e2e:relay") };

/** Each fault of the ladder, and what the ladder must say of it. */
const faults: readonly (readonly [fault: string, mustSay: string])[] = [
  ["no-bye", "step 9 is missing"],
  ["mark-to-carol", "step 15 carries the mark"],
  ["answer-early", "step 7 precedes the first of 6 and 18"],
];

/** Whoever has tshark and may record sees the wires read by it as well. */
const canRecord =
  whyNoKamailio === null && /\blo\b/.test(spawnSync("tshark", ["-D"], { encoding: "utf8" }).stdout ?? "");

const ladder: readonly Part[] = [
  check("ladder", ...npm("ladder")),
  ...(whyNoKamailio === null ? [check("ladder on Kamailio", ...npm("ladder", "--network", "kamailio"))] : []),
  ...(canRecord ? [check("wires read by tshark", ...npm("capture"))] : []),
  ...faults.map(([fault, mustSay]): Part => ({
    ...check(`ladder finds ${fault}`, ...npm("ladder", "--fault", fault)),
    mustSay,
  })),
];

/**
 * Lanes of a stage run side by side, the parts of a lane one after the other; stages follow each other. Browsers
 * come last and alone: they need both cores, and the built app.
 */
export const stages: readonly (readonly (readonly Part[])[])[] = [
  [
    [
      check("types", ...npm("types")),
      check("lint", ...npm("lint")),
      check("format", ...npm("format:check")),
      check("unused code", ...npm("knip")),
      check("walls", ...npm("lint:walls")),
    ],
    [check("build", ...npm("build")), unit, walk],
  ],
  [ladder],
  [[e2e]],
  ...(whyNoKamailio === null ? [[[e2eKamailio, e2eRelay]]] : []),
];
