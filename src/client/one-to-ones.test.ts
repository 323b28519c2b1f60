import { describe, expect, it } from "vitest";
import { manualClock } from "../testing/manual-clock.ts";
import { incoming } from "../testing/scripted-agent.ts";
import { createOneToOnes } from "./one-to-ones.ts";

const self = "sip:alice@segue.example";
const bob = "sip:bob@segue.example";
const ids = { contributionId: "ABC", conversationId: "conversation" };

function started() {
  const clock = manualClock();
  const dialogs = new Map([["leg", { callId: "call", localTag: "ours", remoteTag: "theirs" }]]);
  const all = createOneToOnes(self, clock, (leg) => dialogs.get(leg) ?? null);
  const asking = (different = {}) =>
    all.judge(
      incoming("x", "sip:factory@segue.example", {
        isFocus: true,
        referredBy: { address: bob, name: "" },
        conversationId: null,
        ...different,
      }),
    );
  return { clock, dialogs, all, asking };
}

const replaces = { callId: "call", toTag: "ours", fromTag: "theirs", earlyOnly: false };

describe("an invitation that wants the place of a 1-1", () => {
  it("finds the one that stands, by dialog or by id", () => {
    const { all, asking } = started();
    all.add("leg", bob, ids);
    expect(asking({ replaces })).toEqual({ is: "replaces", leg: "leg" });
    expect(asking({ sessionReplaces: "abc" })).toEqual({ is: "replaces", leg: "leg" });
    expect(asking()).toEqual({ is: "ordinary" });
    expect(all.idsOf("leg")).toEqual(ids);
  });

  it("is turned away when somebody else is behind it", () => {
    const { all, asking } = started();
    all.add("leg", bob, ids);
    expect(asking({ replaces, referredBy: null })).toEqual({ is: "refused", status: 403 });
    expect(asking({ replaces, isFocus: false })).toEqual({ is: "refused", status: 403 });
    expect(asking({ replaces, assertedIdentity: null })).toEqual({ is: "refused", status: 403 });
  });

  it("is told 603 for a while when our person closed it, and 481 otherwise", () => {
    const { all, asking, clock } = started();
    all.add("leg", bob, ids);
    all.remove("leg", true);
    all.remove("leg", true);
    expect(asking({ replaces })).toEqual({ is: "refused", status: 603 });
    clock.advance(32_000);
    expect(asking({ replaces })).toEqual({ is: "refused", status: 481 });
    all.add("leg", bob, ids);
    all.remove("leg", false);
    expect(asking({ replaces })).toEqual({ is: "refused", status: 481 });
    expect(asking({ sessionReplaces: "abc" })).toEqual({ is: "ordinary" });
    expect(all.idsOf("leg")).toBeNull();
  });

  it("finds nothing by dialog where SIP has forgotten it", () => {
    const { all, asking, dialogs } = started();
    all.add("leg", bob, ids);
    dialogs.clear();
    expect(asking({ replaces })).toEqual({ is: "refused", status: 481 });
  });
});
