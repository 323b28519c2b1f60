/** AUTH from the client: challenged once, answered, granted paths, or denied (RFC 4976 §5.1, RFC 7977 §8.1.2). */
import { describe, expect, it } from "vitest";
import { challenge, client, granted, ready, type Client } from "../testing/relay-client.ts";
import { digestResponse, ha1, parseCredentials, rspauth } from "../wire/digest.ts";
import { headerOf } from "../wire/msrp.ts";
import { sparePath } from "./msrp-relay-client.ts";

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
