import { expect, it } from "vitest";
import type { Rung } from "./ladder-rows.ts";
import { formatJson, formatTable, formatVerdict } from "./ladder-table.ts";

const invite: Rung = {
  step: 1,
  from: "A",
  to: "PF A",
  what: "INVITE",
  leg: "A-X",
  ms: 0,
  startLine: `INVITE sip:${"x".repeat(60)}@segue.example SIP/2.0`,
  callId: "0123456789abcdef",
  cseq: "1 INVITE",
  vias: 1,
  mark: true,
};
const note: Rung = {
  ...invite,
  step: 19,
  from: "X",
  to: "X",
  what: "group established",
  ms: 123,
  startLine: "(X has every answer)",
  callId: "",
  cseq: "",
  vias: null,
  mark: false,
};

it("aligns the columns, shortens what is long and leaves nothing at the end of a line", () => {
  expect(formatTable([invite, { ...note, step: null }])).toBe(
    [
      "step  from  to    start line                                            Call-ID     CSeq      Vias   ms  mark",
      "   1  A     PF A  INVITE sip:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…  012345678…  1 INVITE     1    0  mark",
      "none  X     X     (X has every answer)                                                              123",
      "",
    ].join("\n"),
  );
});

it("gives programs all of it", () => {
  expect(JSON.parse(formatJson([invite, note]))).toEqual([invite, note]);
});

it("ends with one sentence, or with each problem on its line", () => {
  expect(formatVerdict([invite, note], [])).toBe(
    "All 19 steps, each once, in an order the figure allows, in 123 ms.\n",
  );
  expect(formatVerdict([invite], ["step 9 is missing", "step 15 carries the mark"])).toBe(
    "Not the figure:\n  step 9 is missing\n  step 15 carries the mark\n",
  );
});
