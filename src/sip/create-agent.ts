/**
 * The agent: one account on one SIP server, put together of connection, registration, legs and subscriptions.
 *
 * Commands name legs; one that names nothing does nothing, and none throws: what can't be sent at all comes back as
 * an event a moment later, like everything else. Dialogs outlive connections (the proxy routes by binding), so a
 * reconnect ends no leg that stands or was asked for; each is looked after once there is a connection again.
 */
import type { Agent, AgentEvent, AgentOptions, LegId } from "./agent.ts";
import { createConnection } from "./connection.ts";
import { incomingLeg } from "./incoming-leg.ts";
import type { Leg, LegOptions } from "./leg.ts";
import { createMessages } from "./messages.ts";
import { outgoingLeg } from "./outgoing-leg.ts";
import { incomingOf } from "./reading.ts";
import { createRegistration } from "./registration.ts";
import { createStack } from "./stack.ts";
import { watch, type Watching } from "./subscription.ts";

/** How long leaving waits for the answer to its REGISTER. */
const leaveMs = 1_000;

/** Throws ProtocolError or TypeError when the account's own address is no SIP address. */
export function createAgent(options: AgentOptions): Agent {
  const { clock, freshId, timers, onEvent } = options;
  const legs = new Map<LegId, Leg>();
  const watched = new Map<string, Watching>();
  let is: "new" | "on" | "leaving" | "off" = "new";
  /** To be sent over the next connection. */
  const owed: (() => void)[] = [];
  let isRegistered = false;

  /** A mistake above is reported as one, and does not become a peer's failed request. */
  function emit(event: AgentEvent): void {
    if (is !== "on") return;
    try {
      onEvent(event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  const stack = createStack(options, {
    send: (text) => connection.send(text),
    isOnline: () => isRegistered,
    invited: (invite) => {
      const request = stack.read(invite.message);
      if (is !== "on" || request?.kind !== "request") return void invite.reject({ statusCode: 480 });
      const leg = freshId();
      legs.set(leg, incomingLeg(leg, invite, legOptions(leg)));
      emit({ on: "incoming", incoming: incomingOf(request, leg) });
    },
    messaged: (request) => messages.came(request),
  });
  const messages = createMessages({ stack, freshId, emit, isOn: () => is === "on" });

  const registration = createRegistration({
    ...options,
    stack,
    registerSeconds: timers.registerSeconds,
    registered: () => {
      connection.settled();
      if (isRegistered) return;
      isRegistered = true;
      emit({ on: "registered" });
      for (const send of owed.splice(0)) send();
      for (const leg of legs.values()) leg.reconnected();
      for (const watching of watched.values()) watching.reconnected();
    },
    denied: (status) => {
      emit({ on: "denied", status });
      messages.connectionLost();
      close();
    },
    failed: (retryAfterMs) => connection.fail("server", retryAfterMs),
  });

  const connection = createConnection({
    ...options,
    connecting: () => emit({ on: "connecting" }),
    opened: () => registration.begin(),
    lost: (cause, retryAtMs) => {
      isRegistered = false;
      registration.halt();
      for (const watching of watched.values()) watching.connectionLost();
      for (const leg of legs.values()) {
        const late = leg.connectionLost();
        if (late !== null) owed.push(late);
      }
      emit({ on: "disconnected", cause, retryAtMs });
      messages.connectionLost();
    },
    received: (text, body) => stack.receive(text, body),
    ask: () => void stack.core.request(stack.request("OPTIONS", { uri: `sip:${stack.domain}` })),
  });

  const legOptions = (leg: LegId): LegOptions => ({
    stack,
    clock,
    freshId,
    emit,
    gone: () => void legs.delete(leg),
  });

  function close(): void {
    is = "off";
    registration.halt();
    connection.close();
    for (const leg of legs.values()) leg.forget();
    legs.clear();
    watched.clear();
    stack.close();
  }

  return {
    start: () => {
      if (is !== "new") return;
      is = "on";
      connection.tryNow();
    },
    stop: () =>
      new Promise((resolve) => {
        const wasOn = is === "on";
        if (is !== "off") is = "leaving";
        const finish = (): void => {
          stopTimer();
          if (is !== "off") close();
          resolve();
        };
        const stopTimer = clock.after(wasOn ? leaveMs : 0, finish);
        if (wasOn) registration.leave(finish);
      }),
    tryNow: () => {
      if (is === "on") connection.tryNow();
    },
    invite: (invite) => {
      const { leg } = invite;
      if (is !== "on" || legs.has(leg)) return;
      try {
        legs.set(leg, outgoingLeg(invite, legOptions(leg)));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        queueMicrotask(() => emit({ on: "refused", leg, status: 400, reason, warning: null }));
      }
    },
    cancel: (leg) => legs.get(leg)?.cancel(),
    accept: (leg, sdp) => legs.get(leg)?.accept(sdp),
    refuse: (leg, status) => legs.get(leg)?.refuse(status),
    end: (leg, reason) => legs.get(leg)?.end(reason),
    moved: (leg, sdp) => legs.get(leg)?.moved(sdp),
    refer: (leg, people) => legs.get(leg)?.refer(people),
    subscribe: (subscription, uri) => {
      if (is !== "on" || watched.has(subscription)) return;
      try {
        const watching: Watching = watch(subscription, uri, {
          stack,
          clock,
          emit,
          gone: () => {
            // by now the id may be somebody else's
            if (watched.get(subscription) === watching) watched.delete(subscription);
          },
        });
        watched.set(subscription, watching);
      } catch {
        queueMicrotask(() => emit({ on: "notified", subscription, body: "", terminated: "rejected" }));
      }
    },
    unsubscribe: (subscription) => {
      watched.get(subscription)?.stop();
    },
    message: (message) => {
      if (is === "on") messages.send(message);
    },
    answer: (id, status) => messages.answer(id, status),
    dialog: (leg) => legs.get(leg)?.dialog() ?? null,
  };
}
