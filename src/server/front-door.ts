/**
 * The one port of a server, the box or the relay alone: HTTP, or HTTPS whose certificate can be changed while it runs.
 *
 * Bounded against those who connect and say nothing, or take nothing: headers within 10 s, a request within 30 s, an
 * idle connection kept for 5 s, one that moves in no direction for a minute, and no more connections from one address
 * than it may have. Closing lets answers under way finish and then cuts what is left.
 */
import {
  createServer as createHttp,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttps, type Server as TlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { ConnectionLimits } from "./network/limits.ts";
import { networkOf } from "./reach.ts";

/** PEM, both. */
export type Tls = { readonly cert: string; readonly key: string };

export interface FrontDoor {
  readonly server: Server;
  readonly port: number;
  /** As seen from this machine. */
  readonly url: string;
  /** For connections from now on. Throws Error when the two do not fit, and keeps the old ones. */
  setCertificate(tls: Tls): void;
  /** No new connections; resolves when the last is gone, which takes `withinMs` at most. */
  close(withinMs: number): Promise<void>;
}

/** For pages, beside WebSockets; who has too many of those is to be told so. */
const sparePerAddress = 100;

/** Rejects when the port is taken or the certificate can't be used. */
export async function openFrontDoor(options: {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly tls: Tls | null;
  readonly limits: ConnectionLimits;
  /** They all come from its address then. */
  readonly behindProxy: boolean;
  /** How long an answer waits for its reader; a minute when nothing is said. */
  readonly stalledMs?: number;
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
}): Promise<FrontDoor> {
  const { tls, host, limits } = options;
  const bounds = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5_000 };
  const secure: TlsServer | null =
    tls === null ? null : createHttps({ ...bounds, ...tls, minVersion: "TLSv1.2" }, options.answer);
  const server: Server = secure ?? createHttp(bounds, options.answer);
  server.maxConnections = limits.all * 2;
  server.timeout = options.stalledMs ?? 60_000; // a WebSocket takes this off
  if (!options.behindProxy) boundAddresses(server, limits.perAddress + sparePerAddress);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    url: `${tls === null ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}/`,
    setCertificate: (next) => secure?.setSecureContext({ ...next, minVersion: "TLSv1.2" }),
    close: (withinMs) =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), withinMs).unref();
      }),
  };
}

/** Before anything is read: what is too much is cut without a word. */
function boundAddresses(server: Server, most: number): void {
  const open = new Map<string, number>();
  server.on("connection", (socket: Socket) => {
    const from = networkOf(socket.remoteAddress ?? "");
    const now = open.get(from) ?? 0;
    if (now >= most) {
      socket.destroy();
      return;
    }
    open.set(from, now + 1);
    socket.once("close", () => {
      const left = (open.get(from) ?? 1) - 1;
      if (left > 0) open.set(from, left);
      else open.delete(from);
    });
  });
}
