/**
 * Keeps the store's word on the connection true (`connection.ts`), by what SIP and the relay say of themselves.
 *
 * That it is back is said for a while and no longer.
 */
import type { StoreApi } from "zustand/vanilla";
import type { Clock } from "../flow/clock.ts";
import type { MsrpLinkEvent } from "../flow/msrp-link.ts";
import type { AgentEvent } from "../sip/agent.ts";
import { connectionOf, noLinks, type Link, type Links } from "./connection.ts";
import type { AppState, Connection } from "./model.ts";

export interface ConnectionWatch {
  /** Events that say nothing of the connection change nothing. */
  heardSip(event: AgentEvent): void;
  heardRelay(event: MsrpLinkEvent): void;
  /** Neither is asked for any more; says nothing. */
  stop(): void;
}

export function createConnectionWatch(
  store: StoreApi<AppState>,
  clock: Clock,
  backMs: number,
): ConnectionWatch {
  let links: Links = noLinks;
  let stopBack = (): void => {};

  const down = (cause: "network" | "server", retryAt: number, before: Link): Link => ({
    is: "down",
    cause,
    since: before.is === "down" ? before.since : clock.now(),
    retryAt,
  });

  function linked(change: Partial<Links>): void {
    links = { ...links, ...change };
    const before = store.getState().connection;
    const connection = connectionOf(links, before, clock.now());
    if (connection !== before) store.setState({ connection });
    if (connection.is === "back" && before.is !== "back") backUntil(connection);
  }

  function backUntil(back: Connection): void {
    stopBack();
    stopBack = clock.after(backMs, () => {
      if (store.getState().connection === back) store.setState({ connection: { is: "connected" } });
    });
  }

  return {
    heardSip: (event) => {
      switch (event.on) {
        case "connecting":
          return linked({ sip: { is: "connecting" } });
        case "registered":
          return linked({ sip: { is: "up" } });
        case "denied":
          return linked({ sip: { is: "denied", status: event.status } });
        case "disconnected":
          return linked({ sip: down(event.cause, event.retryAtMs, links.sip) });
        default:
      }
    },
    heardRelay: (event) => {
      switch (event.on) {
        case "connecting":
          return linked({ relay: { is: "connecting" } });
        case "ready":
          return linked({ relay: { is: "up" } });
        case "disconnected":
          return linked({ relay: down("network", event.retryAtMs, links.relay) });
        case "denied":
          return linked({ relay: { is: "denied", status: event.status } });
      }
    },
    stop: () => {
      stopBack();
      links = noLinks;
    },
  };
}
