/** A 1-1 with somebody who has no MSRP, as one end sees it: what goes out, what comes in, and what the thread says. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { IncomingMessage, OutgoingMessage } from "../sip/agent.ts";
import {
  alice,
  bob,
  carol,
  factory,
  reading,
  scriptedPerson,
  stranger,
  textsIn,
} from "../testing/scripted-person.ts";
import type { ScriptedPerson } from "../testing/scripted-person.ts";
import { formatCpim, parseCpim, type Cpim } from "../wire/cpim.ts";
import { formatDelivered, parseImdn } from "../wire/imdn.ts";
import { encodeUtf8 } from "../wire/utf8.ts";

const sent = (at: ScriptedPerson): readonly OutgoingMessage[] =>
  at.agent.asked.flatMap((one) => (one.do === "message" ? [one.message] : []));
const last = (at: ScriptedPerson): OutgoingMessage => at.agent.last("message").message;
const cpimIn = ({ contentType, body }: OutgoingMessage): Cpim => {
  expect(contentType).toBe("message/cpim");
  return parseCpim(encodeUtf8(body));
};
const wordsIn = (message: OutgoingMessage): string =>
  message.contentType === "message/cpim" ? Buffer.from(cpimIn(message).body).toString() : message.body;

const answered = (at: ScriptedPerson, status: number, accept: readonly string[] = []): void =>
  at.agent.hears({ on: "answered", message: last(at).id, became: status, accept });
const refusesCall = (at: ScriptedPerson, status: number): void =>
  at.agent.hears({
    on: "refused",
    leg: at.agent.last("invite").leg,
    status,
    reason: "",
    warning: null,
  });

let ids = 0;
/** Somebody's MESSAGE comes in; answers with the status it got. */
function says(at: ScriptedPerson, from: string, body: string, more: Partial<IncomingMessage> = {}): number {
  const id = `in-${(ids += 1)}`;
  at.agent.hears({
    on: "message",
    message: {
      id,
      from: { address: from, name: "" },
      assertedIdentity: from,
      callId: id,
      cseq: 1,
      contentType: "text/plain",
      body: encodeUtf8(body),
      ...more,
    },
  });
  const answer = at.agent.last("answer");
  expect(answer.message).toBe(id);
  return answer.status;
}
const cpim = (text: string, more: Partial<Cpim> = {}): Partial<IncomingMessage> => ({
  contentType: "message/cpim",
  body: formatCpim({
    from: { displayName: "", uri: bob },
    to: { displayName: "", uri: alice },
    dateTime: "2026-11-26T01:00:00.000Z",
    messageId: "their-1",
    dispositionNotification: ["positive-delivery"],
    otherHeaders: [],
    contentType: "text/plain",
    contentHeaders: [],
    body: encodeUtf8(text),
    ...more,
  }),
});
const imdn = (messageId: string, status = "delivered"): string =>
  formatDelivered({ messageId, dateTime: "2026-11-26T01:00:00Z", recipient: bob }).replace(
    "delivered",
    status,
  );

/** Alice has written to Bob, who has refused the session. */
function toBob(...texts: readonly string[]): ScriptedPerson {
  const at = scriptedPerson();
  at.actions.startChat(bob);
  for (const text of texts) at.actions.send(bob, text);
  refusesCall(at, 488);
  return at;
}

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
    at.agent.hears({ on: "answered", message: last(at).id, became: "lost", accept: [] });
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
    at.agent.hears({ on: "answered", message: last(at).id, became: "lost", accept: [] });
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

