/** Notifications about plain messages: what they say became of ours, and those that others ask for. */
import { describe, expect, it } from "vitest";
import { answered, cpim, imdn, last, says, sent, toBob, wordsIn } from "../testing/scripted-messages.ts";
import {
  bob,
  carol,
  reading,
  scriptedPerson,
  textsIn,
  type ScriptedPerson,
} from "../testing/scripted-person.ts";

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
