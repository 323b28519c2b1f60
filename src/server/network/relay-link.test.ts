/** A link to a relay: its paths, and what goes over them from one person to the other. */
import { beforeEach, describe, expect, it } from "vitest";
import { chat, linkGround, take, text, type Chat, type LinkGround } from "../../testing/relay-links.ts";
import { headerOf, parseFrame, type MsrpRequest } from "../../wire/msrp.ts";
import { networkLimits } from "./limits.ts";

let ground: LinkGround;
beforeEach(() => {
  ground = linkGround();
});

describe("a link", () => {
  it("has paths in store before anybody asks", async () => {
    const a = ground.person("alice");
    expect(a.link.takePath()).toBe(null);
    a.link.start();
    a.link.start();
    await ground.settle();
    expect(a.said()).toEqual(["connecting", "ready", "ready"]);
    const one = take(a);
    const two = take(a);
    expect(one.own).not.toBe(two.own);
    expect(one).toMatchObject({ host: "localhost", port: 5080, tls: false });
    expect(one.path).toEqual([...one.usePath, one.own]);
    expect(a.link.takePath()).toBe(null);
    await ground.settle();
    expect(a.link.takePath()).not.toBe(null);
  });

  it("goes on where the relay has no more paths to give, and has some again when others are over", async () => {
    ground.relay = ground.open({ quotas: { ...networkLimits.relay, pathsPerConnection: 3 } });
    const a = ground.person("alice", {}, "alice", { address: "there", proven: () => {} });
    const b = ground.person("bob");
    for (const { link } of [a, b]) link.start();
    await ground.settle();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb, { active: true });
    const cb = chat(b, pb, pa);
    await ground.settle();
    for (const path of [take(a), take(a)]) chat(a, path, pb).handle.close();
    await ground.settle();
    expect([a.link.takePath(), ground.relay.refused.get("AUTH 403")]).toEqual([null, 1]);
    cb.handle.send("1", text("still here?"));
    await ground.settle();
    expect([ca.texts, a.said().includes("denied"), a.said().includes("disconnected")]).toEqual([
      ["still here?"],
      false,
      false,
    ]);
    // Paths that nobody renews are over by then.
    for (let ms = 0; ms < 1_000_000; ms += 10_000) {
      ground.clock.advance(10_000);
      await ground.settle(8);
    }
    cb.handle.send("2", text("and now?"));
    await ground.settle();
    expect([a.link.takePath() === null, ca.texts, ca.ended]).toEqual([
      false,
      ["still here?", "and now?"],
      [],
    ]);
  });

  it("carries messages both ways, and says when the far end has them", async () => {
    const [a, b] = await ground.two();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb, { active: true });
    const cb = chat(b, pb, pa);
    ca.handle.send("1", text("hello bob"));
    cb.handle.send("x", text("hello alice"));
    ca.handle.send("2", text("é".repeat(100_000)));
    expect(ca.handle.unreported()).toBe(2);
    await ground.settle(400);
    expect(cb.texts).toEqual(["hello bob", "é".repeat(100_000)]);
    expect(ca.texts).toEqual(["hello alice"]);
    expect(ca.reported).toEqual(["1", "2"]);
    expect(cb.reported).toEqual(["x"]);
    expect(ca.handle.unreported()).toBe(0);
    expect([...ca.failed, ...cb.failed]).toEqual([]);
  });

  it("keeps what arrives before the session stands: the peer's SEND may overtake its SIP answer", async () => {
    const [a, b] = await ground.two();
    const [pa, pb] = [take(a), take(b)];
    const cb = chat(b, pb, pa, { active: true });
    cb.handle.send("1", text("first"));
    await ground.settle();
    expect(cb.reported).toEqual([]);
    const ca = chat(a, pa, pb);
    expect(ca.texts).toEqual([]);
    await ground.settle();
    expect(ca.texts).toEqual(["first"]);
    expect(cb.reported).toEqual(["1"]);
  });

  it("keeps all that a peer with hundreds of short texts may send before it hears from us", async () => {
    const [a, b] = await ground.two();
    const [pa, pb] = [take(a), take(b)];
    const cb = chat(b, pb, pa);
    // As short as message/cpim can be; more than one window of them.
    const said = Array.from({ length: 900 }, (_none, n) => `${n}`.padStart(150, "."));
    for (const one of said) cb.handle.send(one, text(one));
    await ground.settle(1_000);
    const ca = chat(a, pa, pb);
    await ground.settle(1_000);
    expect(cb.ended).toEqual([]);
    expect(ca.texts).toEqual(said);
  });

  it("keeps only so much of it", async () => {
    const [a, b] = await ground.two({ earlyBytes: 1_000 });
    const [pa, pb] = [take(a), take(b)];
    const cb = chat(b, pb, pa);
    for (let n = 0; n < 3; n += 1) cb.handle.send(String(n), text("x".repeat(400)));
    await ground.settle();
    expect(cb.ended).toEqual(["gone"]);
  });

  it("answers 481 for a session that is closed, which ends the other side's", async () => {
    const [a, b] = await ground.two();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb);
    const cb = chat(b, pb, pa);
    ca.handle.close();
    expect(ca.ended).toEqual([]);
    cb.handle.send("1", text("too late"));
    await ground.settle();
    expect(cb.failed).toEqual([["1", 481]]);
    expect(cb.ended).toEqual(["gone"]);
    cb.handle.send("2", text("later still"));
    expect(cb.failed.at(-1)).toEqual(["2", null]);
  });

  it("refuses a message by REPORT while the hop has said 200 (decision 31)", async () => {
    const [a, b] = await ground.two();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb);
    const cb = chat(b, pb, pa);
    cb.verdict = 403;
    ca.handle.send("1", text("forged"));
    await ground.settle();
    expect(ca.failed).toEqual([["1", 403]]);
    expect(ca.ended).toEqual([]);
    cb.verdict = 200;
    ca.handle.send("2", text("honest"));
    await ground.settle();
    expect(ca.reported).toEqual(["2"]);
  });

  it("lets a handler answer, and close, from inside", async () => {
    const [a, b] = await ground.two();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb);
    const cb: Chat = chat(b, pb, pa, {
      onMessage: () => {
        cb.handle.send("echo", text("echo"));
        return 200;
      },
    });
    ca.handle.send("1", text("hello"));
    await ground.settle();
    expect([ca.texts, ca.reported, cb.reported]).toEqual([["echo"], ["1"], ["echo"]]);
  });

  it("lets a handler send while the session is in the middle of a long message", async () => {
    const [a, b] = await ground.two({ sessionWindowBytes: 140_000 });
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb);
    const cb: Chat = chat(b, pb, pa, {
      onMessage: () => cb.handle.send("echo", text("echo")),
    });
    cb.handle.send("long", text("x".repeat(300_000)));
    ca.handle.send("1", text("hello"));
    await ground.settle(400);
    expect([cb.reported, ca.reported]).toEqual([["long", "echo"], ["1"]]);
  });

  it("never gives the same path twice, and none of a connection that is gone", async () => {
    const [a, b] = await ground.two();
    const path = take(a);
    ground.relay.close();
    ground.relay = ground.open();
    await ground.settle();
    const c = chat(a, path, take({ ...b, link: { ...b.link, takePath: () => path } }));
    await ground.settle();
    expect(c.ended).toEqual(["lost"]);
  });
});

describe("ids", () => {
  it("are all fresh, with all 128 bits: transactions, messages, own URIs", async () => {
    const [a, b] = await ground.two();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb, { active: true });
    chat(b, pb, pa);
    ca.handle.send("1", text("x".repeat(20_000)));
    ca.handle.send("2", text("y"));
    await ground.settle();
    const requests = ground.rows
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
