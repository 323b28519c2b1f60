/**
 * "Check this server" against the box and against servers that are tests: what each lacks is named by one line, and
 * somebody who is signed in meanwhile sees nothing of it.
 */
import { createServer } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import type { Clock } from "../flow/clock.ts";
import { startBox, type Box } from "../server/network-in-a-box.ts";
import { formatSip, parseSip, responseTo, type SipHeader } from "../wire/sip.ts";
import type { LineId } from "../client/check/seen.ts";
import { testCertificate } from "./certificates.ts";
import { aliceAt, checked } from "./check-over-sockets.ts";
import { nodePlatform } from "../check/node-platform.ts";
import { runCheck } from "../client/check/run.ts";
import { freshId, systemClock } from "../server/system.ts";
import { freePort } from "./free-ports.ts";
import { startPeople, stopPeople } from "./headless-person.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let box: Box;
const servers: Server[] = [];
beforeAll(async () => {
  box = await startBox();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
});
afterAll(() => box.stop());

const at = (path: string, of: Box = box): string => new URL(path, of.url).href.replace(/^http/, "ws");
const target = (of: Box = box) => ({
  ...aliceAt(of.domain),
  server: at("/sip", of),
  relay: at("/msrp", of),
});
const notTried = (because: LineId, ...ids: readonly LineId[]): Partial<Record<LineId, string>> =>
  Object.fromEntries(ids.map((id) => [id, `not tried: ${because}`]));
const sipLines = ["factory", "unchanged", "identity", "size"] as const;

test("the box passes every line; who is signed in sees nothing of it, and nothing stays behind", async () => {
  const people = await startPeople(box, ["alice"]);
  const [alice] = people;
  const seen: unknown[] = [];
  const stop = alice.watch(({ chats, order }) => {
    if (order.length > 0 || Object.keys(chats).length > 0) seen.push(chats);
  });
  for (let round = 1; round <= 2; round += 1) {
    const { wrong, text } = await checked(target());
    expect(wrong).toEqual({});
    // Another device of hers, and not another one each time.
    expect(text).toMatch(/with a GRUU, 1 more device$/m);
  }
  stop();
  expect(seen).toEqual([]);
  expect(alice.state().order).toEqual([]);
  await stopPeople(people);
});

test("a certificate that nobody trusts is TLS's fault, and nothing further is tried", async () => {
  const secure = await startBox({ tls: testCertificate });
  const { wrong, text } = await checked(target(secure));
  await secure.stop();
  expect(wrong).toEqual({
    tls: "certificate",
    ...notTried("tls", "sip", "digest", "register", "relay", "auth", "loop", ...sipLines),
  });
  expect(text).toMatch(/^failed {5}TLS: it is signed by itself$/m);
});

test("nobody listens; and somebody listens who says nothing", async () => {
  const held = new Set<Socket>();
  const patience = patient();
  const port = await freePort();
  const server = await listening(
    createTcpServer((socket) => {
      held.add(socket);
      socket.on("data", patience.runsOut);
    }),
    port,
  );
  const url = `ws://127.0.0.1:${port}/`;
  // Both servers, so that nobody who answers has to be quick.
  const silent = await checked({ ...target(), server: url, relay: url }, patience);
  const all = notTried("sip", "digest", "register", "relay", "auth", "loop", ...sipLines);
  expect(silent.wrong).toEqual({ sip: "mute", ...all });
  for (const socket of held) socket.destroy();
  servers.length = 0;
  await new Promise((done) => server.close(done));
  const gone = await checked({ ...target(), server: url, relay: url });
  expect(gone.wrong).toEqual({ sip: "refused", ...all });
});

test("a path where no WebSocket is; the relay on the same host is looked at all the same", async () => {
  const { wrong } = await checked({ ...target(), server: at("/elsewhere") });
  expect(wrong).toMatchObject({ sip: "http", ...notTried("sip", "digest", "register", ...sipLines) });
  expect(wrong).not.toHaveProperty("relay");
  expect(wrong).not.toHaveProperty("loop");
});

test("a relay that is a SIP server, and a server that is a relay", async () => {
  const { wrong } = await checked({ ...target(), relay: at("/sip") });
  expect(Object.keys(wrong)).toEqual(["relay", "auth", "loop"]);
});

