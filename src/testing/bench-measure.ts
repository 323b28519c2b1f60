/**
 * What a benchmark is and how it is measured: something of ours and a baseline, in turns, in one run.
 *
 * Machines differ and are busy, so a time alone says nothing. Both sides are run one after the other, many times, and
 * what is kept is the median of their ratios: whatever slows the machine down slows both. That turn by turn is why no
 * library does it here; those measure one side to its end, then the other.
 */
import { performance } from "node:perf_hooks";

/** One step of a side. What it resolves with counts for nothing, unless it is `Took`. */
export type Act = () => unknown;

/** From an act that measured for itself what it is about: nanoseconds or bytes. */
export class Took {
  readonly amount: number;

  constructor(amount: number) {
    this.amount = amount;
  }
}

export type Sides = {
  readonly ours: Act;
  readonly baseline: Act;
  readonly close?: () => void | Promise<void>;
};

export type Bench = {
  readonly part: "wire" | "flow" | "sockets" | "client";
  readonly what: string;
  readonly baseline: string;
  readonly unit?: "time" | "bytes";
  /** The baseline is the same with so many times less of it: then the ratio says how it grows. */
  readonly growth?: number;
  /** In place of the usual number of turns, where one takes long. */
  readonly turns?: number;
  /** `isQuick`: to see that it runs at all. */
  readonly open: (isQuick: boolean) => Sides | Promise<Sides>;
};

/** Amounts are medians: nanoseconds for one step, or bytes. */
export type Measured = Pick<Bench, "part" | "what" | "baseline"> & {
  readonly unit: "time" | "bytes";
  readonly ours: number;
  readonly theirs: number;
  /** Of the two, turn by turn: the median, and the quarters around it. */
  readonly ratio: number;
  readonly quarters: readonly [number, number];
  /** 1: in step with its input; 2: with its square. null: no matter of growth. */
  readonly exponent: number | null;
};

const usualTurns = 15;
/** One turn of one side is repeated until it takes so long. */
const turnMs = 20;
const mostSteps = 1 << 20;

export async function measure(bench: Bench, isQuick = false): Promise<Measured> {
  const sides = await bench.open(isQuick);
  const turns: { readonly ours: number; readonly theirs: number }[] = [];
  try {
    const least = isQuick ? 0 : turnMs;
    const theirSteps = await stepsFor(sides.baseline, least);
    const ourSteps = await stepsFor(sides.ours, least);
    const many = isQuick ? 1 : (bench.turns ?? usualTurns);
    for (let turn = 0; turn < many; turn += 1) {
      const theirs = await amountOf(sides.baseline, theirSteps);
      turns.push({ theirs, ours: await amountOf(sides.ours, ourSteps) });
    }
  } finally {
    await sides.close?.();
  }
  const ratios = turns.map(({ ours, theirs }) => ours / theirs);
  const ratio = quantile(ratios, 0.5);
  return {
    part: bench.part,
    what: bench.what,
    baseline: bench.baseline,
    unit: bench.unit ?? "time",
    ours: quantile(
      turns.map(({ ours }) => ours),
      0.5,
    ),
    theirs: quantile(
      turns.map(({ theirs }) => theirs),
      0.5,
    ),
    ratio,
    quarters: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    exponent: bench.growth === undefined ? null : Math.log(ratio) / Math.log(bench.growth),
  };
}

/** Also what warms it up. An act that measures for itself is one step. */
async function stepsFor(act: Act, leastMs: number): Promise<number> {
  for (let steps = 1; ; steps *= 2) {
    const began = performance.now();
    if ((await repeat(act, steps)) instanceof Took) return 1;
    if (performance.now() - began >= leastMs || steps >= mostSteps) return steps;
  }
}

async function amountOf(act: Act, steps: number): Promise<number> {
  const began = performance.now();
  const last = await repeat(act, steps);
  return last instanceof Took ? last.amount : ((performance.now() - began) / steps) * 1e6;
}

async function repeat(act: Act, steps: number): Promise<unknown> {
  let last: unknown = null;
  for (let step = 0; step < steps; step += 1) {
    last = act();
    if (last instanceof Promise) last = await soon(last);
  }
  return last;
}

const longestMs = 60_000;

/** Ends what hangs. */
function soon(done: Promise<unknown>): Promise<unknown> {
  let stop = (): void => {};
  const late = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`nothing came for ${longestMs / 1000} s`)), longestMs);
    stop = () => clearTimeout(timer);
  });
  return Promise.race([done, late]).finally(stop);
}

/** Of values in any order; between two neighbours in proportion. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low = NaN, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}
