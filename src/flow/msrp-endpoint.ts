/**
 * One end of MSRP: a connection to a relay, kept up, and the sessions on it. Browser and focus run this same
 * file; what differs, how a connection is made, comes in as `connect`.
 *
 * It runs the machine of the relay's client (`msrp-relay-client.ts`), hands frames on to the sessions
 * (`msrp-sessions.ts`), and comes back after a loss: soon at first, then less and less often, never in step with
 * others.
 */
import { ProtocolError } from "../wire/errors.ts";
import { formatFrame, parseFrame, type MsrpFrame } from "../wire/msrp.ts";
import { sessionIdOf } from "../wire/msrp-uri.ts";
import { drive } from "./machine.ts";
import type { MsrpEndpointOptions, MsrpLink, MsrpPipe } from "./msrp-link.ts";
import { relay, relayClient, sparePath } from "./msrp-relay-client.ts";
import { createSessions } from "./msrp-sessions.ts";
import { createTimers } from "./named-timers.ts";

export function createMsrpEndpoint(options: MsrpEndpointOptions): MsrpLink {
  const { clock, freshId, settings, onEvent } = options;
  const sessions = createSessions(options, (frame) => transmit(frame));
  const timers = createTimers(clock, settings.lateMs);
  /** Own URIs handed out, so that none is handed out twice even while the machine is at work. */
  const handedOut = new Set<string>();
  let pipe: MsrpPipe | null = null;
  /** Counts connections: what a former one still has to say is not heard. */
  let connection = 0;
  let wanted = false;
  let attempts = 0;

  const transmit = (frame: MsrpFrame): void => pipe?.send(formatFrame(frame));

  const client = drive(relay, relayClient(options, settings), (effect) => {
    switch (effect.do) {
      case "want-ids":
        client.feed({ on: "ids", tid: freshId(), cnonce: freshId(), name: freshId(), sessionId: freshId() });
        return;
      case "transmit":
        transmit(effect.frame);
        return;
      case "ready":
        attempts = 0;
        timers.stop("connect");
        onEvent({ on: "ready" });
        return;
      case "denied":
        wanted = false;
        disconnect();
        onEvent({ on: "denied", status: effect.status });
        return;
      case "give-up":
        lost();
        return;
      case "lapsed":
        handedOut.delete(effect.own);
        sessions.lapsed(effect.own);
        return;
      case "start":
        timers.start(effect.timer, effect.ms, () =>
          client.feed({ on: "fired", timer: effect.timer, nowMs: clock.now() }),
        );
        return;
      case "stop":
        timers.stop(effect.timer);
    }
  });

  function connect(): void {
    timers.stop("retry");
    onEvent({ on: "connecting" });
    timers.start("connect", settings.authMs, lost);
    const mine = (connection += 1);
    pipe = options.connect({
      opened: () => {
        if (connection === mine) client.feed({ on: "opened" });
      },
      received: (bytes) => {
        if (connection === mine) received(bytes);
      },
      closed: () => {
        if (connection === mine) lost();
      },
    });
  }

  function received(bytes: Uint8Array): void {
    let frame: MsrpFrame;
    try {
      frame = parseFrame(bytes);
    } catch (error) {
      // Whoever sent it can't be told: without a frame there is no way back. It will miss its answer.
      if (error instanceof ProtocolError) return;
      throw error;
    }
    if (frame.kind === "response" && frame.tid === client.state().asking?.tid)
      client.feed({ on: "answer", frame, nowMs: clock.now() });
    else sessions.receive(frame, isOurs(frame));
  }

  /** Whether a frame is for a path given out, on which a session may yet open. */
  const isOurs = (frame: MsrpFrame): boolean => {
    const id = sessionIdOf(frame.toPath[0]);
    return client.state().held.some((h) => h.is === "taken" && sessionIdOf(h.path.own) === id);
  };

  /** Ends everything that lived on this connection. */
  function disconnect(): void {
    const old = pipe;
    pipe = null;
    connection += 1;
    timers.stopAll();
    handedOut.clear();
    client.feed({ on: "closed" });
    sessions.lost();
    old?.close();
  }

  function lost(): void {
    disconnect();
    if (!wanted) return;
    attempts += 1;
    const ceiling = Math.min(settings.retryMaxMs, settings.retryMinMs * 2 ** Math.min(attempts - 1, 20));
    const delay = ceiling * (0.5 + parseInt(freshId().slice(0, 8), 16) / 2 ** 33);
    timers.start("retry", delay, connect);
    onEvent({ on: "disconnected", retryAtMs: clock.now() + delay });
  }

  return {
    start: () => {
      if (wanted) return;
      wanted = true;
      connect();
    },
    stop: () => {
      wanted = false;
      disconnect();
    },
    tryNow: () => {
      if (pipe !== null) return client.feed({ on: "look" });
      wanted = true;
      connect();
    },
    takePath: () => {
      const path = sparePath(client.state(), handedOut);
      if (path === null) return null;
      handedOut.add(path.own);
      client.feed({ on: "take", own: path.own });
      return path;
    },
    open: (session) => {
      const { own } = session.local;
      const alive = handedOut.has(own);
      client.feed({ on: "use", own });
      return sessions.open(session, alive, () => {
        handedOut.delete(own);
        client.feed({ on: "release", own });
      });
    },
  };
}
