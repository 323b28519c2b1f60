/**
 * The groups in an SQLite database, in a directory of their own or, without one, in memory: what `store.ts` promises,
 * with the promise about restarts kept only in a directory.
 */
import type { Clock } from "../../flow/clock.ts";
import { openDisk, whyNot, type Disk } from "./store-disk.ts";
import { createRecord, statements } from "./store-record.ts";
import { createShares } from "./store-share.ts";
import { StoreError, type GroupFacts, type GroupStore, type StoreLimits } from "./store.ts";

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
  const disk = openDisk(options);
  try {
    return storeOn(disk, options);
  } catch (error) {
    disk.close();
    throw error;
  }
}

function storeOn(disk: Disk, { dir, limits, clock, freshId }: StoreOptions): GroupStore {
  const sql = statements(disk);
  const identity = disk.write("durably", (): string => {
    const known = disk.prepare("SELECT id FROM self").get() as { readonly id: string } | undefined;
    if (known !== undefined) return known.id;
    const id = freshId();
    disk.prepare("INSERT INTO self VALUES (?)").run(id);
    return id;
  });
  const groups = disk.prepare("SELECT conference, facts FROM groups ORDER BY conference");
  const kept = (): ReturnType<GroupStore["kept"]> => {
    try {
      return (groups.all() as { readonly conference: string; readonly facts: string }[]).map(
        ({ conference, facts }) => ({ conference, facts: JSON.parse(facts) as GroupFacts }),
      );
    } catch (error) {
      throw new StoreError(`The groups in ${dir ?? "memory"} can't be read: ${whyNot(error)}.`, error);
    }
  };
  const shareOf = createShares();
  kept(); // so that what is damaged is known at the start
  return {
    identity,
    isDurable: dir !== null,
    kept,
    record: (conference, host) =>
      createRecord({ disk, sql, conference, share: shareOf(conference, host), limits, clock }),
    close: () => disk.close(),
  };
}
