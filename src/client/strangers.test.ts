/** Somebody one has never chatted with calls. */
import { describe, expect, it } from "vitest";
import { acked } from "../testing/scripted-events.ts";
import { reading, scriptedPerson, stranger } from "../testing/scripted-person.ts";

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
    acked(at, "m1");
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
