/**
 * The groups in an SQLite database, in a directory of their own or, without one, in memory: what `store.ts` promises,
 * with the promise about restarts kept only in a directory.
 */
import type { Clock } from "../../flow/clock.ts";
import { openDisk } from "./store-disk.ts";
import { createRecord, statements } from "./store-record.ts";
import type { GroupFacts, GroupStore, StoreLimits } from "./store.ts";

export type StoreOptions = {
  /** null: in memory. */
  readonly dir: string | null;
  readonly limits: StoreLimits;
  readonly clock: Clock;
  readonly freshId: () => string;
  /** Of 4 KB: as if the disk were that small. */
  readonly maxPages?: number;
  /** What went wrong where nobody waits for an answer. */
  readonly log?: (line: string) => void;
};

/** Throws StoreError. */
export function openStore(options: StoreOptions): GroupStore {
  const { dir, limits, clock, freshId } = options;
  const disk = openDisk(options);
  const sql = statements(disk);
  const identity = disk.write("durably", (): string => {
    const known = disk.prepare("SELECT id FROM self").get() as { readonly id: string } | undefined;
    if (known !== undefined) return known.id;
    const id = freshId();
    disk.prepare("INSERT INTO self VALUES (?)").run(id);
    return id;
  });
  const groups = disk.prepare("SELECT conference, facts FROM groups ORDER BY conference");
  return {
    identity,
    isDurable: dir !== null,
    kept: () =>
      (groups.all() as { readonly conference: string; readonly facts: string }[]).map(
        ({ conference, facts }) => ({ conference, facts: JSON.parse(facts) as GroupFacts }),
      ),
    record: (conference) => createRecord({ disk, sql, conference, limits, clock }),
    close: () => disk.close(),
  };
}
