/**
 * What it means to a person that a talk leaves its group, or that the way back in is refused: from causes and
 * statuses to what the row becomes. Pure.
 */
import type { Conversation } from "../flow/extend.ts";
import type { Stage } from "./group-view.ts";
import type { Asked } from "./model.ts";
import { factoryReasonOf, isDeclined } from "./reasons.ts";

/** Why a talk leaves its group. `cause`, `text`: of the Reason or the refusal, where there was one. */
export type Parting = {
  readonly how: "refused" | "missed" | "own" | "sent-away" | "lost" | "broke" | "glare";
  readonly cause: number | null;
  readonly text: string | null;
};

export type Outcome =
  /** It never was, as far as the list is concerned. */
  | { readonly is: "forgotten" }
  /** The session broke; one may come back. */
  | { readonly is: "away" }
  | Extract<Stage, { is: "missed" | "ended" }>;

/** Whoever began it took it back, or the other of two wins: the 1-1 has its row again. */
export type TakenBack = { readonly is: "taken-back" };

export type Parted = {
  readonly before: Conversation["is"];
  /** It has no row yet. */
  readonly isHidden: boolean;
  /** It took, or was to take, the place of a 1-1. */
  readonly hasRecord: boolean;
};

const ended = (how: Extract<Stage, { is: "ended" }>["how"]): Outcome => ({ is: "ended", how });
const missed = (how: Extract<Stage, { is: "missed" }>["how"]): Outcome => ({ is: "missed", how });

export function outcomeOf(
  { how, cause }: Parting,
  { before, isHidden, hasRecord }: Parted,
): Outcome | TakenBack {
  switch (before) {
    case "none":
    case "1-1":
    case "asking":
      return { is: "forgotten" };
    case "invited":
      if (how === "own") return missed("declined");
      return missed(how === "missed" && cause === 200 ? "elsewhere" : "missed");
    case "joining":
      // The focus has our yes, or will have it: one comes back, as to a group that stood.
      if (how === "broke" || (how === "sent-away" && cause === 480)) return { is: "away" };
      if (how === "lost" && (cause === 481 || cause === 408)) return { is: "away" };
      if (isHidden) return { is: "forgotten" };
      return how === "own" ? ended("you-left") : missed("missed");
    case "group":
      if (how === "own") return ended("you-left");
      if (how === "glare") return { is: "taken-back" };
      if (how !== "sent-away") return { is: "away" };
      if (cause === 487 && hasRecord) return { is: "taken-back" };
      if (cause === 410) return ended("closed");
      // 487 without a 1-1 to go back to: taken back by its host, or the later of two ways in. The focus will say.
      return cause === 200 ? ended("removed") : { is: "away" };
  }
}

/** The way in by the conference URI is refused. `isAway`: somebody who was in wants to come back. */
export function outcomeOfRefusal(status: number, isAway: boolean): Outcome {
  if (status === 403) return ended("removed");
  if (status === 404 || status === 410 || status === 481) return ended("closed");
  return isAway ? { is: "away" } : missed("missed");
}

/** What the roster does not say of somebody who was asked, the answer of the factory does. */
export const failedAsked = (asked: readonly Asked[], { cause, text }: Parting): readonly Asked[] =>
  asked.map((one) => {
    if (one.is === "declined" || one.is === "unreachable") return one;
    const status = cause ?? 480;
    const is = isDeclined(status) ? "declined" : "unreachable";
    return { ...one, is, reason: factoryReasonOf(status, text), status, ringFrom: null, ringUntil: null };
  });