describe("text that comes by MESSAGE", () => {
  it("from a contact is in the thread, counted and answered the same way", () => {
    const at = scriptedPerson();
    expect(says(at, bob, "Hello é.")).toBe(200);
    expect(reading(at.row(bob))).toEqual(["Bob: Hello é."]);
    expect(at.row(bob)).toMatchObject({ unread: 1, isPlain: true, phase: { is: "idle" } });
    at.actions.send(bob, "Hi.");
    expect(at.agent.count("invite")).toBe(0);
    expect(last(at)).toMatchObject({ contentType: "text/plain;charset=UTF-8", body: "Hi." });
  });

  it("in CPIM with its own time; its author hears that it was delivered, once", () => {
    const at = scriptedPerson();
    expect(says(at, bob, "", cpim("Hello."))).toBe(200);
    expect(says(at, bob, "", cpim("Hello."))).toBe(200);
    expect(reading(at.row(bob))).toEqual(["Bob: Hello."]);
    expect(textsIn(at.row(bob))[0]?.sentAt).toBe(Date.UTC(2026, 10, 26, 1));
    expect(sent(at)).toHaveLength(1);
    const receipt = cpimIn(last(at));
    expect(receipt).toMatchObject({
      contentType: "message/imdn+xml",
      contentHeaders: [["Content-Disposition", "notification"]],
      dispositionNotification: [],
      to: { displayName: "", uri: bob },
    });
    expect(receipt.messageId).not.toBe("their-1");
    expect(parseImdn(Buffer.from(receipt.body).toString())).toEqual({
      messageId: "their-1",
      status: "delivered",
    });
  });

  it("asks for no receipt and gets none", () => {
    const at = scriptedPerson();
    says(at, bob, "", cpim("Hello.", { dispositionNotification: ["display"] }));
    says(at, bob, "", cpim("Hello.", { messageId: null }));
    expect(sent(at)).toHaveLength(0);
  });

  it("repeated by who sent it, it is one text; a second of the same words is another", () => {
    const at = scriptedPerson();
    says(at, bob, "Yes.", { callId: "a" });
    says(at, bob, "Yes.", { callId: "a" });
    says(at, bob, "Yes.", { callId: "a", cseq: 2 });
    says(at, bob, "Yes.", { callId: "b" });
    expect(textsIn(at.row(bob))).toHaveLength(3);
  });

  it("is the same text when it came over MSRP before", () => {
    const at = scriptedPerson();
    at.isCalled("b", bob);
    expect(at.relay.session("b").says("Hello.", bob, "their-1")).toBe(200);
    says(at, bob, "", cpim("Hello."));
    expect(reading(at.row(bob))).toEqual(["Bob: Hello."]);
  });

  it("is whose the network says it is, not whose CPIM or From say", () => {
    const at = scriptedPerson();
    says(at, carol, "", { ...cpim("Hello."), assertedIdentity: bob });
    expect(at.hasRow(carol)).toBe(false);
    expect(reading(at.row(bob))).toEqual(["Bob: Hello."]);
  });

  it.each([
    ["from nobody", "", {}, 400],
    ["from a conference", factory, {}, 403],
    ["that is no UTF-8", bob, { body: new Uint8Array([0xff]) }, 400],
    ["in another character set", bob, { contentType: "text/plain;charset=utf-16" }, 415],
    ["in CPIM that holds something else", bob, cpim("x", { contentType: "text/html" }), 415],
    ["in CPIM, compressed", bob, cpim("x", { contentHeaders: [["Content-Encoding", "deflate"]] }), 415],
    ["in CPIM that can't be read", bob, { contentType: "message/cpim" }, 400],
  ])("%s is refused, and makes no chat", (_, from, more, status) => {
    const at = scriptedPerson();
    expect(says(at, from, "Hello.", { assertedIdentity: null, ...more })).toBe(status);
    expect(Object.keys(at.state().chats).filter((id) => textsIn(at.row(id)).length > 0)).toEqual([]);
  });

  it("that says nothing is taken, and shows nothing", () => {
    const at = scriptedPerson();
    expect(says(at, bob, " \r\n")).toBe(200);
    expect(at.state().order).toEqual([]);
  });

  it("that somebody types makes no chat, nor does a notification of nothing", () => {
    const at = scriptedPerson();
    expect(says(at, bob, "<isComposing/>", { contentType: "application/im-iscomposing+xml" })).toBe(200);
    expect(says(at, bob, imdn("nothing"), { contentType: "message/imdn+xml" })).toBe(200);
    expect(at.state().order).toEqual([]);
  });
});

describe("a stranger's text", () => {
  it("is a request: shown, taken for delivery and no more, until the person says yes", () => {
    const at = scriptedPerson();
    expect(says(at, stranger, "", cpim("Buy this."))).toBe(202);
    expect(at.row(stranger).phase).toMatchObject({ is: "request", from: { address: stranger } });
    expect(textsIn(at.row(stranger)).map((one) => one.text)).toEqual(["Buy this."]);
    expect(says(at, stranger, "And this.")).toBe(202);
    expect(sent(at)).toHaveLength(0);
    at.actions.join(stranger);
    expect(at.row(stranger).phase.is).toBe("idle");
    expect(sent(at)).toHaveLength(1); // the receipt that was asked for
    expect(says(at, stranger, "Good.")).toBe(200);
    at.actions.send(stranger, "Fine.");
    expect(wordsIn(last(at))).toBe("Fine.");
  });

  it("declined, no more of it is taken; written to, they are no stranger", () => {
    const at = scriptedPerson();
    says(at, stranger, "Buy this.");
    at.actions.decline(stranger);
    expect(at.row(stranger).phase.is).toBe("idle");
    expect(says(at, stranger, "Please.")).toBe(603);
    expect(textsIn(at.row(stranger))).toHaveLength(1);
    at.actions.send(stranger, "What is it?");
    answered(at, 200);
    expect(says(at, stranger, "This.")).toBe(200);
  });

  it("does not let them in when they call", () => {
    const at = scriptedPerson();
    says(at, stranger, "Buy this.");
    at.isCalled("s", stranger);
    expect(at.agent.count("accept", "s")).toBe(0);
    at.actions.join(stranger);
    expect(at.agent.count("accept", "s")).toBe(1);
  });

  it("is not taken without end", () => {
    const at = scriptedPerson();
    const statuses = Array.from({ length: 21 }, (_, n) => says(at, stranger, `${n}`));
    expect(statuses.slice(0, 20).every((status) => status === 202)).toBe(true);
    expect(statuses[20]).toBe(480);
  });
});

