/** A group that is asked for and comes to nothing, or without the other party of the 1-1. */
import { describe, expect, it } from "vitest";
import { refused, acked, bye } from "../testing/scripted-events.ts";
import { asking } from "../testing/scripted-groups.ts";
import {
  alice,
  bob,
  carol,
  dave,
  declined,
  factory,
  reading,
  scriptedPerson,
  stranger,
  user,
} from "../testing/scripted-person.ts";

describe("A changes its mind", () => {
  it("before B has left: the 1-1 goes on in its session", () => {
    const { at, leg } = asking();
    at.actions.send(bob, "One.");
    at.actions.cancelAsking(bob);
    expect(at.agent.last("cancel").leg).toBe(leg);
    refused(at, leg, 487);
    expect(at.row(bob).phase.is).toBe("open");
    expect(at.row(bob).failure).toBeNull();
    expect(at.groups()).toEqual([]);
    expect(at.relay.session("bob-1").sent.map((one) => one.text)).toEqual(["Hi.", "One."]);
  });

  it("after B has left: what waits opens a new session and goes once", () => {
    const { at, old, leg } = asking();
    at.actions.send(bob, "On its way.");
    bye(at, old);
    at.actions.send(bob, "Waits.");
    at.actions.cancelAsking(bob);
    refused(at, leg, 487);
    expect(at.groups()).toEqual([]);
    const call = at.agent.last("invite");
    expect(call.invite.to).toBe(bob);
    at.clock.advance(2_000);
    at.isAccepted(call.leg, bob, "bob-2");
    const sent = at.relay.session("bob-2").sent.map((one) => one.text);
    expect(sent.toSorted()).toEqual(["On its way.", "Waits."]);
    for (const _ of sent) at.relay.session("bob-2").reports();
    at.clock.advance(60_000);
    expect(
      reading(at.row(bob))
        .filter((line) => line.includes("("))
        .every((line) => line.includes("(delivered)")),
    ).toBe(true);
    expect(at.agent.count("invite")).toBe(3);
  });

  it("while the INVITE still waits for a path: it never goes out", () => {
    const at = scriptedPerson();
    at.talksWith(bob, "bob-1");
    at.relay.hasPaths(false);
    at.actions.addPeople(bob, [carol], null);
    at.actions.cancelAsking(bob);
    at.relay.hasPaths(true);
    at.relay.ready();
    at.clock.advance(60_000);
    expect(at.agent.count("invite")).toBe(1);
    expect(at.row(bob).phase.is).toBe("open");
  });
});

