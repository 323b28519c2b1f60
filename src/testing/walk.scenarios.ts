/**
 * The situations in which every order is walked, and what all ends must then agree on.
 *
 * A and B have a 1-1. C and D may be added. Each scenario says what its people do, each at any moment at which it
 * is possible; the walk interleaves that with every order of delivery.
 */
import { client, type Conversation } from "../flow/extend.ts";
import { focus } from "../flow/extend.focus.ts";
import { walk, type Walked } from "./walk.ts";
import { countStep } from "./walk.figure.ts";
import { problemsAt } from "./walk.judge.ts";
import { movesUnder, type Machines } from "./walk.moves.ts";
import { firstWorld, focusOf, keyOfWorld, main, type Wish, type World } from "./walk.world.ts";

export type Scenario = {
  readonly name: string;
  readonly wishes: readonly Wish[];
  readonly refusing?: readonly string[];
  readonly offline?: readonly string[];
  readonly reloaded?: readonly string[];
  readonly areHasty?: true;
  /** Each step of the figure happens once, none before those it follows. */
  readonly isTheFigure?: true;
  /** What is wrong with an end, or null. */
  readonly agrees: (end: World) => string | null;
};

const realMachines: Machines = { client: () => client, focus };

export function walkScenario(
  scenario: Scenario,
  machines: Machines = realMachines,
  untilFailure = false,
): Walked {
  return walk({
    first: firstWorld(scenario.wishes, scenario.reloaded ?? []),
    moves: movesUnder({
      machines,
      offline: scenario.offline ?? [],
      refusing: scenario.refusing ?? [],
      areHasty: scenario.areHasty ?? false,
      count: scenario.isTheFigure === true ? countStep : null,
    }),
    keyOf: keyOfWorld,
    judge: (end) => {
      const disagreement = scenario.agrees(end);
      return [
        ...problemsAt(end, scenario.isTheFigure === true),
        ...(disagreement === null ? [] : [disagreement]),
      ];
    },
    counts: (end) => end.earlyBye,
    untilFailure,
  });
}

const all = (...checks: readonly (string | null)[]): string | null =>
  checks.find((check) => check !== null) ?? null;

const is = (world: World, who: string, what: Conversation["is"], row = main): string | null => {
  const party = world.parties[who];
  const found = (party?.kind === "person" ? party.conversations[row]?.is : undefined) ?? "none";
  return found === what ? null : `${who} is ${found}, not ${what}`;
};

/** These people and nobody else are members there, each in that one group. */
function together(world: World, group: string, ...people: readonly string[]): string | null {
  const x = world.parties[focusOf(group)];
  const seats = x?.kind === "focus" && x.state.is === "standing" ? x.state.seats : [];
  const joined = seats.filter((seat) => seat.is === "joined").map((seat) => seat.who);
  if (joined.toSorted().join() !== people.toSorted().join())
    return `group ${group} holds ${joined.toSorted().join(", ") || "nobody"}`;
  return all(
    ...["A", "B", "C", "D"].map((who) => {
      const party = world.parties[who];
      const talks = party?.kind === "person" ? Object.values(party.conversations) : [];
      const groups = talks.filter((talk) => talk.is === "group").map((talk) => talk.id);
      const expected = people.includes(who) ? group : "";
      return groups.join() === expected ? null : `${who} is in group ${groups.join(", ") || "none"}`;
    }),
  );
}

/** A and B see the same of their 1-1: it stands at both ends, or at neither, where both may open it again. */
function sameAtBoth(world: World): string | null {
  const rows = ["A", "B"].map((who) => {
    const party = world.parties[who];
    return party?.kind === "person" ? Object.values(party.conversations).map((talk) => talk.is) : [];
  });
  const [a = "", b = ""] = rows.map((row) => row.join());
  return a === b && (a === "1-1" || a === "") ? null : `A has ${a || "nothing"} and B has ${b || "nothing"}`;
}

const hasGone = (world: World, who: string, does: Wish["does"]): boolean =>
  !world.wishes.some((wish) => wish.who === who && wish.does === does);

const wasAsked = (world: World, group: string): boolean => {
  const x = world.parties[focusOf(group)];
  return x?.kind === "focus" && x.state.is !== "idle";
};

/** Both asked: the lower Contribution-ID. One of them only: the other came in time to go along. */
const glareWinner = (world: World): string => (wasAsked(world, "a") ? "a" : "b");

const addC: Wish = { who: "A", does: "add", group: "a", people: ["C"] };
const addD: Wish = { who: "B", does: "add", group: "b", people: ["D"] };
const joinC: Wish = { who: "C", does: "join" };
const declineC: Wish = { who: "C", does: "decline" };

