/**
 * Every length of time the app knows, in one object (decision 29). `config.json` may override any of them by name,
 * so that silence and expiry can be tested in milliseconds.
 */
import { msrpLinkTimers, type MsrpLinkTimers } from "../flow/msrp-link.ts";
import type { AgentTimers } from "../sip/agent.ts";

/** In milliseconds. */
export type ChatTimers = {
  /** How long an invitation rings; what the focus does, told to people here. */
  readonly ringMs: number;
  /** A replaced 1-1 stays open this long for what is still on its way: our own text, and the other's. */
  readonly drainMs: number;
  /** The peer is in the group and has not ended the 1-1: then we do. */
  readonly overdueMs: number;
  /** The composer sends nothing for this long after its readers changed. */
  readonly inertMs: number;
  /** How long the seam counts as fresh. */
  readonly seamMs: number;
  /** How long "Back online" is said. */
  readonly backMs: number;
  /** An answer waits at most this long for an MSRP path. */
  readonly pathMs: number;
  /** Before joining again, doubled each time up to the maximum. */
  readonly rejoinMinMs: number;
  readonly rejoinMaxMs: number;
  /** How long another tab may take to say that it has the account. */
  readonly otherTabMs: number;
  /** Before a 1-1 is called again after 491. */
  readonly againMs: number;
  /** Before somebody who had no MSRP, or wrote by MESSAGE, is called again. */
  readonly sessionAgainMs: number;
  /** After an outage, how long others may take to be back too: twice the longest wait between tries. */
  readonly settleMs: number;
};

/** The agent's own, under names of their own: `retryMinMs` is the relay's. */
type SipTimers = {
  readonly sipKeepAliveMs: number;
  readonly sipPongMs: number;
  readonly sipRetryMinMs: number;
  readonly sipRetryMaxMs: number;
  readonly registerSeconds: number;
};

export type ClientTimers = ChatTimers & MsrpLinkTimers & SipTimers;

export const clientTimers: ClientTimers = {
  ...msrpLinkTimers,
  sipKeepAliveMs: 25_000,
  sipPongMs: 10_000,
  sipRetryMinMs: 1_000,
  sipRetryMaxMs: 30_000,
  registerSeconds: 600,
  ringMs: 90_000,
  drainMs: 2_000,
  overdueMs: 10_000,
  inertMs: 800,
  seamMs: 1_500,
  backMs: 2_000,
  pathMs: 5_000,
  rejoinMinMs: 500,
  rejoinMaxMs: 30_000,
  againMs: 1_000,
  sessionAgainMs: 1_800_000,
  settleMs: 60_000,
  otherTabMs: 300,
};

/** The defaults with what is overridden; names that are not known and values that are no length are left out. */
export function timersWith(overrides: Readonly<Record<string, number>> | undefined): ClientTimers {
  const known = Object.entries(overrides ?? {}).filter(
    ([name, value]) => Object.hasOwn(clientTimers, name) && Number.isFinite(value) && value >= 0,
  );
  return { ...clientTimers, ...Object.fromEntries(known) };
}

export const agentTimers = (timers: ClientTimers): AgentTimers => ({
  keepAliveMs: timers.sipKeepAliveMs,
  pongMs: timers.sipPongMs,
  retryMinMs: timers.sipRetryMinMs,
  retryMaxMs: timers.sipRetryMaxMs,
  registerSeconds: timers.registerSeconds,
});
