/**
 * The figure where all participating functions are one server that nobody can look into: what people and the focus
 * see of it, and two rungs that happen inside.
 *
 * B's BYE goes from its function to A's (10) and the answer back (13); here that is one and the same server, so no
 * wire carries them. They are shown as that, and never made up. Such a server adds one Via where two functions add
 * two, and nothing else is different.
 */
import { omaSteps, type OmaStep } from "../flow/extend.steps.ts";
import type { Rung } from "./ladder-rows.ts";

export const insideSteps: ReadonlySet<number> = new Set([10, 13]);
/** One Via fewer between B and A than the figure has. */
const viasOf: ReadonlyMap<number, number> = new Map([
  [11, 2],
  [12, 2],
]);

export const oneServerSteps: readonly OmaStep[] = omaSteps.map((row) => ({
  ...row,
  vias: insideSteps.has(row.step) ? null : (viasOf.get(row.step) ?? row.vias),
}));

/** With what happens inside put where it must have been: right after the message that went in. */
export function withInside(rungs: readonly Rung[]): readonly Rung[] {
  return rungs.flatMap((rung) => {
    const row = omaSteps.find(({ step }) => step - 1 === rung.step && insideSteps.has(step));
    if (row === undefined) return [rung];
    const { step, from, to, what, leg } = row;
    const { callId, cseq } = rung;
    const hidden: Rung = {
      step,
      from,
      to,
      what,
      leg,
      ms: null,
      startLine: "(inside the server)",
      callId,
      cseq,
      vias: null,
      mark: false,
    };
    return [rung, hidden];
  });
}
