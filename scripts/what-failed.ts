/**
 * What failed in a part of `npm test`, test by test and in a few lines each, for the end of the output: a log that is
 * cut in the middle still says it.
 */
import { stripVTControlCharacters } from "node:util";

export type Failure = { readonly test: string; readonly why: string };

/** So much of an error is said: what was expected and what was there. */
const whyLines = 25;

const at = (of: unknown, key: string): unknown => Reflect.get(Object(of), key);
const list = (of: unknown, key: string): readonly unknown[] => {
  const value = at(of, key);
  return Array.isArray(value) ? value : [];
};
const text = (value: unknown): string => (typeof value === "string" ? value : "");

const short = (error: string): string =>
  stripVTControlCharacters(error)
    .trim()
    .split("\n")
    .filter((line) => !line.includes("node_modules"))
    .slice(0, whyLines)
    .join("\n");

/** From Vitest's JSON report. A file that does not load has no test, only its own message. */
export function failedInVitest(report: unknown): readonly Failure[] {
  return list(report, "testResults").flatMap((file) => {
    const tests = list(file, "assertionResults").filter((test) => at(test, "status") === "failed");
    if (tests.length === 0 && at(file, "status") === "failed")
      return [{ test: text(at(file, "name")), why: short(text(at(file, "message"))) }];
    return tests.map((test) => ({
      test: text(at(test, "fullName")),
      why: short(list(test, "failureMessages").map(text).join("\n")),
    }));
  });
}

/** From Playwright's JSON report: each error of each test, and those outside tests. */
export function failedInPlaywright(report: unknown): readonly Failure[] {
  const inSuite = (suite: unknown, titles: readonly string[]): readonly Failure[] => {
    const inSpecs = list(suite, "specs").flatMap((spec) =>
      list(spec, "tests")
        .flatMap((test) => list(test, "results"))
        .flatMap((result) => list(result, "errors"))
        .map((error) => ({
          test: [
            `${text(at(spec, "file"))}:${String(at(spec, "line"))}`,
            ...titles,
            text(at(spec, "title")),
          ].join(" › "),
          why: short(text(at(error, "message"))),
        })),
    );
    return [
      ...inSpecs,
      ...list(suite, "suites").flatMap((inner) => inSuite(inner, [...titles, text(at(inner, "title"))])),
    ];
  };
  return [
    ...list(report, "suites").flatMap((suite) => inSuite(suite, [])),
    ...list(report, "errors").map((error) => ({
      test: "outside any test",
      why: short(text(at(error, "message"))),
    })),
  ];
}
