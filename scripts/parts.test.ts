import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { countPart, countPlaywright, countVitest, type Part } from "./parts.ts";
import { fetchedAtStart } from "./vite-size.ts";

const plain: Part = { name: "plain", command: [], report: null };

describe("how a part counts", () => {
  let folder = "";
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "segue-parts-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const reporting = (report: string | null): Part => {
    const path = join(folder, "report.json");
    if (report !== null) writeFileSync(path, report);
    return { ...plain, report: { path, count: countVitest, failed: () => [] } };
  };
  const vitest = (passed: number, failed: number, suites = failed): string =>
    JSON.stringify({ numPassedTests: passed, numFailedTests: failed, numFailedTestSuites: suites });

  it("takes the exit code where there is no report", () => {
    expect(countPart(plain, 0, "")).toEqual({ passed: 1, failed: 0 });
    expect(countPart(plain, 2, "")).toEqual({ passed: 0, failed: 1 });
    expect(countPart(plain, null, "")).toEqual({ passed: 0, failed: 1 });
  });

  it("wants a planted fault to be found, and found for what it is", () => {
    const fault: Part = { ...plain, mustSay: "step 9 is missing" };
    expect(countPart(fault, 1, "problem: step 9 is missing")).toEqual({ passed: 1, failed: 0 });
    expect(countPart(fault, 1, "Cannot find module")).toEqual({ passed: 0, failed: 1 });
    expect(countPart(fault, 0, "step 9 is missing")).toEqual({ passed: 0, failed: 1 });
  });

  it("adds up what a runner reports", () => {
    expect(countPart(reporting(vitest(7, 0)), 0, "")).toEqual({ passed: 7, failed: 0 });
    expect(countPart(reporting(vitest(7, 2)), 1, "")).toEqual({ passed: 7, failed: 2 });
  });

  it("counts a failure when the runner says none but exits otherwise, dies, or runs nothing", () => {
    expect(countPart(reporting(vitest(7, 0)), 1, "")).toEqual({ passed: 7, failed: 1 });
    expect(countPart(reporting("{"), 0, "")).toEqual({ passed: 0, failed: 1 });
    expect(countPart(reporting(vitest(0, 0)), 0, "")).toEqual({ passed: 0, failed: 1 });
  });

  it("counts a test file that does not load", () => {
    expect(countVitest(JSON.parse(vitest(3, 0, 1)))).toEqual({ passed: 3, failed: 1 });
  });

  it("takes a flaky browser test, and an error outside tests, for a failure", () => {
    const report = { stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 0 }, errors: [{}] };
    expect(countPlaywright(report)).toEqual({ passed: 5, failed: 3 });
  });
});

describe("what a browser fetches at first", () => {
  const chunk = (fileName: string, imports: readonly string[], isEntry = false) => ({
    fileName,
    imports,
    isEntry,
    code: fileName,
  });

  it("is the entry with all it imports, once, and nothing behind an import()", () => {
    const chunks = [
      chunk("main.js", ["a.js", "b.js"], true),
      chunk("a.js", ["b.js"]),
      chunk("b.js", ["a.js"]),
      chunk("later.js", ["a.js"]),
    ];
    expect(fetchedAtStart(chunks).map((file) => file.fileName)).toEqual(["main.js", "a.js", "b.js"]);
  });
});
