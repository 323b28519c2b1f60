/**
 * What "Check this server" says: for each line its name, what was measured, and where it failed what that means and
 * what to change. The screen and `npm run check` say the same.
 */
import type { LineId, Outcome, Seen, TriedLine, Why } from "./seen.ts";
import type { Words } from "./words-kit.ts";
import { relayWords } from "./words-relay.ts";
import { sipWords } from "./words-sip.ts";
import { wayWords } from "./words-way.ts";

const words: { readonly [Id in LineId]: Words<Id> } = { ...wayWords, ...sipWords, ...relayWords };

/** One line as it is shown: on a screen, in a terminal, in a report. */
export type Line = {
  readonly id: LineId;
  readonly is: Outcome["is"];
  readonly name: string;
  /** What that means; null while nothing is known. */
  readonly means: string | null;
  readonly change: string | null;
  readonly detail: string | null;
};

export const lineOf = (outcome: Outcome): Line => {
  const { id, is } = outcome;
  const { name } = words[id];
  const bare = { id, is, name, means: null, change: null, detail: null };
  if ("because" in outcome)
    return { ...bare, means: `Not tried, because of “${words[outcome.because].name}”.` };
  return "why" in outcome ? { ...bare, ...told(outcome) } : bare;
};

/** The parts of one outcome belong to one line, which the compiler can't follow through a table. */
function told<Id extends LineId>(outcome: TriedLine): Pick<Line, "means" | "change" | "detail"> {
  const of = words[outcome.id] as unknown as Words<Id>;
  const seen = outcome.seen as Seen[Id];
  const why = outcome.why as Why[Id] | null;
  const [means, change] = why === null ? [of.good, null] : of.why[why](seen);
  return { means, change, detail: of.detail(seen) };
}

/** The whole as text, to be sent to whoever runs the server. No password is in it. */
export function reportOf(
  of: {
    readonly address: string;
    readonly server: string;
    readonly relay: string;
    readonly factory: string | null;
  },
  lines: readonly Line[],
): string {
  const head = [
    "Segue: check of a server",
    `account  ${of.address}`,
    `server   ${of.server}`,
    `relay    ${of.relay}`,
    `factory  ${of.factory ?? "none"}`,
    "",
  ];
  return `${[...head, ...lines.map((line) => lineText(line)), "", summaryOf(lines)].join("\n")}\n`;
}

export function lineText({ is, name, means, change, detail }: Line): string {
  const first = `${is.replace("-", " ").padEnd(9)}  ${name}${detail === null ? "" : `: ${detail}`}`;
  const more = is === "failed" ? [means, change] : is === "not-tried" ? [means] : [];
  return [first, ...more.flatMap((text) => (text === null ? [] : [`           ${text}`]))].join("\n");
}

export function summaryOf(lines: readonly Line[]): string {
  const failed = lines.filter(({ is }) => is === "failed");
  const open = lines.filter(({ is }) => is === "not-tried").length;
  const done = lines.filter(({ is }) => is === "passed").length;
  if (done === lines.length) return `All ${lines.length} checks passed.`;
  return `${done} of ${lines.length} checks passed, ${failed.length} failed${open === 0 ? "" : `, ${open} not tried`}.`;
}
