/** Bounds and timers of the relay alone: those of the box that are about a relay, and those of asking for users. */
import { networkLimits, type NetworkLimits } from "./network/limits.ts";
import { readOverrides } from "./overrides.ts";
import { serverTimers, type ServerTimers } from "./timers.ts";
import { lookupLimits, lookupTimers, type LookupLimits, type LookupTimers } from "./user-lookup.ts";

export type RelayLimits = Pick<NetworkLimits, "connections" | "msrpRate" | "login" | "relay"> & {
  readonly lookup: LookupLimits;
};
export type RelayTimers = Pick<ServerTimers, "relay" | "socket"> & { readonly lookup: LookupTimers };

const { connections, msrpRate, login, relay } = networkLimits;
export const relayDefaultLimits: RelayLimits = { connections, msrpRate, login, relay, lookup: lookupLimits };
export const relayDefaultTimers: RelayTimers = {
  relay: serverTimers.relay,
  socket: serverTimers.socket,
  lookup: lookupTimers,
};

/** JSON with what shall differ. Throws Error that says which entry is wrong. */
export const readRelayLimits = (json: string): RelayLimits =>
  readOverrides(relayDefaultLimits, json, "limit");
export const readRelayTimers = (json: string): RelayTimers =>
  readOverrides(relayDefaultTimers, json, "timer");
