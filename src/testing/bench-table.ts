/** What was measured, as a table for people: ratios first of all, what they are ratios of beside them. */
import type { Measured } from "./bench-measure.ts";

const headings = ["what", "median", "baseline", "ratio", "half of them", "growth", "baseline is"] as const;

export function formatBench(rows: readonly Measured[]): string {
  const parts = [...new Set(rows.map(({ part }) => part))];
  const cells = rows.map(cellsOf);
  const widths = headings.map((heading, at) =>
    Math.max(heading.length, ...cells.map((row) => row[at]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) =>
        at === 0 || at === headings.length - 1
          ? cell.padEnd(widths[at] ?? 0)
          : cell.padStart(widths[at] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const lines = parts.flatMap((part) => [
    "",
    part,
    ...cells.filter((_row, at) => rows[at]?.part === part).map(line),
  ]);
  return [line(headings), ...lines, ""].join("\n");
}

const cellsOf = (row: Measured): readonly string[] => [
  row.what,
  amount(row.ours, row.unit),
  amount(row.theirs, row.unit),
  formatRatio(row.ratio),
  row.quarters.map(formatRatio).join(" to "),
  row.exponent === null ? "" : `n^${row.exponent.toFixed(2)}`,
  row.baseline,
];

/** `3.1 x`, and `1/240` for what is less. */
export function formatRatio(ratio: number): string {
  if (ratio >= 0.8) return `${digits(ratio)} x`;
  return `1/${digits(1 / ratio)}`;
}

function amount(value: number, unit: Measured["unit"]): string {
  const scales =
    unit === "time"
      ? ([
          [1e9, "s"],
          [1e6, "ms"],
          [1e3, "µs"],
          [1, "ns"],
        ] as const)
      : ([
          [1e6, "MB"],
          [1e3, "kB"],
          [1, "B"],
        ] as const);
  const [scale, name] = scales.find(([least]) => Math.abs(value) >= least) ?? [
    1,
    unit === "time" ? "ns" : "B",
  ];
  return `${digits(value / scale)} ${name}`;
}

/** Two that count are enough: the rest is the machine. */
const digits = (value: number): string => (Math.abs(value) < 10 ? value.toFixed(1) : value.toFixed(0));
