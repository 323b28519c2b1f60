/** MSRP end to end over real sockets: the browser's link, the relay, the focus's link. */
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { createMsrpLink } from "../client/msrp-link.ts";
import type { Clock } from "../flow/clock.ts";
import {
  msrpLinkTimers,
  type MsrpLink,
  type MsrpLinkEvent,
  type MsrpSessionHandle,
} from "../flow/msrp-link.ts";
import type { MsrpPath } from "../flow/msrp-path.ts";
import { webSocketFrames } from "../server/network/frame-socket.ts";
import { relayLinkOverWebSocket, relayLinkTimers } from "../server/network/relay-link.ts";
import { createRelay, type Relay } from "../server/network/relay.ts";
import type { Socket } from "../sip/agent.ts";
import { ha1 } from "../wire/digest.ts";
import { encodeUtf8 } from "../wire/utf8.ts";

const clock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
const freshId = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("hex");

let server: WebSocketServer;
let relay: Relay;
let url: string;
const links: MsrpLink[] = [];

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: () => "msrp" });
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  url = `ws://127.0.0.1:${port}/msrp`;
  relay = createRelay({
    host: "localhost",
    port,
    tls: false,
    realm: "segue.example",
    ha1: (user) => ha1(user, "segue.example", user),
    clock,
    freshId,
  });
  server.on("connection", (socket) => relay.accept(webSocketFrames(socket)));
});

afterEach(async () => {
  for (const link of links.splice(0)) link.stop();
  relay.close();
  for (const socket of server.clients) socket.terminate();
  await new Promise((resolve) => server.close(resolve));
});

type Person = {
  readonly link: MsrpLink;
  readonly when: (on: MsrpLinkEvent["on"]) => Promise<void>;
  readonly frames: (string | Uint8Array)[];
};

function person(user: string, kind: "browser" | "focus"): Person {
  const waiting: { on: string; done: () => void }[] = [];
  const frames: (string | Uint8Array)[] = [];
  const options = {
    url,
    user,
    password: user,
    clock,
    freshId,
    settings: { ...(kind === "browser" ? msrpLinkTimers : relayLinkTimers), retryMinMs: 20 },
    onEvent: (event: MsrpLinkEvent) => {
      for (const one of waiting.splice(0))
        if (one.on === event.on) one.done();
        else waiting.push(one);
    },
  };
  const link =
    kind === "focus"
      ? relayLinkOverWebSocket(options)
      : createMsrpLink({
          ...options,
          openSocket: (to, protocol) => {
            const socket = new WebSocket(to, protocol);
            socket.on("message", (data) => frames.push(data as Buffer));
            return socket as unknown as Socket;
          },
        });
  links.push(link);
  link.start();
  return {
    link,
    frames,
    /** The next event of that name. */
    when: (on) => new Promise((done) => waiting.push({ on, done })),
  };
}

/** Opens a session; the promise is of the next message. */
function open(
  one: Person,
  local: MsrpPath,
  remote: MsrpPath,
): { handle: MsrpSessionHandle; next: Promise<Uint8Array>; reported: Promise<string> } {
  let take: (body: Uint8Array) => void = () => {};
  let report: (id: string) => void = () => {};
  const next = new Promise<Uint8Array>((resolve) => (take = resolve));
  const reported = new Promise<string>((resolve) => (report = resolve));
  const handle = one.link.open({
    local,
    remotePath: remote.path,
    acceptTypes: ["*"],
    remoteAcceptTypes: ["*"],
    active: true,
    onMessage: ({ body }) => take(body),
    onReported: report,
  });
  return { handle, next, reported };
}

const path = (one: Person): MsrpPath => {
  const taken = one.link.takePath();
  if (taken === null) throw new Error("no path");
  return taken;
};

it("carries a megabyte of any bytes between a browser and the focus, both ways", async () => {
  const alice = person("alice", "browser");
  const focus = person("focus", "focus");
  await Promise.all([alice.when("ready"), focus.when("ready")]);
  const [pa, pf] = [path(alice), path(focus)];
  const a = open(alice, pa, pf);
  const f = open(focus, pf, pa);
  const big = new Uint8Array(1_000_000).map((_, n) => (n * 31) % 256);
  a.handle.send("big", { contentType: "application/octet-stream", body: big });
  f.handle.send("text", { contentType: "text/plain", body: encodeUtf8("漢字 🙂") });
  expect(Buffer.compare(await f.next, big)).toBe(0);
  expect(Buffer.from(await a.next).toString()).toBe("漢字 🙂");
  expect([await a.reported, await f.reported]).toEqual(["big", "text"]);
});

it("comes back after the relay drops it, and after a URL that is none", async () => {
  const alice = person("alice", "browser");
  await alice.when("ready");
  const dropped = alice.when("disconnected");
  for (const socket of server.clients) socket.terminate();
  await dropped;
  await alice.when("ready");
  expect(alice.link.takePath()).not.toBe(null);

  url = "not a url";
  const lost = person("alice", "browser");
  await lost.when("disconnected");
  expect(lost.link.takePath()).toBe(null);
});
