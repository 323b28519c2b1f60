import { fc } from "../testing/fast-check.ts";
import { describe, expect, it } from "vitest";
import { deliver, delivery, type Delivery, type DeliveryEffect, type DeliveryInput } from "./deliver.ts";

function run(...inputs: readonly DeliveryInput[]): { state: Delivery; effects: DeliveryEffect[] } {
  let state = delivery;
  let effects: DeliveryEffect[] = [];
  for (const input of inputs) {
    const [next, done] = deliver(state, input);
    state = next;
    effects = [...effects, ...done];
  }
  return { state, effects };
}
const shown = (effects: readonly DeliveryEffect[], id: string): string[] =>
  effects.flatMap((e) => (e.do === "show" && e.id === id ? [e.is] : []));
const sent = (effects: readonly DeliveryEffect[]): string[] =>
  effects.flatMap((e) => (e.do === "send" ? [`${e.id}>${e.line}`] : []));
const isOf = (state: Delivery, id: string): string | undefined => state.out.find((o) => o.id === id)?.is;

const write = (id: string): DeliveryInput => ({ on: "write", id });
const opened = (line: string): DeliveryInput => ({ on: "opened", line });
const reported = (id: string): DeliveryInput => ({ on: "reported", id });
const shut = (line: string, how: "lost" | "gone" | "closed"): DeliveryInput => ({ on: "shut", line, how });

describe("text on its way out", () => {
  it("asks for a session once something waits, and sends in the order of writing when it stands", () => {
    const { effects } = run(write("1"), write("2"), opened("a"));
    expect(effects.filter((e) => e.do === "open")).toHaveLength(2);
    expect(sent(effects)).toEqual(["1>a", "2>a"]);
    expect(shown(effects, "1")).toEqual(["waiting", "sending"]);
  });

  it("is held until it is reported, and reported once", () => {
    const { state, effects } = run(write("1"), opened("a"), reported("1"), reported("1"));
    expect(state.out).toEqual([]);
    expect(shown(effects, "1")).toEqual(["waiting", "sending", "reported"]);
  });

  it("that somebody on the way has taken is out of our hands", () => {
    const { state, effects } = run(write("1"), opened("a"), { on: "accepted", id: "1" }, reported("1"));
    expect(state.out).toEqual([]);
    expect(shown(effects, "1")).toEqual(["waiting", "sending", "accepted"]);
  });

  it("that was refused for good stays so, whatever becomes of the line", () => {
    const { state } = run(
      opened("a"),
      write("1"),
      { on: "refused", id: "1", status: 408, isFinal: true },
      shut("a", "lost"),
    );
    expect(isOf(state, "1")).toBe("failed");
  });

  it("goes again by the same id on the next session when the connection was lost", () => {
    const { effects } = run(opened("a"), write("1"), shut("a", "lost"), opened("b"));
    expect(sent(effects)).toEqual(["1>a", "1>b"]);
  });

  it("takes back what failed only because the session was ending, and not what was refused for itself", () => {
    const { state, effects } = run(
      opened("a"),
      write("1"),
      write("2"),
      { on: "refused", id: "1", status: 481 },
      { on: "refused", id: "2", status: 413 },
      shut("a", "gone"),
      opened("b"),
    );
    expect(sent(effects)).toEqual(["1>a", "2>a", "1>b"]);
    expect(isOf(state, "2")).toBe("failed");
  });

  it("fails visibly after three sessions that the far end did not know; losing the connection never counts", () => {
    const gone = run(
      opened("a"),
      write("1"),
      shut("a", "gone"),
      opened("b"),
      shut("b", "gone"),
      opened("c"),
      shut("c", "gone"),
    );
    expect(isOf(gone.state, "1")).toBe("failed");
    const lost = run(
      opened("a"),
      write("1"),
      ...["a", "b", "c", "d"].flatMap((l) => [shut(l, "lost"), opened(`${l}+`), shut(`${l}+`, "lost")]),
    );
    expect(isOf(lost.state, "1")).toBe("waiting");
  });

  it("fails when nobody answers, and a retry starts over", () => {
    const { state, effects } = run(write("1"), { on: "unreachable", status: 480 });
    expect(isOf(state, "1")).toBe("failed");
    expect(effects.at(-1)).toEqual({ do: "show", id: "1", is: "failed", status: 480 });
    const [again, then] = deliver(state, { on: "retry", id: "1" });
    expect(isOf(again, "1")).toBe("waiting");
    expect(then.at(-1)).toEqual({ do: "open" });
  });

  it("does not open a new session for text that was unsent when a person closed the chat", () => {
    const { state, effects } = run(opened("a"), write("1"), shut("a", "closed"));
    expect(isOf(state, "1")).toBe("failed");
    expect(effects.some((e) => e.do === "open")).toBe(false);
  });
});

