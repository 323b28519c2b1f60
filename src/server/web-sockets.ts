/**
 * The WebSocket door of the box: `/sip` with subprotocol `sip` (RFC 7118), `/msrp` with `msrp` (RFC 7977).
 *
 * Refuses other paths (404), a missing or other subprotocol (426), pages of other sites (403), and more
 * connections than it can hold (503). Pings each connection and cuts those that do not answer.
 */
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { pathOf } from "./http.ts";
import type { Reach } from "./reach.ts";

export type SocketDoor = {
  readonly path: string;
  readonly subprotocol: string;
  readonly maxMessageBytes: number;
  readonly accept: (socket: WebSocket) => void;
};

const maxConnections = 1_000;

export interface SocketDoors {
  /** Cuts what is still open and listens no more. */
  close(): void;
  readonly connections: number;
}

export function openSocketDoors(
  server: Server,
  doors: readonly SocketDoor[],
  options: {
    readonly pingMs: number;
    readonly reach: Reach;
    /** Whether other paths are somebody else's (a development server's own sockets) rather than refused. */
    readonly leaveOthers: boolean;
  },
): SocketDoors {
  const open = new Set<WebSocket>();
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

  const onUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const found = acceptors.get(pathOf(request));
    if (found === undefined) {
      if (!options.leaveOthers) refuse(stream, "404 Not Found");
      return;
    }
    const { door, acceptor } = found;
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((one) => one.trim());
    if (!options.reach.mayAsk(request)) return refuse(stream, "403 Forbidden");
    if (!offered.includes(door.subprotocol))
      return refuse(stream, `426 Upgrade Required\r\nSec-WebSocket-Protocol: ${door.subprotocol}`);
    if (open.size >= maxConnections) return refuse(stream, "503 Service Unavailable\r\nRetry-After: 10");
    acceptor.handleUpgrade(request, stream, head, (socket) => {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
      socket.on("pong", () => unanswered.delete(socket));
      socket.on("error", () => {}); // `ws` closes after each error
      door.accept(socket);
    });
  };
  server.on("upgrade", onUpgrade);

  const pinging = setInterval(() => {
    for (const socket of open) {
      if (unanswered.has(socket)) socket.terminate();
      else if (socket.readyState === socket.OPEN) {
        unanswered.add(socket);
        socket.ping(() => {});
      }
    }
  }, options.pingMs);
  pinging.unref();

  return {
    close: () => {
      server.off("upgrade", onUpgrade);
      clearInterval(pinging);
      for (const socket of open) socket.close(1001, "the server stops");
      setTimeout(() => {
        for (const socket of open) socket.terminate();
      }, 200).unref();
    },
    get connections() {
      return open.size;
    },
  };
}

function refuse(stream: Duplex, status: string): void {
  stream.on("error", () => {});
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
