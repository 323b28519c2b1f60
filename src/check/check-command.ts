/**
 * What `npm run check` does: each line as it is known, then how many passed; or all as JSON at the end.
 */
import type { Clock } from "../flow/clock.ts";
import { clientTimers } from "../client/timers.ts";
import { runCheck } from "../client/check/run.ts";
import type { LineId, Outcome } from "../client/check/seen.ts";
import { lineOf, lineText, summaryOf } from "../client/check/words.ts";
import { askPasswordOnce, type PromptStreams } from "../server/password-prompt.ts";
import { checkUsage, passwordOf, readCheckOrder, type CheckOrder } from "./check-options.ts";
import { findRelay } from "./find-relay.ts";
import { nodePlatform } from "./node-platform.ts";

export type CheckWorld = {
  readonly streams: PromptStreams;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
};

/** 1: not every line passed. 2: not understood. */
export async function runCheckCommand(args: readonly string[], world: CheckWorld): Promise<0 | 1 | 2> {
  const { env, streams, print, complain } = world;
  let order: CheckOrder | null;
  let password: string;
  try {
    order = readCheckOrder(args, env);
    if (order === null) {
      print(checkUsage);
      return 0;
    }
    password = passwordOf(order.passwordFrom, env) ?? (await askPasswordOnce(streams, order.address));
  } catch (error) {
    complain(`${error instanceof Error ? error.message : String(error)}\n\n${checkUsage}`);
    return 2;
  }
  return check(order, password, world);
}

async function check(order: CheckOrder, password: string, world: CheckWorld): Promise<0 | 1> {
  const { clock, freshId, print } = world;
  const { page, isJson, address, server, factory, behindB2bua } = order;
  const platform = nodePlatform(page);
  const relay = order.relay ?? (await findRelay(server, platform, clock));
  const said = new Set<LineId>();
  const sayNew = (all: readonly Outcome[]): void => {
    // In their order: one that is not settled holds back those after it.
    for (const outcome of all) {
      if (outcome.is === "waiting" || outcome.is === "trying") return;
      if (!said.has(outcome.id)) print(`${lineText(lineOf(outcome))}\n`);
      said.add(outcome.id);
    }
  };
  const target = { address, server, relay, factory, behindB2bua };
  const { done } = runCheck({
    target: { ...target, password },
    platform,
    clock,
    freshId,
    chunkBytes: clientTimers.chunkBytes,
    changed: isJson ? () => {} : sayNew,
  });
  const outcomes = await done;
  const lines = outcomes.map(lineOf);
  const hasPassed = lines.every(({ is }) => is === "passed");
  if (isJson) print(`${JSON.stringify({ ...target, page, passed: hasPassed, lines }, null, 2)}\n`);
  else print(`\n${summaryOf(lines)}\n`);
  return hasPassed ? 0 : 1;
}
