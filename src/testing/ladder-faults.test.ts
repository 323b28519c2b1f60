import { describe, expect, it } from "vitest";
import type { Focus, FocusEffect, FocusInput } from "../flow/extend.focus.ts";
import { createTap } from "./headless-tap.ts";
import { faults, type Fault } from "./ladder-faults.ts";

const asked: FocusInput = {
  on: "asked",
  leg: "a",
  who: "sip:alice@segue.example",
  people: [
    { leg: "c", who: "sip:carol@segue.example", mark: null },
    { leg: "b", who: "sip:bob@segue.example", mark: { replaces: "old", sessionReplaces: "older" } },
  ],
};

function stepOf(name: string): NonNullable<Fault["step"]> {
  const step = faults.get(name)?.step;
  if (step === undefined) throw new Error(`${name} has no machine`);
  return step;
}

/** All effects, in order, of these inputs. */
function run(name: string, inputs: readonly FocusInput[]): { state: Focus; effects: readonly FocusEffect[] } {
  const step = stepOf(name);
  let state: Focus = { is: "idle" };
  const all: FocusEffect[] = [];
  for (const input of inputs) {
    const [next, effects] = step(state, input);
    state = next;
    all.push(...effects);
  }
  return { state, effects: all };
}

describe("faults of the focus", () => {
  it("mark-to-carol: both invitations are marked, and Bob's as it should be", () => {
    const { effects } = run("mark-to-carol", [asked]);
    const invites = effects.flatMap((effect) => (effect.do === "invite" ? [[effect.leg, effect.mark]] : []));
    expect(Object.fromEntries(invites)).toEqual({
      b: { replaces: "old", sessionReplaces: "older" },
      c: { replaces: null, sessionReplaces: "older" },
    });
  });

  it("answer-early: the host is answered once, before anybody accepted", () => {
    const { state, effects } = run("answer-early", [
      asked,
      { on: "accepted", leg: "b" },
      { on: "accepted", leg: "c" },
    ]);
    const accepts = effects.flatMap((effect, at) => (effect.do === "accept" ? [at] : []));
    expect(accepts).toEqual([3]); // after the 183 and the two invitations
    expect(state.is === "standing" && state.seats.every((seat) => seat.is === "joined")).toBe(true);
    expect(effects.some((effect) => effect.do === "established")).toBe(true);
  });
});

it("no-bye: Bob's BYE is swallowed, and nothing else", () => {
  const dropped: ((text: string) => boolean)[] = [];
  faults.get("no-bye")?.spoil?.({ ...createTap(0), drop: (_1, _2, matches) => void dropped.push(matches) });
  expect(dropped.map((matches) => [matches("BYE sip:a SIP/2.0"), matches("ACK sip:a SIP/2.0")])).toEqual([
    [true, false],
  ]);
});
