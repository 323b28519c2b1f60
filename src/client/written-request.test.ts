/** What a stranger writes by MESSAGE waits for the person's word. */
import { describe, expect, it } from "vitest";
import { answered, cpim, last, says, sent, wordsIn } from "../testing/scripted-messages.ts";
import { scriptedPerson, stranger, textsIn } from "../testing/scripted-person.ts";

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
