/** Invitations to groups: B's, which takes the place of a 1-1, and C's, which waits for a person. */
import { describe, expect, it } from "vitest";
import { refused, refusesCall, acked } from "../testing/scripted-events.ts";
import {
  alice,
  bob,
  conference,
  dave,
  reading,
  scriptedPerson,
  stranger,
  user,
} from "../testing/scripted-person.ts";

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
    refusesCall(at, 480);
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
    refused(at, leg, 487);
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
    refused(at, leg, status);
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
