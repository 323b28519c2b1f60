import { describe, expect, it } from "vitest";
import { groupView, type GroupFacts } from "./group-view.ts";
import type { Message } from "./model.ts";

const alice = { address: "sip:alice@x", name: "Alice" };
const bob = { address: "sip:bob@x", name: "Bob" };

const message = (id: string, at: number): Message => ({
  kind: "message",
  id,
  from: bob,
  mine: false,
  text: id,
  sentAt: at,
  at,
  is: "delivered",
  reason: null,
});

const facts = (different: Partial<GroupFacts> = {}): GroupFacts => ({
  id: "group:1",
  self: alice,
  stage: { is: "open" },
  subject: null,
  conference: "sip:x@x;conf=1",
  invitedBy: bob,
  roster: [],
  rings: new Map(),
  limit: null,
  seam: { at: 10, fresh: false },
  earlier: null,
  items: [],
  unread: 0,
  shownAt: 5,
  draft: "",
  composer: { label: null, inertUntil: 0 },
  ringMs: 90,
  nameOf: (address) => ({ address, name: address }),
  ...different,
});

const ids = (different: Partial<GroupFacts>): readonly string[] =>
  groupView(facts(different))?.items.map((item) => item.id) ?? [];

describe("the row", () => {
  it("is not there while it is being started", () => {
    expect(groupView(facts({ stage: { is: "hidden" } }))).toBeNull();
  });

  it("is as new as its last text; lines make it no newer", () => {
    expect(groupView(facts())?.lastAt).toBe(5);
    const line = { kind: "line", id: "l", at: 90, what: "joined", who: null, whom: [], text: null } as const;
    expect(groupView(facts({ items: [message("a", 20), line] }))?.lastAt).toBe(20);
  });

  it("before a roster: oneself and who invited", () => {
    expect(groupView(facts())?.members.map((one) => one.name)).toEqual(["Alice", "Bob"]);
    expect(groupView(facts({ invitedBy: alice }))?.members.map((one) => one.name)).toEqual(["Alice"]);
    expect(groupView(facts())?.title).toBe("Bob");
    expect(groupView(facts({ subject: "Trip" }))?.title).toBe("Trip");
  });

  it("says since when and until when it rings, and who asked", () => {
    expect(groupView(facts({ stage: { is: "invited", ringFrom: 10 } }))?.phase).toEqual({
      is: "invited",
      ringFrom: 10,
      ringUntil: 100,
      by: bob,
    });
    expect(groupView(facts({ stage: { is: "missed", how: "declined" } }))?.phase).toEqual({
      is: "missed",
      how: "declined",
      by: bob,
    });
    expect(groupView(facts({ stage: { is: "ended", how: "closed" } }))?.phase).toEqual({
      is: "ended",
      how: "closed",
    });
  });
});

describe("the seam", () => {
  const earlier = { peer: bob, items: [message("a", 1), message("b", 2), message("c", 30)] };

  it("has the 1-1 above it, as far as it was the same conversation", () => {
    const items = [message("g", 20)];
    expect(ids({ items, earlier: { ...earlier, until: null } })).toEqual([
      "a",
      "b",
      "c",
      "seam:group:1",
      "g",
    ]);
    expect(ids({ items, earlier: { ...earlier, until: 2 } })).toEqual(["a", "b", "seam:group:1", "g"]);
    expect(ids({ items, earlier: { ...earlier, until: 0 } })).toEqual(["seam:group:1", "g"]);
  });

  it("says who sees what is above, and who sees what is below", () => {
    const seam = groupView(facts({ earlier: { ...earlier, until: null } }))?.items.find(
      (item) => item.kind === "seam",
    );
    expect(seam).toMatchObject({ above: [alice, bob], below: [alice, bob], at: 10 });
    expect(groupView(facts())?.items[0]).toMatchObject({ kind: "seam", above: [] });
  });

  it("is not there before it began", () => {
    expect(ids({ seam: null, items: [message("g", 20)] })).toEqual(["g"]);
  });
});
