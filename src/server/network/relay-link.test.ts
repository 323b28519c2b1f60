import { beforeEach, describe, expect, it } from "vitest";
import type {
  MsrpLink,
  MsrpLinkEvent,
  MsrpLinkTimers,
  MsrpSessionHandle,
  MsrpSessionOptions,
} from "../../flow/msrp-link.ts";
import type { MsrpPath } from "../../flow/msrp-path.ts";
import { manualClock, type ManualClock } from "../../testing/manual-clock.ts";
import { ha1 } from "../../wire/digest.ts";
import { headerOf, parseFrame, type MsrpRequest } from "../../wire/msrp.ts";
import { decodeUtf8, encodeUtf8 } from "../../wire/utf8.ts";
import type { Visitor } from "./admission.ts";
import { networkLimits } from "./limits.ts";
import { relayLinkInMemory, relayLinkTimers } from "./relay-link.ts";
import { createRelay, relayTimers, type Relay, type RelayOptions, type RelayTraceRow } from "./relay.ts";

let clock: ManualClock;
let relay: Relay;
let rows: RelayTraceRow[];
let ids = 0;
const fresh = (): string => (ids += 1).toString(16).padStart(8, "0") + "0".repeat(24);

const open = (over: Partial<RelayOptions> = {}): Relay =>
  createRelay({
    host: "localhost",
    port: 5080,
    tls: false,
    realm: "segue.example",
    ha1: (user) => ha1(user, "segue.example", user),
    clock,
    freshId: fresh,
    trace: (row) => rows.push(row),
    ...over,
  });

beforeEach(() => {
  clock = manualClock();
  rows = [];
  relay = open();
});

const settle = async (rounds = 40): Promise<void> => {
  for (let n = 0; n < rounds; n += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(0);
  }
};

type Person = {
  readonly link: MsrpLink;
  readonly events: MsrpLinkEvent[];
  readonly said: () => readonly string[];
};

function person(
  user: string,
  settings: Partial<MsrpLinkTimers> = {},
  password = user,
  visitor?: Visitor,
): Person {
  const events: MsrpLinkEvent[] = [];
  const link = relayLinkInMemory(
    { ...relay, accept: (socket) => relay.accept(socket, visitor) },
    {
      url: "ws://localhost:5080/msrp",
      user,
      password,
      clock,
      freshId: fresh,
      settings: { ...relayLinkTimers, sparePaths: 2, ...settings },
      onEvent: (event) => events.push(event),
    },
  );
  return { link, events, said: () => events.map((e) => e.on) };
}

const take = (one: Person): MsrpPath => {
  const path = one.link.takePath();
  if (path === null) throw new Error("no path");
  return path;
};

type Chat = {
  readonly handle: MsrpSessionHandle;
  readonly texts: string[];
  readonly reported: string[];
  readonly failed: [string, number | null][];
  readonly ended: string[];
  verdict: number;
};

function chat(one: Person, local: MsrpPath, remote: MsrpPath, over: Partial<MsrpSessionOptions> = {}): Chat {
  const texts: string[] = [];
  const reported: string[] = [];
  const failed: [string, number | null][] = [];
  const ended: string[] = [];
  const self: Chat = {
    texts,
    reported,
    failed,
    ended,
    verdict: 200,
    handle: one.link.open({
      local,
      remotePath: remote.path,
      acceptTypes: ["text/plain"],
      remoteAcceptTypes: ["text/plain"],
      active: false,
      onMessage: ({ body }) => {
        texts.push(decodeUtf8(body) ?? "?");
        return self.verdict;
      },
      onReported: (id) => reported.push(id),
      onFailed: (id, status) => failed.push([id, status]),
      onEnd: (why) => ended.push(why),
      ...over,
    }),
  };
  return self;
}

const text = (value: string): { contentType: string; body: Uint8Array } => ({
  contentType: "text/plain",
  body: encodeUtf8(value),
});

async function two(settings: Partial<MsrpLinkTimers> = {}): Promise<[Person, Person]> {
  const a = person("alice", settings);
  const b = person("bob", settings);
  a.link.start();
  b.link.start();
  await settle();
  return [a, b];
}

