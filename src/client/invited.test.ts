/** Invitations to groups: B's, which takes the place of a 1-1, and C's, which waits for a person. */
import { describe, expect, it } from "vitest";
import {
  alice,
  bob,
  carol,
  conference,
  dave,
  reading,
  scriptedPerson,
  stranger,
  user,
  type ScriptedPerson,
} from "../testing/scripted-person.ts";

/** B has a 1-1 with A; from here on "alice" plays B, and Bob began the group. */
function replaced() {
  const at = scriptedPerson();
  const old = at.talksWith(bob, "bob-1");
  const dialog = { callId: `call-${old}`, toTag: "ours", fromTag: "theirs", earlyOnly: false };
  at.isInvited("x", bob, { replaces: dialog, conversationId: null });
  return { at, old };
}

const acked = (at: ScriptedPerson, leg: string): void => at.agent.hears({ on: "acked", leg });

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
    at.agent.hears({ on: "ended", leg: "x", by: "peer", cause: 487, text: null });
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

describe("an invitation to somebody new", () => {
  const invited = (different = {}) => {
    const at = scriptedPerson();
    at.isInvited("x", bob, { subject: "Trip", ...different });
    return at;
  };

  it("rings on after the connection was gone, and its focus is told anew who waits", () => {
    const at = invited();
    const { subscription } = at.agent.last("subscribe");
    at.agent.hears({ on: "disconnected", retryAtMs: at.clock.now() + 1_000, cause: "network" });
    at.online();
    expect(at.agent.last("unsubscribe").subscription).toBe(subscription);
    expect(at.agent.last("subscribe").subscription).not.toBe(subscription);
    at.isInvited("y", bob, { subject: "Trip", contributionId: "contribution-x" });
    expect(at.group().phase.is).toBe("invited");
    at.actions.join(at.group().id);
    expect(at.agent.last("accept").leg).toBe("y");
  });

  it("joined when whoever asked is no more: in by the conference URI", () => {
    const at = invited();
    at.actions.join(at.group().id);
    at.agent.hears({ on: "unacked", leg: "x" });
    expect(at.group().phase.is).toBe("joining");
    expect(at.agent.last("invite").invite).toMatchObject({ to: conference, recipientList: null });
    at.isLetIn(at.agent.last("invite").leg, "z");
    expect(at.group().phase.is).toBe("open");
  });

  it("whose focus is gone when one says yes: the reason is said, and one can try again", () => {
    const at = invited();
    at.actions.join(at.group().id);
    at.agent.hears({ on: "unacked", leg: "x" });
    at.agent.hears({
      on: "refused",
      leg: at.agent.last("invite").leg,
      status: 480,
      reason: "",
      warning: null,
    });
    expect(at.group().phase).toMatchObject({ is: "missed", how: "missed" });
    expect(at.group().items.at(-1)).toMatchObject({ what: "note", text: "Not reachable right now." });
    at.actions.join(at.group().id);
    expect(at.group().phase.is).toBe("joining");
    at.isLetIn(at.agent.last("invite").leg, "z");
    expect(at.group().phase.is).toBe("open");
  });

  it("rings, and is joined", () => {
    const at = invited();
    expect(at.group()).toMatchObject({
      title: "Trip",
      address: conference,
      phase: { is: "invited", by: { address: bob, name: "Bob" }, ringFrom: 1_000_000, ringUntil: 1_090_000 },
    });
    at.roster(user(bob, "connected"), user(alice, "alerting"));
    at.actions.join(at.group().id);
    expect(at.group().phase.is).toBe("joining");
    acked(at, "x");
    expect(at.group().phase.is).toBe("open");
    expect(reading(at.group())).toEqual(["──", "[added Alice]"]);
    expect(at.relay.session("x").says("Hello, Alice.", bob)).toBe(200);
    expect(reading(at.group()).at(-1)).toBe("Bob: Hello, Alice.");
  });

  it("is declined, and joined later by the conference URI", () => {
    const at = invited();
    at.actions.decline(at.group().id);
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: "x", status: 603 });
    expect(at.group().phase).toMatchObject({ is: "missed", how: "declined" });
    at.actions.join(at.group().id);
    expect(at.group().phase.is).toBe("joining");
    expect(at.agent.last("invite").invite).toMatchObject({ to: conference, recipientList: null });
    at.isLetIn(at.agent.last("invite").leg, "y");
    expect(at.group().phase.is).toBe("open");
  });

  it("is missed, and one may still join; who gives up meanwhile can", () => {
    const at = invited();
    at.agent.hears({ on: "cancelled", leg: "x", cause: null });
    expect(at.group().phase).toMatchObject({ is: "missed", how: "missed" });
    at.actions.join(at.group().id);
    const { leg } = at.agent.last("invite");
    at.actions.leave(at.group().id);
    expect(at.agent.last("cancel").leg).toBe(leg);
    at.agent.hears({ on: "refused", leg, status: 487, reason: "", warning: null });
    expect(at.group().phase).toMatchObject({ is: "missed" });
  });

  it("answered on another device: a quiet row that says so", () => {
    const at = invited();
    at.agent.hears({ on: "cancelled", leg: "x", cause: 200 });
    expect(at.group().phase).toMatchObject({ is: "missed", how: "elsewhere" });
  });

  it.each([
    [403, { is: "ended", how: "removed" }],
    [404, { is: "ended", how: "closed" }],
    [480, { is: "missed", how: "missed" }],
  ])("joining later is refused with %i", (status, phase) => {
    const at = invited();
    at.actions.decline(at.group().id);
    at.actions.join(at.group().id);
    const { leg } = at.agent.last("invite");
    at.agent.hears({ on: "refused", leg, status, reason: "", warning: null });
    expect(at.group().phase).toMatchObject(phase);
    at.clock.advance(120_000);
    expect(at.agent.count("invite")).toBe(1);
  });

  it("joined offline: it goes when the connection is back", () => {
    const at = invited();
    at.actions.decline(at.group().id);
    at.relay.lost();
    at.actions.join(at.group().id);
    expect(at.agent.count("invite")).toBe(0);
    at.relay.ready();
    expect(at.agent.count("invite")).toBe(1);
  });

  it("the media that was offered can't be used: 488, and it may be joined later", () => {
    const at = invited({ sdp: "garbage" });
    at.actions.join(at.group().id);
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: "x", status: 488 });
    expect(at.group().phase.is).toBe("missed");
  });

  it("joins by itself when people I have chatted with invite, if I chose that; else not", () => {
    const at = scriptedPerson();
    at.talksWith(bob, "bob-1");
    at.actions.setSettings({ theme: "system", joinByItself: true });
    at.isInvited("x", bob);
    expect(at.agent.last("accept").leg).toBe("x");
    at.isInvited("y", dave, {
      contributionId: "other",
      contact: "sip:conference-factory@segue.example;conf=2",
    });
    expect(at.agent.count("accept")).toBe(1);
  });

  it("does not join by itself where a focus of a strange network names a friend", () => {
    const at = scriptedPerson();
    at.talksWith(bob, "bob-1");
    at.actions.setSettings({ theme: "system", joinByItself: true });
    at.isInvited("x", bob, { assertedIdentity: "sip:focus@elsewhere.example" });
    at.isInvited("y", bob, { assertedIdentity: null, contributionId: "other" });
    expect(at.agent.count("accept")).toBe(0);
    expect(at.groups().map((one) => one.phase.is)).toEqual(["invited", "invited"]);
  });

  it("names whoever sent it where the focus refers to nobody", () => {
    const at = scriptedPerson();
    at.isInvited("x", bob, { referredBy: null, assertedIdentity: stranger });
    expect(at.group().phase).toMatchObject({ by: { address: stranger } });
  });
});

