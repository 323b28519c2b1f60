/** A 1-1 as one end sees it: who calls whom, crossings, and where the text goes meanwhile. */
import { describe, expect, it } from "vitest";
import { refused, refusesCall, acked } from "../testing/scripted-events.ts";
import { alice, bob, carol, reading, scriptedPerson, textsIn } from "../testing/scripted-person.ts";
import { farSdp } from "../testing/scripted-relay.ts";

describe("the first text opens a session", () => {
  it("waits, is sent, is delivered", () => {
    const at = scriptedPerson();
    at.actions.startChat("bob");
    expect(at.state().selected).toBe(bob);
    at.actions.send(bob, "Hi.");
    expect(at.row(bob).phase.is).toBe("opening");
    expect(reading(at.row(bob))).toEqual(["Hi. (waiting)"]);
    at.isAccepted(at.agent.last("invite").leg, bob, "bob-1");
    expect(reading(at.row(bob))).toEqual(["Hi. (sending)"]);
    at.relay.session("bob-1").reports();
    expect(reading(at.row(bob))).toEqual(["Hi. (delivered)"]);
    expect(at.row(bob).phase.is).toBe("open");
  });

  it.each([
    [404, "Address not found"],
    [480, "Not reachable right now"],
    [603, "Declined"],
    [486, "Busy"],
  ])("refused with %i it fails with a reason, and goes again on request", (status, reason) => {
    const at = scriptedPerson();
    at.actions.startChat(bob);
    at.actions.send(bob, "Hi.");
    refusesCall(at, status);
    const [failed] = textsIn(at.row(bob));
    expect(failed).toMatchObject({ is: "failed", reason });
    expect(at.row(bob).phase.is).toBe("idle");
    at.actions.retry(bob, failed?.id ?? "");
    at.isAccepted(at.agent.last("invite").leg, bob, "bob-1");
    expect(at.relay.session("bob-1").sent.map((one) => one.text)).toEqual(["Hi."]);
  });

  it("without a connection it waits for one", () => {
    const at = scriptedPerson({ isOnline: false });
    at.agent.hears({ on: "registered" });
    at.actions.startChat(bob);
    at.actions.send(bob, "Hi.");
    expect(at.agent.count("invite")).toBe(0);
    expect(reading(at.row(bob))).toEqual(["Hi. (waiting)"]);
    at.relay.ready();
    expect(at.agent.count("invite")).toBe(1);
  });

  it("an answer without usable media ends the session, and the text goes as a plain message", () => {
    const at = scriptedPerson();
    at.actions.startChat(bob);
    at.actions.send(bob, "Hi.");
    const { leg } = at.agent.last("invite");
    at.agent.hears({ on: "accepted", leg, contact: bob, isFocus: false, sdp: "", contributionId: null });
    expect(at.agent.last("end")).toEqual({ do: "end", leg, cause: 488 });
    expect(at.agent.last("message").message.to).toBe(bob);
    expect(reading(at.row(bob))).toEqual(["Hi. (sending)"]);
  });
});

