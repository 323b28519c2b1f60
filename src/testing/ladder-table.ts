/**
 * The rungs on paper: a table for people, one JSON array for programs.
 *
 * The table shortens what is long (JSON has all of it) and keeps the order of the wire, which need not be that of
 * the figure.
 */
import type { Cast, Rung } from "./ladder-rows.ts";

const startLineWidth = 52;
const callIdWidth = 10;

const short = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text;

type Column = {
  readonly name: string;
  readonly right?: boolean;
  readonly of: (rung: Rung) => string;
};

const columns: readonly Column[] = [
  { name: "step", right: true, of: ({ step }) => (step === null ? "none" : String(step)) },
  { name: "from", of: ({ from }) => from },
  { name: "to", of: ({ to }) => to },
  { name: "start line", of: ({ startLine }) => short(startLine, startLineWidth) },
  { name: "Call-ID", of: ({ callId }) => short(callId, callIdWidth) },
  { name: "CSeq", of: ({ cseq }) => cseq },
  { name: "Vias", right: true, of: ({ vias }) => (vias === null ? "" : String(vias)) },
  { name: "ms", right: true, of: ({ ms }) => (ms === null ? "" : String(ms)) },
  { name: "mark", of: ({ mark }) => (mark ? "mark" : "") },
];

export function formatTable(rungs: readonly Rung[]): string {
  const rows = [columns.map(({ name }) => name), ...rungs.map((rung) => columns.map(({ of }) => of(rung)))];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const cell = (text: string, at: number): string =>
    columns[at]?.right === true ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0);
  return rows.map((row) => `${row.map(cell).join("  ").trimEnd()}\n`).join("");
}

export const formatJson = (rungs: readonly Rung[]): string => `${JSON.stringify(rungs, null, 2)}\n`;

export const formatCast = (cast: Cast): string =>
  `A is ${cast.A}, B is ${cast.B}, C is ${cast.C}; PF is a participating function, X the Controlling Function.\n`;

/** The last words: what is wrong, each on its line, or that nothing is. */
export function formatVerdict(rungs: readonly Rung[], problems: readonly string[]): string {
  if (problems.length > 0) return `Not the figure:\n${problems.map((problem) => `  ${problem}\n`).join("")}`;
  const last = Math.max(...rungs.map(({ ms }) => ms ?? 0));
  return `All 19 steps, each once, in an order the figure allows, in ${last} ms.\n`;
}
