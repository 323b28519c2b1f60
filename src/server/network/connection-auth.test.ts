/** AUTH at the relay, frame by frame: who gets a path, for how long, and who is refused or cut off. */
import { beforeEach, describe, expect, it } from "vitest";
import {
  realm,
  relayGround,
  relayUri,
  send,
  settle,
  statusOf,
  type RelayGround,
  type RelayPeer,
} from "../../testing/relay-peers.ts";
import { ha1, parseChallenge } from "../../wire/digest.ts";
import { headerOf, type MsrpResponse } from "../../wire/msrp.ts";
import { networkLimits } from "./limits.ts";

let ground: RelayGround;
beforeEach(() => {
  ground = relayGround();
});

describe("AUTH", () => {
  it("challenges, then gives a path with 128 random bits, its life, and its own proof", async () => {
    const alice = ground.peer("alice");
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
    const alice = ground.peer("alice");
    const one = await alice.path();
    const two = await alice.path();
    expect(one.via).not.toBe(two.via);
    ground.clock.advance(800_000);
    const [again] = await alice.auth(one.own, [alice.credentials()]);
    expect(headerOf(again as MsrpResponse, "Use-Path")).toBe(one.via);
    ground.clock.advance(200_000);
    const bob = await ground.peer("bob").path();
    expect(statusOf(await alice.say(send(one, bob)))).toEqual([200]);
    expect(statusOf(await alice.say(send(two, bob)))).toEqual([403]);
  });

  it("is msrps: behind TLS", async () => {
    ground = relayGround({ host: "chat.example.com", port: 443, tls: true });
    expect((await ground.peer("alice").path()).via).toMatch(/^msrps:\/\/chat\.example\.com:443\//);
  });

  it("refuses a wrong password, an unknown user, an old nonce, a count that does not grow, another URI", async () => {
    const alice = ground.peer("alice");
    const own = "msrp://a.invalid:2855/own1;ws";
    const tried = async (over: Parameters<RelayPeer["credentials"]>[0]): Promise<boolean | number> => {
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
    const alice = ground.peer("alice");
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
    expect(ground.relay.refused.get("too many wrong passwords")).toBe(1);
  });

  it("keeps a connection to the user who proved it first", async () => {
    const alice = ground.peer("alice");
    await alice.path();
    expect(
      statusOf(await alice.auth("msrp://a.invalid:2855/o2;ws", [alice.credentials({ user: "bob" })])),
    ).toEqual([403]);
  });

  it("counts the connections of one user however the name is spelled", async () => {
    ground = relayGround({
      ha1: (user) => ha1(user.toLowerCase(), realm, user.toLowerCase()),
      quotas: { ...networkLimits.relay, connectionsPerUser: 1 },
    });
    await ground.peer("alice").path();
    const other = ground.peer("alice");
    await other.challenged();
    await other.auth("msrp://a.invalid:2855/o2;ws", [other.credentials({ spelled: "ALICE" })]);
    await settle();
    expect(other.closed).toBe(true);
    expect(ground.relay.refused.get("too many connections of one user")).toBe(1);
  });

  it("answers 423 with the bound for an Expires out of bounds", async () => {
    const alice = ground.peer("alice");
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
    const [a] = await ground.pair();
    const other = ground.peer("alice");
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
    const alice = ground.peer("alice");
    const bob = await ground.peer("bob").path();
    await alice.challenged();
    ground.clock.advance(30_000);
    await settle();
    expect(alice.closed).toBe(true);
    expect(bob.peer.closed).toBe(false);
  });
});
