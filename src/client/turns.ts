/**
 * One turn at a time: whatever comes in, from a socket, a timer or a person, has all its consequences drawn first, then
 * the screen is told once, by the rows that look different.
 */
import type { Row } from "./desk.ts";
import type { Chat, ChatId } from "./model.ts";

export interface Turns {
  /** A turn within a turn is part of it. */
  turn<T>(run: () => T): T;
  /** This row looks different now. */
  touch(row: Row): void;
  /** Somebody has another name, or is known now: that may be said in any row. */
  touchAll(): void;
}

export type TurnsOptions = {
  readonly rows: () => readonly Row[];
  /** null: gone. */
  readonly rowOf: (id: ChatId) => Row | null;
  readonly peopleChanged: () => void;
  /** null: gone. */
  readonly shown: (rows: ReadonlyMap<ChatId, Chat | null>) => void;
  /** Nothing is told any more. */
  readonly isStopped: () => boolean;
};

export function createTurns(options: TurnsOptions): Turns {
  const touched = new Set<Row>();
  let depth = 0;
  let isAll = false;

  function show(): void {
    if (options.isStopped()) return;
    if (isAll) {
      isAll = false;
      for (const row of options.rows()) touched.add(row);
      options.peopleChanged();
    }
    if (touched.size === 0) return;
    const rows = new Map<ChatId, Chat | null>();
    for (const { id } of touched) rows.set(id, options.rowOf(id)?.view() ?? null);
    touched.clear();
    options.shown(rows);
  }

  return {
    turn: (run) => {
      depth += 1;
      try {
        return run();
      } finally {
        depth -= 1;
        if (depth === 0) show();
      }
    },
    touch: (row) => void touched.add(row),
    touchAll: () => {
      isAll = true;
    },
  };
}
