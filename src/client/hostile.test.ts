/** What peers, focuses and people may do at their worst: nothing throws, and other chats are none the worse. */
import { describe, expect, it } from "vitest";
import { refused, acked, bye } from "../testing/scripted-events.ts";
import {
  alice,
  bob,
  carol,
  reading,
  scriptedPerson,
  stranger,
  textsIn,
  user,
} from "../testing/scripted-person.ts";
import { cpimOf } from "../testing/scripted-relay.ts";
import { encodeUtf8 } from "../wire/utf8.ts";

function standing(different = {}) {
  const at = scriptedPerson();
  at.isInvited("x", bob, different);
  at.actions.join(at.group().id);
  acked(at, "x");
  return { at, id: at.group().id, x: at.relay.session("x") };
}

describe("a hostile focus", () => {
  it("whose subject is a novel: one line of a bounded length", () => {
    const { at } = standing({ subject: `Trip\r\n\u202e${"x".repeat(10_000)}` });
    expect(at.group().title.length).toBeLessThanOrEqual(120);
    expect(at.group().title).toMatch(/^Trip x+$/);
    expect(standing({ subject: "\u202e \n" }).at.group().title).toBe("Bob");
  });

  it("whose Contact is no URI: text fails visibly, and everything can still be done", () => {
    const { at, id } = standing({ contact: "not a uri at all" });
    at.actions.send(id, "Hello?");
    expect(textsIn(at.group()).at(-1)).toMatchObject({ is: "failed" });
    at.relay.session("x").ends("lost");
    at.clock.advance(60_000);
    at.actions.leave(id);
    expect(at.group().phase.is).toBe("ended");
  });

  it("that calls itself nonsense in the roster: text goes to its Contact", () => {
    const { at, id, x } = standing();
    at.agent.hears({
      on: "notified",
      subscription: at.agent.last("subscribe").subscription,
      terminated: null,
      body: `<conference-info xmlns="urn:ietf:params:xml:ns:conference-info" entity="no uri" version="1"/>`,
    });
    at.actions.send(id, "Hello?");
    expect(x.sent.map((one) => one.text)).toEqual(["Hello?"]);
  });

  it("with a roster of hundreds, names of control characters, people written in many ways", () => {
    const { at } = standing();
    const many = Array.from({ length: 400 }, (_, n) => user(`sip:user-${n}@elsewhere.example`, "connected"));
    at.roster(
      user("sip:Alice@SEGUE.example;user=x", "connected"),
      user("sip:BOB@segue.example", "connected"),
      user("sip:bob@segue.example;transport=ws", "disconnected"),
      user("sip:odd@elsewhere.example", "connected", { displayText: `\u202eevil${"n".repeat(500)}` }),
      user("javascript:alert(1)", "connected"),
      ...many,
    );
    const { members } = at.group();
    expect(members.filter((one) => one.self).map((one) => one.address)).toEqual([alice]);
    expect(
      members.filter((one) => one.address.toLowerCase().startsWith("sip:bob")).map((one) => one.is),
    ).toEqual(["in"]);
    expect(new Set(members.map((one) => one.address)).size).toBe(members.length);
    expect(members.every((one) => one.address.startsWith("sip:"))).toBe(true);
    expect(members.find((one) => one.address.startsWith("sip:odd"))?.name).toBe(`evil${"n".repeat(116)}`);
  });
});

describe("hostile text", () => {
  it("in a group: From is who the focus says; what is not text is refused with a status", () => {
    const { at, x } = standing();
    expect(x.says("I am you", alice)).toBe(403);
    expect(x.receives({ contentType: "message/cpim", body: encodeUtf8("nonsense") })).toBe(400);
    expect(x.receives({ contentType: "image/png", body: new Uint8Array(3) })).toBe(415);
    const inside = cpimOf("x", carol, "m").body;
    const html = new TextDecoder().decode(inside).replace("text/plain", "text/html");
    expect(x.receives({ contentType: "message/cpim", body: encodeUtf8(html) })).toBe(415);
    expect(x.receives({ contentType: "text/plain", body: encodeUtf8("by whom?") })).toBe(403);
    expect(textsIn(at.group())).toEqual([]);
  });

  it("in a group: nobody takes the name of another by what they write of themselves", () => {
    const { at, x } = standing();
    const named = (displayName: string, text: string): number =>
      x.receives({
        contentType: "message/cpim",
        body: encodeUtf8(
          new TextDecoder()
            .decode(cpimOf(text, stranger, text).body)
            .replace(`<${stranger}>`, `"${displayName}" <${stranger}>`),
        ),
      });
    named("Somebody", "Before the roster");
    expect(reading(at.group()).at(-1)).toBe("Somebody: Before the roster");
    at.roster(
      user(alice, "connected"),
      user(bob, "connected", { displayText: "Bob" }),
      user(stranger, "connected", { displayText: "Mallory" }),
    );
    named("Bob", "Pay me");
    expect(reading(at.group()).at(-1)).toBe("Mallory: Pay me");
  });

  it("in a 1-1: whatever From says, it is the peer's", () => {
    const at = scriptedPerson();
    at.talksWith(bob, "bob-1");
    expect(at.relay.session("bob-1").says("I am Carol", carol)).toBe(200);
    expect(reading(at.row(bob)).at(-1)).toBe("Bob: I am Carol");
  });

  it("twice by one imdn.Message-ID is shown once; the same id from two people is two texts", () => {
    const { at, x } = standing();
    x.says("Once", bob, "same");
    x.says("Once", bob, "same");
    x.says("Mine", carol, "same");
    expect(reading(at.group()).slice(-2)).toEqual(["Bob: Once", "Carol: Mine"]);
  });
});

