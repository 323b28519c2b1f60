/** Every timer of the focus, in ms unless the name says seconds; each can be overridden (decision 29). */
import type { UserAgentTimers } from "../sip/user-agent.ts";
import type { ConnectionTimers } from "./connection.ts";
import type { GroupTimers } from "./group.ts";

export type FocusTimers = UserAgentTimers &
  GroupTimers &
  ConnectionTimers & {
    /** How long a leg waits for an MSRP path. */
    readonly pathMs: number;
    /** Whose connection is known to be closed has so long to come back before the roster says away. */
    readonly backMs: number;
    /** Between attempts to reach the MSRP relay, where that is a program of its own. */
    readonly relayRetryMinMs: number;
    readonly relayRetryMaxMs: number;
  };

export const focusTimers: FocusTimers = {
  answerMs: 32_000,
  absorbMs: 5_000,
  againMinMs: 500,
  againMaxMs: 4_000,
  ringMs: 90_000,
  progressMs: 60_000,
  probeMs: 120_000,
  emptyMs: 2_592_000_000,
  subscribeMinSeconds: 60,
  subscribeMaxSeconds: 3_600,
  notifyMs: 1_000,
  notifyAgainMs: 5_000,
  registerSeconds: 600,
  reconnectMinMs: 500,
  reconnectMaxMs: 30_000,
  pathMs: 5_000,
  backMs: 3_000,
  relayRetryMinMs: 1_000,
  relayRetryMaxMs: 30_000,
};
