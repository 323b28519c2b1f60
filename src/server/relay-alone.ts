/**
 * The MSRP relay apart from the box (RFC 4976, RFC 7977), for a SIP server that has none: WebSockets under `/msrp`, and
 * nothing else on its port.
 *
 * It knows nothing of SIP. Both ends of a session are its clients, and the focus is one like any other; what they send
 * each other is held together by the paths that it gave them.
 */
import { openFrontDoor, type Tls } from "./front-door.ts";
import { createHttpHandler } from "./http.ts";
import type { Health } from "./metrics-door.ts";
import { msrpDoor, msrpPath } from "./msrp-door.ts";
import { focusUser as defaultFocusUser, type StoredPerson } from "./network/accounts.ts";
import { createLoginGuard } from "./network/login-guard.ts";
import { createRelay } from "./network/relay.ts";
import { createReach, isLoopbackHost } from "./reach.ts";
import type { Listening } from "./reach-options.ts";
import { allRefusals, type Refusals } from "./refusals.ts";
import {
  relayDefaultLimits,
  relayDefaultTimers,
  type RelayLimits,
  type RelayTimers,
} from "./relay-limits.ts";
import { createRelayMeter } from "./relay-meter.ts";
import { createRelayUsers, type RelayUsersFrom } from "./relay-users.ts";
import { freshId, systemClock } from "./system.ts";
import { openSocketDoors } from "./web-sockets.ts";

export type RelayAloneOptions = Listening & {
  readonly users: RelayUsersFrom;
  /** The account of the focus, whose one connection is not held to what one person may ask. */
  readonly focusUser?: string;
  /** null: it is one of the users, or there is none. */
  readonly focusPassword?: string | null;
  readonly limits?: RelayLimits;
  readonly timers?: RelayTimers;
  /** What an operator wants to read, a line at a time. */
  readonly log?: (line: string) => void;
};

export interface RelayAlone {
  /** Of its WebSocket, as clients open it. */
  readonly url: string;
  /** The same as this machine sees it: what a proxy in front is told. */
  readonly here: string;
  readonly port: number;
  readonly refused: () => Refusals;
  readonly health: () => Health;
  readonly metrics: () => string;
  /** Other people from now on; who is gone or has another password is signed out, nobody else. */
  readonly setAccounts: (people: readonly StoredPerson[]) => void;
  readonly setFocusPassword: (password: string) => void;
  /** For connections from now on. Throws Error for what can't be used. */
  readonly setCertificate: (tls: Tls) => void;
  /** Nobody new gets in, and every connection is closed (1001). */
  readonly stop: () => Promise<void>;
}

/** Rejects when the port is taken, or the certificate can't be used. */
export async function startRelayAlone(options: RelayAloneOptions): Promise<RelayAlone> {
  const { host, domain, focusUser = defaultFocusUser, log = () => {} } = options;
  const limits = options.limits ?? relayDefaultLimits;
  const timers = options.timers ?? relayDefaultTimers;
  const tls = options.tls ?? null;
  const reach = createReach({ ...options, isLoopback: isLoopbackHost(host), tls: tls !== null });
  const door = await openFrontDoor({
    host,
    port: options.port,
    tls,
    limits: limits.connections,
    behindProxy: options.behindProxy === true,
    answer: createHttpHandler({ distDir: null, config: null, socketPaths: new Set([msrpPath]), reach, log }),
  });
  const now = (): number => systemClock.now();
  const meter = createRelayMeter();
  const users = createRelayUsers({
    realm: domain,
    users: options.users,
    focusPassword: options.focusPassword ?? null,
    focusUser,
    limits: limits.lookup,
    timers: timers.lookup,
    clock: systemClock,
    log,
  });
  const relay = createRelay({
    host: reach.publicUrl?.hostname ?? `relay.${domain}`,
    port: reach.publicPort ?? door.port,
    tls: reach.isSecure,
    realm: domain,
    ha1: users.ha1,
    focusUser,
    clock: systemClock,
    freshId,
    timers: timers.relay,
    quotas: limits.relay,
    guard: createLoginGuard(limits.login, now),
    trace: meter.frame,
  });
  const doors = openSocketDoors(door.server, [msrpDoor(relay, limits.msrpRate)], {
    ...timers.socket,
    reach,
    leaveOthers: false,
    limits: limits.connections,
    now,
  });
  const refused = (): Refusals => allRefusals([relay.refused, doors.refused]);
  let stopping: Promise<void> | null = null;

  async function stop(): Promise<void> {
    const closed = door.close(timers.socket.goodbyeMs);
    doors.close();
    users.stop();
    await closed;
  }

  const socketAt = (url: string): string => `${url.replace(/\/?$/, "").replace(/^http/, "ws")}${msrpPath}`;
  return {
    url: socketAt(reach.publicUrl?.href ?? door.url),
    here: socketAt(door.url),
    port: door.port,
    refused,
    health: () => {
      const isUp = stopping === null;
      return { isUp, text: `relay: ${isUp ? "up" : "down"}\n` };
    },
    metrics: () =>
      meter.format({ connections: doors.connections, refused: refused(), lookups: users.lookups }),
    setAccounts: (people) => {
      for (const user of users.setAccounts(people)) relay.signOut(user);
    },
    setFocusPassword: (password) => {
      if (users.setFocusPassword(password)) relay.signOut(focusUser);
    },
    setCertificate: (next) => door.setCertificate(next),
    stop: () => (stopping ??= stop()),
  };
}
