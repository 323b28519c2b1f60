/** What a server refuses, by reason, as whoever runs it is told. */

export type Refusals = ReadonlyMap<string, number>;

export interface RefusalCount {
  readonly refused: Refusals;
  readonly count: (reason: string, times?: number) => void;
}

export function createRefusalCount(): RefusalCount {
  const refused = new Map<string, number>();
  return {
    refused,
    count: (reason, times = 1) => void refused.set(reason, (refused.get(reason) ?? 0) + times),
  };
}

export function allRefusals(counts: readonly Refusals[]): Refusals {
  const sum = new Map<string, number>();
  for (const one of counts)
    for (const [reason, times] of one) sum.set(reason, (sum.get(reason) ?? 0) + times);
  return sum;
}

/** One line a minute at most, and none when all is well. */
export function tellRefusals(refused: () => Refusals, say: (line: string) => void): void {
  let before = refused();
  setInterval(() => {
    const now = new Map(refused());
    const line = newRefusals(before, now);
    if (line !== null) say(line);
    before = now;
  }, 60_000).unref();
}

/** What was refused since the last time, as one line; null when nothing was. */
export function newRefusals(before: Refusals, now: Refusals): string | null {
  const grown = [...now].flatMap(([reason, times]) => {
    const more = times - (before.get(reason) ?? 0);
    return more > 0 ? [`${reason} (${more})`] : [];
  });
  return grown.length === 0 ? null : `Refused in the last minute: ${grown.join(", ")}.`;
}
