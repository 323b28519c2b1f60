/** A 1-1 with somebody who has no MSRP, as one end sees it: what goes out, how, and what of it waits. */
import { describe, expect, it } from "vitest";
import { refusesCall } from "../testing/scripted-events.ts";
import {
  answerLost,
  answered,
  cpimIn,
  last,
  says,
  sent,
  toBob,
  wordsIn,
} from "../testing/scripted-messages.ts";
import {
  alice,
  bob,
  carol,
  factory,
  reading,
  scriptedPerson,
  textsIn,
  type ScriptedPerson,
} from "../testing/scripted-person.ts";

describe("somebody without MSRP", () => {
  it("gets the same text as CPIM in a MESSAGE, with an id and the wish to hear of it", () => {
    const at = toBob("Hi.");
    const message = last(at);
    expect(message.to).toBe(bob);
    const read = cpimIn(message);
    expect(read).toMatchObject({
      from: { displayName: "", uri: alice },
      to: { displayName: "", uri: bob },
      messageId: textsIn(at.row(bob))[0]?.id,
      dispositionNotification: ["positive-delivery", "negative-delivery"],
    });
    expect(wordsIn(message)).toBe("Hi.");
    expect(message.mostBytes).toBe(1_300);
    expect(message.headers.map(([name]) => name)).toEqual([
      "P-Preferred-Service",
      "Conversation-ID",
      "Contribution-ID",
    ]);
    expect(at.row(bob)).toMatchObject({ isPlain: true, phase: { is: "idle" } });
    answered(at, 200);
    expect(reading(at.row(bob))).toEqual(["Hi. (delivered)"]);
  });

  it.each([480, 486, 603])("%i is no such answer: the text has failed", (status) => {
    const at = scriptedPerson();
    at.actions.startChat(bob);
    at.actions.send(bob, "Hi.");
    refusesCall(at, status);
    expect(at.agent.count("message")).toBe(0);
    expect(reading(at.row(bob))).toEqual(["Hi. (failed)"]);
    expect(at.row(bob).isPlain).toBe(false);
  });

  it("gets bare words where CPIM is not read, and from then on", () => {
    const at = toBob("One.", "Two.");
    answered(at, 415, ["text/plain"]);
    expect(last(at)).toMatchObject({ contentType: "text/plain;charset=UTF-8", body: "One.", headers: [] });
    answered(at, 200);
    expect(last(at).body).toBe("Two.");
    answered(at, 200);
    at.actions.send(bob, "Three.");
    expect(sent(at).map((one) => [one.contentType, wordsIn(one)])).toEqual([
      ["message/cpim", "One."],
      ["text/plain;charset=UTF-8", "One."],
      ["text/plain;charset=UTF-8", "Two."],
      ["text/plain;charset=UTF-8", "Three."],
    ]);
    expect(new Set(sent(at).map((one) => one.id)).size).toBe(4);
    expect(at.agent.count("invite")).toBe(1);
  });

  it("gets one at a time, in order, and the second after the first has been answered", () => {
    const at = toBob("One.", "Two.", "Three.");
    expect(sent(at)).toHaveLength(1);
    answered(at, 202);
    expect(reading(at.row(bob))).toEqual(["One. (sent)", "Two. (sending)", "Three. (sending)"]);
    answered(at, 480);
    expect(reading(at.row(bob))).toEqual(["One. (sent)", "Two. (failed)", "Three. (failed)"]);
    expect(textsIn(at.row(bob))[1]?.reason).toBe("Not reachable right now");
  });

  it("what failed goes again on request, by the same id and without another call", () => {
    const at = toBob("Hi.");
    answered(at, 408);
    const [failed] = textsIn(at.row(bob));
    expect(failed).toMatchObject({ is: "failed", reason: "No answer" });
    at.actions.retry(bob, failed?.id ?? "");
    expect(cpimIn(last(at)).messageId).toBe(failed?.id);
    answered(at, 200);
    expect(reading(at.row(bob))).toEqual(["Hi. (delivered)"]);
    expect(at.agent.count("invite")).toBe(1);
  });

  it("a text that is too long says so", () => {
    const at = toBob("Long.");
    answered(at, 513);
    expect(textsIn(at.row(bob))[0]).toMatchObject({ is: "failed", reason: "Too long for plain messages" });
  });

  it("is called again after a while, and when they call", () => {
    const at = toBob("Hi.");
    answered(at, 200);
    at.clock.advance(1_800_000);
    at.actions.send(bob, "Later.");
    expect(at.agent.count("invite")).toBe(2);
    at.isAccepted(at.agent.last("invite").leg, bob, "s");
    expect(at.relay.session("s").sent.map((one) => one.text)).toEqual(["Later."]);
    expect(at.row(bob)).toMatchObject({ isPlain: false, phase: { is: "open" } });

    const other = toBob("Hi.");
    answered(other, 200);
    other.isCalled("theirs", bob);
    other.actions.send(bob, "Now.");
    expect(other.relay.session("theirs").sent.map((one) => one.text)).toEqual(["Now."]);
    expect(other.row(bob).isPlain).toBe(false);
  });

  it("who calls while a text is on its way gets that first", () => {
    const at = toBob("One.");
    at.isCalled("theirs", bob);
    at.actions.send(bob, "Two.");
    expect(at.relay.session("theirs").sent).toEqual([]);
    answered(at, 200);
    answered(at, 200);
    at.actions.send(bob, "Three.");
    expect(sent(at).map(wordsIn)).toEqual(["One.", "Two."]);
    expect(at.relay.session("theirs").sent.map((one) => one.text)).toEqual(["Three."]);
  });
});

