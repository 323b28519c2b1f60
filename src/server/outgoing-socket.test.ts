/** A WebSocket to somewhere else: why it did not open, in words, and that a silent peer is noticed. */
import { createServer, type Server as HttpServer } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server } from "node:net";
import { afterEach, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { openOutgoing } from "./outgoing-socket.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function portOf(server: Server | HttpServer): Promise<number> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const whyNot = (port: number): Promise<string> =>
  new Promise((resolve) => {
    openOutgoing({ url: `ws://127.0.0.1:${port}/ws`, protocol: "sip", pingMs: 10_000, onProblem: resolve });
  });

it("says that nobody listens", async () => {
  const server = createTcpServer();
  const port = await portOf(server);
  await new Promise((done) => server.close(done));
  expect(await whyNot(port)).toBe("nobody listens there");
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

it.each([
  [true, 1],
  [false, 0],
])("a peer that answers pings (%s) is kept, one that does not is cut", async (autoPong, openAfter) => {
  const server = createServer();
  const sockets = new WebSocketServer({ server, autoPong, handleProtocols: () => "sip" });
  closers.push(() => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  });
  const port = await portOf(server);
  const socket = openOutgoing({
    url: `ws://127.0.0.1:${port}/`,
    protocol: "sip",
    pingMs: 20,
    onProblem: () => {},
  });
  const pings = await new Promise<number>((resolve) => {
    let count = 0;
    sockets.once("connection", (peer) => peer.on("ping", () => (count += 1) === 4 && resolve(count)));
    socket.once("close", () => resolve(count));
  });
  expect([pings > 1, socket.readyState]).toEqual([autoPong, openAfter === 1 ? 1 : 3]);
  socket.terminate();
});
