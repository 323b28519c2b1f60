/** A link whose relay goes away, is silent or says no, and how it comes back. */
import { beforeEach, describe, expect, it } from "vitest";
import { chat, linkGround, take, text, type LinkGround } from "../../testing/relay-links.ts";
import { relayTimers } from "./relay.ts";

let ground: LinkGround;
beforeEach(() => {
  ground = linkGround();
});

describe("loss", () => {
  it("ends every session, fails what was not reported, and comes back with new paths", async () => {
    const [a, b] = await ground.two();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb);
    ca.handle.send("1", text("on its way"));
    ground.relay.close();
    await ground.settle();
    expect(ca.failed).toEqual([["1", null]]);
    expect(ca.ended).toEqual(["lost"]);
    expect(a.link.takePath()).toBe(null);
    expect(a.events.at(-1)?.on).toBe("disconnected");
    ground.clock.advance(1_000);
    await ground.settle();
    expect(a.said().slice(-3)).toEqual(["connecting", "ready", "ready"]);
    expect(take(a).own).not.toBe(pa.own);
  });

  it("tries less and less often, never in step, and at once when told", async () => {
    const a = ground.person("alice", { sparePaths: 1 });
    const accept = ground.relay.accept;
    let doors = 0;
    ground.relay = {
      ...ground.relay,
      accept: (socket) => {
        doors += 1;
        socket.close(1013, "try again later");
      },
    };
    a.link.start();
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      await ground.settle(4);
      const last = a.events.at(-1);
      if (last?.on !== "disconnected") throw new Error("still connected");
      waits.push(last.retryAtMs - ground.clock.now());
      ground.clock.advance(last.retryAtMs - ground.clock.now());
    }
    expect(doors).toBe(8 + 1);
    for (const [n, wait] of waits.entries()) {
      const ceiling = Math.min(30_000, 1_000 * 2 ** n);
      expect(wait).toBeGreaterThanOrEqual(ceiling / 2);
      expect(wait).toBeLessThanOrEqual(ceiling);
    }
    await ground.settle(4);
    ground.relay = { ...ground.relay, accept };
    a.link.tryNow();
    a.link.tryNow();
    await ground.settle();
    expect(a.said().at(-1)).toBe("ready");
  });

  it("gives up a relay that does not answer AUTH", async () => {
    const a = ground.person("alice");
    const accept = ground.relay.accept;
    ground.relay = { ...ground.relay, accept: () => {} };
    a.link.start();
    await ground.settle();
    ground.clock.advance(10_000);
    expect(a.said()).toEqual(["connecting", "disconnected"]);
    ground.relay = { ...ground.relay, accept };
    ground.clock.advance(1_000);
    await ground.settle();
    expect(a.said().at(-1)).toBe("ready");
  });

  it("does not take its own sleep for the peer's silence", async () => {
    const [a, b] = await ground.two();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb);
    chat(b, pb, pa);
    ca.handle.send("1", text("just before the lid closed"));
    ground.clock.sleep(60_000);
    ground.clock.advance(0);
    expect(ca.ended).toEqual([]);
    await ground.settle();
    expect(ca.reported).toEqual(["1"]);
  });

  it("is denied once with a wrong password, and tries again only when told", async () => {
    const a = ground.person("alice", {}, "wrong");
    a.link.start();
    await ground.settle();
    expect(a.events.at(-1)).toEqual({ on: "denied", status: 401 });
    ground.clock.advance(3_600_000);
    await ground.settle();
    expect(a.said()).toEqual(["connecting", "denied"]);
    a.link.tryNow();
    await ground.settle();
    expect(a.said()).toEqual(["connecting", "denied", "connecting", "denied"]);
  });

  it("stays away once stopped", async () => {
    const [a] = await ground.two();
    a.link.stop();
    ground.clock.advance(3_600_000);
    await ground.settle();
    expect(a.said()).toEqual(["connecting", "ready", "ready"]);
    expect(a.link.takePath()).toBe(null);
  });

  it("renews its paths for as long as it lives, and leaves no timers behind", async () => {
    ground.relay = ground.open({ timers: { ...relayTimers, defaultExpiresSeconds: 100 } });
    const [a, b] = await ground.two();
    const [pa, pb] = [take(a), take(b)];
    const ca = chat(a, pa, pb);
    const cb = chat(b, pb, pa);
    await ground.settle();
    for (let n = 0; n < 10; n += 1) {
      ground.clock.advance(40_000);
      await ground.settle();
    }
    ca.handle.send("1", text("still here"));
    await ground.settle();
    expect(cb.texts).toEqual(["still here"]);
    expect([ca.ended, cb.ended]).toEqual([[], []]);
    a.link.stop();
    b.link.stop();
    ground.relay.close();
    await ground.settle();
    expect(ground.clock.waiting()).toBe(0);
  });
});
