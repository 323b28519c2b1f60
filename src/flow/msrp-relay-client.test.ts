import { describe, expect, it } from "vitest";
import { digestResponse, ha1, parseCredentials, rspauth } from "../wire/digest.ts";
import { headerOf, type MsrpHeader, type MsrpRequest } from "../wire/msrp.ts";
import {
  relay,
  relayClient,
  sparePath,
  type RelayClient,
  type RelayClientEffect,
  type RelayClientInput,
} from "./msrp-relay-client.ts";

const account = { url: "wss://a.example.com/msrp", user: "alice", password: "secret" };

type Client = {
  state: RelayClient;
  readonly log: RelayClientEffect[];
  readonly feed: (input: RelayClientInput) => readonly RelayClientEffect[];
  /** The AUTH that is out. */
  readonly out: () => MsrpRequest;
  readonly answer: (
    status: number,
    headers?: readonly MsrpHeader[],
    nowMs?: number,
  ) => readonly RelayClientEffect[];
  readonly is: (what: RelayClientEffect["do"]) => number;
};

/** A client whose wish for ids is granted at once. */
function client(over = {}): Client {
  let ids = 0;
  const self: Client = {
    state: relayClient({ ...account, ...over }, { sparePaths: 2, authMs: 10_000 }),
    log: [],
    feed: (input) => {
      const [state, effects] = relay(self.state, input);
      self.state = state;
      self.log.push(...effects);
      const wanted = effects.some((e) => e.do === "want-ids");
      if (!wanted) return effects;
      ids += 1;
      const more = self.feed({
        on: "ids",
        tid: `tid${ids}xxxx`,
        cnonce: `cnonce${ids}`,
        name: `name${ids}`,
        sessionId: `own${ids}`,
      });
      return [...effects, ...more];
    },
    out: () => {
      const frame = self.log.flatMap((e) => (e.do === "transmit" ? [e.frame] : [])).at(-1);
      if (frame === undefined) throw new Error("nothing sent");
      return frame;
    },
    answer: (status, headers = [], nowMs = 0) => {
      const { tid, toPath, fromPath } = self.out();
      const frame = {
        kind: "response",
        tid,
        status,
        comment: "",
        toPath: fromPath,
        fromPath: toPath,
        headers,
      } as const;
      return self.feed({ on: "answer", frame, nowMs });
    },
    is: (what) => self.log.filter((e) => e.do === what).length,
  };
  return self;
}

const challenge = (nonce = "n1", more = ""): readonly MsrpHeader[] => [
  ["WWW-Authenticate", `Digest realm="example.com", nonce="${nonce}", qop="auth"${more}`],
];
let issued = 0;
const granted = (
  seconds: number | null = 900,
  uri = `msrps://a.example.com:2855/r${(issued += 1)};tcp`,
): readonly MsrpHeader[] => [
  ["Use-Path", uri],
  ...(seconds === null ? [] : [["Expires", String(seconds)] as const]),
];

/** Challenged once, then granted two paths. */
function ready(seconds: number | null = 900): Client {
  const c = client();
  c.feed({ on: "opened" });
  c.answer(401, challenge());
  c.answer(200, granted(seconds));
  c.answer(200, granted(seconds));
  return c;
}

describe("a relay that is silent", () => {
  it("is found when asked for a sign of life, and not asked twice at once", () => {
    const c = ready();
    const before = c.is("transmit");
    c.feed({ on: "look" });
    c.feed({ on: "look" });
    expect(c.is("transmit")).toBe(before + 1);
    c.feed({ on: "fired", timer: "auth", nowMs: 10_000 });
    expect(c.is("give-up")).toBe(1);
  });

  it("and not when it answers: the path that waited is there still", () => {
    const c = ready();
    c.feed({ on: "look" });
    c.answer(200, granted(900));
    expect(c.is("give-up")).toBe(0);
    expect(c.state.held.filter(({ is }) => is === "spare")).toHaveLength(2);
  });
});

