/** From 1-1 to group as A sees it: every order of B's BYE, a change of mind, and people who do not come. */
import { describe, expect, it } from "vitest";
import { bye } from "../testing/scripted-events.ts";
import { asking } from "../testing/scripted-groups.ts";
import { alice, bob, carol, reading, user, type ScriptedPerson } from "../testing/scripted-person.ts";

describe("B's BYE and A's 200", () => {
  const expected = (at: ScriptedPerson): void => {
    expect(at.hasRow(bob)).toBe(false);
    expect(at.group().phase.is).toBe("open");
    expect(reading(at.group())[0]).toBe("Hi. (delivered)");
    expect(reading(at.group())[1]).toBe("──");
    at.clock.advance(60_000);
    expect(at.relay.session("bob-1").isOpen()).toBe(false);
    expect(at.relay.session("x").isOpen()).toBe(true);
    expect(at.agent.count("invite")).toBe(2);
  };

  it("BYE first", () => {
    const { at, old, leg } = asking();
    bye(at, old);
    expect(at.row(bob).phase.is).toBe("asking");
    at.isLetIn(leg, "x");
    expected(at);
    expect(at.agent.count("end")).toBe(0);
  });

  it("BYE between the roster that has B in and the 200", () => {
    const { at, old, leg } = asking();
    at.agent.hears({ on: "progress", leg, status: 183, contact: "sip:x@x;conf=1", isFocus: true });
    at.roster(user(alice, "dialing-in"), user(bob, "connected"), user(carol, "alerting"));
    bye(at, old);
    expect(at.row(bob).phase.is).toBe("asking");
    at.isLetIn(leg, "x");
    expected(at);
  });

  it("200 first", () => {
    const { at, old, leg } = asking();
    at.isLetIn(leg, "x");
    expect(at.hasRow(bob)).toBe(false);
    bye(at, old);
    expected(at);
    expect(at.agent.count("end")).toBe(0);
  });

  it("200, then B is in and silent: A ends the 1-1 itself", () => {
    const { at, old, leg } = asking();
    at.isLetIn(leg, "x");
    at.roster(user(alice, "connected"), user(bob, "connected"));
    at.clock.advance(10_000);
    expect(at.agent.last("end")).toEqual({ do: "end", leg: old, cause: 200 });
    at.agent.hears({ on: "closed", leg: old });
    expected(at);
  });
});

describe("text on its way to B alone", () => {
  it("reported after the 200 it stays delivered", () => {
    const { at, old, leg } = asking();
    at.actions.send(bob, "Still you?");
    at.isLetIn(leg, "x");
    at.relay.session("bob-1").reports();
    bye(at, old);
    at.clock.advance(60_000);
    expect(reading(at.group()).slice(0, 3)).toEqual(["Hi. (delivered)", "Still you? (delivered)", "──"]);
  });

  it("not reported when the old session is drained, it waits for its author", () => {
    const { at, old, leg } = asking();
    at.actions.send(bob, "Still you?");
    bye(at, old);
    at.isLetIn(leg, "x");
    at.clock.advance(60_000);
    expect(reading(at.group()).slice(0, 3)).toEqual(["Hi. (delivered)", "Still you? (undelivered)", "──"]);
    expect(at.relay.session("x").sent).toEqual([]);
    expect(at.agent.count("invite")).toBe(2);
  });

  it("the old session's MSRP breaks first: it waits for its author and no call goes out", () => {
    const { at, leg } = asking();
    at.actions.send(bob, "Still you?");
    at.isLetIn(leg, "x");
    at.relay.session("bob-1").ends("gone");
    expect(reading(at.group())).toContain("Still you? (undelivered)");
    expect(at.agent.count("invite")).toBe(2);
    expect(at.hasRow(bob)).toBe(false);
  });

  it("written after B has left, while A still asks", () => {
    const { at, old, leg } = asking();
    bye(at, old);
    at.actions.send(bob, "Too late?");
    expect(reading(at.row(bob))).toContain("Too late? (waiting)");
    expect(at.agent.count("invite")).toBe(2);
    at.isLetIn(leg, "x");
    expect(reading(at.group())).toContain("Too late? (undelivered)");
  });

  it("the author gives it to the group", () => {
    const { at, old, leg } = asking();
    bye(at, old);
    at.actions.send(bob, "For all?");
    at.isLetIn(leg, "x");
    const { id } = at.group();
    const item = at.group().items.find((one) => one.kind === "message" && one.is === "undelivered");
    at.actions.sendUndelivered(id, item?.id ?? "", "group");
    expect(at.relay.session("x").sent.map((one) => one.text)).toEqual(["For all?"]);
    expect(reading(at.group())).toEqual(["Hi. (delivered)", "──", "For all? (sending)"]);
  });

  it("the author gives it to Bob: a private session of its own, in the 1-1's row", () => {
    const { at, old, leg } = asking();
    bye(at, old);
    at.actions.send(bob, "For you.");
    at.isLetIn(leg, "x");
    const item = at.group().items.find((one) => one.kind === "message" && one.is === "undelivered");
    at.actions.sendUndelivered(at.group().id, item?.id ?? "", "person");
    const call = at.agent.last("invite");
    expect(call.invite.to).toBe(bob);
    at.isAccepted(call.leg, bob, "bob-2");
    expect(at.relay.session("bob-2").sent.map((one) => one.text)).toEqual(["For you."]);
    expect(reading(at.row(bob))).toEqual(["Hi. (delivered)", "For you. (sending)"]);
  });
});
