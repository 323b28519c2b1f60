/**
 * Every timer and bound of the server in one typed object, so that silence and expiry are tested in milliseconds
 * and an operator can change one without reading code (`--timers FILE`).
 */
import { focusTimers, type FocusTimers } from "./focus/focus.ts";
import { relayTimers, type RelayTimers } from "./network/relay.ts";
import type { SipCoreTimers } from "./network/sip-core.ts";

export type ServerTimers = SipCoreTimers & {
  readonly relay: RelayTimers;
  readonly focus: FocusTimers;
  readonly socket: {
    /** How often a connection is pinged; one that has not answered by the next ping is cut. */
    readonly pingMs: number;
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
  },
};

type Overrides = { readonly [Group in keyof ServerTimers]?: Partial<ServerTimers[Group]> };

/** JSON of the same shape with what shall differ. Throws Error that says which entry is wrong. */
export function readTimers(json: string): ServerTimers {
  const given: unknown = JSON.parse(json);
  const groups = entriesOf(given, "the file");
  const names = Object.keys(serverTimers);
  for (const [group, values] of groups) {
    const known = names.includes(group) ? Object.keys(serverTimers[group as keyof ServerTimers]) : null;
    if (known === null)
      throw new Error(`no group of timers is called ${group}; there are ${names.join(", ")}`);
    for (const [name, value] of entriesOf(values, group)) {
      if (!known.includes(name)) throw new Error(`${group} has no timer ${name}; it has ${known.join(", ")}`);
      if (typeof value !== "number" || !Number.isFinite(value) || value < 0)
        throw new Error(`${group}.${name} must be a number that is not negative`);
    }
  }
  return withTimers(Object.fromEntries(groups) as Overrides);
}

/** The defaults with some changes. */
export const withTimers = (changes: Overrides): ServerTimers =>
  Object.fromEntries(
    Object.entries(serverTimers).map(([group, values]) => [
      group,
      { ...values, ...changes[group as keyof ServerTimers] },
    ]),
  ) as ServerTimers;

function entriesOf(value: unknown, where: string): readonly [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${where} must be an object`);
  return Object.entries(value);
}
