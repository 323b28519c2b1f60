import { describe, expect, it } from "vitest";
import { omaSteps, type OmaStep } from "../flow/extend.steps.ts";
import { problemsOf, rungsIn, rungsOf, type Hop, type Rung } from "./ladder-rows.ts";

const cast = { A: "alice", B: "bob", C: "carol" };
const people: Record<string, string> = { A: "alice", B: "bob", C: "carol" };
const named = (party: string): string => party.replace(/[ABC]$/, (role) => people[role] ?? role);

const to: Record<OmaStep["leg"], string> = {
  "A-X": "sip:conference-factory@segue.example",
  "X-B": "sip:bob@segue.example",
  "X-C": "sip:carol@segue.example",
  "A-B": "sip:bob@segue.example",
};

function message(step: Pick<OmaStep, "what" | "leg" | "vias" | "mark">): string {
  const method = step.what.endsWith("BYE") ? "BYE" : "INVITE";
  const start = step.what.startsWith("200") ? "SIP/2.0 200 OK" : `${method} ${to[step.leg]} SIP/2.0`;
  return [
    start,
    ...Array.from({ length: step.vias ?? 1 }, (_, i) => `Via: SIP/2.0/WS h${i}.invalid;branch=z9hG4bK${i}`),
    "From: <sip:somebody@segue.example>;tag=1",
    `To: <${to[step.leg]}>`,
    `Call-ID: ${step.leg}`,
    `CSeq: 1 ${method}`,
    ...(step.leg === "A-X" ? ["Require: recipient-list-invite"] : []),
    ...(step.mark === true ? ["Session-Replaces: abc"] : []),
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
}

const hop = (step: OmaStep, at: number): Hop => ({
  at,
  from: named(step.from),
  to: named(step.to),
  message: message(step),
});

const before: Hop = {
  at: 1,
  from: "alice",
  to: "PF alice",
  message: message({ what: "INVITE", leg: "A-B", vias: 1, mark: null }),
};

const wire = omaSteps.filter((step) => step.step !== 19);
const trace = (steps: readonly OmaStep[]): readonly Hop[] => [
  before,
  ...steps.map((s, i) => hop(s, 100 + i)),
];
const good = (): readonly Rung[] => rungsOf(trace(wire), cast, 500);
const at = (step: number): OmaStep => {
  const found = omaSteps.find((s) => s.step === step);
  if (found === undefined) throw new Error(`no step ${step}`);
  return found;
};

describe("the rungs of a trace", () => {
  it("are the 19 steps, with times from step 1 on", () => {
    expect(good().map((rung) => rung.step)).toEqual(omaSteps.map((s) => s.step));
    expect(good()[0]).toMatchObject({ step: 1, from: "A", to: "PF A", ms: 0, vias: 1, callId: "A-X" });
    expect(good().at(-1)).toMatchObject({ step: 19, ms: 400 });
    expect(problemsOf(good())).toEqual([]);
  });

  it("leave out what the figure does not draw: the 1-1's own INVITE, 183, ACK, other people", () => {
    const ringing = message(at(7)).replace("200 OK", "183 Session Progress");
    const more: Hop[] = [
      { at: 102, from: "X", to: "PF alice", message: ringing },
      { at: 103, from: "PF dave", to: "dave", message: message(at(16)).replaceAll("carol", "dave") },
    ];
    expect(problemsOf(rungsOf([...trace(wire), ...more], cast, 500))).toEqual([]);
  });

  it("take step 19 from what X noted", () => {
    const notes = [
      { at: 90, who: "X", what: "something else" },
      { at: 500, who: "X", what: "group established: sip:alice@segue.example" },
    ];
    expect(rungsIn({ sip: trace(wire), notes }, cast)).toEqual(good());
    expect(rungsIn({ sip: trace(wire), notes: [] }, cast)).toEqual(rungsOf(trace(wire), cast, null));
  });
});

describe("what is wrong with a ladder", () => {
  const problems = (steps: readonly OmaStep[], established: number | null = 500): readonly string[] =>
    problemsOf(rungsOf(trace(steps), cast, established));

  it("is right in any order the figure allows", () => {
    const byeFirst = [1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 7, 8, 6].map(at);
    expect(problems(byeFirst)).toEqual([]);
  });

  it.each(wire.map((s) => s.step))("says that step %i is missing", (step) => {
    const found = problems(wire.filter((s) => s.step !== step));
    expect(found.some((problem) => problem.startsWith(`step ${step} is missing`) || step === 1)).toBe(true);
    expect(found).not.toEqual([]);
  });

  it("says that X never noted that the group stands", () => {
    expect(problems(wire, null)).toEqual(["step 19 is missing: group established from X to X"]);
  });

  it("says that a step is there twice", () => {
    expect(problems([...wire, at(9)])).toContain("step 9 is there 2 times");
  });

  it("takes a 2xx that waits for its ACK, or crosses it, for one answer, and one more after that for a second", () => {
    const ack: Hop = {
      at: 120,
      from: "PF alice",
      to: "X",
      message: message(at(2)).replaceAll("INVITE", "ACK"),
    };
    const again = (...more: readonly Hop[]): readonly string[] =>
      problemsOf(rungsOf([...trace(wire), ...more], cast, 500));
    expect(again(hop(at(7), 119), ack)).toEqual([]);
    expect(again(ack, hop(at(7), 121))).toEqual([]);
    expect(again(ack, hop(at(7), 121), hop(at(7), 122))).toEqual(["step 7 is there 2 times"]);
  });

  it("says that A was answered before anybody accepted", () => {
    const early = [1, 2, 7, 8, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18].map(at);
    expect(problems(early)).toEqual(["step 7 precedes the first of 6 and 18"]);
  });

  it("says that B's invitation lacks the mark and that Carol's has one", () => {
    const found = problems(
      wire.map((s) => (s.step === 3 ? { ...s, mark: false } : s.step === 15 ? { ...s, mark: true } : s)),
    );
    expect(found).toEqual(["step 3 lacks the mark", "step 15 carries the mark"]);
  });

  it("says that a hop has too few Via", () => {
    expect(problems(wire.map((s) => (s.step === 11 ? { ...s, vias: 2 } : s)))).toEqual([
      "step 11 has 2 Via, not 3",
    ]);
  });

  it("says that B ended the old chat before its own 200", () => {
    const early = [1, 2, 3, 4, 9, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18].map(at);
    expect(problems(early)).toEqual(["step 9 precedes step 5"]);
  });

  it("does not skip what the figure has not: A ends the old chat as well", () => {
    const byA: OmaStep = { ...at(9), from: "A", to: "PF A" };
    expect(problems([...wire, byA])).toEqual(["BYE from A to PF A on A-B is not in the figure"]);
  });
});