describe("a link", () => {
  it("has paths in store before anybody asks", async () => {
    const a = person("alice");
    expect(a.link.takePath()).toBe(null);
    a.link.start();
    a.link.start();
    await settle();
    expect(a.said()).toEqual(["connecting", "ready", "ready"]);
    const one = take(a);
    const two = take(a);
    expect(one.own).not.toBe(two.own);
    expect(one).toMatchObject({ host: "localhost", port: 5080, tls: false });
    expect(one.path).toEqual([...one.usePath, one.own]);
    expect(a.link.takePath()).toBe(null);
    await settle();
    expect(a.link.takePath()).not.toBe(null);
  });

  it("goes on where the relay has no more paths to give, and has some again when others are over", async () => {
    relay = open({ quotas: { ...networkLimits.relay, pathsPerConnection: 3 } });
    const a = person("alice", {}, "alice", { address: "there", proven: () => {} });
    const b = person("bob");
    for (const { link } of [a, b]) link.start();
    await settle();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb, { active: true });
    const cb = chat(b, pb, pa);
    await settle();
    for (const path of [take(a), take(a)]) chat(a, path, pb).handle.close();
    await settle();
    expect([a.link.takePath(), relay.refused.get("AUTH 403")]).toEqual([null, 1]);
    cb.handle.send("1", text("still here?"));
    await settle();
    expect([ca.texts, a.said().includes("denied"), a.said().includes("disconnected")]).toEqual([
      ["still here?"],
      false,
      false,
    ]);
    // Paths that nobody renews are over by then.
    for (let ms = 0; ms < 1_000_000; ms += 10_000) {
      clock.advance(10_000);
      await settle(8);
    }
    cb.handle.send("2", text("and now?"));
    await settle();
    expect([a.link.takePath() === null, ca.texts, ca.ended]).toEqual([
      false,
      ["still here?", "and now?"],
      [],
    ]);
  });

  it("carries messages both ways, and says when the far end has them", async () => {
    const [a, b] = await two();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb, { active: true });
    const cb = chat(b, pb, pa);
    ca.handle.send("1", text("hello bob"));
    cb.handle.send("x", text("hello alice"));
    ca.handle.send("2", text("é".repeat(100_000)));
    expect(ca.handle.unreported()).toBe(2);
    await settle(400);
    expect(cb.texts).toEqual(["hello bob", "é".repeat(100_000)]);
    expect(ca.texts).toEqual(["hello alice"]);
    expect(ca.reported).toEqual(["1", "2"]);
    expect(cb.reported).toEqual(["x"]);
    expect(ca.handle.unreported()).toBe(0);
    expect([...ca.failed, ...cb.failed]).toEqual([]);
  });

  it("keeps what arrives before the session stands: the peer's SEND may overtake its SIP answer", async () => {
    const [a, b] = await two();
    const [pa, pb] = [take(a), take(b)];
    const cb = chat(b, pb, pa, { active: true });
    cb.handle.send("1", text("first"));
    await settle();
    expect(cb.reported).toEqual([]);
    const ca = chat(a, pa, pb);
    expect(ca.texts).toEqual([]);
    await settle();
    expect(ca.texts).toEqual(["first"]);
    expect(cb.reported).toEqual(["1"]);
  });

  it("keeps only so much of it", async () => {
    const [a, b] = await two({ earlyBytes: 1_000 });
    const [pa, pb] = [take(a), take(b)];
    const cb = chat(b, pb, pa);
    for (let n = 0; n < 3; n += 1) cb.handle.send(String(n), text("x".repeat(400)));
    await settle();
    expect(cb.ended).toEqual(["gone"]);
  });

  it("answers 481 for a session that is closed, which ends the other side's", async () => {
    const [a, b] = await two();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb);
    const cb = chat(b, pb, pa);
    ca.handle.close();
    expect(ca.ended).toEqual([]);
    cb.handle.send("1", text("too late"));
    await settle();
    expect(cb.failed).toEqual([["1", 481]]);
    expect(cb.ended).toEqual(["gone"]);
    cb.handle.send("2", text("later still"));
    expect(cb.failed.at(-1)).toEqual(["2", null]);
  });

  it("refuses a message by REPORT while the hop has said 200 (decision 31)", async () => {
    const [a, b] = await two();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb);
    const cb = chat(b, pb, pa);
    cb.verdict = 403;
    ca.handle.send("1", text("forged"));
    await settle();
    expect(ca.failed).toEqual([["1", 403]]);
    expect(ca.ended).toEqual([]);
    cb.verdict = 200;
    ca.handle.send("2", text("honest"));
    await settle();
    expect(ca.reported).toEqual(["2"]);
  });

  it("lets a handler answer, and close, from inside", async () => {
    const [a, b] = await two();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb);
    const cb: Chat = chat(b, pb, pa, {
      onMessage: () => {
        cb.handle.send("echo", text("echo"));
        return 200;
      },
    });
    ca.handle.send("1", text("hello"));
    await settle();
    expect([ca.texts, ca.reported, cb.reported]).toEqual([["echo"], ["1"], ["echo"]]);
  });

  it("lets a handler send while the session is in the middle of a long message", async () => {
    const [a, b] = await two({ sessionWindowBytes: 140_000 });
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb);
    const cb: Chat = chat(b, pb, pa, {
      onMessage: () => cb.handle.send("echo", text("echo")),
    });
    cb.handle.send("long", text("x".repeat(300_000)));
    ca.handle.send("1", text("hello"));
    await settle(400);
    expect([cb.reported, ca.reported]).toEqual([["long", "echo"], ["1"]]);
  });

  it("never gives the same path twice, and none of a connection that is gone", async () => {
    const [a, b] = await two();
    const path = take(a);
    relay.close();
    relay = open();
    await settle();
    const c = chat(a, path, take({ ...b, link: { ...b.link, takePath: () => path } }));
    await settle();
    expect(c.ended).toEqual(["lost"]);
  });
});

