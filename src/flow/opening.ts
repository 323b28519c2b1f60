/**
 * How a 1-1 session comes to stand, from either end (decision 7).
 *
 * It opens with the first message, is accepted by itself from people one knows and waits for the person when a
 * stranger asks. When both call at once, the lower Contribution-ID wins, as with groups: the loser takes its own
 * call back and accepts the other. Once it stands, `extend.ts` has it.
 */
import { winsGlare, type LegId } from "./extend.ts";
import type { Step } from "./machine.ts";

export type Opening =
  | { readonly is: "closed" }
  | { readonly is: "calling"; readonly leg: LegId; readonly id: string }
  /** A stranger waits for the person's answer. */
  | { readonly is: "asked"; readonly leg: LegId }
  /** Our 200 is out and its ACK is not in. */
  | { readonly is: "answering"; readonly leg: LegId };

export type OpeningInput =
  | { readonly on: "call"; readonly leg: LegId; readonly id: string }
  | { readonly on: "called"; readonly leg: LegId; readonly id: string; readonly known: boolean }
  | { readonly on: "yes" }
  | { readonly on: "no" }
  /** The person, or what has become of this 1-1, wants none of it. */
  | { readonly on: "close" }
  | { readonly on: "accepted"; readonly leg: LegId }
  | { readonly on: "refused"; readonly leg: LegId; readonly status: number }
  | { readonly on: "acked"; readonly leg: LegId }
  /** No ACK came, the caller gave up, or the leg was lost. */
  | { readonly on: "gone"; readonly leg: LegId };

export type OpeningEffect =
  | { readonly do: "call"; readonly leg: LegId; readonly id: string }
  | { readonly do: "accept"; readonly leg: LegId }
  | { readonly do: "refuse"; readonly leg: LegId; readonly status: number }
  | { readonly do: "cancel"; readonly leg: LegId }
  | { readonly do: "end"; readonly leg: LegId }
  | { readonly do: "opened"; readonly leg: LegId }
  | { readonly do: "failed"; readonly status: number };

type OpeningStep = readonly [Opening, readonly OpeningEffect[]];

const closed: Opening = { is: "closed" };

export const opening: Step<Opening, OpeningInput, OpeningEffect> = (state, input): OpeningStep => {
  switch (input.on) {
    case "call":
      return state.is === "closed"
        ? [{ is: "calling", leg: input.leg, id: input.id }, [{ do: "call", leg: input.leg, id: input.id }]]
        : [state, []];
    case "called":
      if (state.is === "calling" && winsGlare(state.id, input.id))
        return [state, [{ do: "refuse", leg: input.leg, status: 491 }]];
      if (state.is === "calling") return take(input, [{ do: "cancel", leg: state.leg }]);
      // A second call while the first is being answered: the caller has started anew, so the first is dead.
      if (state.is === "asked") return take(input, [{ do: "refuse", leg: state.leg, status: 487 }]);
      if (state.is === "answering") return [state, [{ do: "refuse", leg: input.leg, status: 491 }]];
      return take(input, []);
    case "yes":
      return state.is === "asked"
        ? [{ is: "answering", leg: state.leg }, [{ do: "accept", leg: state.leg }]]
        : [state, []];
    case "no":
      return state.is === "asked" ? [closed, [{ do: "refuse", leg: state.leg, status: 603 }]] : [state, []];
    case "close":
      if (state.is === "calling") return [closed, [{ do: "cancel", leg: state.leg }]];
      if (state.is === "asked") return [closed, [{ do: "refuse", leg: state.leg, status: 603 }]];
      return [closed, state.is === "answering" ? [{ do: "end", leg: state.leg }] : []];
    case "accepted":
      return state.is === "calling" && state.leg === input.leg
        ? [closed, [{ do: "opened", leg: input.leg }]]
        : [state, [{ do: "end", leg: input.leg }]];
    case "refused":
      return state.is === "calling" && state.leg === input.leg
        ? [closed, [{ do: "failed", status: input.status }]]
        : [state, []];
    case "acked":
      return state.is === "answering" && state.leg === input.leg
        ? [closed, [{ do: "opened", leg: input.leg }]]
        : [state, []];
    case "gone":
      if (state.is === "closed" || state.leg !== input.leg) return [state, []];
      return [closed, state.is === "asked" ? [] : [{ do: "failed", status: 408 }]];
  }
};

function take(input: Extract<OpeningInput, { on: "called" }>, before: readonly OpeningEffect[]): OpeningStep {
  const { leg } = input;
  return input.known
    ? [{ is: "answering", leg }, [...before, { do: "accept", leg }]]
    : [{ is: "asked", leg }, before];
}
