/**
 * "Check this server" as tests run it: the probes over real sockets, from Node, with waits that a test can afford.
 */
import type { Clock } from "../flow/clock.ts";
import { nodePlatform } from "../check/node-platform.ts";
import type { Platform } from "../client/check/platform.ts";
import { runCheck, type CheckTarget } from "../client/check/run.ts";
import type { LineId, Outcome } from "../client/check/seen.ts";
import { lineOf, lineText } from "../client/check/words.ts";
import { clientTimers } from "../client/timers.ts";
import { freshId, systemClock } from "../server/system.ts";

export type Checked = {
  /** The lines that did not pass, with why, or which line was in the way. */
  readonly wrong: Readonly<Partial<Record<LineId, string>>>;
  readonly outcomes: readonly Outcome[];
  /** As a terminal shows it. */
  readonly text: string;
};

export const aliceAt = (
  domain: string,
): Pick<CheckTarget, "address" | "password" | "factory" | "behindB2bua"> => ({
  address: `sip:alice@${domain}`,
  password: "alice",
  factory: `sip:conference-factory@${domain}`,
  behindB2bua: false,
});

export async function checked(
  target: CheckTarget,
  more: { readonly platform?: Platform; readonly limitMs?: number; readonly clock?: Clock } = {},
): Promise<Checked> {
  const { done } = runCheck({
    target,
    platform: more.platform ?? nodePlatform(null),
    clock: more.clock ?? systemClock,
    freshId,
    chunkBytes: clientTimers.chunkBytes,
    limitMs: more.limitMs ?? 8_000,
    changed: () => {},
  });
  const outcomes = await done;
  const wrong = outcomes.flatMap((outcome): [LineId, string][] => {
    if (outcome.is === "passed") return [];
    if ("because" in outcome) return [[outcome.id, `not tried: ${outcome.because}`]];
    return [[outcome.id, "why" in outcome ? String(outcome.why) : outcome.is]];
  });
  return {
    wrong: Object.fromEntries(wrong),
    outcomes,
    text: outcomes.map((outcome) => lineText(lineOf(outcome))).join("\n"),
  };
}
