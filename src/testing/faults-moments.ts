/**
 * The moment at which something breaks, recognised while it happens; steps are told apart as the ladder tells them.
 *
 * Before a step: its message is out of the hands of whoever sends it and not in those of whoever it is for. After it:
 * the receiver has it, and has done at once what follows from it.
 */
import { omaSteps } from "../flow/extend.steps.ts";
import type { Trace } from "../server/trace.ts";
import { rungsOf, type Cast, type Hop } from "./ladder-rows.ts";

export type Moment =
  | { readonly is: "before" | "after"; readonly step: number }
  /** All three are in the group and have talked. */
  | { readonly is: "running" };

export interface Watch {
  /** The box has written down one more row. */
  row(trace: Trace): void;
  /** At one of the people: something is about to go out, or came in and has been read. */
  atLine(user: string, way: "in" | "out", text: string): void;
  readonly hasFired: boolean;
}

/** Enough of a message to be a rung of the figure, or the ACK that says that a 200 was heard. */
const isOfTheFigure = (text: string): boolean => /^CSeq: *[0-9]+ (?:INVITE|BYE|ACK)/im.test(text);

const isPerson = (party: string | undefined): boolean => party === "A" || party === "B" || party === "C";

/** `strike` is called once. */
export function watchFor(
  { is, step }: Extract<Moment, { readonly step: number }>,
  cast: Cast,
  strike: () => void,
): Watch {
  const hops: Hop[] = [];
  const wanted = omaSteps.find((one) => one.step === step);
  const isFromPerson = isPerson(wanted?.from);
  const isToPerson = isPerson(wanted?.to);
  let read = 0;
  let hasFired = false;
  /** Its message, once the box has sent it to a person. */
  let onTheWay: string | null = null;

  function fire(): void {
    if (hasFired) return;
    hasFired = true;
    strike();
  }

  const isNow = (seen: readonly Hop[]): boolean => rungsOf(seen, cast, null).at(-1)?.step === step;

  /** The message of the step, when it is among what came since then. */
  function readOn({ sip, notes }: Trace): string | null {
    if (step === 19) return notes.find(({ what }) => what.startsWith("group established"))?.what ?? null;
    let found: string | null = null;
    for (; read < sip.length; read += 1) {
      const hop = sip[read];
      if (hop === undefined || !isOfTheFigure(hop.message)) continue;
      hops.push(hop);
      if (isNow(hops)) found = hop.message;
    }
    return found;
  }

  return {
    get hasFired() {
      return hasFired;
    },
    row: (trace) => {
      if (hasFired || onTheWay !== null) return;
      const found = readOn(trace);
      if (found === null) return;
      if (is === "before") return fire();
      onTheWay = found;
      // A link in memory takes one turn, and what follows from the message is done in the same.
      if (!isToPerson) setImmediate(() => setImmediate(fire));
    },
    atLine: (user, way, text) => {
      if (hasFired || !isOfTheFigure(text)) return;
      if (way === "in" && is === "after" && isToPerson && text === onTheWay) return fire();
      if (way === "out" && is === "before" && isFromPerson)
        if (isNow([...hops, { at: 0, from: user, to: `PF ${user}`, message: text }])) fire();
    },
  };
}
