/**
 * The focus's connection to its SIP server: kept up, and registered where the server asks for that.
 *
 * Lost, it is made anew: soon at first, then less and less often. Calls and subscriptions go on over the new one.
 */
import type { Clock } from "../../flow/clock.ts";
import type { Link } from "../sip/link.ts";
import { createRegistration, type Registration, type RegistrationEvent } from "../sip/registration.ts";
import type { UserAgent } from "../sip/user-agent.ts";

export type ConnectionTimers = {
  readonly registerSeconds: number;
  /** How long after a loss, or a failed REGISTER, the next attempt is made. */
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
};

export type ConnectionEvent = RegistrationEvent | { readonly on: "lost"; readonly retryAtMs: number };

export interface Connection {
  /** A URI that its server routes to this focus: a GRUU once there is one, else the binding itself. */
  readonly contact: string;
  start(): void;
  stop(): void;
}

export function createConnection(options: {
  readonly agent: UserAgent;
  readonly connect: () => Link;
  readonly user: string;
  readonly domain: string;
  readonly password: string | null;
  readonly timers: ConnectionTimers;
  readonly clock: Clock;
  readonly freshId: () => string;
  /** 128 bits of its own, the same after a restart: who registers again takes the place of who registered before. */
  readonly identity: string;
  readonly onEvent: (event: ConnectionEvent) => void;
}): Connection {
  const { agent, connect, user, domain, password, timers, clock, freshId, identity, onEvent } = options;
  const binding = `sip:${user}@${identity.slice(0, 16)}.invalid;transport=ws`;
  let gruu: string | null = null;
  let wanted = false;
  let attempts = 0;
  let link: Link | null = null;
  let stopRetry = (): void => {};

  const registration: Registration | null =
    password === null
      ? null
      : createRegistration({
          agent,
          account: { user, password, domain },
          contact: binding,
          instance: `urn:uuid:${identity}`,
          expiresSeconds: timers.registerSeconds,
          retryMs: timers.reconnectMaxMs,
          clock,
          freshId,
          onEvent: (event) => {
            if (event.on === "registered") {
              attempts = 0;
              gruu = event.gruu;
            }
            onEvent(event);
          },
        });

  function open(): void {
    const mine = connect();
    link = mine;
    agent.attach(mine);
    const told = mine.onClose;
    mine.onClose = () => {
      // What was asked over it has no answer, which is not the server's to be blamed for.
      if (link === mine) registration?.stop();
      told?.();
      if (link === mine) lost();
    };
    registration?.start();
  }

  function lost(): void {
    link = null;
    if (!wanted) return;
    const waitMs = Math.min(timers.reconnectMaxMs, timers.reconnectMinMs * 2 ** Math.min(attempts, 20));
    attempts += 1;
    onEvent({ on: "lost", retryAtMs: clock.now() + waitMs });
    stopRetry = clock.after(waitMs, open);
  }

  return {
    get contact() {
      return gruu ?? binding;
    },
    start: () => {
      if (wanted) return;
      wanted = true;
      open();
    },
    stop: () => {
      wanted = false;
      stopRetry();
      registration?.stop();
      link?.close();
    },
  };
}