describe("ids", () => {
  it("are all fresh, with all 128 bits: transactions, messages, own URIs", async () => {
    const [a, b] = await two();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb, { active: true });
    chat(b, pb, pa);
    ca.handle.send("1", text("x".repeat(20_000)));
    ca.handle.send("2", text("y"));
    await settle();
    const requests = rows
      .filter(({ to }) => to === "relay")
      .map(({ bytes }) => parseFrame(bytes))
      .filter((f): f is MsrpRequest => f.kind === "request");
    const tids = requests.map((f) => f.tid);
    expect(new Set(tids).size).toBe(tids.length);
    const sent = requests.filter((f) => f.method === "SEND");
    const messageIds = new Set(sent.map((f) => headerOf(f, "Message-ID") ?? ""));
    expect(messageIds.size).toBe(3);
    for (const id of [...tids, ...messageIds]) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(pa.own).toMatch(/^msrp:\/\/[0-9a-f]{16}\.invalid:2855\/[0-9a-f]{32};ws$/);
  });
});

describe("loss", () => {
  it("ends every session, fails what was not reported, and comes back with new paths", async () => {
    const [a, b] = await two();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb);
    ca.handle.send("1", text("on its way"));
    relay.close();
    await settle();
    expect(ca.failed).toEqual([["1", null]]);
    expect(ca.ended).toEqual(["lost"]);
    expect(a.link.takePath()).toBe(null);
    expect(a.events.at(-1)?.on).toBe("disconnected");
    clock.advance(1_000);
    await settle();
    expect(a.said().slice(-3)).toEqual(["connecting", "ready", "ready"]);
    expect(take(a).own).not.toBe(pa.own);
  });

  it("tries less and less often, never in step, and at once when told", async () => {
    const a = person("alice", { sparePaths: 1 });
    const accept = relay.accept;
    let doors = 0;
    relay = {
      ...relay,
      accept: (socket) => {
        doors += 1;
        socket.close(1013, "try again later");
      },
    };
    a.link.start();
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      await settle(4);
      const last = a.events.at(-1);
      if (last?.on !== "disconnected") throw new Error("still connected");
      waits.push(last.retryAtMs - clock.now());
      clock.advance(last.retryAtMs - clock.now());
    }
    expect(doors).toBe(8 + 1);
    for (const [n, wait] of waits.entries()) {
      const ceiling = Math.min(30_000, 1_000 * 2 ** n);
      expect(wait).toBeGreaterThanOrEqual(ceiling / 2);
      expect(wait).toBeLessThanOrEqual(ceiling);
    }
    await settle(4);
    relay = { ...relay, accept };
    a.link.tryNow();
    a.link.tryNow();
    await settle();
    expect(a.said().at(-1)).toBe("ready");
  });

  it("gives up a relay that does not answer AUTH", async () => {
    const a = person("alice");
    const accept = relay.accept;
    relay = { ...relay, accept: () => {} };
    a.link.start();
    await settle();
    clock.advance(10_000);
    expect(a.said()).toEqual(["connecting", "disconnected"]);
    relay = { ...relay, accept };
    clock.advance(1_000);
    await settle();
    expect(a.said().at(-1)).toBe("ready");
  });

  it("does not take its own sleep for the peer's silence", async () => {
    const [a, b] = await two();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb);
    chat(b, pb, pa);
    ca.handle.send("1", text("just before the lid closed"));
    clock.sleep(60_000);
    clock.advance(0);
    expect(ca.ended).toEqual([]);
    await settle();
    expect(ca.reported).toEqual(["1"]);
  });

  it("is denied once with a wrong password, and tries again only when told", async () => {
    const a = person("alice", {}, "wrong");
    a.link.start();
    await settle();
    expect(a.events.at(-1)).toEqual({ on: "denied", status: 401 });
    clock.advance(3_600_000);
    await settle();
    expect(a.said()).toEqual(["connecting", "denied"]);
    a.link.tryNow();
    await settle();
    expect(a.said()).toEqual(["connecting", "denied", "connecting", "denied"]);
  });

  it("stays away once stopped", async () => {
    const [a] = await two();
    a.link.stop();
    clock.advance(3_600_000);
    await settle();
    expect(a.said()).toEqual(["connecting", "ready", "ready"]);
    expect(a.link.takePath()).toBe(null);
  });

  it("renews its paths for as long as it lives, and leaves no timers behind", async () => {
    relay = open({ timers: { ...relayTimers, defaultExpiresSeconds: 100 } });
    const [a, b] = await two();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb);
    const cb = chat(b, pb, pa);
    await settle();
    for (let n = 0; n < 10; n += 1) {
      clock.advance(40_000);
      await settle();
    }
    ca.handle.send("1", text("still here"));
    await settle();
    expect(cb.texts).toEqual(["still here"]);
    expect([ca.ended, cb.ended]).toEqual([[], []]);
    a.link.stop();
    b.link.stop();
    relay.close();
    await settle();
    expect(clock.waiting()).toBe(0);
  });
});

