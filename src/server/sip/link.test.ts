import { describe, expect, test } from "vitest";
import { createTrace } from "../trace.ts";
import { memoryLinkPair } from "./link.ts";

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a pair in memory", () => {
  test("carries text both ways, later and in order, one row of the trace each", async () => {
    const trace = createTrace({ keep: true, now: () => 7 });
    const [a, b] = memoryLinkPair("A", "B", trace);
    const got: string[] = [];
    b.onText = (text) => {
      got.push(text);
      if (text === "2") b.send("back");
    };
    a.onText = (text) => got.push(text);
    a.send("1");
    a.send("2");
    expect(got).toEqual([]);
    await nextTurn();
    await nextTurn();
    expect(got).toEqual(["1", "2", "back"]);
    expect(trace.sip).toEqual([
      { at: 7, from: "A", to: "B", message: "1" },
      { at: 7, from: "A", to: "B", message: "2" },
      { at: 7, from: "B", to: "A", message: "back" },
    ]);
    expect([a.peer, b.peer]).toEqual(["B", "A"]);
  });

  test("closing is heard at both ends, once, after what was sent", async () => {
    const [a, b] = memoryLinkPair("A", "B");
    const heard: string[] = [];
    b.onText = (text) => heard.push(text);
    a.onClose = () => heard.push("a closed");
    b.onClose = () => heard.push("b closed");
    a.send("last");
    a.close();
    b.close();
    await nextTurn();
    await nextTurn();
    expect(heard).toEqual(["last", "a closed", "b closed"]);
    expect([a.isOpen, b.isOpen]).toEqual([false, false]);
    a.send("too late");
    await nextTurn();
    expect(heard).toHaveLength(3);
  });
});
