import { beforeEach, describe, expect, it } from "vitest";
import { manualClock, type ManualClock } from "../../testing/manual-clock.ts";
import { digestResponse, formatCredentials, ha1, parseChallenge } from "../../wire/digest.ts";
import {
  formatFrame,
  headerOf,
  parseFrame,
  type MsrpFrame,
  type MsrpHeader,
  type MsrpRequest,
  type MsrpResponse,
} from "../../wire/msrp.ts";
import { encodeUtf8 } from "../../wire/utf8.ts";
import { memoryFrames, type FrameSocket } from "./frame-socket.ts";
import { createRelay, relayTimers, type Relay, type RelayTraceRow } from "./relay.ts";

const realm = "segue.example";
const relayUri = "msrp://localhost:5080;ws";

let clock: ManualClock;
let relay: Relay;
let rows: RelayTraceRow[];
let ids = 0;
const fresh = (): string => (ids += 1).toString(16).padStart(32, "0");

beforeEach(() => {
  clock = manualClock();
  rows = [];
  relay = createRelay({
    host: "localhost",
    port: 5080,
    tls: false,
    realm,
    ha1: (user) => (["alice", "bob", "carol"].includes(user) ? ha1(user, realm, user) : null),
    clock,
    freshId: fresh,
    timers: { ...relayTimers, minExpiresSeconds: 10, maxExpiresSeconds: 1000 },
    trace: (row) => rows.push(row),
  });
});

/** Everything in flight arrives. */
const settle = async (): Promise<void> => {
  for (let n = 0; n < 12; n += 1) await new Promise((resolve) => setImmediate(resolve));
};

class Peer {
  readonly got: MsrpFrame[] = [];
  readonly socket: FrameSocket;
  closed = false;
  nonce = "";
  count = 0;
  readonly user: string;
  constructor(user: string) {
    this.user = user;
    const [theirs, ours] = memoryFrames();
    relay.accept(theirs);
    this.socket = ours;
    ours.onFrame = (bytes) => this.got.push(parseFrame(bytes));
    ours.onClose = () => (this.closed = true);
  }
  async say(frame: MsrpFrame | Uint8Array): Promise<readonly MsrpFrame[]> {
    const before = this.got.length;
    this.socket.send(frame instanceof Uint8Array ? frame : formatFrame(frame));
    await settle();
    return this.got.slice(before);
  }
  auth(own: string, headers: readonly MsrpHeader[]): Promise<readonly MsrpFrame[]> {
    return this.say({
      kind: "request",
      tid: fresh(),
      method: "AUTH",
      toPath: [relayUri],
      fromPath: [own],
      headers,
      contentType: null,
      body: null,
      continuation: "$",
    });
  }
  credentials(
    over: { password?: string; nc?: string; nonce?: string; user?: string; uri?: string } = {},
  ): MsrpHeader {
    this.count += 1;
    const user = over.user ?? this.user;
    const nc = over.nc ?? this.count.toString(16).padStart(8, "0");
    const input = {
      nonce: over.nonce ?? this.nonce,
      uri: over.uri ?? relayUri,
      nc,
      cnonce: "c0ffee",
      qop: "auth",
    } as const;
    const response = digestResponse({
      ...input,
      method: "AUTH",
      ha1: ha1(user, realm, over.password ?? user),
    });
    return [
      "Authorization",
      formatCredentials({ ...input, username: user, realm, response, opaque: null, algorithm: null }),
    ];
  }
  async challenged(): Promise<void> {
    const answer = (await this.auth(`msrp://x.invalid:2855/${fresh()};ws`, [])).at(-1) as MsrpResponse;
    this.nonce = parseChallenge(headerOf(answer, "WWW-Authenticate") ?? "").nonce;
    this.count = 0;
  }
  /** A path for one session: the own URI and the relay's. */
  async path(): Promise<{ own: string; via: string; peer: Peer }> {
    if (this.nonce === "") await this.challenged();
    const own = `msrp://${this.user}.invalid:2855/${fresh()};ws`;
    const [answer] = await this.auth(own, [this.credentials()]);
    if (answer?.kind !== "response" || answer.status !== 200) throw new Error("no path");
    return { own, via: headerOf(answer, "Use-Path") ?? "", peer: this };
  }
}