describe("a hostile caller", () => {
  it("whose network says nothing of worth", () => {
    const at = scriptedPerson();
    at.isCalled("m", "", { assertedIdentity: null, from: { address: "", name: "" } });
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: "m", status: 400 });
    expect(at.state().order).toEqual([]);
  });

  it("by telephone number is the row one would have written to", () => {
    const at = scriptedPerson();
    at.actions.startChat("+33 6 12 34 56 78");
    at.isCalled("t", "tel:+33612345678");
    expect(at.state().order).toEqual(["sip:+33612345678@segue.example"]);
  });

  it("events for legs that nobody knows change nothing", () => {
    const at = scriptedPerson();
    const leg = at.talksWith(bob, "bob-1");
    const before = at.state();
    for (const forgotten of ["nobody", "x"]) {
      acked(at, forgotten);
      at.agent.hears({ on: "closed", leg: forgotten });
      bye(at, forgotten);
      refused(at, forgotten, 500);
      at.agent.hears({ on: "cancelled", leg: forgotten, cause: null });
      at.agent.hears({ on: "notified", subscription: forgotten, body: "x", terminated: "" });
    }
    acked(at, leg);
    at.agent.hears({ on: "progress", leg, status: 183, contact: "x", isFocus: true });
    expect(at.state()).toBe(before);
  });

  it("names people of a group that cannot be: the other chats go on", () => {
    const at = scriptedPerson();
    at.talksWith(bob, "bob-1");
    at.isInvited("x", "not an address", { from: { address: stranger, name: "\u0000" } });
    expect(at.group().phase.is).toBe("invited");
    at.actions.decline(at.group().id);
    expect(at.row(bob).phase.is).toBe("open");
  });
});

describe("no action throws", () => {
  const nonsense = [
    "",
    " ",
    "nonsense",
    "sip:",
    "sip:@",
    "<>",
    "tel:",
    "javascript:alert(1)",
    "sip:a@b@c",
    "\u0000",
    `sip:${"x".repeat(600)}@y`,
  ];

  it("whatever it is given", () => {
    const { at, id } = standing();
    at.talksWith(carol, "carol-1");
    for (const chat of [id, carol, "no such chat", ...nonsense]) {
      const { actions } = at;
      actions.select(chat);
      actions.setDraft(chat, "x");
      actions.send(chat, "x");
      actions.send(chat, "");
      for (const message of ["none", ...nonsense]) {
        actions.retry(chat, message);
        actions.remove(chat, message);
        actions.sendUndelivered(chat, message, "group");
        actions.sendUndelivered(chat, message, "person");
      }
      actions.addPeople(chat, [], null);
      actions.addPeople(chat, nonsense, "subject\r\nInjected: yes");
      for (const address of nonsense) {
        actions.startChat(address);
        actions.checkAddress(address, chat);
        actions.askAgain(chat, address);
      }
      actions.dismissFailure(chat);
      actions.cancelAsking(chat);
      actions.join(chat);
      actions.decline(chat);
    }
    expect(
      at.agent.asked.every(
        (one) => one.do !== "refer" || one.people.every((who) => /^sip:[^\s<>]+@/.test(who)),
      ),
    ).toBe(true);
  });

  it("nor when nobody is signed in", () => {
    const at = scriptedPerson();
    at.actions.signOut();
    at.actions.send(bob, "x");
    at.actions.select(bob);
    at.actions.closeChat(bob);
    at.actions.setSettings({ theme: "dark", joinByItself: true });
    expect(at.actions.startChat(bob)).toBe("Sign in first.");
    expect(at.state().settings.theme).toBe("dark");
  });

  it("text sent already is not sent again", () => {
    const at = scriptedPerson();
    at.talksWith(bob, "bob-1");
    at.actions.retry(bob, textsIn(at.row(bob))[0]?.id ?? "");
    expect(at.relay.session("bob-1").sent.length).toBe(1);
    expect(textsIn(at.row(bob))[0]?.is).toBe("delivered");
  });
});
