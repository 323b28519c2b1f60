/**
 * How the elements of the network in a box are put together: registrar and proxies, MSRP relay and Controlling Function
 * behind the WebSockets of one HTTP server.
 *
 * The focus is a user agent of this network like any other: it has one SIP link and one relay link, here in memory.
 */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startFocus, type Focus, type FocusOptions } from "./focus/focus.ts";
import { openStore } from "./focus/store-database.ts";
import { serverLimits, type ServerLimits } from "./limits.ts";
import { msrpDoor } from "./msrp-door.ts";
import {
  createAccounts,
  defaultDomain,
  demoPeople,
  focusUser,
  type Accounts,
  type Person,
  type StoredPerson,
} from "./network/accounts.ts";
import { createLoginGuard } from "./network/login-guard.ts";
import { relayLinkInMemory, relayLinkTimers } from "./network/relay-link.ts";
import { createRelay, type Relay } from "./network/relay.ts";
import { createSipCore, type SipCore } from "./network/sip-core.ts";
import type { Reach } from "./reach.ts";
import { allRefusals, type Refusals } from "./refusals.ts";
import { sipDoor } from "./sip-door.ts";
import { freshId, systemClock } from "./system.ts";
import { serverTimers, type ServerTimers } from "./timers.ts";
import { createTrace, type Trace } from "./trace.ts";
import { openSocketDoors } from "./web-sockets.ts";

export type NetworkOptions = {
  readonly domain?: string;
  /** Where groups are kept, so that they outlive this process; null or nothing: in memory. */
  readonly dataDir?: string | null;
  readonly timers?: ServerTimers;
  readonly limits?: ServerLimits;
  /** Whether hops are kept. */
  readonly trace?: boolean;
  readonly users?: readonly Person[];
  /** In place of demo users. */
  readonly accounts?: readonly StoredPerson[];
  readonly log?: (line: string) => void;
  /** Each hop in words, as it happens. */
  readonly onRow?: (row: string) => void;
  /** In place of the machine of a group: for tests that want one that misbehaves. */
  readonly focusStep?: NonNullable<FocusOptions["step"]>;
};

export type Network = {
  readonly accounts: Accounts;
  readonly core: SipCore;
  readonly relay: Relay;
  readonly focus: () => Focus;
  /** As if it ended without a word, and another took up the groups it kept. */
  readonly restartFocus: () => void;
  readonly trace: Trace;
  /** Why input was dropped or refused, and how often. */
  readonly refused: () => Refusals;
  readonly close: () => void;
};

/** "" for somebody of another domain, and nobody is called that. */
const userAt = (address: string, domain: string): string =>
  address.startsWith("sip:") && address.endsWith(`@${domain}`) ? address.slice(4, -domain.length - 1) : "";

/** The name in the figure. */
const inFigure = (user: string): string => (user === focusUser ? "X" : user);

/** The elements of the network behind the doors of `server`, which listens already. */
export function createNetwork(
  server: Server,
  reach: Reach,
  options: NetworkOptions,
  leaveOthers: boolean,
): Network {
  const domain = options.domain ?? defaultDomain;
  const timers = options.timers ?? serverTimers;
  const limits = options.limits ?? serverLimits;
  const now = (): number => systemClock.now();
  const guard = createLoginGuard(limits.login, now);
  const focusPassword = freshId();
  const accounts = createAccounts(domain, options.accounts ?? options.users ?? demoPeople, {
    password: focusPassword,
  });
  const trace = createTrace({
    keep: options.trace === true,
    now,
    ...(options.onRow === undefined ? {} : { onRow: options.onRow }),
  });
  const log = options.log === undefined ? {} : { log: options.log };
  const store = openStore({
    dir: options.dataDir ?? null,
    limits: limits.focus,
    clock: systemClock,
    freshId,
    ...log,
  });

  const core = createSipCore({
    domain,
    accounts,
    timers,
    quotas: limits.sip,
    guard,
    clock: systemClock,
    freshId,
    trace,
    ...log,
  });
  const relay = createRelay({
    host: `relay.${domain}`,
    port: reach.publicPort ?? (server.address() as AddressInfo).port,
    tls: reach.isSecure,
    realm: domain,
    ha1: (user) => accounts.find(user)?.ha1 ?? null,
    clock: systemClock,
    freshId,
    timers: timers.relay,
    quotas: limits.relay,
    guard,
    onGone: (owns) => focus.left(owns),
    trace: (row) => trace.msrpHop({ ...row, from: inFigure(row.from), to: inFigure(row.to) }),
  });
  const start = (): Focus =>
    startFocus({
      domain,
      user: focusUser,
      connect: () => core.connectFocus(),
      password: null,
      msrp: (onEvent) =>
        relayLinkInMemory(relay, {
          url: `${reach.isSecure ? "wss" : "ws"}://relay.${domain}/msrp`,
          user: focusUser,
          password: focusPassword,
          clock: systemClock,
          freshId,
          settings: { ...relayLinkTimers, maxMessageBytes: limits.focus.messageBytes },
          onEvent,
        }),
      timers: timers.focus,
      limits: limits.focus,
      store,
      clock: systemClock,
      freshId,
      nameOf: (address) => accounts.find(userAt(address, domain))?.name ?? null,
      onEstablished: (_conference, members) => trace.note("X", `group established: ${members.join(" ")}`),
      ...(options.focusStep === undefined ? {} : { step: options.focusStep }),
      ...log,
    });
  let focus = start();
  const doors = openSocketDoors(
    server,
    [
      sipDoor({ core, accounts, trace, rate: limits.sipRate, secure: reach.isSecure }),
      msrpDoor(relay, limits.msrpRate),
    ],
    { ...timers.socket, reach, leaveOthers, limits: limits.connections, now },
  );

  return {
    accounts,
    core,
    relay,
    focus: () => focus,
    restartFocus: () => {
      focus.stop();
      focus = start();
    },
    trace,
    refused: () => allRefusals([core.refused(), focus.refused(), relay.refused, doors.refused]),
    close: () => {
      doors.close();
      focus.stop();
      core.close();
      relay.close();
      store.close();
    },
  };
}
