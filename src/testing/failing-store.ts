/**
 * A store that fails when told to, in front of one that works: what could not be written is not there later.
 */
import { StoreError, type GroupStore } from "../server/focus/store.ts";

export interface FailingStore extends GroupStore {
  /** This one of the writes from now on fails, 1 the next; null: none. */
  failAt(nth: number | null): void;
  /** Every write from now on. */
  failAlways(): void;
  /** Writes since the last order. */
  readonly writes: number;
}

export function failingStore(store: GroupStore): FailingStore {
  let writes = 0;
  let fails = (_nth: number): boolean => false;
  const isRefused = (): boolean => fails((writes += 1));
  const orRefuse = (): void => {
    if (isRefused()) throw new StoreError("What is said can't be kept: the disk is full.");
  };
  const order = (which: (nth: number) => boolean): void => {
    writes = 0;
    fails = which;
  };
  return {
    identity: store.identity,
    isDurable: store.isDurable,
    kept: () => store.kept(),
    close: () => store.close(),
    record: (conference, host) => {
      const record = store.record(conference, host);
      return {
        save: (facts) => {
          orRefuse();
          record.save(facts);
        },
        add: (message, readers) => {
          orRefuse();
          return record.add(message, readers);
        },
        owed: (who) => record.owed(who),
        reported: (who, seq) => {
          if (!isRefused()) record.reported(who, seq);
        },
        forget: (who) => {
          if (!isRefused()) record.forget(who);
        },
        drop: () => {
          if (!isRefused()) record.drop();
        },
      };
    },
    failAt: (nth) => order((one) => one === nth),
    failAlways: () => order(() => true),
    get writes() {
      return writes;
    },
  };
}