type End = Awaited<ReturnType<Peer["path"]>>;

const pair = async (): Promise<[End, End]> => [await new Peer("alice").path(), await new Peer("bob").path()];

const send = (
  from: End,
  to: End,
  over: Partial<MsrpRequest> = {},
  headers: readonly MsrpHeader[] = [],
): MsrpRequest => ({
  kind: "request",
  tid: fresh(),
  method: "SEND",
  toPath: [from.via, to.via, to.own],
  fromPath: [from.own],
  headers: [["Message-ID", "m1"], ["Byte-Range", "1-5/5"], ...headers],
  contentType: "text/plain",
  body: encodeUtf8("hello"),
  continuation: "$",
  ...over,
});

const statusOf = (frames: readonly MsrpFrame[]): readonly number[] =>
  frames.flatMap((f) => (f.kind === "response" ? [f.status] : []));
const reports = (frames: readonly MsrpFrame[]): readonly string[] =>
  frames.flatMap((f) => (f.kind === "request" && f.method === "REPORT" ? [headerOf(f, "Status") ?? ""] : []));
const answer = (frame: MsrpFrame | undefined, status: number): MsrpResponse => ({
  kind: "response",
  tid: frame?.tid ?? "",
  status,
  comment: "",
  toPath: frame?.fromPath.slice(0, 1) ?? [],
  fromPath: frame?.toPath.slice(0, 1) ?? [],
  headers: [],
});

