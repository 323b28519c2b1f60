/**
 * An agent alone (`agent-alone.ts`) in each test of a file, with SIP.js on time that passes when told. A timer that is
 * left over fails the test.
 */
import { afterEach, beforeEach, vi } from "vitest";
import { agentAlone, type AgentAlone } from "./agent-alone.ts";

/** `lastMs`: how long what the test has begun may go on after the agent has stopped. */
export function agentInEachTest(begins: (alone: AgentAlone) => void, lastMs = 0): void {
  let alone: AgentAlone;
  beforeEach(() => {
    vi.useFakeTimers();
    alone = agentAlone();
    begins(alone);
  });
  afterEach(async () => {
    await alone.stop();
    await vi.advanceTimersByTimeAsync(lastMs); // a transaction that a challenge has replaced ends by itself
    const left = [alone.clock.waiting(), vi.getTimerCount()];
    vi.useRealTimers();
    if (left.some((count) => count > 0)) throw new Error(`timers are left: ${left.join(" and ")}`);
  });
}
