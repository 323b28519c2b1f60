/** The paths that a client keeps at its relay: renewed while they are used, and a relay that is silent. */
import { describe, expect, it } from "vitest";
import { account, granted, ready, type Client } from "../testing/relay-client.ts";
import { relayClient, sparePath } from "./msrp-relay-client.ts";

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
