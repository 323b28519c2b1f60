/**
 * Every order in which things can happen, from one state to all ends.
 *
 * Each state is visited once, however many orders lead to it; orders are counted, not listed. Nothing here knows
 * SIP: what may happen next and what an end must look like come in (`walk.moves.ts`, `walk.judge.ts`). The first
 * order that led to a problem is kept, so that it can be read.
 */
export type Move<State> = { readonly label: () => string; readonly state: State };

export type Walked = {
  readonly orders: bigint;
  /** Orders in which `counts` was true at the end. */
  readonly counted: bigint;
  readonly states: number;
  readonly ends: number;
  /** What was wrong at some end, and an order that leads there. */
  readonly failures: ReadonlyMap<string, readonly string[]>;
};

export type Walking<State> = {
  readonly first: State;
  readonly moves: (state: State) => readonly Move<State>[];
  /** Equal for states from which the same things can happen. */
  readonly keyOf: (state: State) => string;
  /** What is wrong with an end. */
  readonly judge: (end: State) => readonly string[];
  readonly counts: (end: State) => boolean;
  /** Go no further once something is wrong. */
  readonly untilFailure: boolean;
};

type Count = { readonly orders: bigint; readonly counted: bigint };

export function walk<State>(walking: Walking<State>): Walked {
  const { first, moves, keyOf, judge, counts, untilFailure } = walking;
  const seen = new Map<string, Count | null>();
  const failures = new Map<string, readonly string[]>();
  const order: (() => string)[] = [];
  let ends = 0;

  const fail = (problem: string): void => {
    if (!failures.has(problem))
      failures.set(
        problem,
        order.map((label) => label()),
      );
  };

  function visit(state: State): Count {
    const key = keyOf(state);
    const known = seen.get(key);
    if (known !== undefined && known !== null) return known;
    if (known === null) {
      fail("it runs in a circle");
      return { orders: 0n, counted: 0n };
    }
    seen.set(key, null);
    const count = follow(state);
    seen.set(key, count);
    return count;
  }

  function follow(state: State): Count {
    const next = moves(state);
    if (next.length === 0) {
      ends += 1;
      for (const problem of judge(state)) fail(problem);
      return { orders: 1n, counted: counts(state) ? 1n : 0n };
    }
    let orders = 0n;
    let counted = 0n;
    for (const move of next) {
      if (untilFailure && failures.size > 0) break;
      order.push(move.label);
      const count = visit(move.state);
      order.pop();
      orders += count.orders;
      counted += count.counted;
    }
    return { orders, counted };
  }

  const { orders, counted } = visit(first);
  return { orders, counted, states: seen.size, ends, failures };
}