describe("invited again", () => {
  it("while it is open: the focus has lost us, so we come back at once, and only once", () => {
    const at = scriptedPerson();
    at.isInvited("x", bob);
    at.actions.join(at.group().id);
    acked(at, "x");
    at.actions.send(at.group().id, "Hello?");
    at.isInvited("y", bob, { contributionId: "contribution-x" });
    expect(at.agent.last("end").leg).toBe("x");
    expect(at.agent.last("accept").leg).toBe("y");
    acked(at, "y");
    expect(at.group().phase.is).toBe("open");
    expect(at.relay.session("y").sent.map((one) => one.text)).toEqual(["Hello?"]);
    at.clock.advance(120_000);
    expect(at.agent.count("invite")).toBe(0);
    expect(at.groups().length).toBe(1);
  });

  it("while it rings: the newer ring counts, and the end of the older harms nothing", () => {
    const at = scriptedPerson();
    at.isInvited("x", bob);
    at.isInvited("y", bob, { contributionId: "contribution-x" });
    expect(at.agent.last("end").leg).toBe("x");
    at.agent.hears({ on: "cancelled", leg: "x", cause: null });
    expect(at.group().phase.is).toBe("invited");
    at.actions.join(at.group().id);
    expect(at.agent.last("accept").leg).toBe("y");
    at.isInvited("z", bob, { contributionId: "contribution-x" });
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: "z", status: 491 });
    acked(at, "y");
    expect(at.group().phase.is).toBe("open");
  });

  it("while one comes in by the conference URI: the invitation is taken, the other way given up", () => {
    const at = scriptedPerson();
    at.isInvited("x", bob);
    at.actions.decline(at.group().id);
    at.actions.join(at.group().id);
    const { leg } = at.agent.last("invite");
    at.isInvited("y", bob, { contributionId: "contribution-x" });
    expect(at.agent.last("cancel").leg).toBe(leg);
    expect(at.agent.last("accept").leg).toBe("y");
    acked(at, "y");
    expect(at.group().phase.is).toBe("open");
  });

  it("after leaving: it rings as any other", () => {
    const at = scriptedPerson();
    at.isInvited("x", bob);
    at.actions.join(at.group().id);
    acked(at, "x");
    at.actions.leave(at.group().id);
    expect(at.group().phase).toMatchObject({ is: "ended", how: "you-left" });
    at.isInvited("y", bob, { contributionId: "contribution-x" });
    expect(at.group().phase.is).toBe("invited");
    at.actions.join(at.group().id);
    acked(at, "y");
    expect(at.group().phase.is).toBe("open");
  });

  it("by somebody who only knows its name: refused, and the group is untouched", () => {
    const at = scriptedPerson();
    at.isInvited("x", bob);
    at.actions.join(at.group().id);
    acked(at, "x");
    const before = at.group();
    at.isInvited("evil", bob, {
      contributionId: "contribution-x",
      assertedIdentity: stranger,
      contact: "sip:evil@elsewhere.example",
    });
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: "evil", status: 403 });
    expect(at.group()).toEqual(before);
    at.isInvited("evil-2", bob, {
      contributionId: "contribution-x",
      assertedIdentity: stranger,
      contact: "sip:evil@elsewhere.example",
      replaces: { callId: "x", toTag: "x", fromTag: "x", earlyOnly: false },
    });
    expect(at.group()).toEqual(before);
  });
});