describe("called", () => {
  it("by a contact: accepted without a word", () => {
    const at = scriptedPerson();
    at.isCalled("b", bob);
    expect(at.agent.count("accept", "b")).toBe(1);
    expect(at.row(bob).phase.is).toBe("open");
    expect(at.relay.session("b").says("Hello.")).toBe(200);
    expect(reading(at.row(bob))).toEqual(["Bob: Hello."]);
    expect(at.row(bob).unread).toBe(1);
    at.actions.select(bob);
    expect(at.row(bob).unread).toBe(0);
    at.relay.session("b").says("You there?");
    expect(at.row(bob).unread).toBe(0);
  });

  it("with a description that can't be used: 488", () => {
    const at = scriptedPerson();
    at.isCalled("b", bob, { sdp: "m=audio" });
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: "b", status: 488 });
    at.isCalled("c", bob, { sdp: null });
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: "c", status: 488 });
    expect(at.row(bob).phase.is).toBe("idle");
  });

  it("while the relay is away: answered with the first path, or 480 after a while", () => {
    const at = scriptedPerson();
    at.relay.hasPaths(false);
    at.isCalled("b", bob);
    at.isCalled("c", carol);
    expect(at.agent.count("accept")).toBe(0);
    at.relay.hasPaths(true);
    at.relay.ready();
    expect(at.agent.count("accept", "b")).toBe(1);
    at.relay.hasPaths(false);
    at.isCalled("d", "sip:dave@segue.example");
    at.clock.advance(5_000);
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: "d", status: 480 });
  });

  it("its session breaks before the ACK: the next text opens another", () => {
    const at = scriptedPerson();
    at.agent.hears({ on: "incoming", incoming: { ...incomingFrom("b"), sdp: farSdp("b") } });
    at.relay.session("b").ends("lost");
    acked(at, "b");
    expect(at.agent.last("end").leg).toBe("b");
    at.actions.startChat(bob);
    at.actions.send(bob, "Hi.");
    at.isAccepted(at.agent.last("invite").leg, bob, "bob-1");
    expect(at.relay.session("bob-1").sent.length).toBe(1);
  });

  it("and no ACK comes: what waits fails, and the row can be written in again", () => {
    const at = scriptedPerson();
    at.agent.hears({
      on: "incoming",
      incoming: { ...incomingFrom("b"), sdp: farSdp("b") },
    });
    at.actions.startChat(bob);
    at.actions.send(bob, "Hi.");
    expect(at.agent.count("invite")).toBe(0);
    at.agent.hears({ on: "unacked", leg: "b" });
    expect(textsIn(at.row(bob))[0]?.is).toBe("failed");
    expect(at.row(bob).phase.is).toBe("idle");
    expect(at.relay.sessions()).toBe(0);
  });
});

const incomingFrom = (leg: string) => ({
  leg,
  from: { address: bob, name: "" },
  to: alice,
  assertedIdentity: bob,
  contact: bob,
  isFocus: false,
  subject: null,
  conversationId: null,
  contributionId: "0",
  referredBy: null,
  replaces: null,
  sessionReplaces: null,
});

describe("both call at once", () => {
  it("the lower Contribution-ID is theirs: ours is taken back, each text goes once", () => {
    const at = scriptedPerson();
    at.actions.startChat(bob);
    at.actions.send(bob, "Me first.");
    const ours = at.agent.last("invite").leg;
    at.isCalled("b", bob, { contributionId: "0" });
    expect(at.agent.last("cancel").leg).toBe(ours);
    refused(at, ours, 487);
    expect(at.relay.session("b").sent.map((one) => one.text)).toEqual(["Me first."]);
    expect(at.agent.count("invite")).toBe(1);
    expect(at.row(bob).phase.is).toBe("open");
  });

  it("ours is lower: theirs gets 491", () => {
    const at = scriptedPerson();
    at.actions.startChat(bob);
    at.actions.send(bob, "Me first.");
    at.isCalled("b", bob, { contributionId: "z" });
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: "b", status: 491 });
    at.isAccepted(at.agent.last("invite").leg, bob, "bob-1");
    expect(at.relay.session("bob-1").sent.length).toBe(1);
  });

  it("ours is lower and still waits for a path: taken back, it never goes out", () => {
    const at = scriptedPerson();
    at.relay.hasPaths(false);
    at.actions.startChat(bob);
    at.actions.send(bob, "Me first.");
    at.relay.hasPaths(true);
    at.isCalled("b", bob, { contributionId: "0" });
    at.relay.ready();
    at.clock.advance(60_000);
    expect(at.agent.count("invite")).toBe(0);
    expect(at.relay.session("b").sent.length).toBe(1);
  });

  it("491: tries again by itself", () => {
    const at = scriptedPerson();
    at.actions.startChat(bob);
    at.actions.send(bob, "Hi.");
    refusesCall(at, 491);
    expect(reading(at.row(bob))).toEqual(["Hi. (waiting)"]);
    at.clock.advance(1_000);
    expect(at.agent.count("invite")).toBe(2);
  });
});

describe("the peer calls anew while our session stands", () => {
  it("the old one is ended, and what was on its way goes once over a new one", () => {
    const at = scriptedPerson();
    const old = at.talksWith(bob, "bob-1");
    at.actions.send(bob, "Are you back?");
    at.isCalled("b", bob, { contributionId: "0" });
    expect(at.agent.last("end").leg).toBe(old);
    expect(at.relay.session("bob-1").isOpen()).toBe(false);
    expect(at.relay.session("b").sent.map((one) => one.text)).toEqual(["Are you back?"]);
    expect(at.row(bob).phase.is).toBe("open");
  });
});
