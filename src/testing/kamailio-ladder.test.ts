/** The ladder on Kamailio: what people and the focus see of it is the figure, and a planted fault is found there too. */
import { describe, expect, it } from "vitest";
import { omaSteps } from "../flow/extend.steps.ts";
import { faults } from "./ladder-faults.ts";
import { oneServerSteps, withInside } from "./ladder-one-server.ts";
import { problemsOf, type Rung } from "./ladder-rows.ts";
import { stories } from "./ladder-story.ts";
import { whyNoKamailio } from "./kamailio.ts";

const seen = (steps: readonly number[]): readonly Rung[] =>
  oneServerSteps
    .filter(({ step }) => steps.includes(step))
    .map(({ step, from, to, what, leg, vias, mark }) => ({
      step,
      from,
      to,
      what,
      leg,
      ms: step,
      startLine: what,
      callId: leg,
      cseq: "1",
      vias,
      mark: mark === true,
    }));
const outside = omaSteps.map(({ step }) => step).filter((step) => step !== 10 && step !== 13);

it("what happens inside the server stands where it must have been, and only when something went in", () => {
  const rungs = withInside(seen(outside));
  expect(problemsOf(rungs, oneServerSteps)).toEqual([]);
  expect(rungs.flatMap(({ ms, step }) => (ms === null ? [step] : []))).toEqual([10, 13]);
  const withoutBye = withInside(seen(outside.filter((step) => step < 9 || step > 12)));
  expect(problemsOf(withoutBye, oneServerSteps)).toContain("step 10 is missing: BYE from PF B to PF A");
});

describe.skipIf(whyNoKamailio !== null)(
  `on Kamailio${whyNoKamailio === null ? "" : `: ${whyNoKamailio}`}`,
  () => {
    const tell = stories.get("kamailio");

    it("none of the 18 messages is missing, none out of order", async () => {
      const told = await tell?.(null);
      expect(told?.problems).toEqual([]);
      expect(told?.rungs.map(({ step }) => step).toSorted((a, b) => Number(a) - Number(b))).toEqual(
        omaSteps.map(({ step }) => step),
      );
    });

    it.each([...faults])("%s is found", async (_name, fault) => {
      expect((await tell?.(fault))?.problems).not.toEqual([]);
    });
  },
);
