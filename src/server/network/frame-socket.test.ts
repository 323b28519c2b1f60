/** Frames over a WebSocket. */
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { encodeUtf8 } from "../../wire/utf8.ts";
import { webSocketFrames } from "./frame-socket.ts";

let server: WebSocketServer;
beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
});
afterEach(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

test("nothing is heard from an end that does not go when it is told to", async () => {
  const heard: string[] = [];
  const accepted = new Promise<WebSocket>((resolve) => server.once("connection", resolve));
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const frames = webSocketFrames(await accepted);
  frames.onFrame = (frame) => heard.push(`${frame.length} bytes`);
  const gone = new Promise<void>((resolve) => (frames.onClose = resolve));
  await expect.poll(() => socket.readyState).toBe(socket.OPEN);
  socket.pause(); // does not see that it is closed
  frames.close(1008, "no");
  await new Promise((resolve) => socket.send(encodeUtf8("late"), resolve));
  socket.resume();
  await gone;
  expect(heard).toEqual([]);
});