describe("what they say became of ours", () => {
  const notes = (at: ScriptedPerson, body: string, from = bob): number =>
    says(at, from, body, { contentType: "message/imdn+xml" });

  it("delivered, bare or in CPIM, before the answer or after it", () => {
    const at = toBob("One.", "Two.");
    const [one, two] = textsIn(at.row(bob));
    expect(notes(at, imdn(one?.id ?? ""))).toBe(200);
    expect(reading(at.row(bob))[0]).toBe("One. (delivered)");
    answered(at, 202);
    expect(reading(at.row(bob))[0]).toBe("One. (delivered)");
    answered(at, 202);
    expect(reading(at.row(bob))[1]).toBe("Two. (sent)");
    says(
      at,
      bob,
      "",
      cpim(imdn(two?.id ?? ""), { contentType: "message/imdn+xml", dispositionNotification: [] }),
    );
    expect(reading(at.row(bob))[1]).toBe("Two. (delivered)");
  });

  it("of bare words they know the Call-ID alone", () => {
    const at = toBob("One.");
    const first = last(at).id;
    notes(at, imdn(first, "failed")); // as linphone does with CPIM it can't read, before it says 488
    answered(at, 488);
    expect(reading(at.row(bob))).toEqual(["One. (sending)"]);
    answered(at, 202);
    notes(at, imdn(first));
    expect(reading(at.row(bob))).toEqual(["One. (sent)"]);
    notes(at, imdn(last(at).id));
    expect(reading(at.row(bob))).toEqual(["One. (delivered)"]);
  });

  it("failed in the end: it says so, and can go again", () => {
    const at = toBob("One.");
    const id = textsIn(at.row(bob))[0]?.id ?? "";
    notes(at, imdn(id, "failed")); // it is still on its way
    expect(reading(at.row(bob))).toEqual(["One. (sending)"]);
    answered(at, 202);
    notes(at, imdn(id, "failed"));
    expect(reading(at.row(bob))).toEqual(["One. (failed)"]);
    at.actions.retry(bob, id);
    answered(at, 200);
    expect(reading(at.row(bob))).toEqual(["One. (delivered)"]);
  });

  it("by somebody else is nothing", () => {
    const at = toBob("One.");
    answered(at, 202);
    notes(at, imdn(textsIn(at.row(bob))[0]?.id ?? ""), carol);
    expect(reading(at.row(bob))).toEqual(["One. (sent)"]);
  });

  it("that can't be read is refused", () => {
    expect(notes(toBob("One."), "<imdn/>")).toBe(400);
  });
});

it("a receipt that is refused keeps no text from its way, and is sent no more", () => {
  const at = scriptedPerson();
  says(at, bob, "", cpim("One."));
  at.actions.send(bob, "Hi.");
  const [receipt] = sent(at);
  expect(wordsIn(last(at))).toBe("Hi.");
  at.agent.hears({ on: "answered", message: receipt?.id ?? "", became: 415, accept: [] });
  answered(at, 200);
  says(at, bob, "", cpim("Two.", { messageId: "their-2" }));
  expect(sent(at)).toHaveLength(2);
  expect(reading(at.row(bob))).toEqual(["Bob: One.", "Hi. (delivered)", "Bob: Two."]);
});

it("whatever comes is answered, and nothing of it throws", () => {
  const cpimBytes = cpim("Hello.").body ?? new Uint8Array();
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.string({ unit: "grapheme", maxLength: 60 }).map(encodeUtf8),
    fc.constantFrom(imdn("x"), "<imdn/>", "<!DOCTYPE a><a/>").map(encodeUtf8),
    fc.tuple(fc.nat(cpimBytes.length - 1), fc.nat(255)).map(([at, byte]) => cpimBytes.with(at, byte)),
  );
  const contentType = fc.constantFrom(
    "text/plain",
    "text/plain;charset=x",
    "message/cpim",
    "message/imdn+xml",
    "application/im-iscomposing+xml",
    ";",
  );
  const from = fc.constantFrom(bob, stranger, factory, "", "tel:+1", "sip:", `sip:${"x".repeat(600)}@y`);
  const message = fc.record({ body: bytes, contentType, from, callId: fc.constantFrom("a", "b") });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
      const at = scriptedPerson();
      for (const { from: author, ...more } of messages)
        expect([200, 202, 400, 403, 415]).toContain(says(at, author, "", more));
      at.actions.startChat(bob);
      expect(says(at, bob, "Still here.")).toBe(200);
    }),
    { numRuns: 150, seed: 5 },
  );
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