describe("AUTH", () => {
  it("challenges, then gives a path with 128 random bits, its life, and its own proof", async () => {
    const alice = new Peer("alice");
    const [challenge] = await alice.auth("msrp://a.invalid:2855/own1;ws", []);
    expect(challenge).toMatchObject({
      kind: "response",
      status: 401,
      toPath: ["msrp://a.invalid:2855/own1;ws"],
      fromPath: [relayUri],
    });
    const read = parseChallenge(headerOf(challenge as MsrpResponse, "WWW-Authenticate") ?? "");
    expect(read).toMatchObject({ realm, qop: ["auth"], algorithm: "MD5", stale: false });
    alice.nonce = read.nonce;
    const [granted] = await alice.auth("msrp://a.invalid:2855/own1;ws", [alice.credentials()]);
    expect(granted).toMatchObject({ status: 200 });
    expect(headerOf(granted as MsrpResponse, "Use-Path")).toMatch(
      /^msrp:\/\/localhost:5080\/[0-9a-f]{32};tcp$/,
    );
    expect(headerOf(granted as MsrpResponse, "Expires")).toBe("900");
    expect(headerOf(granted as MsrpResponse, "Authentication-Info")).toMatch(
      /^rspauth="[0-9a-f]{32}", cnonce="c0ffee", nc=00000001, qop=auth$/,
    );
  });

  it("gives each AUTH a path of its own, and the same path longer for the same own URI", async () => {
    const alice = new Peer("alice");
    const one = await alice.path();
    const two = await alice.path();
    expect(one.via).not.toBe(two.via);
    clock.advance(800_000);
    const [again] = await alice.auth(one.own, [alice.credentials()]);
    expect(headerOf(again as MsrpResponse, "Use-Path")).toBe(one.via);
    clock.advance(200_000);
    const bob = await new Peer("bob").path();
    expect(statusOf(await alice.say(send(one, bob)))).toEqual([200]);
    expect(statusOf(await alice.say(send(two, bob)))).toEqual([403]);
  });

  it("is msrps: behind TLS", async () => {
    relay = createRelay({
      host: "chat.example.com",
      port: 443,
      tls: true,
      realm,
      ha1: (u) => ha1(u, realm, u),
      clock,
      freshId: fresh,
    });
    expect((await new Peer("alice").path()).via).toMatch(/^msrps:\/\/chat\.example\.com:443\//);
  });

  it("refuses a wrong password, an unknown user, an old nonce, a count that does not grow, another URI", async () => {
    const alice = new Peer("alice");
    const own = "msrp://a.invalid:2855/own1;ws";
    const tried = async (over: Parameters<Peer["credentials"]>[0]): Promise<boolean | number> => {
      await alice.challenged();
      const [got] = await alice.auth(own, [alice.credentials(over)]);
      if (got?.kind !== "response" || got.status !== 401) return got?.kind === "response" ? got.status : -1;
      return parseChallenge(headerOf(got, "WWW-Authenticate") ?? "").stale;
    };
    expect(await tried({ password: "guess" })).toBe(false);
    expect(await tried({ user: "nobody", password: "x" })).toBe(false);
    expect(await tried({ uri: "msrp://elsewhere:1;ws" })).toBe(false);
    expect(await tried({ nonce: "0123" })).toBe(true);
    expect(await tried({ nc: "00000000" })).toBe(true);
    expect(await tried({})).toBe(200);
    const replay = alice.credentials({ nc: "00000001" });
    expect(statusOf(await alice.auth(own, [replay]))).toEqual([401]);
  });

  it("closes after several wrong passwords", async () => {
    const alice = new Peer("alice");
    await alice.challenged();
    for (let n = 0; n < 5; n += 1) {
      expect(alice.closed).toBe(false);
      const [got] = await alice.auth("msrp://a.invalid:2855/o;ws", [
        alice.credentials({ password: "guess" }),
      ]);
      alice.nonce = parseChallenge(headerOf(got as MsrpResponse, "WWW-Authenticate") ?? "").nonce;
    }
    await settle();
    expect(alice.closed).toBe(true);
    expect(relay.refused.get("too many wrong passwords")).toBe(1);
  });

  it("keeps a connection to the user who proved it first", async () => {
    const alice = new Peer("alice");
    await alice.path();
    expect(
      statusOf(await alice.auth("msrp://a.invalid:2855/o2;ws", [alice.credentials({ user: "bob" })])),
    ).toEqual([403]);
  });

  it("answers 423 with the bound for an Expires out of bounds", async () => {
    const alice = new Peer("alice");
    await alice.challenged();
    const asked = async (expires: string): Promise<MsrpResponse> =>
      (await alice.auth("msrp://a.invalid:2855/o;ws", [["Expires", expires], alice.credentials()])).at(
        -1,
      ) as MsrpResponse;
    const low = await asked("9");
    expect([low.status, headerOf(low, "Min-Expires")]).toEqual([423, "10"]);
    const high = await asked("1001");
    expect([high.status, headerOf(high, "Max-Expires")]).toEqual([423, "1000"]);
    const fine = await asked("60");
    expect([fine.status, headerOf(fine, "Expires")]).toEqual([200, "60"]);
    expect((await asked("soon")).status).toBe(400);
  });

  it("answers 506 when the own URI lives on another connection, 403 to a chain, 400 without own session id", async () => {
    const [a] = await pair();
    const other = new Peer("alice");
    await other.challenged();
    expect(statusOf(await other.auth(a.own, [other.credentials()]))).toEqual([506]);
    expect(statusOf(await other.auth("msrp://a.invalid:2855;ws", [other.credentials()]))).toEqual([400]);
    expect(
      statusOf(
        await other.say({
          ...send(a, a),
          method: "AUTH",
          toPath: [relayUri, "msrp://next:1;tcp"],
          body: null,
          contentType: null,
        }),
      ),
    ).toEqual([403]);
  });

  it("closes a connection that does not authenticate in time", async () => {
    const alice = new Peer("alice");
    const bob = await new Peer("bob").path();
    await alice.challenged();
    clock.advance(30_000);
    await settle();
    expect(alice.closed).toBe(true);
    expect(bob.peer.closed).toBe(false);
  });
});

describe("forwarding", () => {
  it("carries a SEND through both ends of itself (RFC 7977 §8.3.2)", async () => {
    const [a, b] = await pair();
    const frame = send(a, b, {}, [["X-Unknown", "kept"]]);
    const got = await a.peer.say(frame);
    expect(got).toEqual([{ ...answer(frame, 200), comment: "OK", toPath: [a.own], fromPath: [a.via] }]);
    const [, arrived] = b.peer.got.slice(-2);
    expect(arrived).toMatchObject({
      method: "SEND",
      toPath: [b.own],
      fromPath: [b.via, a.via, a.own],
      body: frame.body,
    });
    expect(arrived?.tid).not.toBe(frame.tid);
    expect(headerOf(arrived as MsrpRequest, "X-Unknown")).toBe("kept");
  });

  it("carries a REPORT back the whole way and never answers it", async () => {
    const [a, b] = await pair();
    await a.peer.say(send(a, b));
    const arrived = b.peer.got.at(-1) as MsrpRequest;
    const report: MsrpRequest = {
      ...arrived,
      tid: fresh(),
      method: "REPORT",
      toPath: arrived.fromPath,
      fromPath: [b.own],
      headers: [
        ["Message-ID", "m1"],
        ["Byte-Range", "1-5/5"],
        ["Status", "000 200 OK"],
      ],
      contentType: null,
      body: null,
    };
    expect(await b.peer.say(report)).toEqual([]);
    expect(a.peer.got.at(-1)).toMatchObject({
      method: "REPORT",
      toPath: [a.own],
      fromPath: [a.via, b.via, b.own],
    });
    expect(await b.peer.say({ ...report, toPath: [b.via, "msrp://localhost:5080/gone;tcp", a.own] })).toEqual(
      [],
    );
  });

  it("lets others in on a URI without a path of their own in between", async () => {
    const [a, b] = await pair();
    expect(statusOf(await a.peer.say(send(a, b, { toPath: [b.via, b.own] })))).toEqual([200]);
    expect(b.peer.got.at(-1)).toMatchObject({ fromPath: [b.via, a.own] });
  });

  it("answers and reports as Failure-Report asks", async () => {
    const [a, b] = await pair();
    const outcome = async (value: string): Promise<readonly [readonly number[], readonly string[]]> => {
      const got = await a.peer.say(send(a, b, {}, [["Failure-Report", value]]));
      const before = a.peer.got.length;
      await b.peer.say(answer(b.peer.got.at(-1), 413));
      return [statusOf(got), reports(a.peer.got.slice(before))];
    };
    expect(await outcome("yes")).toEqual([[200], ["000 413"]]);
    expect(await outcome("partial")).toEqual([[], ["000 413"]]);
    expect(await outcome("no")).toEqual([[], []]);
  });

  it("addresses the REPORT of a failure to the sender of that very chunk", async () => {
    const [a, b] = await pair();
    await a.peer.say(send(a, b, { body: encodeUtf8("lo") }, []));
    await a.peer.say({
      ...send(a, b, { body: encodeUtf8("lo") }),
      headers: [
        ["Message-ID", "m2"],
        ["Byte-Range", "4-*/9"],
      ],
    });
    await b.peer.say(answer(b.peer.got.at(-1), 415));
    const report = a.peer.got.at(-1) as MsrpRequest;
    expect(report).toMatchObject({ method: "REPORT", toPath: [a.own], fromPath: [a.via, b.via], body: null });
    expect(report.headers).toEqual([
      ["Message-ID", "m2"],
      ["Byte-Range", "4-5/9"],
      ["Status", "000 415"],
    ]);
  });

  it("reports 408 when the next hop does not answer in 30 s, once, and not after its 200", async () => {
    const [a, b] = await pair();
    await a.peer.say(send(a, b));
    await a.peer.say(send(a, b));
    await b.peer.say(answer(b.peer.got.at(-1), 200));
    await a.peer.say(send(a, b, {}, [["Failure-Report", "partial"]]));
    clock.advance(29_999);
    await settle();
    expect(reports(a.peer.got)).toEqual([]);
    clock.advance(1);
    await settle();
    expect(reports(a.peer.got)).toEqual(["000 408"]);
    await b.peer.say(answer(b.peer.got.at(-3), 200));
    clock.advance(60_000);
    await settle();
    expect(reports(a.peer.got)).toEqual(["000 408"]);
  });

  it("481 at once when the session is gone, and for what was on its way", async () => {
    const [a, b] = await pair();
    await a.peer.say(send(a, b));
    b.peer.socket.close(1000, "");
    await settle();
    expect(reports(a.peer.got)).toEqual(["000 481"]);
    expect(statusOf(await a.peer.say(send(a, b)))).toEqual([481]);
  });

  it("forgets a path when it expires", async () => {
    const [a, b] = await pair();
    clock.advance(900_000);
    expect(statusOf(await a.peer.say(send(a, b)))).toEqual([403]);
  });
});

describe("a reader that lags", () => {
  it("has its senders wait for their 200, and nobody else", async () => {
    const alice = await new Peer("alice").path();
    const carol = await new Peer("carol").path();
    // Bob's socket takes nothing: a socket of our own making stands for it.
    let buffered = 0;
    const dones: (() => void)[] = [];
    const slow: FrameSocket = {
      send: (frame, done) => {
        buffered += frame.length;
        dones.push(() => {
          buffered -= frame.length;
          done?.();
        });
        got.push(parseFrame(frame));
      },
      get bufferedBytes() {
        return buffered;
      },
      close: () => {},
      onFrame: null,
      onClose: null,
    };
    const got: MsrpFrame[] = [];
    relay.accept(slow);
    const bob = new Peer("bob");
    const speak = (frame: MsrpFrame): void => slow.onFrame?.(formatFrame(frame));
    const own = "msrp://bob.invalid:2855/slow;ws";
    const auth = (headers: readonly MsrpHeader[]): MsrpFrame => ({
      kind: "request",
      tid: fresh(),
      method: "AUTH",
      toPath: [relayUri],
      fromPath: [own],
      headers,
      contentType: null,
      body: null,
      continuation: "$",
    });
    speak(auth([]));
    bob.nonce = parseChallenge(headerOf(got.at(-1) as MsrpResponse, "WWW-Authenticate") ?? "").nonce;
    speak(auth([bob.credentials()]));
    const end: End = { own, via: headerOf(got.at(-1) as MsrpResponse, "Use-Path") ?? "", peer: bob };
    for (const done of dones.splice(0)) done();

    const body = new Uint8Array(60_000);
    const sent: readonly number[][] = [
      [...statusOf(await alice.peer.say(send(alice, end, { body })))],
      [...statusOf(await alice.peer.say(send(alice, end, { body })))],
      [...statusOf(await alice.peer.say(send(alice, end, { body })))],
    ];
    expect(sent).toEqual([[200], [200], []]);
    expect(statusOf(await alice.peer.say(send(alice, carol)))).toEqual([200]);
    const before = alice.peer.got.length;
    dones.shift()?.();
    await settle();
    expect(statusOf(alice.peer.got.slice(before))).toEqual([200]);
    await alice.peer.say(send(alice, end, { body }));
    slow.onClose?.();
    await settle();
    expect(statusOf(alice.peer.got).at(-1)).toBe(481);
  });
});

describe("refused", () => {
  it("anything before AUTH, with 403 and the door", async () => {
    const [a, b] = await pair();
    const mallory = new Peer("mallory");
    const got = await mallory.say(send(a, b));
    expect(statusOf(got)).toEqual([403]);
    expect(mallory.closed).toBe(true);
    expect(relay.refused.get("nothing before AUTH")).toBe(1);
    expect(b.peer.got.some((f) => f.kind === "request")).toBe(false);
  });

  it("who speaks as somebody else, even knowing every path", async () => {
    const [a, b] = await pair();
    const c = await new Peer("carol").path();
    const c2 = await c.peer.path();
    const asked = async (over: Partial<MsrpRequest>): Promise<readonly number[]> =>
      statusOf(await c.peer.say(send(c, b, over)));
    expect(await asked({ fromPath: [a.own], toPath: [b.via, b.own] })).toEqual([506]);
    expect(await asked({ fromPath: [a.own], toPath: [a.via, b.via, b.own] })).toEqual([506]);
    expect(await asked({ toPath: [a.via, b.via, b.own] })).toEqual([481]);
    expect(await asked({ fromPath: [a.via, a.own] })).toEqual([403]);
    expect(await asked({ fromPath: ["msrp://x.invalid:2855/made-up;ws"] })).toEqual([403]);
    expect(await asked({ fromPath: [c2.own] })).toEqual([403]);
    expect(b.peer.got.filter((f) => f.kind === "request")).toEqual([]);
  });

  it("paths that lead elsewhere: unknown, foreign, too long, another's end", async () => {
    const [a, b] = await pair();
    const asked = async (toPath: readonly string[]): Promise<readonly number[]> =>
      statusOf(await a.peer.say(send(a, b, { toPath })));
    expect(await asked(["msrp://localhost:5080/unknown;tcp", b.own])).toEqual([481]);
    expect(await asked([a.via])).toEqual([481]);
    expect(await asked([a.via, "msrp://evil.example.com:80/x;tcp"])).toEqual([481]);
    expect(await asked([a.via, b.via, a.own])).toEqual([481]);
    expect(await asked([a.via, b.via, b.own, "msrp://evil.example.com:80/x;tcp"])).toEqual([481]);
    expect(await asked([a.via.replace("localhost", "elsewhere"), b.via, b.own])).toEqual([481]);
    expect(b.peer.got.filter((f) => f.kind === "request")).toEqual([]);
  });

  it("SEND without Message-ID 400, other methods 501, answers to nothing", async () => {
    const [a, b] = await pair();
    expect(statusOf(await a.peer.say(send(a, b, { headers: [] })))).toEqual([400]);
    expect(statusOf(await a.peer.say(send(a, b, { method: "NICKNAME" })))).toEqual([501]);
    expect(await a.peer.say(answer(send(a, b), 481))).toEqual([]);
    expect(relay.refused.get("answer to nothing")).toBe(1);
  });

  it("what can't be read, by closing with a counted reason", async () => {
    const [a, b] = await pair();
    await a.peer.say(encodeUtf8("GET / HTTP/1.1\r\n\r\n"));
    expect(a.peer.closed).toBe(true);
    await b.peer.say(send(b, a, { body: new Uint8Array(90_000) }));
    expect(b.peer.closed).toBe(true);
    expect([relay.refused.get("malformed frame"), relay.refused.get("frame too large")]).toEqual([1, 1]);
  });
});

describe("trace", () => {
  it("has a row for each frame, in and out, by name", async () => {
    const [a, b] = await pair();
    rows.length = 0;
    await a.peer.say(send(a, b));
    expect(rows.map(({ from, to }) => `${from} > ${to}`)).toEqual([
      "alice > relay",
      "relay > bob",
      "relay > alice",
    ]);
    expect(parseFrame(rows[1]?.bytes ?? new Uint8Array())).toMatchObject({ method: "SEND", toPath: [b.own] });
  });
});

it("closes every connection with itself", async () => {
  const [a, b] = await pair();
  relay.close();
  await settle();
  expect([a.peer.closed, b.peer.closed]).toEqual([true, true]);
  expect(clock.waiting()).toBe(0);
});
