/** A WebSocket to somewhere else: why it did not open, in words, and that a silent peer is noticed. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { freePort } from "../testing/free-ports.ts";
import { openOutgoing } from "./outgoing-socket.ts";

const pingMs = 100;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const whyNot = (port: number): Promise<string> =>
  new Promise((resolve) => {
    openOutgoing({ url: `ws://127.0.0.1:${port}/ws`, protocol: "sip", pingMs: 10_000, onProblem: resolve });
  });

it("says that nobody listens", async () => {
  expect(await whyNot(await freePort())).toBe("nobody listens there");
});

it("says with which status it was turned away", async () => {
  const port = await portOf(createServer((_request, response) => response.writeHead(403).end()));
  expect(await whyNot(port)).toBe("it answers 403 where a WebSocket is expected");
});

it("says that the server speaks another protocol", async () => {
  const server = createServer();
  const sockets = new WebSocketServer({ server, handleProtocols: () => false });
  closers.push(() => sockets.close());
  expect(await whyNot(await portOf(server))).toBe('it does not speak the subprotocol "sip"');
});

/** Whether the connection to such a peer is open still when it was pinged `most` times; `hears`: at each ping. */
async function isKept(autoPong: boolean, most: number, hears: () => void = () => {}): Promise<boolean> {
  const server = createServer();
  const sockets = new WebSocketServer({ server, autoPong, handleProtocols: () => "sip" });
  closers.push(() => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  });
  const url = `ws://127.0.0.1:${await portOf(server)}/`;
  const socket = openOutgoing({ url, protocol: "sip", pingMs, onProblem: () => {} });
  await new Promise<void>((resolve) => {
    let pings = 0;
    sockets.once("connection", (peer) =>
      peer.on("ping", () => {
        hears();
        if ((pings += 1) === most) resolve();
      }),
    );
    socket.once("close", () => resolve());
  });
  const isOpen = socket.readyState === socket.OPEN;
  socket.terminate();
  return isOpen;
}

it("a peer that answers pings is kept", async () => {
  expect(await isKept(true, 4)).toBe(true);
});

it("one that does not is cut", async () => {
  expect(await isKept(false, Infinity)).toBe(false);
});

it("one whose answer is there is kept, though this program comes to read it later than the next ping", async () => {
  const sleeps = (): void => {
    const wakesAt = performance.now() + 3 * pingMs;
    while (performance.now() < wakesAt);
  };
  expect(await isKept(true, 3, sleeps)).toBe(true);
});
