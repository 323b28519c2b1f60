/**
 * Machines that are wrong in one thing each, made by wrapping the right ones, and a scenario in which the walk must
 * see it. A walk that lets one of these pass proves nothing about the right ones.
 */
import { client, type ClientEffect, type ClientInput, type Conversation } from "../flow/extend.ts";
import { focus, type Focus, type FocusEffect, type FocusInput } from "../flow/extend.focus.ts";
import type { Machines } from "./walk.moves.ts";
import { scenarios, type Scenario } from "./walk.scenarios.ts";

export type Mutant = {
  readonly name: string;
  readonly scenario: Scenario;
  readonly machines: Machines;
  /** What must be among the failures. */
  readonly sees: RegExp;
};

type ClientStep = typeof client;
type FocusStep = typeof focus;

/** Everybody, or only `who`, steps like this. */
const people = (step: ClientStep, who: string | null = null): Machines => ({
  client: (one) => (who === null || who === one ? step : client),
  focus,
});
const atX = (step: FocusStep): Machines => ({ client: () => client, focus: step });

const withoutEffects =
  (isLost: (effect: ClientEffect) => boolean): ClientStep =>
  (state, input) => {
    const [after, effects] = client(state, input);
    return [after, effects.filter((effect) => !isLost(effect))];
  };

const withoutInputs =
  (isLost: (state: Conversation, input: ClientInput) => boolean): ClientStep =>
  (state, input) =>
    isLost(state, input) ? [state, []] : client(state, input);

const focusWith =
  (
    change: (effects: readonly FocusEffect[], state: Focus, input: FocusInput) => readonly FocusEffect[],
  ): FocusStep =>
  (state, input) => {
    const [after, effects] = focus(state, input);
    return [after, change(effects, state, input)];
  };

/** The two ids change places before the rule sees them, and come back after. */
const glareSwapped: ClientStep = (state, input) => {
  if (input.on !== "invited" || (state.is !== "asking" && state.is !== "group")) return client(state, input);
  const [after, effects] = client({ ...state, id: input.id }, { ...input, id: state.id });
  return [after.is === "joining" ? { ...after, id: input.id } : state, effects];
};

export const mutants: readonly Mutant[] = [
  {
    name: "B does not end the old leg",
    scenario: scenarios.story,
    machines: people(
      withoutEffects((effect) => effect.do === "end" && effect.why === "replaced"),
      "B",
    ),
    sees: /^step 9 happened 0 times$/,
  },
  {
    name: "A does not take a BYE that is early",
    scenario: scenarios.story,
    machines: people(
      withoutInputs(
        (state, input) => state.is === "asking" && input.on === "ended" && input.leg === state.old,
      ),
      "A",
    ),
    sees: /^A still (holds|closes) the old 1-1$/,
  },
  {
    name: "A forgets that B stays when it hears so early",
    scenario: scenarios.refuses,
    machines: people(withoutInputs((state, input) => state.is === "asking" && input.on === "stayed")),
    sees: /^A still holds the old 1-1$/,
  },
  {
    name: "the higher Contribution-ID wins",
    scenario: scenarios.glare,
    machines: people(glareSwapped),
    sees: /^group a holds/,
  },
  {
    name: "A and B see different winners",
    scenario: scenarios.glare,
    machines: people(glareSwapped, "A"),
    sees: /./,
  },
  {
    name: "the loser leaves its picks behind",
    scenario: scenarios.glare,
    machines: people(withoutEffects((effect) => effect.do === "refer")),
    sees: /^group a holds A, B, C$/,
  },
  {
    name: "a client does not wait for the invitation that a 491 announces",
    scenario: { ...scenarios.glareOffline, areHasty: true },
    machines: people(client),
    sees: /^group a holds A, B$/,
  },
  {
    name: "X answers A before anybody has accepted",
    scenario: scenarios.story,
    machines: atX(
      focusWith((effects, state, input) =>
        state.is === "idle" && input.on === "asked"
          ? [...effects, { do: "accept", leg: input.leg }]
          : effects,
      ),
    ),
    sees: /^step 7 before any of 6, 18$/,
  },
  {
    name: "X gives everybody the mark",
    scenario: scenarios.story,
    machines: atX(
      focusWith((effects) =>
        effects.map((effect) =>
          effect.do === "invite" ? { ...effect, mark: { replaces: "A-B", sessionReplaces: "A-B" } } : effect,
        ),
      ),
    ),
    sees: /./,
  },
  {
    name: "X leaves whoever rings ringing when A cancels",
    scenario: scenarios.cancelled,
    machines: atX(focusWith((effects) => effects.filter((effect) => effect.do !== "cancel"))),
    sees: /^C is left invited$/,
  },
  {
    name: "X sends no BYE to whoever had answered when A cancels",
    scenario: scenarios.cancels,
    machines: atX(focusWith((effects) => effects.filter((effect) => effect.do !== "end"))),
    sees: /which no machine knows|after|has Xa/,
  },
];
