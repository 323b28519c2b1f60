/** What a socket of Node can tell of why it did not open, tried on servers that are none. */
import { createServer as createWebServer } from "node:http";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import type { Opening } from "../client/check/platform.ts";
import type { Trouble } from "../client/check/seen.ts";
import { testCertificate } from "../testing/certificates.ts";
import { nodePlatform } from "./node-platform.ts";

const servers: Server[] = [];
const held = new Set<Socket>();
afterEach(async () => {
  for (const socket of held) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.on("connection", (socket: Socket) => {
    held.add(socket);
    socket.on("error", () => {});
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

const opened = (scheme: "ws" | "wss", port: number): Opening =>
  nodePlatform(null).open(`${scheme}://127.0.0.1:${port}/`, "sip");

/** Why it did not open, once that is known. */
async function troubleAt(scheme: "ws" | "wss", port: number): Promise<Trouble | null> {
  const { socket, trouble } = opened(scheme, port);
  await new Promise<void>((done) => {
    socket.addEventListener("close", () => done());
    socket.addEventListener("error", () => {});
  });
  return trouble();
}

const mail = (): Server => createServer((socket) => socket.write("220 mail.example.org ready\r\n"));
const quitter = (): Server => createServer((socket) => socket.once("data", () => socket.destroy()));

test("what answers is something else than a web server", async () => {
  expect(await troubleAt("ws", await listening(mail()))).toMatchObject({ is: "no-http" });
  expect(await troubleAt("wss", await listening(mail()))).toEqual({
    is: "no-tls",
    text: "what answers there is not TLS",
    status: null,
  });
});

test("it closes before it has said anything, in TLS too and at its handshake", async () => {
  expect(await troubleAt("ws", await listening(quitter()))).toMatchObject({ is: "closed" });
  expect(await troubleAt("wss", await listening(quitter()))).toEqual({
    is: "no-tls",
    text: "it closes the connection at the TLS handshake",
    status: null,
  });
});

test("TLS that it is too old for is named in the words of the handshake", async () => {
  const old = createTlsServer({ ...testCertificate, minVersion: "TLSv1", maxVersion: "TLSv1.1" });
  old.on("tlsClientError", () => {});
  expect(await troubleAt("wss", await listening(old))).toMatchObject({
    is: "no-tls",
    text: expect.stringMatching(/^the TLS handshake fails: [a-z0-9 ]+$/),
  });
});

test("silence: nobody there yet, nobody who speaks TLS, nobody who speaks", async () => {
  for (const [scheme, is] of [
    ["ws", "mute"],
    ["wss", "no-tls"],
  ] as const) {
    const server = createServer();
    const heard = new Promise((done) => server.on("connection", (socket) => socket.once("data", done)));
    const { socket, trouble } = opened(scheme, await listening(server));
    socket.addEventListener("error", () => {});
    expect(trouble()).toMatchObject({ is: "silent" });
    // What has come was sent over a connection.
    await heard;
    expect(trouble()).toMatchObject({ is });
    // That nobody waits any more is no trouble of its own.
    const closed = new Promise<void>((done) => socket.addEventListener("close", () => done()));
    socket.close();
    await closed;
    expect(trouble()).toMatchObject({ is });
  }
});

test("a web server’s answer: its status, and where it sends to", async () => {
  const web = createWebServer().on("upgrade", (_request, socket) =>
    socket.end("HTTP/1.1 301 Moved Permanently\r\nLocation: https://chat.example.org/ws\r\n\r\n"),
  );
  expect(await troubleAt("ws", await listening(web))).toEqual({
    is: "http",
    text: "it answers 301 and sends to https://chat.example.org/ws",
    status: 301,
  });
  const plain = createWebServer((_request, response) => response.writeHead(404).end());
  expect(await troubleAt("ws", await listening(plain))).toMatchObject({ is: "http", status: 404 });
});

test("a WebSocket without the subprotocol", async () => {
  const web = createWebServer();
  const sockets = new WebSocketServer({ server: web, handleProtocols: () => false });
  sockets.on("connection", (socket) => socket.on("error", () => {}));
  expect(await troubleAt("ws", await listening(web))).toMatchObject({ is: "subprotocol" });
});

test("nobody listens", async () => {
  const server = createServer();
  const port = await listening(server);
  await new Promise((done) => servers.pop()?.close(done));
  expect(await troubleAt("ws", port)).toMatchObject({ is: "refused" });
});
