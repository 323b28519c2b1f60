/** Many sessions over one link: in turn, within one window, and none held up by another's reader (decision 24). */
import { beforeEach, describe, expect, it } from "vitest";
import { chat, linkGround, take, text, type LinkGround } from "../../testing/relay-links.ts";
import { headerOf, parseFrame, type MsrpRequest } from "../../wire/msrp.ts";

let ground: LinkGround;
beforeEach(() => {
  ground = linkGround();
});

describe("one connection, many sessions", () => {
  const order = (own: readonly string[]): readonly number[] =>
    ground.rows
      .filter(({ from }) => from === "alice")
      .map(({ bytes }) => parseFrame(bytes))
      .filter((f): f is MsrpRequest => f.kind === "request" && f.method === "SEND")
      .map((f) => own.indexOf(f.fromPath[0] ?? ""));

  it("lets them alternate chunk by chunk", async () => {
    const [a, b] = await ground.two();
    const [p1, p2] = [take(a), take(a)];
    const [q1, q2] = [take(b), take(b)];
    await ground.settle();
    const c1 = chat(a, p1, q1);
    const c2 = chat(a, p2, q2);
    chat(b, q1, p1);
    chat(b, q2, p2);
    c1.handle.send("big", text("x".repeat(200_000)));
    c2.handle.send("small", text("y".repeat(20_000)));
    await ground.settle(400);
    expect([c1.reported, c2.reported]).toEqual([["big"], ["small"]]);
    const turns = order([p1.own, p2.own]);
    const last = turns.lastIndexOf(1);
    expect(turns.slice(last).length).toBeGreaterThan(5);
  });

  it("has at most the window unreported over all of them (decision 24)", async () => {
    const [a, b] = await ground.two({ windowBytes: 200_000, sessionWindowBytes: 140_000 });
    const [p1, p2] = [take(a), take(a)];
    const [q1, q2] = [take(b), take(b)];
    await ground.settle();
    const c1 = chat(a, p1, q1);
    const c2 = chat(a, p2, q2);
    c1.handle.send("1", text("x".repeat(400_000)));
    c2.handle.send("2", text("y".repeat(400_000)));
    await ground.settle();
    const sent = ground.rows
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
    const [a, b] = await ground.two({ sparePaths: 8, windowBytes: 262_144 });
    const pairs = Array.from({ length: 8 }, () => [take(a), take(b)] as const);
    const senders = pairs.map(([pa, pb]) => chat(a, pa, pb));
    for (const [pa, pb] of pairs) chat(b, pb, pa);
    for (const sender of senders) sender.handle.send("1", text("x".repeat(150_000)));
    await ground.settle(800);
    expect(senders.map((sender) => sender.reported)).toEqual(pairs.map(() => ["1"]));
  });

  it("does not let one slow reader hold up the others of the focus", async () => {
    const [a, b] = await ground.two({ windowBytes: Infinity, sessionWindowBytes: 140_000 });
    const [p1, p2] = [take(a), take(a)];
    const [q1, q2] = [take(b), take(b)];
    await ground.settle();
    const stuck = chat(a, p1, q1);
    const free = chat(a, p2, q2);
    chat(b, q2, p2);
    stuck.handle.send("1", text("x".repeat(400_000)));
    free.handle.send("2", text("for those who read"));
    await ground.settle(100);
    expect(free.reported).toEqual(["2"]);
    expect(stuck.reported).toEqual([]);
  });
});
