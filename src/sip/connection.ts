/**
 * The WebSocket to the SIP server, again and again (RFC 7118; RFC 5626 §4.5 for the waits between).
 *
 * One SIP message per WebSocket message, text or binary; CRLFCRLF is answered with CRLF. What is sent while no
 * socket is open fails at once. A socket that does not open in `pongMs` is given up, as is one that is dead by
 * `keep-alive.ts`. Waits double from `retryMinMs` to `retryMaxMs` until `settled` is called, each shortened by up to
 * a half at random, so that a server that comes back is not met by everybody at once.
 */
import { TransportError } from "sip.js/lib/core/index.js";
import type { AgentOptions, Socket } from "./agent.ts";
import { frameOf } from "./frame.ts";
import { createKeepAlive, type KeepAlive } from "./keep-alive.ts";

export interface Connection {
  /** Opens now unless it is open or opening; asks whether the peer is there when open. */
  tryNow(): void;
  send(text: string): Promise<void>;
  /** The server can be used: the next wait is a short one. */
  settled(): void;
  /** Of no use as it is: closes it and tries again later. */
  fail(cause: "network" | "server", afterMs: number | null): void;
  close(): void;
}

export type ConnectionOptions = Pick<
  AgentOptions,
  "server" | "openSocket" | "timers" | "clock" | "freshId"
> & {
  readonly connecting: () => void;
  readonly opened: () => void;
  readonly lost: (cause: "network" | "server", retryAtMs: number) => void;
  /** `body`: one that is no text; `text` then ends with the headers. */
  readonly received: (text: string, body: Uint8Array | null) => void;
  /** Sends a request that the server would answer. */
  readonly ask: () => void;
};

const openState = 1;

type Live = { readonly socket: Socket; isOpen: boolean; keepAlive: KeepAlive | null };

export function createConnection(options: ConnectionOptions): Connection {
  const { server, openSocket, timers, clock, freshId, connecting, opened, lost, received, ask } = options;
  let live: Live | null = null;
  let failures = 0;
  let stopTimer = (): void => {};

  function open(): void {
    stopTimer();
    connecting();
    let socket: Socket;
    try {
      socket = openSocket(server, "sip");
      socket.binaryType = "arraybuffer";
    } catch {
      return retry("network", null); // a URL that can't be used, or a browser that forbids it
    }
    const mine: Live = { socket, isOpen: false, keepAlive: null };
    live = mine;
    stopTimer = clock.after(timers.pongMs, () => fail("network", null));
    socket.addEventListener("open", () => {
      if (live !== mine) return;
      stopTimer();
      mine.isOpen = true;
      mine.keepAlive = createKeepAlive({
        clock,
        keepAliveMs: timers.keepAliveMs,
        pongMs: timers.pongMs,
        ping: () => write(mine, "\r\n\r\n"),
        ask,
        dead: () => fail("network", null),
      });
      opened();
    });
    socket.addEventListener("message", (event: { readonly data: unknown }) => {
      if (live !== mine) return;
      mine.keepAlive?.heard();
      const frame = frameOf(event.data);
      if (frame?.text === "\r\n\r\n" && frame.body === null) write(mine, "\r\n");
      else if (frame !== null && frame.text.trim() !== "") received(frame.text, frame.body);
    });
    // An error is followed by a close; it is heard so that it is nobody's uncaught one.
    socket.addEventListener("error", () => {});
    socket.addEventListener("close", () => {
      if (live === mine) fail("network", null);
    });
  }

  function fail(cause: "network" | "server", afterMs: number | null): void {
    drop();
    retry(cause, afterMs);
  }

  function retry(cause: "network" | "server", afterMs: number | null): void {
    const full = Math.min(timers.retryMaxMs, timers.retryMinMs * 2 ** Math.min(failures, 30));
    failures += 1;
    const share = Number.parseInt(freshId().slice(0, 8), 16) / 2 ** 32;
    const waitMs = Math.max(Math.round(full * (1 - share / 2)), Math.min(afterMs ?? 0, timers.retryMaxMs));
    stopTimer();
    stopTimer = clock.after(waitMs, open);
    lost(cause, clock.now() + waitMs);
  }

  function drop(): void {
    stopTimer();
    const dropped = live;
    live = null;
    if (dropped === null) return;
    dropped.keepAlive?.stop();
    try {
      dropped.socket.close(1000);
    } catch {
      // it is closed, or was never to open
    }
  }

  return {
    tryNow: () => {
      if (live === null) open();
      else live.keepAlive?.look();
    },
    send: (text) =>
      live !== null && live.isOpen && write(live, text)
        ? Promise.resolve()
        : Promise.reject(new TransportError("not connected")),
    settled: () => {
      failures = 0;
    },
    fail,
    close: drop,
  };
}

function write({ socket }: Live, text: string): boolean {
  if (socket.readyState !== openState) return false;
  try {
    socket.send(text);
    return true;
  } catch {
    return false;
  }
}
