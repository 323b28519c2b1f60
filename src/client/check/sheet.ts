/**
 * The lines while they are being looked at: which may be tried, what has come of each, told at every change.
 */
import { obstacle, outcomeOf, waiting } from "./judge.ts";
import { lineIds, type LineId, type Outcome, type Seen } from "./seen.ts";

/** Thrown out of a check that nobody wants any more. */
export class Stopped extends Error {}

export interface Sheet {
  /** Whether nothing is in the way of this line; says on it that it is being tried, or why not. Throws Stopped. */
  mayTry(id: LineId): boolean;
  /** Throws Stopped. */
  settle<Id extends LineId>(id: Id, seen: Seen[Id]): Outcome;
  /** Tried when nothing is in its way. Throws Stopped. */
  step<Id extends LineId>(id: Id, look: () => Promise<Seen[Id]>): Promise<Seen[Id] | null>;
  all(): readonly Outcome[];
  stop(): void;
}

/** `isSameHost`: the relay is where the SIP server is. */
export function createSheet(isSameHost: boolean, changed: (all: readonly Outcome[]) => void): Sheet {
  const outcomes = new Map<LineId, Outcome>(waiting.map((one) => [one.id, one]));
  let isStopped = false;
  const all = (): readonly Outcome[] => lineIds.flatMap((id) => outcomes.get(id) ?? []);

  function set(outcome: Outcome): Outcome {
    if (isStopped) throw new Stopped();
    outcomes.set(outcome.id, outcome);
    changed(all());
    return outcome;
  }

  const sheet: Sheet = {
    mayTry: (id) => {
      const because = obstacle(id, outcomes, isSameHost);
      set(because === null ? { id, is: "trying" } : { id, is: "not-tried", because });
      return because === null;
    },
    settle: (id, seen) => set(outcomeOf(id, seen)),
    step: async (id, look) => {
      if (!sheet.mayTry(id)) return null;
      const seen = await look();
      sheet.settle(id, seen);
      return seen;
    },
    all,
    stop: () => {
      isStopped = true;
    },
  };
  return sheet;
}
