/**
 * The Controlling Function apart from its network: the focus of the box, with a WebSocket to any SIP server (RFC 7118)
 * and one to its MSRP relay (RFC 7977, RFC 4976) in place of the links in memory. It opens no port for either.
 *
 * Lost, a connection is made anew, soon at first and then less often. A password that is refused is said once and
 * tried no more: more of the same would only lock the account. Groups live in a directory, or end with this process.
 */
import type { ConnectionEvent } from "./focus/connection.ts";
import { startFocus, type Focus, type FocusOptions } from "./focus/focus.ts";
import { openStore } from "./focus/store-database.ts";
import type { MsrpLinkEvent } from "../flow/msrp-link.ts";
import type { FocusProgramOptions } from "./focus-options.ts";
import type { Health } from "./metrics-door.ts";
import { createMeter } from "./meter.ts";
import { relayLinkOverWebSocket, relayLinkTimers } from "./network/relay-link.ts";
import { openOutgoing } from "./outgoing-socket.ts";
import { webSocketLink } from "./sip/link.ts";
import { freshId, systemClock } from "./system.ts";

export type FocusAloneOptions = Omit<FocusProgramOptions, "metricsPort" | "dataDir"> & {
  /** null or nothing: in memory. */
  readonly dataDir?: string | null;
  /** What an operator wants to read, a line at a time. */
  readonly say: (line: string) => void;
  /** Registered, and with paths of the relay: groups can be made. Each time this comes about. */
  readonly onReady: () => void;
  /** This password is of no use; nothing more is tried. */
  readonly onDenied: (why: string) => void;
  /** Sees each SIP message, and which groups have been established with whom (step 19). */
  readonly onHop?: (direction: "in" | "out", text: string) => void;
  readonly onEstablished?: NonNullable<FocusOptions["onEstablished"]>;
  readonly step?: NonNullable<FocusOptions["step"]>;
};

export interface FocusAlone {
  readonly focus: Focus;
  readonly health: () => Health;
  readonly metrics: () => string;
  /** Says goodbye to every member; resolves when that has left. */
  stop(): Promise<void>;
}

/** A server that does not close its end is not waited for any longer. */
const goodbyeMs = 1_000;

/** Throws StoreError. */
export function startFocusAlone(options: FocusAloneOptions): FocusAlone {
  const { server, relay, user, domain, password, limits, say } = options;
  const pingMs = options.timers.socket.pingMs;
  const address = `sip:${user}@${domain}`;
  const meter = createMeter(systemClock);
  const store = openStore({ dir: options.dataDir ?? null, limits, clock: systemClock, freshId, log: say });
  const up = { sip: false, relay: false };
  let closed: Promise<unknown> = Promise.resolve();

  function nowUp(which: keyof typeof up, isUp: boolean): void {
    if (up[which] === isUp) return;
    up[which] = isUp;
    if (up.sip && up.relay) options.onReady();
  }

  const sipLink = (): ReturnType<typeof webSocketLink> => {
    const problem = (why: string): void => say(`${server} can't be reached: ${why}.`);
    const socket = openOutgoing({ url: server, protocol: "sip", pingMs, onProblem: problem });
    closed = new Promise((resolve) => socket.once("close", resolve));
    return webSocketLink(socket, {
      peer: () => "server",
      secure: server.startsWith("wss:"),
      hop: (direction, text) => {
        meter.sipHop(direction, text);
        options.onHop?.(direction, text);
      },
    });
  };

  const inSeconds = (retryAtMs: number): string =>
    `${Math.max(0, (retryAtMs - systemClock.now()) / 1_000).toFixed(1)} s`;

  function heardSip(event: ConnectionEvent): void {
    switch (event.on) {
      case "registered":
        if (!up.sip) say(`${address} is registered at ${server}.`);
        return nowUp("sip", true);
      case "lost":
        if (up.sip) say(`The connection to ${server} is lost.`);
        say(`Next attempt in ${inSeconds(event.retryAtMs)}.`);
        meter.error("sip connection lost");
        return nowUp("sip", false);
      case "failed":
        say(`${server} answers REGISTER with ${event.status}; it will be tried again.`);
        meter.error("registration failed");
        return nowUp("sip", false);
      case "denied":
        nowUp("sip", false);
        options.onDenied(`${server} does not take ${address} with this password (${event.status}).`);
    }
  }

  function heardRelay(event: MsrpLinkEvent): void {
    switch (event.on) {
      case "connecting":
        return;
      case "ready":
        if (!up.relay) say(`The MSRP relay at ${relay} gives paths.`);
        return nowUp("relay", true);
      case "disconnected":
        if (up.relay) say(`The connection to the MSRP relay at ${relay} is lost.`);
        meter.error("relay connection lost");
        return nowUp("relay", false);
      case "denied":
        nowUp("relay", false);
        options.onDenied(
          `The MSRP relay at ${relay} does not take ${user} with this password (${event.status}).`,
        );
    }
  }

  const focus = startFocus({
    domain,
    user,
    password,
    contact: options.contact,
    connect: sipLink,
    msrp: (onEvent) =>
      meter.msrp(
        relayLinkOverWebSocket({
          url: relay,
          user,
          password,
          clock: systemClock,
          freshId,
          settings: {
            ...relayLinkTimers,
            maxMessageBytes: limits.messageBytes,
            retryMinMs: options.timers.focus.relayRetryMinMs,
            retryMaxMs: options.timers.focus.relayRetryMaxMs,
          },
          open: () =>
            openOutgoing({
              url: relay,
              protocol: "msrp",
              pingMs,
              onProblem: (why) => say(`The MSRP relay at ${relay} can't be reached: ${why}.`),
            }),
          onEvent,
        }),
      ),
    timers: options.timers.focus,
    limits,
    store,
    clock: systemClock,
    freshId,
    onSip: heardSip,
    onRelay: heardRelay,
    ...(options.onEstablished === undefined ? {} : { onEstablished: options.onEstablished }),
    ...(options.step === undefined ? {} : { step: options.step }),
    log: say,
  });

  const members = (): number =>
    [...focus.groups.values()]
      .map(({ state }) => state())
      .flatMap((state) => (state.is === "idle" ? [] : state.seats))
      .filter(({ is }) => is === "joined").length;

  return {
    focus,
    health: () => ({
      isUp: up.sip && up.relay,
      text: `sip: ${up.sip ? "up" : "down"}\nrelay: ${up.relay ? "up" : "down"}\n`,
    }),
    metrics: () =>
      meter.format([
        ["sip_up", "Registered at the SIP server.", Number(up.sip)],
        ["relay_up", "The MSRP relay gives paths.", Number(up.relay)],
        ["groups", "Groups there are.", focus.groups.size],
        ["members", "People in them, present ones.", members()],
      ]),
    stop: async () => {
      focus.sayGoodbye();
      focus.stop();
      store.close();
      await Promise.race([
        closed,
        new Promise((resolve) => systemClock.after(goodbyeMs, () => resolve(null))),
      ]);
    },
  };
}
