/** The relay alone as others reach it: TLS, a proxy, pages of other hosts, accounts that change, the focus. */
import { afterEach, expect, it } from "vitest";
import { WebSocket, type ClientOptions } from "ws";
import { otherTestCertificate, testCertificate } from "../testing/certificates.ts";
import { startMsrpPerson, talkBetween, type MsrpPerson } from "../testing/msrp-person.ts";
import { openRawRelayClient, type RawRelayClient } from "../testing/raw-relay-client.ts";
import { encodeUtf8 } from "../wire/utf8.ts";
import { demoPeople, focusUser, stored } from "./network/accounts.ts";
import { relayDefaultLimits } from "./relay-limits.ts";
import { startRelayAlone, type RelayAlone, type RelayAloneOptions } from "./relay-alone.ts";

const domain = "segue.example";
const people = demoPeople.map((person) => stored(person, domain));
let relay: RelayAlone | null = null;
const persons: MsrpPerson[] = [];
afterEach(async () => {
  for (const { link } of persons.splice(0)) link.stop();
  await relay?.stop();
  relay = null;
});

async function start(options: Partial<RelayAloneOptions> = {}): Promise<RelayAlone> {
  relay = await startRelayAlone({
    host: "127.0.0.1",
    port: 0,
    domain,
    users: { from: "accounts", people },
    ...options,
  });
  return relay;
}

async function person(url: string, user: string, socket: ClientOptions = {}): Promise<MsrpPerson> {
  const one = startMsrpPerson(url, user, { socket });
  persons.push(one);
  await one.when("ready");
  return one;
}

async function client(user: string, options: ClientOptions = {}, password = user): Promise<string | number> {
  const raw = await openRawRelayClient(relay?.url ?? "", user, options);
  const path = await raw.auth(password);
  raw.close();
  return path;
}

/** 101, or the status that refused. */
const statusFor = (url: string, protocol: string, options: ClientOptions = {}): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocol, options);
    socket.on("open", () => {
      socket.terminate();
      resolve(101);
    });
    socket.on("unexpected-response", (_request, answer) => resolve(answer.statusCode ?? 0));
    socket.on("error", reject);
  });

it("serves MSRP over WebSocket and nothing else", async () => {
  const { url, port } = await start();
  expect(url).toBe(`ws://127.0.0.1:${port}/msrp`);
  const http = `http://127.0.0.1:${port}`;
  const pages = await Promise.all(["/", "/config.json", "/msrp"].map((path) => fetch(`${http}${path}`)));
  expect(pages.map(({ status }) => status)).toEqual([404, 404, 426]);
  expect(await statusFor(`ws://127.0.0.1:${port}/sip`, "sip")).toBe(404);
  expect(await statusFor(url, "sip")).toBe(426);
  expect(await client("alice")).toMatch(
    new RegExp(`^msrp://relay\\.segue\\.example:${port}/[0-9a-f]{32};tcp$`),
  );
  expect(await client("alice", {}, "guess")).toBe(401);
  expect(await client("mallory")).toBe(401);
  expect(await client(focusUser)).toBe(401);
});

it("pages of others are refused, on loopback names of others too", async () => {
  const { url, port } = await start({ origins: ["https://app.example.org"] });
  const from = (headers: Record<string, string>): Promise<number> => statusFor(url, "msrp", { headers });
  expect(await from({ Origin: `http://127.0.0.1:${port}` })).toBe(101);
  expect(await from({ Origin: "https://app.example.org" })).toBe(101);
  expect(await from({ Origin: "https://evil.example" })).toBe(403);
  expect(await from({ Host: "evil.example" })).toBe(403);
});

it("with TLS of its own: wss, msrps, another certificate while it runs", async () => {
  const { url, port, setCertificate } = await start({ tls: testCertificate });
  expect(url).toBe(`wss://127.0.0.1:${port}/msrp`);
  const [alice, bob] = (await Promise.all(
    ["alice", "bob"].map((user) => person(url, user, { ca: testCertificate.cert })),
  )) as [MsrpPerson, MsrpPerson];
  const [a, b] = talkBetween(alice, bob);
  a.handle.send("m", { contentType: "text/plain", body: encodeUtf8("over TLS") });
  expect(Buffer.from((await b.next).body).toString()).toBe("over TLS");
  expect(a.local.usePath).toEqual([expect.stringMatching(`^msrps://relay.segue.example:${port}/`)]);
  expect(() => setCertificate({ ...testCertificate, key: otherTestCertificate.key })).toThrow("key");
  setCertificate(otherTestCertificate);
  await expect(statusFor(url, "msrp", { ca: testCertificate.cert })).rejects.toThrow("certificate");
});

it("behind a proxy: the public name in paths and as origin, plain inside", async () => {
  const { url, port } = await start({ behindProxy: true, publicUrl: "https://chat.example.org/" });
  expect(url).toBe("wss://chat.example.org/msrp");
  const inside = `ws://127.0.0.1:${port}/msrp`;
  const raw = await openRawRelayClient(inside, "alice", {
    headers: { Host: "chat.example.org", Origin: "https://chat.example.org" },
  });
  expect(await raw.auth()).toMatch(/^msrps:\/\/chat\.example\.org:443\/[0-9a-f]{32};tcp$/);
  raw.close();
  expect(await statusFor(inside, "msrp", { headers: { Origin: `http://127.0.0.1:${port}` } })).toBe(403);
});

