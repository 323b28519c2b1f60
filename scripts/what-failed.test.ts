import { describe, expect, it } from "vitest";
import { failedInPlaywright, failedInVitest } from "./what-failed.ts";

describe("what failed is said once more at the end", () => {
  it("for a test of Vitest, in a few lines and without colours", () => {
    const long = Array.from({ length: 90 }, (_, at) => `line ${at}`).join("\n");
    const failed = {
      status: "failed",
      fullName: "a leg ends",
      failureMessages: [`\u001b[31m${long}\u001b[39m`],
    };
    const passed = { status: "passed", fullName: "a leg begins", failureMessages: [] };
    const report = {
      testResults: [{ name: "leg.test.ts", status: "failed", assertionResults: [passed, failed] }],
    };
    const [failure, ...others] = failedInVitest(report);
    expect(others).toEqual([]);
    expect(failure?.test).toBe("a leg ends");
    expect(failure?.why).toMatch(/^line 0\n/);
    expect(failure?.why.split("\n").at(-1)).toBe("line 24");
  });

  it("for a file of tests that does not load", () => {
    const file = { name: "leg.test.ts", status: "failed", message: "no such module", assertionResults: [] };
    expect(failedInVitest({ testResults: [file] })).toEqual([{ test: "leg.test.ts", why: "no such module" }]);
  });

  it("for a test in a browser, wherever it stands in its file, and for what broke outside tests", () => {
    const spec = (title: string, ...errors: readonly string[]) => ({
      title,
      file: "bye-order.spec.ts",
      line: 30,
      tests: [{ results: [{ errors: errors.map((message) => ({ message })) }] }],
    });
    const report = {
      suites: [
        {
          title: "bye-order.spec.ts",
          specs: [spec("BYE first"), spec("BYE last", "Timed out")],
          suites: [{ title: "overdue", specs: [spec("they cross", "Not visible")] }],
        },
      ],
      errors: [{ message: "the app can’t be built" }],
    };
    expect(failedInPlaywright(report)).toEqual([
      { test: "bye-order.spec.ts:30 › BYE last", why: "Timed out" },
      { test: "bye-order.spec.ts:30 › overdue › they cross", why: "Not visible" },
      { test: "outside any test", why: "the app can’t be built" },
    ]);
  });

  it("says nothing where nothing failed, and of a report that is none", () => {
    expect(failedInVitest({ testResults: [] })).toEqual([]);
    expect(failedInPlaywright(null)).toEqual([]);
  });
});
