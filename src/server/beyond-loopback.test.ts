/** A box that others reach: TLS or a proxy in front, accounts of its own, changed while people are signed in. */
import { request, type RequestOptions } from "node:https";
import { createHash } from "node:crypto";
import { connect } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { WebSocket, type ClientOptions } from "ws";
import { otherTestCertificate, testCertificate } from "../testing/certificates.ts";
import { phoneOver, type Phone, type PhoneWire } from "../testing/raw-phone.ts";
import { openRawRelayClient } from "../testing/raw-relay-client.ts";
import { headers } from "../wire/sip.ts";
import { demoPeople, stored } from "./network/accounts.ts";
import { startBox, type Box, type BoxOptions } from "./network-in-a-box.ts";

const people = demoPeople.map((person) => stored(person, "segue.example"));
const ca = testCertificate.cert;
let box: Box | null = null;
afterEach(async () => {
  await box?.stop();
  box = null;
});

async function start(options: BoxOptions): Promise<Box> {
  box = await startBox({ accounts: people, ...options });
  return box;
}

type Page = { readonly status: number; readonly headers: Record<string, unknown>; readonly body: string };
const get = (port: number, path: string, more: RequestOptions = {}): Promise<Page> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: "localhost", port, path, ca, agent: false, ...more }, (answer) => {
      let body = "";
      answer.on("data", (part: Buffer) => (body += part.toString()));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
    });
    asked.on("error", reject);
    asked.end();
  });

/** Opened, or the status that refused. */
const open = (url: string, protocol: string, options: ClientOptions = {}): Promise<WebSocket | number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocol, { ca, ...options });
    socket.on("open", () => resolve(socket));
    socket.on("unexpected-response", (_request, answer) => resolve(answer.statusCode ?? 0));
    socket.on("error", reject);
  });

async function phone(url: string, user: string): Promise<Phone> {
  const socket = await open(url, "sip");
  if (typeof socket === "number") throw new Error(`refused with ${socket}`);
  const wire: PhoneWire = {
    send: (text) => socket.send(text),
    close: () => socket.terminate(),
    onText: null,
    onClose: null,
  };
  socket.on("message", (data: Buffer) => wire.onText?.(data.toString("utf8")));
  socket.on("close", (code) => wire.onClose?.(code));
  return phoneOver(wire, user);
}

test("with TLS everything is https, wss and msrps on one port", async () => {
  const { port, url, trace } = await start({ tls: testCertificate, trace: true });
  expect(url).toBe(`https://127.0.0.1:${port}/`);
  const config = await get(port, "/config.json");
  expect(JSON.parse(config.body)).toMatchObject({ presets: [{ name: "segue.example", demo: [] }] });
  const [alice, bob] = [
    await phone(`wss://localhost:${port}/sip`, "alice"),
    await phone(`wss://localhost:${port}/sip`, "bob"),
  ];
  expect((await alice.register()).status).toBe(200);
  expect((await bob.register()).status).toBe(200);
  alice.send(alice.request("MESSAGE", "sip:bob@segue.example", { body: "hello" }));
  const [via] = headers(await bob.takeRequest("MESSAGE"), "Via");
  expect(via).toContain("SIP/2.0/WSS bob.pf.segue.example");
  expect(trace.sip.length).toBeGreaterThan(0);

  const client = await openRawRelayClient(`wss://localhost:${port}/msrp`, "alice", { ca });
  expect(await client.auth()).toMatch(
    new RegExp(`^msrps://relay\\.segue\\.example:${port}/[0-9a-f]{32};tcp$`),
  );
  client.close();
});

test("off loopback any Host is ours, browsers are told to stay with TLS, other pages are refused", async () => {
  const options = { host: "0.0.0.0", tls: testCertificate, origins: ["https://app.example.org"] };
  const { port } = await start(options);
  const page = await get(port, "/config.json", {
    servername: "localhost",
    headers: { Host: "chat.example.org" },
  });
  expect(page.status).toBe(200);
  expect(page.headers["strict-transport-security"]).toBe("max-age=31536000");
  expect(page.headers["content-security-policy"]).toContain("default-src 'self'");
  const url = `wss://localhost:${port}/sip`;
  const from = async (origin: string): Promise<number> => {
    const socket = await open(url, "sip", { headers: { Origin: origin } });
    if (typeof socket === "number") return socket;
    socket.terminate();
    return 101;
  };
  expect(await from(`https://localhost:${port}`)).toBe(101);
  expect(await from("https://app.example.org")).toBe(101);
  expect(await from(`http://localhost:${port}`)).toBe(403);
  expect(await from("https://evil.example")).toBe(403);
});

test("behind a proxy the public address decides, plain inside", async () => {
  const publicUrl = "https://chat.example.org/segue/";
  const { port, url } = await start({ behindProxy: true, publicUrl });
  expect(url).toBe(publicUrl);
  const answer = await fetch(`http://127.0.0.1:${port}/config.json`);
  expect(answer.headers.get("strict-transport-security")).not.toBeNull();
  expect(await answer.json()).toMatchObject({
    presets: [{ server: "/segue/sip", relay: "/segue/msrp", demo: [] }],
  });
  const inside = `ws://127.0.0.1:${port}`;
  expect(await open(`${inside}/sip`, "sip", { headers: { Origin: inside.replace("ws", "http") } })).toBe(403);
  const client = await openRawRelayClient(`${inside}/msrp`, "alice", {
    headers: { Origin: "https://chat.example.org", Host: "chat.example.org" },
  });
  expect(await client.auth()).toMatch(/^msrps:\/\/relay\.segue\.example:443\//);
  client.close();
});

test("who is taken out of the accounts is signed out, whoever is in stays", async () => {
  const { port, setAccounts } = await start({});
  const [alice, bob] = [
    await phone(`ws://127.0.0.1:${port}/sip`, "alice"),
    await phone(`ws://127.0.0.1:${port}/sip`, "bob"),
  ];
  await alice.register();
  await bob.register();
  const relayed = await openRawRelayClient(`ws://127.0.0.1:${port}/msrp`, "bob");
  await relayed.auth();

  const zoe = stored({ user: "zoe", name: "Zoe", password: "zoe" }, "segue.example");
  setAccounts([...people.filter(({ user }) => user !== "bob"), zoe]);
  expect(await relayed.closed).toBe(1008);
  await expect.poll(() => bob.closeCode()).not.toBeNull();
  expect((await alice.register()).status).toBe(200);
  alice.send(alice.request("MESSAGE", "sip:bob@segue.example"));
  expect((await alice.takeResponse("MESSAGE")).status).toBe(404);
  const newcomer = await phone(`ws://127.0.0.1:${port}/sip`, "zoe");
  expect((await newcomer.register()).status).toBe(200);
  const late = await phone(`ws://127.0.0.1:${port}/sip`, "bob");
  expect((await late.register()).status).toBe(403);
});

test("a new certificate is for new connections; one that does not fit changes nothing", async () => {
  const { port, setCertificate } = await start({ tls: testCertificate });
  const alice = await phone(`wss://localhost:${port}/sip`, "alice");
  await alice.register();
  const shown = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
        resolve(createHash("sha256").update(socket.getPeerCertificate().raw).digest("hex"));
        socket.destroy();
      });
      socket.on("error", reject);
    });
  const before = await shown();
  expect(() => setCertificate({ ...testCertificate, key: otherTestCertificate.key })).toThrow("key");
  expect(await shown()).toBe(before);
  setCertificate(otherTestCertificate);
  expect(await shown()).not.toBe(before);
  expect((await alice.register()).status).toBe(200);
});