describe("the moment a 1-1 becomes a group (decision 11)", () => {
  it("keeps what waits as undelivered; what is on its way may still be reported", () => {
    const before = run(opened("a"), write("1"), shut("a", "lost"), write("2"), opened("b"), write("3"));
    const { state } = run(
      opened("a"),
      write("1"),
      write("2"),
      { on: "replaced" },
      reported("1"),
      write("late"),
    );
    expect(before.state.out.map((o) => o.is)).toEqual(["sending", "sending", "sending"]);
    expect(isOf(state, "1")).toBeUndefined();
    expect(isOf(state, "2")).toBe("sending");
    expect(isOf(state, "late")).toBe("waiting");
  });

  it("makes what was not reported by the end of the old session undelivered, and sends it nowhere", () => {
    const { state, effects } = run(
      opened("a"),
      write("1"),
      { on: "replaced" },
      { on: "drained", line: "a" },
      opened("b"),
    );
    expect(isOf(state, "1")).toBe("undelivered");
    expect(sent(effects)).toEqual(["1>a"]);
  });

  it("does so too where the old session had failed the text because it was ending", () => {
    const { state } = run(
      opened("a"),
      write("1"),
      { on: "replaced" },
      { on: "refused", id: "1", status: null },
      { on: "drained", line: "a" },
    );
    expect(isOf(state, "1")).toBe("undelivered");
  });

  it("still believes a late report", () => {
    const { state } = run(
      opened("a"),
      write("1"),
      { on: "replaced" },
      { on: "drained", line: "a" },
      reported("1"),
    );
    expect(state.out).toEqual([]);
  });

  it("sends it to the one person when its author says so", () => {
    const { effects } = run(
      opened("a"),
      write("1"),
      { on: "replaced" },
      { on: "drained", line: "a" },
      { on: "retry", id: "1" },
      opened("b"),
    );
    expect(sent(effects)).toEqual(["1>a", "1>b"]);
  });

  it("goes on by itself where the 1-1 was not replaced after all", () => {
    const { effects } = run(write("1"), { on: "replaced" }, { on: "resumed", line: "a" });
    expect(sent(effects)).toEqual(["1>a"]);
  });
});

describe("text that comes in", () => {
  it("is taken once, however often it is sent", () => {
    const { effects } = run({ on: "arrived", id: "x" }, { on: "arrived", id: "x" });
    expect(effects).toEqual([{ do: "take", id: "x" }]);
  });
});

it("never loses text: whatever happens, it was reported, dropped, or is still held", () => {
  const ids = ["1", "2", "3"];
  const lines = ["a", "b"];
  const input: fc.Arbitrary<DeliveryInput> = fc.oneof(
    fc.constantFrom(...ids).map(write),
    fc.constantFrom(...lines).map(opened),
    fc.constantFrom(...ids).map(reported),
    fc
      .tuple(fc.constantFrom(...lines), fc.constantFrom("lost" as const, "gone" as const, "closed" as const))
      .map(([line, how]) => shut(line, how)),
    fc
      .tuple(fc.constantFrom(...ids), fc.constantFrom(null, 408, 413, 481))
      .map(([id, status]): DeliveryInput => ({ on: "refused", id, status })),
    fc.constant<DeliveryInput>({ on: "unreachable", status: 480 }),
    fc.constant<DeliveryInput>({ on: "replaced" }),
    fc.constantFrom(...lines).map((line): DeliveryInput => ({ on: "drained", line })),
    fc.constantFrom(null, ...lines).map((line): DeliveryInput => ({ on: "resumed", line })),
    fc.constantFrom(...ids).map((id): DeliveryInput => ({ on: "retry", id })),
  );
  fc.assert(
    fc.property(fc.array(input, { maxLength: 30 }), (inputs) => {
      let state = delivery;
      const last = new Map<string, string>();
      for (const one of inputs) {
        const [next, effects] = deliver(state, one);
        for (const effect of effects) if (effect.do === "show") last.set(effect.id, effect.is);
        state = next;
        for (const out of state.out) expect(last.get(out.id) ?? "waiting").toBe(out.is);
      }
      for (const [id, is] of last) expect(state.out.some((out) => out.id === id)).toBe(is !== "reported");
    }),
  );
});