describe("AUTH", () => {
  it("goes out without credentials first (RFC 7977 §8.1.2 F3)", () => {
    const c = client();
    c.feed({ on: "opened" });
    expect(c.out()).toMatchObject({
      method: "AUTH",
      toPath: ["msrps://alice@a.example.com:443;ws"],
      fromPath: ["msrps://name1.invalid:2855/own1;ws"],
      headers: [],
      body: null,
    });
    expect(c.log).toContainEqual({ do: "start", timer: "auth", ms: 10_000 });
  });

  it("answers the challenge, and is challenged once only", () => {
    const c = ready();
    const sent = c.log.flatMap((e) => (e.do === "transmit" ? [headerOf(e.frame, "Authorization")] : []));
    expect(sent).toHaveLength(3);
    const [first, second] = sent.slice(1).map((value) => parseCredentials(value ?? ""));
    const uri = "msrps://alice@a.example.com:443;ws";
    const secret = ha1("alice", "example.com", "secret");
    expect(first).toMatchObject({
      username: "alice",
      realm: "example.com",
      nonce: "n1",
      uri,
      qop: "auth",
      nc: "00000001",
    });
    expect(first?.response).toBe(
      digestResponse({
        ha1: secret,
        method: "AUTH",
        uri,
        nonce: "n1",
        nc: "00000001",
        cnonce: "cnonce2",
        qop: "auth",
      }),
    );
    expect(second).toMatchObject({ nonce: "n1", nc: "00000002", cnonce: "cnonce3" });
  });

  it("keeps two paths ready, one AUTH at a time, each with an own URI of its own", () => {
    const c = ready();
    expect(c.is("ready")).toBe(2);
    expect(c.state.asking).toBe(null);
    const one = sparePath(c.state, new Set());
    const two = sparePath(c.state, new Set([one?.own ?? ""]));
    expect(one?.own).not.toBe(two?.own);
    expect(sparePath(c.state, new Set([one?.own ?? "", two?.own ?? ""]))).toBe(null);
    c.feed({ on: "take", own: one?.own ?? "" });
    expect(c.state.asking).not.toBe(null);
    expect(sparePath(c.state, new Set())).toEqual(two);
  });

  it("forms the path of the SDP: Use-Path reversed, then its own (RFC 4976 §5.1)", () => {
    const c = client();
    c.feed({ on: "opened" });
    c.answer(401, challenge());
    c.answer(200, granted(900, "msrps://b.example.com:1/b;tcp msrps://c.example.com:2/c;tcp"));
    expect(sparePath(c.state, new Set())).toEqual({
      own: "msrps://name2.invalid:2855/own2;ws",
      usePath: ["msrps://b.example.com:1/b;tcp", "msrps://c.example.com:2/c;tcp"],
      path: [
        "msrps://c.example.com:2/c;tcp",
        "msrps://b.example.com:1/b;tcp",
        "msrps://name2.invalid:2855/own2;ws",
      ],
      host: "c.example.com",
      port: 2,
      tls: true,
    });
  });

  it("is msrp: to ws: with the port of the URL", () => {
    const c = client({ url: "ws://127.0.0.1:5080/msrp", user: "needs escaping" });
    c.feed({ on: "opened" });
    expect(c.out().toPath).toEqual(["msrp://127.0.0.1:5080;ws"]);
  });

  it("a wrong password is denied, a stale nonce is not", () => {
    const c = client();
    c.feed({ on: "opened" });
    c.answer(401, challenge());
    c.answer(401, challenge("n2", ", stale=true"));
    expect(c.is("denied")).toBe(0);
    c.answer(401, challenge("n3"));
    expect(c.log.at(-1)).toEqual({ do: "denied", status: 401 });
    expect(c.state.is).toBe("denied");
    expect(c.feed({ on: "take", own: "x" })).toEqual([]);
  });

  it("a nonce that has served before may be refused without a word of staleness", () => {
    const c = ready();
    c.feed({ on: "take", own: sparePath(c.state, new Set())?.own ?? "" });
    c.answer(401, challenge("n2"));
    expect(c.is("denied")).toBe(0);
    c.answer(200, granted());
    expect(c.is("ready")).toBe(3);
  });

  it("takes the next nonce the relay offers", () => {
    const c = client();
    c.feed({ on: "opened" });
    c.answer(401, challenge());
    c.answer(200, [...granted(), ["Authentication-Info", 'nextnonce="n9", qop=auth']]);
    expect(parseCredentials(headerOf(c.out(), "Authorization") ?? "")).toMatchObject({
      nonce: "n9",
      nc: "00000001",
    });
  });

  it("has the relay prove itself: a right rspauth is taken, a wrong one gives the connection up", () => {
    const proof = (password: string): string =>
      rspauth({
        ha1: ha1("alice", "example.com", password),
        uri: "msrps://alice@a.example.com:443;ws",
        nonce: "n1",
        nc: "00000001",
        cnonce: "cnonce2",
        qop: "auth",
      });
    const tried = (password: string): Client => {
      const c = client();
      c.feed({ on: "opened" });
      c.answer(401, challenge());
      c.answer(200, [
        ...granted(),
        ["Authentication-Info", `rspauth="${proof(password)}", cnonce="cnonce2", nc=00000001, qop=auth`],
      ]);
      return c;
    };
    expect(tried("secret").is("ready")).toBe(1);
    expect(tried("guess").is("ready")).toBe(0);
    expect(tried("guess").is("give-up")).toBe(1);
  });

  it("gives up a relay that is silent, broken, or wants another algorithm", () => {
    const c = client();
    c.feed({ on: "opened" });
    expect(c.feed({ on: "fired", timer: "auth", nowMs: 0 })).toEqual([{ do: "give-up" }]);
    for (const headers of [
      [],
      challenge("n", ", algorithm=SHA-256"),
      [["WWW-Authenticate", 'Digest realm="x", nonce="y"']],
    ] as const) {
      const other = client();
      other.feed({ on: "opened" });
      expect(other.answer(401, headers)).toContainEqual({ do: "give-up" });
    }
    const third = client();
    third.feed({ on: "opened" });
    expect(third.answer(200, [["Use-Path", "nonsense"]])).toContainEqual({ do: "give-up" });
    expect(third.is("ready")).toBe(0);
  });

  it("a 403 is final", () => {
    const c = client();
    c.feed({ on: "opened" });
    expect(c.answer(403)).toContainEqual({ do: "denied", status: 403 });
  });

  it("but to somebody who was let in it says that there are no more paths now: asked again later", () => {
    const c = ready();
    const own = sparePath(c.state, new Set())?.own ?? "";
    c.feed({ on: "take", own });
    c.feed({ on: "use", own });
    expect(c.answer(403)).toContainEqual({ do: "start", timer: "renew", ms: 10_000 });
    expect([c.is("denied"), c.is("give-up"), c.is("lapsed"), c.state.is]).toEqual([0, 0, 0, "open"]);
    c.feed({ on: "fired", timer: "renew", nowMs: 10_000 });
    c.answer(200, granted());
    expect(c.is("ready")).toBe(3);
    expect(c.state.held).toHaveLength(3);
  });
});

