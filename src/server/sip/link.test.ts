import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { createTrace } from "../trace.ts";
import { memoryLinkPair, webSocketLink, type Link } from "./link.ts";

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a pair in memory", () => {
  test("carries text both ways, later and in order, one row of the trace each", async () => {
    const trace = createTrace({ keep: true, now: () => 7 });
    const [a, b] = memoryLinkPair("A", "B", trace);
    const got: string[] = [];
    b.onText = (text) => {
      got.push(text);
      if (text === "2") b.send("back");
    };
    a.onText = (text) => got.push(text);
    a.send("1");
    a.send("2");
    expect(got).toEqual([]);
    await nextTurn();
    await nextTurn();
    expect(got).toEqual(["1", "2", "back"]);
    expect(trace.sip).toEqual([
      { at: 7, from: "A", to: "B", message: "1" },
      { at: 7, from: "A", to: "B", message: "2" },
      { at: 7, from: "B", to: "A", message: "back" },
    ]);
    expect([a.peer, b.peer]).toEqual(["B", "A"]);
  });

  test("closing is heard at both ends, once, after what was sent", async () => {
    const [a, b] = memoryLinkPair("A", "B");
    const heard: string[] = [];
    b.onText = (text) => heard.push(text);
    a.onClose = () => heard.push("a closed");
    b.onClose = () => heard.push("b closed");
    a.send("last");
    a.close();
    b.close();
    await nextTurn();
    await nextTurn();
    expect(heard).toEqual(["last", "a closed", "b closed"]);
    expect([a.isOpen, b.isOpen]).toEqual([false, false]);
    a.send("too late");
    await nextTurn();
    expect(heard).toHaveLength(3);
  });
});

describe("over a WebSocket", () => {
  let server: WebSocketServer;
  let url: string;
  let accepted: Promise<WebSocket>;
  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    accepted = new Promise((resolve) => server.once("connection", resolve));
    await new Promise((resolve) => server.once("listening", resolve));
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const linkOn = (socket: WebSocket, heard: string[]): Link => {
    const hop = (direction: string, text: string): void => void heard.push(`${direction} ${text}`);
    const link = webSocketLink(socket, { peer: () => "peer", secure: false, hop });
    link.onText = (text) => heard.push(text);
    link.onClose = () => heard.push("closed");
    return link;
  };

  test("what is sent before it is open goes then; text and binary are read; keep-alives are answered", async () => {
    const heard: string[] = [];
    const link = linkOn(new WebSocket(url), heard);
    expect(link.isOpen).toBe(true);
    link.send("early");
    const far = await accepted;
    const got: string[] = [];
    far.on("message", (data: Buffer) => got.push(data.toString()));
    await expect.poll(() => got).toEqual(["early"]);
    far.send("text");
    far.send(Buffer.from("bínary"), { binary: true });
    far.send("\r\n\r\n");
    await expect.poll(() => got).toEqual(["early", "\r\n"]);
    expect(heard).toEqual(["out early", "in text", "text", "in bínary", "bínary"]);
    far.close();
    await expect.poll(() => heard.at(-1)).toBe("closed");
    expect(link.isOpen).toBe(false);
    link.send("late");
  });

  test("binary that is not UTF-8 ends it", async () => {
    const socket = new WebSocket(url);
    const heard: string[] = [];
    const far = await accepted;
    linkOn(far, heard);
    const code = new Promise((resolve) => socket.once("close", resolve));
    await expect.poll(() => socket.readyState).toBe(socket.OPEN);
    socket.send(Buffer.from([0xff, 0xfe]), { binary: true });
    expect(await code).toBe(1007);
    await expect.poll(() => heard).toEqual(["closed"]);
  });

  test("nothing is heard from an end that does not go when it is told to", async () => {
    const heard: string[] = [];
    const socket = new WebSocket(url);
    const link = linkOn(await accepted, heard);
    await expect.poll(() => socket.readyState).toBe(socket.OPEN);
    socket.pause(); // does not see that it is closed
    link.close();
    await new Promise((resolve) => socket.send("late", resolve));
    socket.resume();
    await expect.poll(() => heard.at(-1)).toBe("closed");
    expect(heard).toEqual(["closed"]);
  });

  test("nobody there: closed, and nothing thrown", async () => {
    server.close();
    const heard: string[] = [];
    linkOn(new WebSocket("ws://127.0.0.1:1/"), heard);
    await expect.poll(() => heard).toEqual(["closed"]);
  });
});
