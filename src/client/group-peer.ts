/**
 * The other party of a 1-1 whose place a group took: the old session is theirs to end, and may never be (decisions
 * 16, 17).
 *
 * Who is not coming after all keeps the 1-1. Who is in the group and late to end the old session has it ended from here.
 */
import type { GroupParts } from "./group-parts.ts";

export interface GroupPeer {
  /** The roster says something new, or the group has just come to stand. */
  look(): void;
  stop(): void;
}

export function createGroupPeer({
  desk,
  now,
  past,
  roster,
}: Pick<GroupParts, "desk" | "now" | "past" | "roster">): GroupPeer {
  let stopOverdue: (() => void) | null = null;

  function look(isLate = false): void {
    const state = now.talk?.state();
    const record = past.record();
    if (record === null || state?.is !== "group" || state.old === null) return;
    const member = roster.members().find((one) => one.address === record.peer);
    const isOut = member !== undefined && ["declined", "unreachable", "left"].includes(member.is);
    // 491 announces an invitation of the peer's own, which may still be on its way here (decision 17).
    if (isOut && (isLate || member.status !== 491)) return now.talk?.feed({ on: "stayed" });
    if (member?.is === "in" && isLate) return now.talk?.feed({ on: "overdue" });
    if (member?.is === "in" || isOut) stopOverdue ??= desk.after(desk.timers.overdueMs, () => look(true));
  }

  return {
    look: () => look(),
    stop: () => {
      stopOverdue?.();
      stopOverdue = null;
    },
  };
}
