import { describe, expect, it } from "vitest";
import type { Conversation } from "../flow/extend.ts";
import { failedAsked, outcomeOf, outcomeOfRefusal, type Parting } from "./group-parting.ts";
import type { Asked } from "./model.ts";

describe("a talk leaves its group", () => {
  it.each<[Conversation["is"], Parting["how"], number | null, string]>([
    ["asking", "own", null, "forgotten"],
    ["asking", "refused", 480, "forgotten"],
    ["invited", "own", null, "missed declined"],
    ["invited", "missed", null, "missed missed"],
    ["invited", "missed", 200, "missed elsewhere"],
    ["invited", "lost", 200, "missed missed"],
    ["joining", "lost", null, "missed missed"],
    ["joining", "own", null, "ended you-left"],
    ["group", "own", null, "ended you-left"],
    ["group", "glare", null, "taken-back"],
    ["group", "lost", null, "away"],
    ["group", "sent-away", null, "away"],
    ["group", "sent-away", 480, "away"],
    ["joining", "broke", null, "away"],
    ["joining", "lost", 481, "away"],
    ["joining", "sent-away", 480, "away"],
    ["group", "sent-away", 200, "ended removed"],
    ["group", "sent-away", 410, "ended closed"],
    ["group", "sent-away", 487, "away"],
  ])("%s, %s %s: %s", (before, how, cause, expected) => {
    const outcome = outcomeOf({ how, cause, text: null }, { before, isHidden: false, hasRecord: false });
    expect("how" in outcome ? `${outcome.is} ${outcome.how}` : outcome.is).toBe(expected);
  });

  it("of one that was to take the place of a 1-1 nothing is left", () => {
    const why: Parting = { how: "lost", cause: null, text: null };
    expect(outcomeOf(why, { before: "joining", isHidden: true, hasRecord: true })).toEqual({
      is: "forgotten",
    });
    const back: Parting = { how: "sent-away", cause: 487, text: null };
    expect(outcomeOf(back, { before: "group", isHidden: false, hasRecord: true })).toEqual({
      is: "taken-back",
    });
  });
});

it.each([
  [403, true, { is: "ended", how: "removed" }],
  [404, true, { is: "ended", how: "closed" }],
  [481, false, { is: "ended", how: "closed" }],
  [480, true, { is: "away" }],
  [480, false, { is: "missed", how: "missed" }],
])("the way in is refused with %i (away: %s)", (status, isAway, outcome) => {
  expect(outcomeOfRefusal(status, isAway)).toEqual(outcome);
});

it("what the roster says of somebody goes before what the factory says of all", () => {
  const one = (is: Asked["is"]): Asked => ({
    address: is,
    name: "",
    is,
    reason: null,
    status: null,
    self: false,
    ringFrom: 1,
    ringUntil: 2,
  });
  const why: Parting = { how: "refused", cause: 486, text: '102 x "Too many"' };
  expect(failedAsked([one("declined"), one("ringing")], why)).toEqual([
    one("declined"),
    {
      ...one("ringing"),
      is: "unreachable",
      reason: "Too many people",
      status: 486,
      ringFrom: null,
      ringUntil: null,
    },
  ]);
});
