/**
 * Faults the ladder must find, planted around the product and not in it: a socket of Bob's that swallows, and
 * machines for the focus that do one thing wrong and all else as the real one.
 */
import { focus, type Focus, type FocusEffect, type FocusInput } from "../flow/extend.focus.ts";
import type { Step } from "../flow/machine.ts";
import type { Tap } from "./headless-tap.ts";

type FocusStep = Step<Focus, FocusInput, FocusEffect>;

export type Fault = {
  readonly says: string;
  /** Misleads the focus. */
  readonly step?: FocusStep;
  /** Gets in the way of B. */
  readonly spoil?: (tap: Tap) => void;
};

/** Everybody on the list gets the mark, not only whose entry carries it. */
const markToEverybody: FocusStep = (state, input) => {
  if (input.on !== "asked") return focus(state, input);
  const { sessionReplaces = null } = input.people.find(({ mark }) => mark !== null)?.mark ?? {};
  const people = input.people.map((one) => ({
    ...one,
    mark: one.mark ?? { replaces: null, sessionReplaces },
  }));
  return focus(state, { ...input, people });
};

/** The host is let in at once, whoever comes. */
const answerAtOnce: FocusStep = (state, input) => {
  const [next, effects] = focus(state, input);
  if (input.on === "asked" && next.is === "gathering") {
    const seats = next.seats.map((one) => (one.leg === next.host ? { ...one, is: "joined" as const } : one));
    return [{ ...next, seats }, [...effects, { do: "accept", leg: next.host }]];
  }
  const isSecond = (effect: FocusEffect): boolean =>
    state.is === "gathering" && effect.do === "accept" && effect.leg === state.host;
  return [next, effects.filter((effect) => !isSecond(effect))];
};

export const faults: ReadonlyMap<string, Fault> = new Map([
  [
    "no-bye",
    {
      says: "B never ends the old chat",
      spoil: (tap: Tap) => tap.drop("sip", "out", (text) => text.startsWith("BYE ")),
    },
  ],
  ["mark-to-carol", { says: "X marks C's invitation like B's", step: markToEverybody }],
  ["answer-early", { says: "X answers A before anybody has accepted", step: answerAtOnce }],
]);
