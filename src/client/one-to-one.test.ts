/** A 1-1 as one end sees it: who calls whom, strangers, crossings, closing, and where the text goes meanwhile. */
import { describe, expect, it } from "vitest";
import {
  alice,
  bob,
  carol,
  reading,
  scriptedPerson,
  stranger,
  textsIn,
  type ScriptedPerson,
} from "../testing/scripted-person.ts";
import { farSdp } from "../testing/scripted-relay.ts";

const refused = (at: ScriptedPerson, leg: string, status: number): void =>
  at.agent.hears({ on: "refused", leg, status, reason: "", warning: null });

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
    refused(at, at.agent.last("invite").leg, status);
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
    at.agent.hears({ on: "acked", leg: "b" });
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

describe("a stranger", () => {
  const asked = () => {
    const at = scriptedPerson();
    at.isCalled("m1", stranger, { from: { address: stranger, name: "Mallory\u202e\n" } });
    return at;
  };

  it("waits for an answer", () => {
    const at = asked();
    expect(at.agent.count("accept")).toBe(0);
    expect(at.row(stranger).phase).toEqual({ is: "request", from: { address: stranger, name: "Mallory" } });
    at.actions.join(stranger);
    at.agent.hears({ on: "acked", leg: "m1" });
    expect(at.row(stranger).phase.is).toBe("open");
    at.relay.session("m1").says("Hi.", stranger);
    expect(at.row(stranger).unread).toBe(1);
  });

  it("is declined, and asks anew the next time", () => {
    const at = asked();
    at.actions.decline(stranger);
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: "m1", status: 603 });
    expect(at.row(stranger).phase.is).toBe("idle");
    at.isCalled("m2", stranger);
    expect(at.row(stranger).phase.is).toBe("request");
  });

  it("calls again and again: one row, one call to answer", () => {
    const at = asked();
    for (const leg of ["m2", "m3", "m4"]) at.isCalled(leg, stranger);
    expect(at.state().order).toEqual([stranger]);
    expect(at.agent.count("refuse")).toBe(3);
    at.actions.join(stranger);
    expect(at.agent.last("accept").leg).toBe("m4");
  });

  it("gives up: what was written meanwhile calls back", () => {
    const at = asked();
    at.actions.send(stranger, "Who are you?");
    at.agent.hears({ on: "cancelled", leg: "m1", cause: null });
    expect(at.agent.last("invite").invite.to).toBe(stranger);
  });

  it("is declined with text written: that fails visibly", () => {
    const at = asked();
    at.actions.send(stranger, "Who are you?");
    at.actions.decline(stranger);
    expect(reading(at.row(stranger))).toEqual(["Who are you? (failed)"]);
    expect(at.agent.count("invite")).toBe(0);
  });
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
    refused(at, at.agent.last("invite").leg, 491);
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

describe("closing", () => {
  it("ends the session; text in flight fails visibly", () => {
    const at = scriptedPerson();
    const leg = at.talksWith(bob, "bob-1");
    at.actions.send(bob, "One more.");
    at.actions.closeChat(bob);
    expect(at.agent.last("end")).toEqual({ do: "end", leg, cause: 200 });
    expect(reading(at.row(bob))).toEqual(["Hi. (delivered)", "One more. (failed)", "[chat-ended]"]);
    expect(at.row(bob).phase.is).toBe("idle");
    at.agent.hears({ on: "closed", leg });
    expect(at.agent.count("invite")).toBe(1);
  });

  it("both close: one line each, nothing open", () => {
    const at = scriptedPerson();
    const leg = at.talksWith(bob, "bob-1");
    at.actions.closeChat(bob);
    at.agent.hears({ on: "ended", leg, by: "peer", cause: 200, text: null });
    expect(reading(at.row(bob))).toEqual(["Hi. (delivered)", "[chat-ended]"]);
    expect(at.relay.sessions()).toBe(0);
  });

  it("by the peer: text in flight opens a new session", () => {
    const at = scriptedPerson();
    const leg = at.talksWith(bob, "bob-1");
    at.actions.send(bob, "Wait.");
    at.agent.hears({ on: "ended", leg, by: "peer", cause: 200, text: null });
    expect(reading(at.row(bob)).at(-1)).toBe("[chat-ended Bob]".replace(" Bob", ""));
    at.isAccepted(at.agent.last("invite").leg, bob, "bob-2");
    expect(at.relay.session("bob-2").sent.map((one) => one.text)).toEqual(["Wait."]);
    expect(at.row(bob).phase.is).toBe("open");
  });

  it("while it is being opened: the call is taken back, and what waits fails visibly", () => {
    const at = scriptedPerson();
    at.actions.startChat(bob);
    at.actions.send(bob, "Hi.");
    const { leg } = at.agent.last("invite");
    at.actions.closeChat(bob);
    expect(at.agent.last("cancel").leg).toBe(leg);
    refused(at, leg, 487);
    expect(textsIn(at.row(bob))[0]).toMatchObject({ is: "failed", reason: "The chat was closed" });
    expect(at.row(bob).phase.is).toBe("idle");
  });
});

