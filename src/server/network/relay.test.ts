/** What the relay refuses besides, what it shows in its trace, and its end. */
import { beforeEach, describe, expect, it } from "vitest";
import { answer, relayGround, send, settle, statusOf, type RelayGround } from "../../testing/relay-peers.ts";
import { parseFrame, type MsrpRequest } from "../../wire/msrp.ts";
import { encodeUtf8 } from "../../wire/utf8.ts";

let ground: RelayGround;
beforeEach(() => {
  ground = relayGround();
});

describe("refused", () => {
  it("anything before AUTH, with 403 and the door", async () => {
    const [a, b] = await ground.pair();
    const mallory = ground.peer("mallory");
    const got = await mallory.say(send(a, b));
    expect(statusOf(got)).toEqual([403]);
    expect(mallory.closed).toBe(true);
    expect(ground.relay.refused.get("nothing before AUTH")).toBe(1);
    expect(b.peer.got.some((f) => f.kind === "request")).toBe(false);
  });

  it("who speaks as somebody else, even knowing every path", async () => {
    const [a, b] = await ground.pair();
    const c = await ground.peer("carol").path();
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
    const [a, b] = await ground.pair();
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
    const [a, b] = await ground.pair();
    expect(statusOf(await a.peer.say(send(a, b, { headers: [] })))).toEqual([400]);
    expect(statusOf(await a.peer.say(send(a, b, { method: "NICKNAME" })))).toEqual([501]);
    expect(await a.peer.say(answer(send(a, b), 481))).toEqual([]);
    expect(ground.relay.refused.get("answer to nothing")).toBe(1);
  });

  it("what can't be read, by closing with a counted reason", async () => {
    const [a, b] = await ground.pair();
    await a.peer.say(encodeUtf8("GET / HTTP/1.1\r\n\r\n"));
    expect(a.peer.closed).toBe(true);
    await b.peer.say(send(b, a, { body: new Uint8Array(90_000) }));
    expect(b.peer.closed).toBe(true);
    expect([
      ground.relay.refused.get("malformed frame"),
      ground.relay.refused.get("frame too large"),
    ]).toEqual([1, 1]);
  });
});

describe("trace", () => {
  it("has a row for each frame, in and out, by name", async () => {
    const [a, b] = await ground.pair();
    ground.rows.length = 0;
    await a.peer.say(send(a, b));
    expect(ground.rows.map(({ from, to }) => `${from} > ${to}`)).toEqual([
      "alice > relay",
      "relay > bob",
      "relay > alice",
    ]);
    expect(parseFrame(ground.rows[1]?.bytes ?? new Uint8Array())).toMatchObject({
      method: "SEND",
      toPath: [b.own],
    });
  });
});

it("closes every connection with itself", async () => {
  const [a, b] = await ground.pair();
  ground.relay.close();
  await settle();
  expect([a.peer.closed, b.peer.closed]).toEqual([true, true]);
  expect(ground.clock.waiting()).toBe(0);
});
