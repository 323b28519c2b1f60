/** The ring around the face of who is asked: the share of the ring time that is left. */
import type { Member } from "../client/model.ts";

/** 1 to 0 while it rings; undefined where there is no ring to draw. */
export function ringShare(member: Member, now: number): number | undefined {
  if (member.is !== "ringing") return undefined;
  return share(member.ringFrom ?? null, member.ringUntil ?? null, now);
}

/** What is left of a span of time, 1 to 0; undefined where it is not known. */
export function share(from: number | null, until: number | null, now: number): number | undefined {
  if (from === null || until === null || until <= from) return undefined;
  return Math.min(1, Math.max(0, (until - now) / (until - from)));
}