describe("one connection, many sessions", () => {
  const order = (own: readonly string[]): readonly number[] =>
    rows
      .filter(({ from }) => from === "alice")
      .map(({ bytes }) => parseFrame(bytes))
      .filter((f): f is MsrpRequest => f.kind === "request" && f.method === "SEND")
      .map((f) => own.indexOf(f.fromPath[0] ?? ""));

  it("lets them alternate chunk by chunk", async () => {
    const [a, b] = await two();
    const [p1, p2] = [take(a), take(a)];
    const [q1, q2] = [take(b), take(b)];
    await settle();
    const c1 = chat(a, p1, q1);
    const c2 = chat(a, p2, q2);
    chat(b, q1, p1);
    chat(b, q2, p2);
    c1.handle.send("big", text("x".repeat(200_000)));
    c2.handle.send("small", text("y".repeat(20_000)));
    await settle(400);
    expect([c1.reported, c2.reported]).toEqual([["big"], ["small"]]);
    const turns = order([p1.own, p2.own]);
    const last = turns.lastIndexOf(1);
    expect(turns.slice(last).length).toBeGreaterThan(5);
  });

  it("has at most the window unreported over all of them (decision 24)", async () => {
    const [a, b] = await two({ windowBytes: 200_000, sessionWindowBytes: 140_000 });
    const [p1, p2] = [take(a), take(a)];
    const [q1, q2] = [take(b), take(b)];
    await settle();
    const c1 = chat(a, p1, q1);
    const c2 = chat(a, p2, q2);
    c1.handle.send("1", text("x".repeat(400_000)));
    c2.handle.send("2", text("y".repeat(400_000)));
    await settle();
    const sent = rows
      .filter(({ from }) => from === "alice")
      .map(({ bytes }) => parseFrame(bytes))
      .reduce(
        (sum, f) =>
          sum + (f.kind === "request" && headerOf(f, "Message-ID") !== null ? (f.body?.length ?? 0) : 0),
        0,
      );
    expect(sent).toBeLessThanOrEqual(200_000);
    expect(sent).toBeGreaterThan(190_000);
  });

  it("never fills its window with ranges of which none is due for a report", async () => {
    const [a, b] = await two({ sparePaths: 8, windowBytes: 262_144 });
    const pairs = Array.from({ length: 8 }, () => [take(a), take(b)] as const);
    const senders = pairs.map(([pa, pb]) => chat(a, pa, pb));
    for (const [pa, pb] of pairs) chat(b, pb, pa);
    for (const sender of senders) sender.handle.send("1", text("x".repeat(150_000)));
    await settle(800);
    expect(senders.map((sender) => sender.reported)).toEqual(pairs.map(() => ["1"]));
  });

  it("does not let one slow reader hold up the others of the focus", async () => {
    const [a, b] = await two({ windowBytes: Infinity, sessionWindowBytes: 140_000 });
    const [p1, p2] = [take(a), take(a)];
    const [q1, q2] = [take(b), take(b)];
    await settle();
    const stuck = chat(a, p1, q1);
    const free = chat(a, p2, q2);
    chat(b, q2, p2);
    stuck.handle.send("1", text("x".repeat(400_000)));
    free.handle.send("2", text("for those who read"));
    await settle(100);
    expect(free.reported).toEqual(["2"]);
    expect(stuck.reported).toEqual([]);
  });
});