describe("renewal", () => {
  const renewals = (c: Client): readonly (readonly string[])[] =>
    c.log.flatMap((e) => (e.do === "transmit" ? [e.frame.fromPath] : [])).slice(3);

  it("asks again for the same own URI before the path expires", () => {
    const c = ready(100);
    expect(c.log).toContainEqual({ do: "start", timer: "renew", ms: 75_000 });
    const own = sparePath(c.state, new Set())?.own ?? "";
    c.feed({ on: "take", own });
    c.answer(200, granted(100));
    c.feed({ on: "use", own });
    const { usePath } = c.state.held.find((h) => h.path.own === own)?.path ?? { usePath: [] };
    c.feed({ on: "fired", timer: "renew", nowMs: 75_000 });
    const first = c.out().fromPath[0];
    c.answer(
      200,
      granted(100, c.state.held.find((h) => h.path.own === first)?.path.usePath.join(" ")),
      75_000,
    );
    c.feed({ on: "fired", timer: "renew", nowMs: 75_000 });
    const second = c.out().fromPath[0];
    c.answer(
      200,
      granted(100, c.state.held.find((h) => h.path.own === second)?.path.usePath.join(" ")),
      75_000,
    );
    c.feed({ on: "fired", timer: "renew", nowMs: 75_000 });
    c.answer(
      200,
      granted(100, c.state.held.find((h) => h.path.own === c.out().fromPath[0])?.path.usePath.join(" ")),
      75_000,
    );
    expect(renewals(c).flat()).toContain(own);
    expect(c.is("lapsed")).toBe(0);
    const held = c.state.held.find((h) => h.path.own === own);
    expect(held).toMatchObject({ is: "used", expiresAtMs: 175_000, path: { usePath } });
  });

  it("tells a session whose path the relay would not renew", () => {
    const c = ready(100);
    const own = sparePath(c.state, new Set())?.own ?? "";
    c.feed({ on: "take", own });
    c.answer(200, granted(100));
    c.feed({ on: "use", own });
    for (let n = 0; n < 3; n += 1) {
      c.feed({ on: "fired", timer: "renew", nowMs: 75_000 });
      if (c.state.asking !== null) c.answer(200, granted(100), 75_000);
    }
    expect(c.log).toContainEqual({ do: "lapsed", own });
    expect(c.state.held.some((h) => h.path.own === own)).toBe(false);
  });

  it("lets a path that was given out and never used expire", () => {
    const c = ready(100);
    const own = sparePath(c.state, new Set())?.own ?? "";
    c.feed({ on: "take", own });
    c.answer(200, granted(1000));
    c.feed({ on: "fired", timer: "renew", nowMs: 100_000 });
    expect(c.log).toContainEqual({ do: "lapsed", own });
  });

  it("does not renew what a session has left", () => {
    const c = ready(100);
    const own = sparePath(c.state, new Set())?.own ?? "";
    c.feed({ on: "take", own });
    c.feed({ on: "use", own });
    c.feed({ on: "release", own });
    expect(c.state.held.some((h) => h.path.own === own)).toBe(false);
  });

  it("forgets everything with the connection", () => {
    const c = ready();
    c.feed({ on: "closed" });
    expect(c.state).toEqual(relayClient(account, { sparePaths: 2, authMs: 10_000 }));
    expect(sparePath(c.state, new Set())).toBe(null);
    c.feed({ on: "opened" });
    expect(c.out().headers).toEqual([]);
  });
});
