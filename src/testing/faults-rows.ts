/**
 * Every row of the table of faults: what breaks, whose it is, and when: before or after each of the 19 steps, or in a
 * group that runs.
 */
import { omaSteps } from "../flow/extend.steps.ts";
import type { Moment } from "./faults-moments.ts";
import { insideSteps } from "./ladder-one-server.ts";

export type Role = "A" | "B" | "C";

export type Break =
  /** Every socket of that person's breaks, and none opens until there was a failed try. */
  | { readonly is: "cut"; readonly who: Role }
  /** The sockets of that person stay open and carry nothing more. */
  | { readonly is: "hush"; readonly who: Role }
  /** The page goes without a word and comes back with what the browser kept. */
  | { readonly is: "reload"; readonly who: Role }
  /** X goes without a word and another takes up what it kept. */
  | { readonly is: "restart"; readonly who: "X" }
  /** The server in the middle is killed and comes back where it was, and knows nothing of before: Kamailio. */
  | { readonly is: "kill"; readonly who: "P" };

export type Row = { readonly moment: Moment; readonly break: Break };

const people: readonly Role[] = ["A", "B", "C"];

export const breaks: readonly Break[] = [
  ...people.map((who): Break => ({ is: "cut", who })),
  ...people.map((who): Break => ({ is: "hush", who })),
  ...people.map((who): Break => ({ is: "reload", who })),
  { is: "restart", who: "X" },
];

const moments: readonly Moment[] = [
  ...omaSteps.flatMap(({ step }): Moment[] => [
    { is: "before", step },
    { is: "after", step },
  ]),
  { is: "running" },
];

export const rows: readonly Row[] = moments.flatMap((moment) =>
  breaks.map((one): Row => ({ moment, break: one })),
);

/** Of one server that nobody can look into: no wire carries what happens inside it. */
export const serverRows: readonly Row[] = moments
  .filter((moment) => moment.is === "running" || !insideSteps.has(moment.step))
  .map((moment) => ({ moment, break: { is: "kill", who: "P" } }));

export const nameOfBreak = ({ is, who }: Break): string => `${is} ${who}`;

export const nameOfMoment = (moment: Moment): string =>
  moment.is === "running" ? "in the group" : `${moment.is} step ${moment.step}`;

export const nameOf = (row: Row): string => `${nameOfBreak(row.break)} ${nameOfMoment(row.moment)}`;
