/** A tap on a real socket, with an echo at the other end. */
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import type { Socket } from "../sip/agent.ts";
import { createTap, type Tap } from "./headless-tap.ts";
import { createBell, until, type Bell } from "./headless-until.ts";

let server: WebSocketServer;
let tap: Tap;
let socket: Socket;
let rows: Bell;
const heard: string[] = [];

beforeEach(async () => {
  server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  server.on("connection", (peer) =>
    peer.on("message", (data, isBinary) => peer.send(data, { binary: isBinary })),
  );
  await new Promise((resolve) => server.once("listening", resolve));
  tap = createTap(2_000);
  rows = createBell();
  heard.length = 0;
  socket = tap.openSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/sip`, "sip");
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", ({ data }) => {
    heard.push(typeof data === "string" ? data : Buffer.from(data as ArrayBuffer).toString());
    rows.ring();
  });
  await new Promise<void>((resolve) => socket.addEventListener("open", () => resolve()));
});
afterEach(async () => {
  for (const peer of server.clients) peer.terminate();
  await new Promise((resolve) => server.close(resolve));
});

const hears = (count: number): Promise<true> =>
  until(rows, {
    find: () => heard.length >= count,
    limitMs: 2_000,
    what: `${count} messages`,
    instead: () => heard.join(" "),
  });

it("lets everything through, text and bytes", async () => {
  expect([socket.readyState, socket.binaryType]).toEqual([1, "arraybuffer"]);
  socket.send("one");
  socket.send(Buffer.from("two"));
  await hears(2);
  expect(heard).toEqual(["one", "two"]);
});

it("drops what matches, that way and on that protocol only", async () => {
  tap.drop("sip", "out", (text) => text.startsWith("BYE"));
  tap.drop("msrp", "out", () => true);
  for (const text of ["ACK", "BYE", "INVITE"]) socket.send(text);
  await hears(2);
  expect(heard).toEqual(["ACK", "INVITE"]);
});

it("cuts the line, and opens none until it is mended", async () => {
  const { port } = server.address() as AddressInfo;
  const closes = (one: Socket): Promise<void> =>
    new Promise((resolve) => one.addEventListener("close", () => resolve()));
  const closed = closes(socket);
  tap.cut();
  await Promise.all([closed, closes(tap.openSocket(`ws://127.0.0.1:${port}/sip`, "sip"))]);
  tap.mend();
  const again = tap.openSocket(`ws://127.0.0.1:${port}/sip`, "sip");
  await new Promise<void>((resolve) => again.addEventListener("open", () => resolve()));
  expect([socket.readyState, again.readyState]).toEqual([3, 1]);
});

it.each(["in", "out"] as const)("holds what goes %s until it is released", async (way) => {
  const held = tap.hold("sip", way, (text) => text.startsWith("BYE"));
  for (const text of ["BYE 1", "BYE 2", "ACK"]) socket.send(text);
  await Promise.all([held.caught(2), hears(1)]);
  expect(heard).toEqual(["ACK"]);
  held.release();
  socket.send("BYE 3");
  await hears(4);
  expect(heard).toEqual(["ACK", "BYE 1", "BYE 2", "BYE 3"]);
});
