/** How a thread is cut: runs, lines, days and the two sides of the seam. */
import { describe, expect, it } from "vitest";
import type { Line, Message, Person, Seam, ThreadItem } from "../client/model.ts";
import { alice, bob, carol } from "../testing/fixtures/people.ts";
import { type Block, layOut } from "./grouping.ts";

const noon = new Date(2026, 2, 5, 12, 0).getTime();
const minute = 60_000;
const day = 24 * 60 * minute;
let ids = 0;

const say = (from: Person, at: number, is: Message["is"] = "delivered"): Message => ({
  kind: "message",
  id: `m${(ids += 1)}`,
  from,
  mine: from === alice,
  text: "text",
  sentAt: at,
  at,
  is,
  reason: null,
});
const line = (what: Line["what"], at: number, whom: readonly Person[]): Line => ({
  kind: "line",
  id: `l${(ids += 1)}`,
  at,
  what,
  who: null,
  whom,
  text: null,
});
const seam = (above: readonly Person[]): Seam => ({
  kind: "seam",
  id: "seam",
  at: noon,
  above,
  below: [alice, bob, carol],
  fresh: false,
});

const blocks = (items: readonly ThreadItem[]): readonly Block[] =>
  layOut(items, noon).below.flatMap((one) => one.blocks);
const shape = (items: readonly ThreadItem[]): readonly string[] =>
  blocks(items).map((block) =>
    block.is === "run" ? `${block.from.name}:${block.messages.length}` : block.is,
  );

describe("runs", () => {
  it("are one author within three minutes", () => {
    const items = [
      say(bob, noon),
      say(bob, noon + minute),
      say(bob, noon + 5 * minute),
      say(carol, noon + 5 * minute),
    ];
    expect(shape(items)).toEqual(["Bob Lindqvist:2", "Bob Lindqvist:1", "Carol Okafor:1"]);
  });

  it("end at a line", () => {
    const items = [say(bob, noon), line("left", noon, [carol]), say(bob, noon)];
    expect(shape(items)).toEqual(["Bob Lindqvist:1", "line", "Bob Lindqvist:1"]);
  });

  it("have one foot, and one more where the state differs", () => {
    const items = [say(alice, noon, "delivered"), say(alice, noon, "delivered"), say(alice, noon, "sending")];
    const [run] = blocks(items);
    expect(run?.is === "run" && run.messages.map(({ foot }) => foot)).toEqual([false, true, true]);
  });

  it("leave out what was not delivered, which stands alone", () => {
    expect(shape([say(alice, noon), say(alice, noon, "undelivered"), say(alice, noon)])).toEqual([
      "Alice Moreau:1",
      "undelivered",
      "Alice Moreau:1",
    ]);
  });
});

describe("lines", () => {
  it("join people who joined one after the other, and show one time", () => {
    const found = blocks([
      line("joined", noon, [bob]),
      line("joined", noon, [carol]),
      line("left", noon, [bob]),
    ]);
    expect(found.map((block) => block.is === "line" && [block.line.whom.length, block.time])).toEqual([
      [2, true],
      [1, false],
    ]);
  });

  it("never name one person twice", () => {
    const [found] = blocks([line("joined", noon, [bob]), line("joined", noon, [bob])]);
    expect(found?.is === "line" && found.line.whom).toEqual([bob]);
  });
});

describe("the seam", () => {
  it("parts what was before from what came after", () => {
    const { above, below } = layOut([say(bob, noon), seam([alice, bob]), say(carol, noon)], noon);
    expect(above?.length).toBe(1);
    expect(below.length).toBe(1);
  });

  it("has no ground above where nobody was before", () => {
    expect(layOut([seam([]), say(bob, noon)], noon).above).toBeNull();
  });

  it("keeps its private ground even while nothing was said before it", () => {
    expect(layOut([seam([alice, bob])], noon).above).toEqual([]);
  });
});

describe("days", () => {
  it("are labelled between them, and first only where the thread is not of today", () => {
    const labels = (items: readonly ThreadItem[]) => layOut(items, noon).below.map((one) => one.label);
    expect(labels([say(bob, noon)])).toEqual([false]);
    expect(labels([say(bob, noon - day), say(bob, noon)])).toEqual([true, true]);
  });

  it("are not said twice on both sides of the seam", () => {
    const { below } = layOut([say(bob, noon), seam([alice, bob]), say(bob, noon)], noon);
    expect(below[0]?.label).toBe(false);
  });
});

describe("where the new begins", () => {
  const kinds = (items: readonly ThreadItem[], firstNew: string): readonly string[] => {
    const { above, below } = layOut(items, noon, firstNew);
    return [...(above ?? []), ...below].flatMap(({ blocks }) => blocks.map((block) => block.is));
  };
  const [one, two, three] = [say(bob, noon), say(bob, noon + 1), say(bob, noon + 2)];

  it("a run is cut there", () => {
    expect(kinds([one, two, three], two.id)).toEqual(["run", "new", "run"]);
  });

  it("above the seam as well", () => {
    expect(kinds([one, two, seam([alice, bob]), three], two.id)).toEqual(["run", "new", "run", "run"]);
  });

  it("nowhere, where everything is new or nothing is", () => {
    expect(kinds([one, two], one.id)).toEqual(["run"]);
    expect(kinds([one, two], "gone")).toEqual(["run"]);
  });
});