describe("the connection", () => {
  it("MSRP lost: the dead session is ended, text waits and is sent once", () => {
    const at = scriptedPerson();
    const leg = at.talksWith(bob, "bob-1");
    at.actions.send(bob, "Still there?");
    at.relay.hasPaths(false);
    at.relay.lost();
    expect(at.agent.last("end").leg).toBe(leg);
    at.actions.send(bob, "Hello?");
    at.clock.advance(20_000);
    expect(reading(at.row(bob)).slice(1)).toEqual(["Still there? (waiting)", "Hello? (waiting)"]);
    at.relay.hasPaths(true);
    at.relay.ready();
    at.isAccepted(at.agent.last("invite").leg, bob, "bob-2");
    expect(at.relay.session("bob-2").sent.map((one) => one.text)).toEqual(["Still there?", "Hello?"]);
    expect(at.agent.count("invite")).toBe(2);
  });

  it("the far end does not know the session: three times, then it fails", () => {
    const at = scriptedPerson();
    at.talksWith(bob, "bob-0");
    at.actions.send(bob, "Hello?");
    at.relay.session("bob-0").ends("gone");
    for (const name of ["bob-1", "bob-2"]) {
      at.isAccepted(at.agent.last("invite").leg, bob, name);
      at.relay.session(name).ends("gone");
    }
    expect(reading(at.row(bob)).at(-1)).toBe("Hello? (failed)");
    expect(at.agent.count("invite")).toBe(3);
  });

  it("lost while asking: it comes back to a new session when nobody joins", () => {
    const at = scriptedPerson();
    const old = at.talksWith(bob, "bob-1");
    const leg = at.asks(bob, [carol]);
    at.actions.send(bob, "Still there?");
    at.relay.session("bob-1").ends("lost");
    expect(at.row(bob).phase.is).toBe("asking");
    expect(at.agent.count("end")).toBe(0);
    refused(at, leg, 480);
    expect(at.agent.last("end").leg).toBe(old);
    at.isAccepted(at.agent.last("invite").leg, bob, "bob-2");
    at.clock.advance(10_000);
    expect(at.row(bob).phase.is).toBe("open");
    expect(at.relay.session("bob-2").sent.map((one) => one.text)).toEqual(["Still there?"]);
    expect(at.agent.count("invite")).toBe(3);
    expect(at.relay.session("bob-2").isOpen()).toBe(true);
  });
});

describe("adding people while the 1-1 is being opened", () => {
  it("takes the call back: the text waits for the private chat, and goes there once", () => {
    const at = scriptedPerson();
    at.actions.startChat(bob);
    at.actions.send(bob, "Hi.");
    const call = at.agent.last("invite").leg;
    const leg = at.asks(bob, [carol]);
    expect(at.agent.last("cancel").leg).toBe(call);
    refused(at, call, 487);
    expect(at.row(bob).phase.is).toBe("asking");
    at.actions.cancelAsking(bob);
    refused(at, leg, 487);
    at.isAccepted(at.agent.last("invite").leg, bob, "bob-1");
    expect(at.row(bob).phase.is).toBe("open");
    expect(at.relay.session("bob-1").sent.map((one) => one.text)).toEqual(["Hi."]);
  });
});
