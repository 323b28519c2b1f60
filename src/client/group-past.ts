/**
 * What a group has of the 1-1 it grew out of: where it began, and how much of that record stands above its seam.
 *
 * The record stays the 1-1's own (decision 6). Until it is sealed, what still comes over the old session belongs
 * above the seam; whatever is said there later is private again.
 */
import type { Desk } from "./desk.ts";
import type { GroupFacts } from "./group-view.ts";
import type { PrivateChat } from "./rooms.ts";

export interface GroupPast {
  /** When it began here; null: not yet. */
  seam(): GroupFacts["seam"];
  record(): PrivateChat | null;
  view(): GroupFacts["earlier"];
  /** It begins now. `record`: the 1-1 whose place it takes. */
  begin(record: PrivateChat | null): void;
  seal(record: PrivateChat): void;
  /** What comes to that record now stands above the seam. */
  isOpenTo(record: PrivateChat): boolean;
  /** The 1-1 goes its own way; answers whether it was this one's. */
  partsWith(record: PrivateChat): boolean;
}

export function createGroupPast(desk: Desk, changed: () => void): GroupPast {
  let seam: GroupFacts["seam"] = null;
  let earlier: { readonly record: PrivateChat; readonly until: number | null } | null = null;
  const isOpenTo = (record: PrivateChat): boolean => earlier?.record === record && earlier.until === null;
  return {
    seam: () => seam,
    record: () => earlier?.record ?? null,
    view: () =>
      earlier === null
        ? null
        : {
            peer: desk.people.of(earlier.record.peer),
            items: earlier.record.thread.items(),
            until: earlier.until,
          },
    begin: (record) => {
      seam = { at: desk.clock.now(), fresh: true };
      desk.after(desk.timers.seamMs, () => {
        if (seam !== null) seam = { ...seam, fresh: false };
        changed();
      });
      if (record !== null) earlier = { record, until: null };
    },
    seal: (record) => {
      if (isOpenTo(record)) earlier = { record, until: record.thread.lastAt() };
    },
    isOpenTo,
    partsWith: (record) => {
      if (earlier?.record !== record) return false;
      earlier = null;
      return true;
    },
  };
}
