/** Text that comes by MESSAGE: whose it is, what is read of it, what is refused. */
import { fc } from "../testing/fast-check.ts";
import { describe, expect, it } from "vitest";
import { cpim, cpimIn, imdn, last, says, sent } from "../testing/scripted-messages.ts";
import {
  bob,
  carol,
  factory,
  reading,
  scriptedPerson,
  stranger,
  textsIn,
} from "../testing/scripted-person.ts";
import { parseImdn } from "../wire/imdn.ts";
import { encodeUtf8 } from "../wire/utf8.ts";

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
