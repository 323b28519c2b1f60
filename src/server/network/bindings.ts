/**
 * Where each person can be reached: the contacts of an address, each on the connection it was registered over
 * (RFC 3261 §10, RFC 5626, RFC 5627).
 *
 * A binding outlives its connection until it expires: the same device that comes back takes it over, and with it
 * the flow token that stands in the Record-Route of its dialogs.
 */
import type { SipUri } from "../../wire/sip-uri.ts";
import type { Link } from "../sip/link.ts";
import { networkLimits } from "./limits.ts";

export type Binding = {
  /** Same device, same key: instance and reg-id, else the contact itself (RFC 5626 §6). */
  readonly key: string;
  /** Names this binding in our Record-Route; stays when the device comes back. */
  readonly flow: string;
  readonly contact: SipUri;
  readonly contactText: string;
  readonly instance: string | null;
  readonly regId: string | null;
  readonly callId: string;
  readonly cseq: number;
  readonly expiresAt: number;
  /** Grows with each registration: which of two is newer. */
  readonly order: number;
  readonly link: Link;
};

export interface Bindings {
  /** Not expired; also those whose connection is gone. */
  of(user: string): readonly Binding[];
  /** How many there may be for one user. */
  readonly most: number;
  /** Connected, the newest of each device. */
  reachable(user: string): readonly Binding[];
  find(user: string, key: string): Binding | null;
  byInstance(user: string, instance: string): Binding | null;
  byFlow(user: string, flow: string): Binding | null;
  byContact(user: string, contact: string): Binding | null;
  byLink(user: string, link: Link): Binding | null;
  set(user: string, binding: Binding): void;
  remove(user: string, key: string): void;
  /** The connection over which the device of a closed one came back: where its answers go. */
  successor(link: Link): Link | null;
}

/** `most`: devices and tabs of one person. */
export function createBindings(now: () => number, most = networkLimits.sip.bindingsPerUser): Bindings {
  const users = new Map<string, Map<string, Binding>>();
  const successors = new WeakMap<Link, Link>();

  function of(user: string): readonly Binding[] {
    const all = users.get(user);
    if (all === undefined) return [];
    for (const [key, binding] of all) if (binding.expiresAt <= now()) all.delete(key);
    return [...all.values()].toSorted((a, b) => b.order - a.order);
  }
  const first = (user: string, wanted: (binding: Binding) => boolean): Binding | null => {
    const found = of(user).filter(wanted);
    return found.find((binding) => binding.link.isOpen) ?? found[0] ?? null;
  };

  return {
    of,
    most,
    reachable: (user) => {
      const devices = new Set<string>();
      return of(user).filter((binding) => {
        const device = binding.instance ?? binding.key;
        if (!binding.link.isOpen || devices.has(device)) return false;
        devices.add(device);
        return true;
      });
    },
    find: (user, key) => first(user, (binding) => binding.key === key),
    byInstance: (user, instance) => first(user, (binding) => binding.instance === instance),
    byFlow: (user, flow) => first(user, (binding) => binding.flow === flow),
    byContact: (user, contact) => first(user, (binding) => binding.contactText === contact),
    byLink: (user, link) => first(user, (binding) => binding.link === link),
    set: (user, binding) => {
      const all = users.get(user) ?? new Map<string, Binding>();
      users.set(user, all);
      const before = all.get(binding.key);
      successors.delete(binding.link); // the newest leads nowhere, so no circle can form
      if (before !== undefined && before.link !== binding.link) successors.set(before.link, binding.link);
      all.delete(binding.key);
      all.set(binding.key, binding);
      const spare = [...all.values()].filter((one) => !one.link.isOpen);
      for (const old of spare.slice(0, Math.max(0, all.size - most))) all.delete(old.key);
    },
    remove: (user, key) => void users.get(user)?.delete(key),
    successor: (link) => {
      let last = successors.get(link) ?? null;
      for (let next = last; next !== null; next = successors.get(next) ?? null) last = next;
      return last;
    },
  };
}