it("who is taken out, or has another password, is signed out, whoever stays stays", async () => {
  const { url, setAccounts } = await start();
  const [alice, bob, carol] = (await Promise.all(
    ["alice", "bob", "carol"].map(async (user): Promise<RawRelayClient> => {
      const raw = await openRawRelayClient(url, user);
      await raw.auth();
      return raw;
    }),
  )) as [RawRelayClient, RawRelayClient, RawRelayClient];
  const other = stored({ user: "carol", name: "Carol", password: "another" }, domain);
  setAccounts([...people.filter(({ user }) => user !== "bob" && user !== "carol"), other]);
  expect([await bob.closed, await carol.closed]).toEqual([1008, 1008]);
  expect(await alice.auth()).toMatch(/^msrp:/);
  expect(await client("bob")).toBe(401);
  expect(await client("carol", {}, "another")).toMatch(/^msrp:/);
  alice.close();
});

it("the focus has a password of its own, changed while it runs; no account takes its name", async () => {
  const taken = stored({ user: focusUser, name: "", password: "theirs" }, domain);
  const { url, setFocusPassword } = await start({
    users: { from: "accounts", people: [...people, taken] },
    focusPassword: "ours",
  });
  expect(await client(focusUser, {}, "theirs")).toBe(401);
  const focus = await openRawRelayClient(url, focusUser);
  expect(await focus.auth("ours")).toMatch(/^msrp:/);
  setFocusPassword("ours");
  expect(await focus.auth("ours")).toMatch(/^msrp:/);
  setFocusPassword("another");
  expect(await focus.closed).toBe(1008);
  expect(await client(focusUser, {}, "another")).toMatch(/^msrp:/);
});

it("the focus carries everybody's groups over one connection, and is not held to what one person may ask", async () => {
  const { msrpRate, relay: quotas } = relayDefaultLimits;
  const { url } = await start({
    focusPassword: "ours",
    limits: {
      ...relayDefaultLimits,
      msrpRate: { ...msrpRate, messages: 40, messagesPerSecond: 0 },
      relay: { ...quotas, pathsPerConnection: 2, inFlightBytes: 2_000 },
    },
  });
  const bob = await openRawRelayClient(url, "bob");
  const path = String(await bob.auth());
  /** Paths, then frames that Bob never answers. */
  const tries = async (user: string, password: string): Promise<readonly (string | number)[]> => {
    const client = await openRawRelayClient(url, user);
    const own = String(await client.auth(password));
    const more = [await client.auth(password, "msrp://x.invalid:2855/second;ws")];
    more.push(await client.auth(password, "msrp://x.invalid:2855/third;ws"));
    for (let sent = 0; sent < 3; sent += 1) {
      const frame = client.frame([own, path, bob.own], new Uint8Array(1_000));
      client.send(frame);
      more.push((await client.answerTo(frame))?.status ?? 0);
    }
    for (let sent = 0; sent < 40; sent += 1) client.send(client.frame(["msrp://none:1/x;tcp"], ""));
    const last = client.frame(["msrp://none:1/x;tcp"], "");
    client.send(last);
    more.push((await client.answerTo(last))?.status ?? (await client.closed));
    client.close();
    return more;
  };
  const given = expect.stringMatching(/^msrp:/);
  expect(await tries("alice", "alice")).toEqual([given, 403, 200, 413, 413, 1008]);
  expect(await tries(focusUser, "ours")).toEqual([given, given, 200, 200, 200, 481]);
  bob.close();
});

it("counts what passes and what it refuses, and says goodbye", async () => {
  const { url, metrics, health, stop } = await start();
  const [alice, bob] = await Promise.all([person(url, "alice"), person(url, "bob")]);
  const [a, b] = talkBetween(alice, bob);
  a.handle.send("m", { contentType: "text/plain", body: encodeUtf8("counted") });
  await Promise.all([b.next, a.reported]);
  expect(await client("mallory")).toBe(401);
  const text = metrics();
  for (const line of [
    "# TYPE segue_relay_connections gauge",
    /^segue_relay_connections [23]$/m,
    /^segue_relay_frames_in_total [1-9][0-9]*$/m,
    /^segue_relay_bytes_out_total [1-9][0-9]{2,}$/m,
    'segue_relay_refusals_total{reason="AUTH 401"} 1\n',
  ])
    expect(text).toMatch(line);
  expect(text).not.toMatch(/lookups|alice|mallory/);
  expect(health()).toEqual({ isUp: true, text: "relay: up\n" });
  const raw = await openRawRelayClient(url, "carol");
  const stopped = stop();
  expect(await raw.closed).toBe(1001);
  expect(health().isUp).toBe(false);
  await stopped;
});
