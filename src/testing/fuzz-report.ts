/**
 * What is counted while a door is assaulted: how many inputs, how many of them mutants of valid messages, what each was
 * answered with; and whether anything in this process was thrown that nobody caught.
 */
import type { Chance } from "./fuzz-mutants.ts";

export type Kind = "mutant" | "valid" | "noise";

export interface Tally {
  input(kind: Kind): void;
  /** A status, a close code, or another word for what became of an input. */
  answer(what: string): void;
  readonly inputs: number;
  readonly kinds: ReadonlyMap<Kind, number>;
  readonly answers: ReadonlyMap<string, number>;
}

export function createTally(): Tally {
  const kinds = new Map<Kind, number>();
  const answers = new Map<string, number>();
  const tally = {
    inputs: 0,
    kinds,
    answers,
    input: (kind: Kind) => {
      tally.inputs += 1;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    },
    answer: (what: string) => void answers.set(what, (answers.get(what) ?? 0) + 1),
  };
  return tally;
}

/** Four of five are mutants, and the rest what was valid once, or noise. */
export const kindOf = (chance: Chance): Kind => {
  const at = chance.below(20);
  return at < 16 ? "mutant" : at < 18 ? "valid" : "noise";
};

export interface Watch {
  readonly thrown: readonly string[];
  stop(): void;
}

export function watchThrown(): Watch {
  const thrown: string[] = [];
  const hear = (error: unknown): void => {
    thrown.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
  process.on("uncaughtException", hear);
  process.on("unhandledRejection", hear);
  return {
    thrown,
    stop: () => {
      process.off("uncaughtException", hear);
      process.off("unhandledRejection", hear);
    },
  };
}

export const megabytes = (): number => {
  globalThis.gc?.();
  return Math.round((process.memoryUsage().heapUsed / 1_048_576) * 10) / 10;
};

export const inOrder = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([what, times]) => `${what}: ${times}`)
    .join(", ");
