import { describe, expect, it } from "vitest";
import { opening, type Opening, type OpeningEffect, type OpeningInput } from "./opening.ts";

function run(...inputs: readonly OpeningInput[]): readonly [Opening, readonly OpeningEffect[]] {
  let state: Opening = { is: "closed" };
  let last: readonly OpeningEffect[] = [];
  for (const input of inputs) [state, last] = opening(state, input);
  return [state, last];
}
const call: OpeningInput = { on: "call", leg: "mine", id: "b" };
const called = (id: string, known = true, leg = "theirs"): OpeningInput => ({ on: "called", leg, id, known });

describe("how a 1-1 opens", () => {
  it("calls once, and stands when it is accepted", () => {
    expect(run(call, { on: "call", leg: "again", id: "c" })[1]).toEqual([]);
    expect(run(call, { on: "accepted", leg: "mine" })).toEqual([
      { is: "closed" },
      [{ do: "opened", leg: "mine" }],
    ]);
  });

  it("accepts people one knows by itself, and stands at the ACK", () => {
    expect(run(called("a"))).toEqual([{ is: "answering", leg: "theirs" }, [{ do: "accept", leg: "theirs" }]]);
    expect(run(called("a"), { on: "acked", leg: "theirs" })[1]).toEqual([{ do: "opened", leg: "theirs" }]);
  });

  it("keeps a stranger waiting for the person", () => {
    expect(run(called("a", false))).toEqual([{ is: "asked", leg: "theirs" }, []]);
    expect(run(called("a", false), { on: "yes" })[1]).toEqual([{ do: "accept", leg: "theirs" }]);
    expect(run(called("a", false), { on: "no" })[1]).toEqual([{ do: "refuse", leg: "theirs", status: 603 }]);
    expect(run(called("a", false), { on: "gone", leg: "theirs" })).toEqual([{ is: "closed" }, []]);
  });

  it("both call at once: the lower Contribution-ID wins, and the loser takes its own call back", () => {
    expect(run(call, called("c"))).toEqual([
      { is: "calling", leg: "mine", id: "b" },
      [{ do: "refuse", leg: "theirs", status: 491 }],
    ]);
    expect(run(call, called("a"))).toEqual([
      { is: "answering", leg: "theirs" },
      [
        { do: "cancel", leg: "mine" },
        { do: "accept", leg: "theirs" },
      ],
    ]);
  });

  it("ends a call that was accepted although it had been taken back", () => {
    expect(run(call, called("a"), { on: "accepted", leg: "mine" })[1]).toEqual([{ do: "end", leg: "mine" }]);
  });

  it("says why nobody could be reached; the refusal of a call taken back says nothing", () => {
    expect(run(call, { on: "refused", leg: "mine", status: 480 })[1]).toEqual([
      { do: "failed", status: 480 },
    ]);
    expect(run(call, called("a"), { on: "refused", leg: "mine", status: 487 })[1]).toEqual([]);
    expect(run(called("a"), { on: "gone", leg: "theirs" })[1]).toEqual([{ do: "failed", status: 408 }]);
  });

  it("is called off at any point: what rings is taken back, refused or ended", () => {
    expect(run(call, { on: "close" })).toEqual([{ is: "closed" }, [{ do: "cancel", leg: "mine" }]]);
    expect(run(called("a"), { on: "close" })).toEqual([{ is: "closed" }, [{ do: "end", leg: "theirs" }]]);
    expect(run(called("a", false), { on: "close" })).toEqual([
      { is: "closed" },
      [{ do: "refuse", leg: "theirs", status: 603 }],
    ]);
    expect(run({ on: "close" })).toEqual([{ is: "closed" }, []]);
  });
});
