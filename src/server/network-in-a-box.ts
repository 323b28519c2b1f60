/**
 * The network in a box: app, SIP, MSRP relay and Controlling Function in one process on one port.
 *
 * The focus is a user agent of this network like any other: it has one SIP link and one relay link, here in memory.
 * Without accounts of its own it has the demo ones, for loopback only since their passwords are public (decision 28).
 */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { appConfig } from "./app-config.ts";
import { openFrontDoor, type Tls } from "./front-door.ts";
import {
  createAccounts,
  defaultDomain,
  demoPeople,
  focusUser,
  type Accounts,
  type Person,
  type StoredPerson,
} from "./network/accounts.ts";
import { relayLinkInMemory, relayLinkTimers } from "./network/relay-link.ts";
import { createRelay, type Relay } from "./network/relay.ts";
import { createSipCore, type Names, type SipCore } from "./network/sip-core.ts";
import { startFocus, type Focus, type FocusOptions } from "./focus/focus.ts";
import { openStore } from "./focus/store-database.ts";
import { createHttpHandler } from "./http.ts";
import { msrpDoor, msrpPath } from "./msrp-door.ts";
import { allRefusals } from "./refusals.ts";
import { createReach, isLoopbackHost, type Reach, type ReachOptions } from "./reach.ts";
import { sipLimits } from "../wire/sip.ts";
import { serverLimits, type ServerLimits } from "./limits.ts";
import { createLoginGuard } from "./network/login-guard.ts";
import { webSocketLink } from "./sip/link.ts";
import { freshId, systemClock } from "./system.ts";
import { serverTimers, type ServerTimers } from "./timers.ts";
import { createTrace, type Trace } from "./trace.ts";
import { openSocketDoors } from "./web-sockets.ts";