describe("when the connection goes", () => {
  const goes = (at: ScriptedPerson): void =>
    at.agent.hears({ on: "disconnected", cause: "network", retryAtMs: 0 });

  it("text in CPIM goes again over the next one, since a double can be told", () => {
    const at = toBob("One.", "Two.");
    const { messageId } = cpimIn(last(at));
    goes(at);
    answerLost(at);
    expect(reading(at.row(bob))).toEqual(["One. (waiting)", "Two. (waiting)"]);
    at.online();
    expect(cpimIn(last(at)).messageId).toBe(messageId);
    answered(at, 200);
    answered(at, 200);
    expect(reading(at.row(bob))).toEqual(["One. (delivered)", "Two. (delivered)"]);
  });

  it("bare words that may have arrived have failed visibly; what was behind them waits", () => {
    const at = scriptedPerson();
    says(at, bob, "Hello.");
    at.actions.send(bob, "One.");
    at.actions.send(bob, "Two.");
    goes(at);
    answerLost(at);
    expect(reading(at.row(bob))).toEqual(["Bob: Hello.", "One. (failed)", "Two. (waiting)"]);
    at.online();
    answered(at, 200);
    expect(reading(at.row(bob))).toEqual(["Bob: Hello.", "One. (failed)", "Two. (delivered)"]);
  });

  it("what is written meanwhile says that it waits, and goes in its turn", () => {
    const at = toBob("One.");
    answered(at, 200);
    goes(at);
    at.actions.send(bob, "Two.");
    expect(reading(at.row(bob))).toEqual(["One. (delivered)", "Two. (waiting)"]);
    expect(sent(at)).toHaveLength(1);
    at.online();
    expect(sent(at).map(wordsIn)).toEqual(["One.", "Two."]);
  });

  it("who is not back from the same outage is waited for", () => {
    const at = toBob("One.");
    answered(at, 200);
    goes(at);
    at.online();
    at.actions.send(bob, "Two.");
    answered(at, 480);
    expect(reading(at.row(bob))).toEqual(["One. (delivered)", "Two. (sending)"]);
    at.clock.advance(500);
    expect(sent(at).map(wordsIn)).toEqual(["One.", "Two.", "Two."]);
    answered(at, 200);
    expect(reading(at.row(bob))).toEqual(["One. (delivered)", "Two. (delivered)"]);
  });

  it("what never left is sent when there is a way again", () => {
    const at = toBob("One.");
    at.agent.hears({ on: "answered", message: last(at).id, became: "unsent", accept: [] });
    expect(sent(at)).toHaveLength(1);
    at.clock.advance(1_000);
    expect(sent(at).map(wordsIn)).toEqual(["One.", "One."]);
  });
});

describe("when the message relay alone is away", () => {
  it("text goes all the same: it needs SIP and nothing else", () => {
    const at = toBob("One.");
    answered(at, 200);
    at.relay.lost();
    at.actions.send(bob, "Two.");
    answered(at, 200);
    expect(reading(at.row(bob))).toEqual(["One. (delivered)", "Two. (delivered)"]);
    expect(at.state().connection.is).toBe("waiting");
  });

  it("text that waited for SIP goes as soon as that is back, and waits with it for the other", () => {
    const at = toBob("One.");
    answered(at, 200);
    at.relay.lost();
    at.agent.hears({ on: "disconnected", cause: "network", retryAtMs: 0 });
    at.actions.send(bob, "Two.");
    expect(sent(at)).toHaveLength(1);
    at.agent.hears({ on: "registered" });
    expect(sent(at).map(wordsIn)).toEqual(["One.", "Two."]);
    answered(at, 480);
    at.clock.advance(500);
    expect(sent(at).map(wordsIn)).toEqual(["One.", "Two.", "Two."]);
    answered(at, 200);
    expect(reading(at.row(bob))).toEqual(["One. (delivered)", "Two. (delivered)"]);
  });

  it("what is to try a session again waits for the relay", () => {
    const at = toBob("One.");
    answered(at, 200);
    at.clock.advance(1_800_000);
    at.relay.lost();
    at.actions.send(bob, "Two.");
    expect(reading(at.row(bob))).toEqual(["One. (delivered)", "Two. (waiting)"]);
    expect(at.agent.count("invite")).toBe(1);
    at.relay.ready();
    expect(at.agent.count("invite")).toBe(2);
  });
});

it("people can be added: a group by the factory, with no mark on anybody, and both are asked", () => {
  const at = toBob("Hi.");
  answered(at, 200);
  at.asks(bob, [carol]);
  const { invite } = at.agent.last("invite");
  expect(invite.to).toBe(factory);
  expect(invite.recipientList).toContain(bob);
  expect(invite.recipientList).toContain(carol);
  expect(invite.recipientList).not.toMatch(/replaces/i);
  at.actions.send(bob, "Still here.");
  expect(wordsIn(last(at))).toBe("Still here.");
  answered(at, 200);
  at.isLetIn(at.agent.last("invite").leg, "x");
  expect(reading(at.row(bob))).toEqual(["Hi. (delivered)", "Still here. (delivered)"]);
  expect(at.groups()).toHaveLength(1);
});