test("digest algorithms that nobody here knows are named, and no password is sent", async () => {
  const sha = 'Digest realm="x", nonce="n", algorithm=SHA-256, qop="auth"';
  const heard: string[] = [];
  const url = await scripted((text, answer) => {
    heard.push(text);
    answer(401, [["WWW-Authenticate", sha]]);
  });
  const { wrong, text } = await checked({ ...target(), server: url });
  expect(wrong).toEqual({ digest: "no-md5", ...notTried("digest", "register", ...sipLines) });
  expect(text).toMatch(/SHA-256, qop auth/);
  expect(heard).toHaveLength(1);
});

test("REGISTER: no answer, refused, and a yes that keeps nothing", async () => {
  const patience = patient();
  const mute = await scripted(patience.runsOut, patience.runsOut);
  const silent = await checked({ ...target(), server: mute, relay: mute }, patience);
  expect(silent.wrong).toEqual({
    register: "silent",
    ...notTried("register", "digest", ...sipLines),
    auth: "silent",
    ...notTried("auth", "loop"),
  });
  const forbidden = await checked({ ...target(), server: await scripted((_, answer) => answer(403, [])) });
  expect(forbidden.wrong).toEqual({
    register: "forbidden",
    ...notTried("register", "digest", "auth", "loop", ...sipLines),
  });
  const empty = await checked({ ...target(), server: await scripted((_, answer) => answer(200, [])) });
  expect(empty.wrong).toEqual({ register: "not-kept", ...notTried("register", ...sipLines) });
});

test("a server that speaks no SIP, though it says so: one that sends back what it gets, and one of another kind", async () => {
  for (const reply of [(text: string) => text, () => '{"type":"hello"}']) {
    const http = createServer();
    const sockets = new WebSocketServer({ server: http });
    sockets.on("connection", (socket: WebSocket) =>
      socket.on("message", (data: Buffer) => socket.send(reply(data.toString("utf8")))),
    );
    await listening(http);
    const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/`;
    const { wrong, text } = await checked({ ...target(), server: url });
    expect(wrong).toEqual({ register: "nonsense", ...notTried("register", "digest", ...sipLines) });
    expect(text).toMatch(/Registration: No SIP\n.*can’t be read as SIP/);
  }
});

test("a check that nobody wants any more signs off at once and says nothing more", async () => {
  const shown: string[] = [];
  const running = runCheck({
    target: target(),
    platform: nodePlatform(null),
    clock: systemClock,
    freshId,
    chunkBytes: 8_192,
    changed: (all) => {
      const at = all.find(({ is }) => is === "trying")?.id ?? "";
      shown.push(at);
      if (at === "auth") running.stop();
    },
  });
  await running.done;
  expect(shown.at(-1)).toBe("auth");
  // Who comes after it finds no device more.
  expect((await checked(target())).text).toMatch(/with a GRUU$/m);
});

test("no factory set, and one that has no such address", async () => {
  expect((await checked({ ...target(), factory: null })).wrong).toEqual({ factory: "none" });
  const wrong = await checked({ ...target(), factory: "sip:no-such-factory@segue.example" });
  expect(wrong.wrong).toEqual({ factory: "missing" });
});

/** A clock whose limit runs out when a test says so: a machine that is busy is none that says nothing. */
function patient(): { readonly clock: Clock; readonly limitMs: number; readonly runsOut: () => void } {
  const limitMs = 8_000;
  const waiting = new Set<() => void>();
  return {
    limitMs,
    clock: {
      now: () => systemClock.now(),
      after: (ms, run) => {
        if (ms !== limitMs) return systemClock.after(ms, run);
        waiting.add(run);
        return () => waiting.delete(run);
      },
    },
    runsOut: () => {
      const all = [...waiting];
      waiting.clear();
      for (const run of all) run();
    },
  };
}

async function listening(server: Server, port = 0): Promise<Server> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return server;
}

type Answer = (status: number, headers: readonly SipHeader[]) => void;

/** A server that speaks SIP, and says what a test says; nothing to what is no REGISTER. */
async function scripted(
  hear: (text: string, answer: Answer) => void,
  hearOther = (): void => {},
): Promise<string> {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http });
  sockets.on("connection", (socket: WebSocket) =>
    socket.on("message", (data: Buffer) => {
      const text = data.toString("utf8");
      const message = text.startsWith("REGISTER ") ? parseSip(text) : null;
      if (message?.kind !== "request") return hearOther();
      hear(text, (status, headers) =>
        socket.send(formatSip(responseTo(message, status, { toTag: "t", headers }))),
      );
    }),
  );
  await listening(http);
  return `ws://127.0.0.1:${(http.address() as AddressInfo).port}/`;
}
