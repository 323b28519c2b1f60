/**
 * Every timer and bound of the server in one typed object, so that silence and expiry are tested in milliseconds
 * and an operator can change one without reading code (`--timers FILE`).
 */
import { focusTimers, type FocusTimers } from "./focus/timers.ts";
import { relayTimers, type RelayTimers } from "./network/relay.ts";
import type { SipCoreTimers } from "./network/sip-core.ts";
import { readOverrides, withOverrides, type Overrides } from "./overrides.ts";

export type ServerTimers = SipCoreTimers & {
  readonly relay: RelayTimers;
  readonly focus: FocusTimers;
  readonly socket: {
    /** How often a connection is pinged; one that has not answered by the next ping is cut. */
    readonly pingMs: number;
    /** How long a stop waits for the other ends to close; what is open then is cut. */
    readonly goodbyeMs: number;
  };
};

export const serverTimers: ServerTimers = {
  proxy: {
    /** 64*T1 of RFC 3261 */
    answerMs: 32_000,
    absorbMs: 5_000,
    ringMs: 190_000,
  },
  registrar: {
    minExpiresSeconds: 60,
    maxExpiresSeconds: 3_600,
    defaultExpiresSeconds: 600,
  },
  connection: {
    nonceMs: 300_000,
    probationMs: 30_000,
  },
  relay: relayTimers,
  focus: focusTimers,
  socket: {
    pingMs: 30_000,
    goodbyeMs: 1_000,
  },
};

/** JSON of the same shape with what shall differ. Throws Error that says which entry is wrong. */
export const readTimers = (json: string): ServerTimers => readOverrides(serverTimers, json, "timer");

/** The defaults with some changes. */
export const withTimers = (changes: Overrides<ServerTimers>): ServerTimers =>
  withOverrides(serverTimers, changes);