export const scenarios = {
  story: {
    name: "the story: A adds C, B moves over, C joins",
    wishes: [addC, joinC],
    isTheFigure: true,
    agrees: (end) => together(end, "a", "A", "B", "C"),
  },
  declines: {
    name: "C declines",
    wishes: [addC, declineC],
    agrees: (end) => together(end, "a", "A", "B"),
  },
  refuses: {
    name: "B's rule refuses, C joins: the 1-1 lives on",
    wishes: [addC, joinC],
    refusing: ["B"],
    agrees: (end) => all(together(end, "a", "A", "C"), is(end, "A", "1-1", "parted"), is(end, "B", "1-1")),
  },
  nobody: {
    name: "nobody joins: the 1-1 stands as it was",
    wishes: [addC, declineC],
    refusing: ["B"],
    agrees: (end) => all(sameAtBoth(end), is(end, "A", "1-1"), is(end, "C", "none", "a")),
  },
  offline: {
    name: "C is not connected",
    wishes: [addC],
    offline: ["C"],
    agrees: (end) => together(end, "a", "A", "B"),
  },
  silent: {
    name: "C answers, or not, as the ring time ends",
    wishes: [addC, { ...joinC, always: true }, { who: "Xa", does: "expire", whom: "C" }],
    agrees: (end) =>
      hasGone(end, "Xa", "expire") && together(end, "a", "A", "B") === null
        ? null
        : together(end, "a", "A", "B", "C"),
  },
  cancelled: {
    name: "A cancels while C is asked",
    wishes: [addC, { who: "A", does: "cancel" }],
    refusing: ["B"],
    agrees: (end) => all(sameAtBoth(end), is(end, "A", "1-1")),
  },
  cancels: {
    name: "A cancels at any moment",
    wishes: [addC, joinC, { who: "A", does: "cancel" }],
    agrees: (end) =>
      hasGone(end, "A", "cancel")
        ? all(sameAtBoth(end), is(end, "C", "none", "a"))
        : together(end, "a", "A", "B", "C"),
  },
  closes: {
    name: "B closes the 1-1 at any moment",
    wishes: [addC, joinC, { who: "B", does: "decline", always: true }, { who: "B", does: "close" }],
    agrees: (end) =>
      !hasGone(end, "A", "add")
        ? sameAtBoth(end)
        : hasGone(end, "B", "close")
          ? all(together(end, "a", "A", "C"), is(end, "A", "none", "parted"), is(end, "B", "none"))
          : together(end, "a", "A", "B", "C"),
  },
  cross: {
    name: "both close the 1-1: their BYEs cross",
    wishes: [
      { who: "A", does: "close" },
      { who: "B", does: "close" },
    ],
    agrees: (end) => all(sameAtBoth(end), is(end, "A", "none")),
  },
  impatient: {
    name: "A waits for B's BYE no longer: their BYEs may cross",
    wishes: [addC, joinC, { who: "A", does: "overdue" }],
    agrees: (end) => together(end, "a", "A", "B", "C"),
  },
  bLeaves: {
    name: "B leaves the group at any moment",
    wishes: [addC, joinC, { who: "B", does: "leave" }],
    agrees: (end) => all(together(end, "a", "A", "C"), is(end, "B", "none")),
  },
  aLeaves: {
    name: "A leaves the group at any moment",
    wishes: [addC, joinC, { who: "A", does: "leave" }],
    agrees: (end) => all(together(end, "a", "B", "C"), is(end, "A", "none")),
  },
  reloaded: {
    name: "B's page was reloaded: asked again, like anybody; A ends what is left",
    wishes: [addC, joinC, { who: "B", does: "join" }],
    reloaded: ["B"],
    agrees: (end) => together(end, "a", "A", "B", "C"),
  },
  glare: {
    name: "A adds C while B adds D",
    wishes: [addC, addD, { who: "C", does: "join", always: true }, { who: "D", does: "join", always: true }],
    agrees: (end) => together(end, glareWinner(end), "A", "B", "C", "D"),
  },
  glareOffline: {
    name: "A adds C, who is not connected, while B adds D",
    wishes: [addC, addD, { who: "D", does: "join", always: true }],
    offline: ["C"],
    agrees: (end) => together(end, glareWinner(end), "A", "B", "D"),
  },
  glareCancelled: {
    name: "A and B extend at once, with nobody new, and A cancels at any moment",
    wishes: [
      { ...addC, people: [] },
      { ...addD, people: [] },
      { who: "A", does: "cancel" },
    ],
    agrees: (end) => {
      const stands = ["a", "b"].some((group) => together(end, group, "A", "B") === null);
      return stands ? null : hasGone(end, "A", "cancel") ? sameAtBoth(end) : "no group stands";
    },
  },
} as const satisfies Readonly<Record<string, Scenario>>;