export type BoxOptions = Omit<ReachOptions, "isLoopback" | "tls"> & {
  /** 0 or nothing: a free one. */
  readonly port?: number;
  /** 127.0.0.1 when nothing is said. */
  readonly host?: string;
  readonly tls?: Tls;
  /** The built app; null or nothing: none is served. */
  readonly distDir?: string | null;
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

export type Box = {
  readonly url: string;
  readonly port: number;
  readonly domain: string;
  readonly trace: Trace;
  readonly focus: Focus;
  /** As if it ended without a word, and another took up the groups it kept. */
  readonly restartFocus: () => void;
  /** Why input was dropped or refused, and how often. */
  readonly refused: () => ReadonlyMap<string, number>;
  /** SIP transactions that are not over yet. */
  readonly openTransactions: () => number;
  /** Other people from now on; who is gone or has another password is signed out, nobody else. */
  readonly setAccounts: (people: readonly StoredPerson[]) => void;
  /** For connections from now on. Throws Error for what can't be used. */
  readonly setCertificate: (tls: Tls) => void;
  readonly stop: () => Promise<void>;
};

type Network = {
  readonly accounts: Accounts;
  readonly core: SipCore;
  readonly relay: Relay;
  readonly focus: () => Focus;
  readonly restartFocus: () => void;
  readonly trace: Trace;
  readonly refused: Box["refused"];
  readonly close: () => void;
};

/** "" for somebody of another domain, and nobody is called that. */
const userAt = (address: string, domain: string): string =>
  address.startsWith("sip:") && address.endsWith(`@${domain}`) ? address.slice(4, -domain.length - 1) : "";

/** From X by the core and a member's function to the device, each a link in memory that takes one turn. */
const hopsToDevice = 3;
const socketPaths = new Set(["/sip", msrpPath]);

/** The elements of the network behind the doors of `server`, which listens already. */
function createNetwork(server: Server, reach: Reach, options: BoxOptions, leaveOthers: boolean): Network {
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
    trace: (row) => trace.msrpHop({ ...row, from: nameOf(row.from), to: nameOf(row.to) }),
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
      {
        path: "/sip",
        subprotocol: "sip",
        maxMessageBytes: sipLimits.messageBytes,
        rate: limits.sipRate,
        accept: (socket, visitor) => {
          const names: Names = { peer: "unknown", self: "edge" };
          const hop = (direction: "in" | "out", text: string): void => {
            if (names.self === "edge") guessNames(names, text);
            if (direction === "in") trace.sipHop(names.peer, names.self, text);
            else trace.sipHop(names.self, names.peer, text);
          };
          core.accept(
            webSocketLink(socket, { peer: () => names.peer, secure: reach.isSecure, hop }),
            names,
            visitor,
          );
        },
      },
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

  /** As the figure names them. */
  function nameOf(user: string): string {
    return user === focusUser ? "X" : user;
  }

  /** Who has not proved anything yet is shown under the name it gives. */
  function guessNames(names: Names, text: string): void {
    const user = /^(?:From|f)[ \t]*:[^\r\n]{0,200}?sips?:([^@;>\s]{1,64})@/im.exec(text)?.[1]?.toLowerCase();
    const account = user === undefined ? null : accounts.find(user);
    if (account === null || account.isFocus) return;
    names.peer = account.user;
    names.self = `PF ${account.user}`;
  }
}

/** Puts the network behind a server that somebody else runs (a development server): `/sip` and `/msrp` only. */
export function attachBox(server: Server, options: BoxOptions = {}): { readonly stop: () => void } {
  const reach = createReach({ isLoopback: true, tls: false });
  let network: Network | null = null;
  const start = (): void => {
    network ??= createNetwork(server, reach, options, true);
  };
  if (server.listening) start();
  else server.once("listening", start);
  return {
    stop: () => {
      server.off("listening", start);
      network?.close();
    },
  };
}

/** Rejects when the port is taken, or the groups can't be opened. */
export async function startBox(options: BoxOptions = {}): Promise<Box> {
  const domain = options.domain ?? defaultDomain;
  const host = options.host ?? "127.0.0.1";
  const tls = options.tls ?? null;
  const reach = createReach({ ...options, isLoopback: isLoopbackHost(host), tls: tls !== null });
  const config = appConfig({
    domain,
    demo: options.accounts === undefined ? (options.users ?? demoPeople) : null,
    base: reach.publicUrl?.pathname.replace(/\/?$/, "/") ?? "/",
  });
  const door = await openFrontDoor({
    host,
    port: options.port ?? 0,
    tls,
    limits: (options.limits ?? serverLimits).connections,
    behindProxy: options.behindProxy === true,
    answer: createHttpHandler({ distDir: options.distDir ?? null, config: () => config, socketPaths, reach }),
  });
  const { port } = door;
  const network = await networkOr(() => door.close(0));
  const { accounts, core, relay, trace, refused, restartFocus } = network;
  let stopping: Promise<void> | null = null;

  async function networkOr(giveUp: () => Promise<void>): Promise<Network> {
    try {
      return createNetwork(door.server, reach, options, false);
    } catch (error) {
      await giveUp();
      throw error;
    }
  }
  return {
    url: reach.publicUrl?.href ?? door.url,
    port,
    domain,
    trace,
    get focus() {
      return network.focus();
    },
    restartFocus,
    refused,
    openTransactions: () => core.transactions(),
    setAccounts: (people) => {
      for (const user of accounts.replace(people)) {
        core.signOut(user);
        relay.signOut(user);
      }
    },
    setCertificate: (next) => door.setCertificate(next),
    stop: () => (stopping ??= stop()),
  };

  /** Nobody new gets in, members of groups are told, then every socket is closed. */
  async function stop(): Promise<void> {
    const closed = door.close((options.timers ?? serverTimers).socket.goodbyeMs);
    network.focus().sayGoodbye();
    for (let hops = 0; hops < hopsToDevice; hops += 1) await new Promise((resolve) => setImmediate(resolve));
    network.close();
    await closed;
  }
}
