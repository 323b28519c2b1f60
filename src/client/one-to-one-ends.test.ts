/** A 1-1 whose session ends: closed by either, broken, or given up for a group before it stood. */
import { describe, expect, it } from "vitest";
import { refused, bye } from "../testing/scripted-events.ts";
import { bob, carol, reading, scriptedPerson, textsIn } from "../testing/scripted-person.ts";

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
    bye(at, leg);
    expect(reading(at.row(bob))).toEqual(["Hi. (delivered)", "[chat-ended]"]);
    expect(at.relay.sessions()).toBe(0);
  });

  it("by the peer: text in flight opens a new session", () => {
    const at = scriptedPerson();
    const leg = at.talksWith(bob, "bob-1");
    at.actions.send(bob, "Wait.");
    bye(at, leg);
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
