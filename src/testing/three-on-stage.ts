/** Alice, Bob and Carol on a stage of their own (`headless-stage.ts`) in each test of a file. */
import { afterEach, beforeEach, vi } from "vitest";
import type { HeadlessPerson } from "./headless-person.ts";
import { openStage, type Stage } from "./headless-stage.ts";

export type Three = {
  readonly stage: Stage;
  readonly alice: HeadlessPerson;
  readonly bob: HeadlessPerson;
  readonly carol: HeadlessPerson;
};

/** The actors of the ladder. */
export const cast = { A: "alice", B: "bob", C: "carol" };

/** For tests in which something breaks and is tried again. */
export const quickTimers = {
  drainMs: 300,
  sipRetryMinMs: 20,
  retryMinMs: 20,
  rejoinMinMs: 20,
  againMs: 20,
};

/** A 200 to an INVITE. */
export const isOk = (text: string): boolean => /^SIP\/2\.0 200 [^]*^CSeq: *[0-9]+ INVITE/im.test(text);

export function threeInEachTest(
  options: Parameters<typeof openStage>[0],
  enter: (three: Three) => void | Promise<void>,
): void {
  vi.setConfig({ testTimeout: 60_000 });
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage(options);
    const [alice, bob, carol] = await stage.enter(["alice", "bob", "carol"]);
    await enter({ stage, alice, bob, carol });
  });
  afterEach(() => stage.close());
}
