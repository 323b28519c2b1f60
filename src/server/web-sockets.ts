/**
 * The WebSocket door of the box: `/sip` with subprotocol `sip` (RFC 7118), `/msrp` with `msrp` (RFC 7977).
 *
 * Refuses other paths (404), a missing or other subprotocol (426), pages of other sites (403), more connections than
 * one address may have (429) or all together (503). A connection that sends more than its rate is closed with 1008.
 * Pings each and cuts those that do not answer.
 */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type RawData, type WebSocket } from "ws";
import { pathOf, securityHeaders } from "./http.ts";
import { createAdmission, type Visitor } from "./network/admission.ts";
import { createBucket } from "./network/bucket.ts";
import type { ConnectionLimits, RateLimits } from "./network/limits.ts";
import { everyPing } from "./pinging.ts";
import type { Reach } from "./reach.ts";
import { createRefusalCount, type Refusals } from "./refusals.ts";

export type SocketDoor = {
  readonly path: string;
  readonly subprotocol: string;
  readonly maxMessageBytes: number;
  readonly rate: RateLimits;
  readonly accept: (socket: WebSocket, visitor: Visitor) => void;
};

/** How long a connection that was refused, or closed for its rate, has to go. */
const cutMs = 1_000;

export interface SocketDoors {
  /** Closes what is open (1001), cuts it if that takes too long, and listens no more. */
  close(): void;
  readonly connections: number;
  /** Why connections were refused or closed, and how often. */
  readonly refused: Refusals;
}

export function openSocketDoors(
  server: Server,
  doors: readonly SocketDoor[],
  options: {
    readonly pingMs: number;
    readonly goodbyeMs: number;
    readonly reach: Reach;
    readonly limits: ConnectionLimits;
    readonly now: () => number;
    /** Whether other paths are somebody else's (a development server's own sockets) rather than refused. */
    readonly leaveOthers: boolean;
  },
): SocketDoors {
  const { reach, now } = options;
  const open = new Set<WebSocket>();
  const { refused, count } = createRefusalCount();
  const admission = createAdmission(options.limits, count);
  const unanswered = new WeakSet<WebSocket>();
  const acceptors = new Map(
    doors.map((door) => [
      door.path,
      {
        door,
        acceptor: new WebSocketServer({
          noServer: true,
          clientTracking: false,
          perMessageDeflate: false,
          maxPayload: door.maxMessageBytes,
          handleProtocols: () => door.subprotocol,
        }),
      },
    ]),
  );

  const always = Object.entries(securityHeaders(reach)).map(([name, value]) => `${name}: ${value}`);
  const refuse = (stream: Duplex, status: string, ...more: readonly string[]): void => {
    const lines = [`HTTP/1.1 ${status}`, "Connection: close", "Content-Length: 0", ...more, ...always];
    stream.on("error", () => {});
    stream.end(`${lines.join("\r\n")}\r\n\r\n`);
    stream.resume();
    setTimeout(() => stream.destroy(), cutMs).unref(); // the other end may have its own side open for ever
  };

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const found = acceptors.get(pathOf(request));
    if (found === undefined) {
      if (!options.leaveOthers) refuse(stream, "404 Not Found");
      return;
    }
    const { door, acceptor } = found;
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((one) => one.trim());
    if (!reach.mayAsk(request)) {
      count("Host or Origin of others");
      return refuse(stream, "403 Forbidden");
    }
    if (!offered.includes(door.subprotocol))
      return refuse(stream, "426 Upgrade Required", `Sec-WebSocket-Protocol: ${door.subprotocol}`);
    const visit = admission.enter(reach.addressOf(request));
    if (visit === 429) return refuse(stream, "429 Too Many Requests", "Retry-After: 10");
    if (visit === 503) return refuse(stream, "503 Service Unavailable", "Retry-After: 10");
    stream.once("close", () => visit.left());
    acceptor.handleUpgrade(request, stream, head, (socket) => {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
      const unbound = holdTo(door.rate, socket);
      socket.on("pong", () => unanswered.delete(socket));
      socket.on("error", () => {}); // `ws` closes after each error
      door.accept(socket, { address: visit.address, proven: () => visit.proven(), unbound });
    });
  };
  server.on("upgrade", onUpgrade);

  /** Nothing more is heard from who is too fast; others on this server are not held up. Gives the end of it. */
  function holdTo(rate: RateLimits, socket: WebSocket): () => void {
    const messages = createBucket(rate.messages, rate.messagesPerSecond, now);
    const bytes = createBucket(rate.bytes, rate.bytesPerSecond, now);
    const hear = (data: RawData): void => {
      const sizeBytes = Array.isArray(data)
        ? data.reduce((sum, part) => sum + part.length, 0)
        : data.byteLength;
      if (messages.take(1) && bytes.take(sizeBytes)) return;
      count("too much at once");
      socket.removeAllListeners("message");
      socket.removeAllListeners("ping");
      socket.close(1008, "too much at once");
      setTimeout(() => socket.terminate(), cutMs).unref();
    };
    socket.on("message", hear);
    socket.on("ping", hear);
    return () => {
      socket.off("message", hear);
      socket.off("ping", hear);
    };
  }

  const stopPinging = everyPing(options.pingMs, (isFair) => {
    for (const socket of open) {
      if (isFair && unanswered.has(socket)) socket.terminate();
      else if (socket.readyState === socket.OPEN) {
        unanswered.add(socket);
        socket.ping(() => {});
      }
    }
  });

  return {
    close: () => {
      server.off("upgrade", onUpgrade);
      stopPinging();
      for (const socket of open) socket.close(1001, "the server stops");
      setTimeout(() => {
        for (const socket of open) socket.terminate();
      }, options.goodbyeMs).unref();
    },
    get connections() {
      return open.size;
    },
    refused,
  };
}
