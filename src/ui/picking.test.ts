/** What a dialog says in place of an empty list. */
import { describe, expect, it } from "vitest";
import { notAnAddress } from "../client/addresses.ts";
import { whyNobody } from "./picking.ts";

const none = "Type an address.";

describe("nobody is found", () => {
  it.each([
    ["", null, none],
    ["zoë", { problem: notAnAddress }, "Nobody called “zoë”."],
    ["no such", { problem: notAnAddress }, "Nobody called “no such”."],
    ["a@", { problem: notAnAddress }, notAnAddress],
    // What was typed is somebody, only nobody one can choose.
    ["alice", { problem: "That is your own address." }, "That is your own address."],
  ] as const)("for %j", (typed, checked, says) => {
    expect(whyNobody(typed, checked, null, none)).toContain(says);
  });

  it("says nothing twice: what stands under the field is not said below it", () => {
    const problem = "That is your own address.";
    expect(whyNobody("alice", { problem }, problem, none)).toBeNull();
  });
});
