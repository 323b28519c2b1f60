/** An invitation that takes the place of a 1-1: who may, what is ended when, what stays. */
import { describe, expect, it } from "vitest";
import { acked, bye } from "../testing/scripted-events.ts";
import { bob, carol, reading, scriptedPerson } from "../testing/scripted-person.ts";

/** B has a 1-1 with A; from here on "alice" plays B, and Bob began the group. */
function replaced() {
  const at = scriptedPerson();
  const old = at.talksWith(bob, "bob-1");
  const dialog = { callId: `call-${old}`, toTag: "ours", fromTag: "theirs", earlyOnly: false };
  at.isInvited("x", bob, { replaces: dialog, conversationId: null });
  return { at, old };
}

describe("an invitation that takes the place of a 1-1", () => {
  it("is accepted by itself; the 1-1 is ended after the ACK and drained", () => {
    const { at, old } = replaced();
    expect(at.agent.last("accept").leg).toBe("x");
    expect(at.agent.count("end")).toBe(0);
    expect(at.row(bob).phase.is).toBe("open");
    acked(at, "x");
    expect(at.agent.last("end")).toEqual({ do: "end", leg: old, cause: 200 });
    expect(at.hasRow(bob)).toBe(false);
    expect(at.relay.session("bob-1").isOpen()).toBe(true);
    at.clock.advance(2_000);
    expect(at.relay.session("bob-1").isOpen()).toBe(false);
    at.agent.hears({ on: "closed", leg: old });
    expect(reading(at.group()).slice(0, 2)).toEqual(["Hi. (delivered)", "──"]);
  });

  it("never acknowledged: the 1-1 stays", () => {
    const { at } = replaced();
    at.actions.send(bob, "Wait.");
    at.agent.hears({ on: "unacked", leg: "x" });
    expect(at.groups()).toEqual([]);
    expect(at.row(bob).phase.is).toBe("open");
    expect(at.relay.session("bob-1").isOpen()).toBe(true);
    expect(at.agent.count("end")).toBe(0);
    expect(at.relay.session("bob-1").sent.map((one) => one.text)).toEqual(["Hi.", "Wait."]);
  });

  it("with media that can't be used: 488, and the 1-1 stays", () => {
    const at = scriptedPerson();
    const old = at.talksWith(bob, "bob-1");
    const dialog = { callId: `call-${old}`, toTag: "ours", fromTag: "theirs", earlyOnly: false };
    at.isInvited("x", bob, { replaces: dialog, conversationId: null, sdp: "garbage" });
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: "x", status: 488 });
    expect(at.row(bob).phase.is).toBe("open");
    expect(at.groups()).toEqual([]);
  });

  it("from somebody else than the other party: 403, a quiet row, the 1-1 untouched", () => {
    const at = scriptedPerson();
    const old = at.talksWith(bob, "bob-1");
    const dialog = { callId: `call-${old}`, toTag: "ours", fromTag: "theirs", earlyOnly: false };
    at.isInvited("x", carol, { replaces: dialog, conversationId: null, subject: "Trip" });
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: "x", status: 403 });
    expect(at.group().phase).toMatchObject({ is: "missed", how: "refused", by: { address: carol } });
    expect(at.group().title).toBe("Trip");
    expect(at.row(bob).phase.is).toBe("open");
  });

  it("to a 1-1 that the person has just closed: 603", () => {
    const at = scriptedPerson();
    const old = at.talksWith(bob, "bob-1");
    at.actions.closeChat(bob);
    const dialog = { callId: `call-${old}`, toTag: "ours", fromTag: "theirs", earlyOnly: false };
    at.isInvited("x", bob, { replaces: dialog });
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: "x", status: 603 });
    expect(at.groups()).toEqual([]);
  });

  it("taken back by whoever began it: both have the 1-1's row again, and what was written goes", () => {
    const { at, old } = replaced();
    at.actions.select(bob);
    at.actions.send(bob, "On its way.");
    acked(at, "x");
    expect(at.state().selected).toBe(at.group().id);
    at.agent.hears({ on: "closed", leg: old });
    bye(at, "x", 487);
    expect(at.groups()).toEqual([]);
    expect(at.state().selected).toBe(bob);
    expect(reading(at.row(bob)).at(-1)).toBe("[interrupted]");
    at.clock.advance(2_000);
    const call = at.agent.last("invite");
    expect(call.invite.to).toBe(bob);
    at.isAccepted(call.leg, bob, "bob-2");
    expect(at.relay.session("bob-2").sent.map((one) => one.text)).toEqual(["On its way."]);
  });
});
