/**
 * The whole network in memory, with the real Controlling Function in it, and people who can be in groups
 * (`group-person.ts`). Time stands still until a test moves it; `quiet` waits until nothing is on its way.
 */
import type { MsrpLink, MsrpLinkEvent } from "../flow/msrp-link.ts";
import { startFocus, type Focus, type FocusOptions } from "../server/focus/focus.ts";
import { focusLimits } from "../server/focus/limits.ts";
import { focusTimers } from "../server/focus/timers.ts";
import { createAccounts, demoPeople, focusUser } from "../server/network/accounts.ts";
import { relayLinkInMemory, relayLinkTimers } from "../server/network/relay-link.ts";
import { createRelay, type Relay } from "../server/network/relay.ts";
import { createSipCore, type SipCore } from "../server/network/sip-core.ts";
import { memoryLinkPair } from "../server/sip/link.ts";
import { serverTimers } from "../server/timers.ts";
import { createTrace, type Trace } from "../server/trace.ts";
import { createPerson, domain, freshId, type GroupPerson } from "./group-person.ts";
import { manualClock, type ManualClock } from "./manual-clock.ts";
import { phoneOver } from "./raw-phone.ts";

export interface GroupNetwork {
  readonly clock: ManualClock;
  readonly trace: Trace;
  readonly core: SipCore;
  readonly relay: Relay;
  readonly focus: Focus;
  readonly established: { readonly conference: string; readonly members: readonly string[] }[];
  /** Signed in, with paths in store. */
  person(user: string): Promise<GroupPerson>;
  /** Once the focus is there, one after the other. */
  people<Users extends readonly string[]>(...users: Users): Promise<{ [Nth in keyof Users]: GroupPerson }>;
  quiet(): Promise<void>;
  stop(): void;
}

export function groupNetwork(more: Partial<FocusOptions> = {}): GroupNetwork {
  const clock = manualClock();
  const trace = createTrace({ keep: true, now: () => clock.now() });
  const accounts = createAccounts(domain, demoPeople, { password: "focus-secret" });
  const core = createSipCore({ domain, accounts, timers: serverTimers, clock, freshId, trace });
  const relay = createRelay({
    host: `relay.${domain}`,
    port: 5080,
    tls: false,
    realm: domain,
    ha1: (user) => accounts.find(user)?.ha1 ?? null,
    clock,
    freshId,
    onGone: (owns) => focus.left(owns),
  });
  const relayLink = (
    user: string,
    password: string,
    onEvent: (event: MsrpLinkEvent) => void = () => {},
  ): MsrpLink =>
    relayLinkInMemory(relay, {
      url: `ws://relay.${domain}/msrp`,
      user,
      password,
      clock,
      freshId,
      settings: relayLinkTimers,
      onEvent,
    });
  const established: { conference: string; members: readonly string[] }[] = [];
  const focus = startFocus({
    domain,
    user: focusUser,
    connect: () => core.connectFocus(),
    password: null,
    msrp: (onEvent) => relayLink(focusUser, "focus-secret", onEvent),
    timers: focusTimers,
    limits: focusLimits,
    clock,
    freshId,
    onEstablished: (conference, members) => established.push({ conference, members }),
    ...more,
  });

  const quiet = async (): Promise<void> => {
    for (let turn = 0; turn < 60; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(0);
    }
  };

  async function person(user: string): Promise<GroupPerson> {
    const names = { peer: user, self: `PF ${user}` };
    const [theirs, ours] = memoryLinkPair(user, names.self, trace);
    core.accept(ours, names);
    const phone = phoneOver(theirs, user);
    await phone.register();
    const link = relayLink(user, user);
    link.start();
    await quiet();
    return createPerson(user, phone, link, quiet);
  }

  async function people<Users extends readonly string[]>(
    ...users: Users
  ): Promise<{ [Nth in keyof Users]: GroupPerson }> {
    await quiet();
    const all: GroupPerson[] = [];
    for (const user of users) all.push(await person(user));
    return all as { [Nth in keyof Users]: GroupPerson };
  }

  return {
    clock,
    trace,
    core,
    relay,
    focus,
    established,
    person,
    people,
    quiet,
    stop: () => {
      focus.stop();
      core.close();
      relay.close();
    },
  };
}
