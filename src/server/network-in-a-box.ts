/**
 * The network in a box: app, SIP, MSRP relay and Controlling Function in one process on one port.
 *
 * Without accounts of its own it has the demo ones, for loopback only since their passwords are public (decision 28).
 */
import type { Server } from "node:http";
import { appConfig } from "./app-config.ts";
import { createNetwork, type Network, type NetworkOptions } from "./box-network.ts";
import type { Focus } from "./focus/focus.ts";
import { openFrontDoor, type Tls } from "./front-door.ts";
import { createHttpHandler } from "./http.ts";
import { serverLimits } from "./limits.ts";
import { msrpPath } from "./msrp-door.ts";
import { defaultDomain, demoPeople, type StoredPerson } from "./network/accounts.ts";
import { createReach, isLoopbackHost, type ReachOptions } from "./reach.ts";
import type { Refusals } from "./refusals.ts";
import { sipPath } from "./sip-door.ts";
import { serverTimers } from "./timers.ts";
import type { Trace } from "./trace.ts";

export type BoxOptions = NetworkOptions &
  Omit<ReachOptions, "isLoopback" | "tls"> & {
    /** 0 or nothing: a free one. */
    readonly port?: number;
    /** 127.0.0.1 when nothing is said. */
    readonly host?: string;
    readonly tls?: Tls;
    /** The built app; null or nothing: none is served. */
    readonly distDir?: string | null;
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
  readonly refused: () => Refusals;
  /** SIP transactions that are not over yet. */
  readonly openTransactions: () => number;
  /** Other people from now on; who is gone or has another password is signed out, nobody else. */
  readonly setAccounts: (people: readonly StoredPerson[]) => void;
  /** For connections from now on. Throws Error for what can't be used. */
  readonly setCertificate: (tls: Tls) => void;
  readonly stop: () => Promise<void>;
};

/** From X by the core and a member's function to the device, each a link in memory that takes one turn. */
const hopsToDevice = 3;
const socketPaths = new Set([sipPath, msrpPath]);

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
    answer: createHttpHandler({
      distDir: options.distDir ?? null,
      config: () => config,
      socketPaths,
      reach,
      ...(options.log === undefined ? {} : { log: options.log }),
    }),
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