describe("who does not come", () => {
  it("B declines with C in: the private chat goes on in its own row, and the group has none of it", () => {
    const { at, leg } = asking();
    at.isLetIn(leg, "x");
    at.roster(user(alice, "connected"), declined(bob), user(carol, "connected"));
    expect(reading(at.row(bob))).toEqual(["Hi. (delivered)"]);
    expect(at.row(bob).phase.is).toBe("open");
    expect(reading(at.group())[0]).toBe("──");
    expect(reading(at.group()).join()).not.toContain("Hi.");
    at.actions.send(bob, "Just us.");
    expect(at.relay.session("bob-1").sent.at(-1)?.text).toBe("Just us.");
    expect(reading(at.group()).join()).not.toContain("Just us.");
  });

  it("B declines and its session is dead: what was on its way goes to B over a new one", () => {
    const { at, old, leg } = asking();
    at.actions.send(bob, "Still you?");
    at.isLetIn(leg, "x");
    at.relay.session("bob-1").ends("gone");
    at.roster(user(alice, "connected"), declined(bob), user(carol, "connected"));
    expect(at.agent.last("end").leg).toBe(old);
    at.isAccepted(at.agent.last("invite").leg, bob, "bob-2");
    expect(at.relay.session("bob-2").sent.map((one) => one.text)).toEqual(["Still you?"]);
    expect(at.row(bob).phase.is).toBe("open");
    expect(at.group().phase.is).toBe("open");
  });

  it("nobody joins: the list of failures, the draft kept, the 1-1 untouched, and asked again", () => {
    const { at, leg } = asking();
    at.actions.setDraft(bob, "half a sen");
    at.agent.hears({ on: "progress", leg, status: 183, contact: "sip:x@x;conf=1", isFocus: true });
    at.roster(user(alice, "dialing-in"), declined(bob), declined(carol, 408));
    refused(at, leg, 480);
    const row = at.row(bob);
    expect(row.phase.is).toBe("open");
    expect(row.draft).toBe("half a sen");
    expect(row.failure?.map(({ address, is, reason }) => ({ address, is, reason }))).toEqual([
      { address: bob, is: "declined", reason: "Declined" },
      { address: carol, is: "unreachable", reason: "No answer" },
    ]);
    expect(at.groups()).toEqual([]);
    at.actions.askAgain(bob, bob);
    expect(at.row(bob).phase.is).toBe("asking");
    expect(at.row(bob).failure).toBeNull();
    const list = at.agent.last("invite").invite.recipientList ?? "";
    expect(list).toContain("sip:bob@segue.example");
    expect(list).toContain(carol);
  });

  it("asked again while others are still asked: shown at once, done as soon as the group stands", () => {
    const { at, leg } = asking([carol, dave]);
    at.agent.hears({ on: "progress", leg, status: 183, contact: "sip:x@x;conf=1", isFocus: true });
    at.roster(user(alice, "dialing-in"), user(bob, "alerting"), user(carol, "alerting"), declined(dave));
    const asked = () => {
      const { phase } = at.row(bob);
      return phase.is === "asking" ? phase.asked.find((one) => one.address === dave) : undefined;
    };
    expect(asked()).toMatchObject({ is: "declined", status: 603 });
    at.actions.askAgain(bob, dave);
    at.actions.askAgain(bob, dave);
    expect(asked()).toMatchObject({ is: "pending", reason: null, status: null });
    expect(at.agent.count("refer")).toBe(0);
    at.isLetIn(leg, "x");
    expect(at.agent.count("refer")).toBe(1);
    expect(at.agent.last("refer")).toMatchObject({ leg, people: [dave] });
  });

  it("no path for the group: said with a reason, the 1-1 untouched", () => {
    const at = scriptedPerson();
    at.talksWith(bob, "bob-1");
    at.relay.hasPaths(false);
    at.actions.addPeople(bob, [carol], null);
    expect(at.row(bob).phase.is).toBe("asking");
    at.clock.advance(5_000);
    expect(at.row(bob).phase.is).toBe("open");
    expect(at.row(bob).failure?.map((one) => one.address)).toEqual([bob, carol]);
    expect(at.agent.count("invite")).toBe(1);
  });

  it("a group without usable media: said with a reason", () => {
    const { at, leg } = asking();
    at.agent.hears({
      on: "accepted",
      leg,
      contact: "sip:x@x",
      isFocus: true,
      sdp: "v=0\r\nnonsense",
      contributionId: null,
    });
    expect(at.agent.last("end")).toEqual({ do: "end", leg, cause: 488 });
    expect(at.row(bob).phase.is).toBe("open");
    expect(at.row(bob).failure?.length).toBe(2);
  });
});

describe("people picked while the 1-1 is being answered", () => {
  function answering() {
    const at = scriptedPerson();
    at.isCalled("m", stranger);
    at.actions.join(stranger);
    at.actions.addPeople(stranger, [carol], "Trip");
    expect(at.agent.count("end")).toBe(0);
    expect(at.agent.count("invite")).toBe(0);
    return at;
  }

  it("once it stands they are asked, and it is what the group replaces", () => {
    const at = answering();
    acked(at, "m");
    const { invite } = at.agent.last("invite");
    expect(invite.to).toBe(factory);
    expect(invite.recipientList).toContain("Session-Replaces");
    expect(at.row(stranger).phase.is).toBe("asking");
  });

  it("where it never does they are asked all the same, and nothing is replaced", () => {
    const at = answering();
    at.agent.hears({ on: "unacked", leg: "m" });
    const { invite } = at.agent.last("invite");
    expect(invite.to).toBe(factory);
    expect(invite.recipientList).not.toContain("Replaces");
    expect(at.agent.count("invite")).toBe(1);
  });
});
