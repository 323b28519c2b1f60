/**
 * The figure, counted while walking: which of its rows a message is, and whether what must precede has happened.
 *
 * The walk knows no participating functions, so the first hop of a message counts when it is sent and all others
 * when it arrives.
 */
import { omaSteps } from "../flow/extend.steps.ts";
import type { Packet, World } from "./walk.world.ts";

type Steps = World["steps"];

/** One step more, and what is wrong with it. */
export type StepCounter = (steps: Steps, step: number) => readonly [Steps, string | null];

/** Rows by what goes end to end: "BYE B>A" is 9, 10, 11. */
const rowsOf: ReadonlyMap<string, readonly number[]> = new Map(
  [...new Set(omaSteps.map(({ what, leg }) => `${what} ${leg}`))].map((key) => {
    const rows = omaSteps.filter(({ what, leg }) => `${what} ${leg}` === key);
    const [first, last] = [rows[0], rows.at(-1)];
    return [`${first?.what} ${first?.from}>${last?.to}`, rows.map(({ step }) => step)] as const;
  }),
);

const end = (who: string): string => (who.startsWith("X") ? "X" : who);

export function stepsOf(
  when: "sent" | "received",
  from: string,
  to: string,
  packet: Packet,
): readonly number[] {
  const what = packet.sip === "200" ? "200 INVITE" : packet.sip;
  const rows = rowsOf.get(`${what} ${end(from)}>${end(to)}`) ?? [];
  return when === "sent" ? rows.slice(0, 1) : rows.slice(1);
}

export const countStep: StepCounter = (steps, step) => {
  const rule = omaSteps.find((row) => row.step === step);
  const done = (other: number): boolean => (steps[other] ?? 0) > 0;
  const missing = rule?.after.filter((other) => !done(other)) ?? [];
  const hasAny = rule?.afterAnyOf === undefined || rule.afterAnyOf.some(done);
  const problem =
    missing.length > 0
      ? `step ${step} before ${missing.join(", ")}`
      : hasAny
        ? null
        : `step ${step} before any of ${rule?.afterAnyOf?.join(", ")}`;
  return [{ ...steps, [step]: (steps[step] ?? 0) + 1 }, problem];
};

/** Steps that did not happen exactly once. */
export const unevenSteps = (steps: Steps): readonly string[] =>
  omaSteps.flatMap(({ step }) => {
    const times = steps[step] ?? 0;
    return times === 1 ? [] : [`step ${step} happened ${times} times`];
  });
