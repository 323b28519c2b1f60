/** A group that stands: how it breaks, comes back, and ends; what becomes of its text meanwhile. */
import { describe, expect, it } from "vitest";
import { bye } from "../testing/scripted-events.ts";
import { standing } from "../testing/scripted-groups.ts";
import {
  alice,
  bob,
  carol,
  conference,
  dave,
  declined,
  reading,
  scriptedPerson,
  textsIn,
  user,
} from "../testing/scripted-person.ts";

describe("the focus ends it", () => {
  it.each([
    [410, { is: "ended", how: "closed" }],
    [487, { is: "ended", how: "closed" }],
    [200, { is: "ended", how: "removed" }],
  ])("BYE with cause %i", (cause, phase) => {
    const { at, leg, id } = standing();
    at.actions.send(id, "Hello?");
    bye(at, leg, cause, "Booted");
    expect(at.group().phase).toEqual(phase);
    expect(textsIn(at.group()).at(-1)).toMatchObject({ is: "failed" });
    at.clock.advance(120_000);
    expect(at.agent.count("invite")).toBe(2);
    expect(at.relay.sessions()).toBe(0);
  });

  it.each([480, null])("BYE with cause %s is a break, and it comes back", (cause) => {
    const { at, leg } = standing();
    bye(at, leg, cause);
    expect(at.group().phase.is).toBe("away");
    at.clock.advance(500);
    expect(at.agent.last("invite").invite.to).toBe(conference);
  });

  it("text to a group that is over fails, and so does trying again", () => {
    const { at, leg, id } = standing();
    bye(at, leg, 410);
    at.actions.send(id, "Anybody?");
    expect(textsIn(at.group()).at(-1)).toMatchObject({ is: "failed", text: "Anybody?" });
    at.actions.retry(id, textsIn(at.group()).at(-1)?.id ?? "");
    expect(textsIn(at.group()).at(-1)).toMatchObject({ is: "failed", text: "Anybody?" });
    at.actions.remove(id, textsIn(at.group()).at(-1)?.id ?? "");
    expect(textsIn(at.group()).length).toBe(1);
  });
});

describe("a person leaves", () => {
  it("says so to the focus, once", () => {
    const { at, leg, id } = standing();
    at.actions.leave(id);
    at.actions.leave(id);
    expect(at.agent.count("end", leg)).toBe(1);
    expect(at.agent.last("end")).toEqual({ do: "end", leg, cause: 200 });
    expect(at.group().phase).toEqual({ is: "ended", how: "you-left" });
    expect(reading(at.group()).at(-1)).toBe("[you-left]");
    expect(at.relay.session("x").isOpen()).toBe(false);
  });

  it("while the 1-1 has not ended: that goes on in its row", () => {
    const at = scriptedPerson();
    at.talksWith(bob, "bob-1");
    at.isLetIn(at.asks(bob, [carol]), "x");
    at.actions.leave(at.group().id);
    expect(at.row(bob).phase.is).toBe("open");
    at.actions.send(bob, "Just us.");
    expect(at.relay.session("bob-1").sent.at(-1)?.text).toBe("Just us.");
  });
});

describe("the roster", () => {
  it("says who came and went", () => {
    const { at } = standing();
    at.roster(
      user(alice, "connected"),
      user(bob, "disconnected", { disconnectionMethod: "departed" }),
      user(carol, "connected"),
    );
    expect(reading(at.group()).at(-1)).toBe("[left Bob]");
    at.roster(user(alice, "connected"), declined(dave), user(carol, "connected"));
    expect(reading(at.group()).slice(-2)).toEqual(["[added Dave]", "[declined Dave]"]);
  });

  it("breaks and is asked for again, less and less often; not while away, nor when it is over", () => {
    const { at, leg } = standing();
    const broken = (): void =>
      at.agent.hears({
        on: "notified",
        subscription: at.agent.last("subscribe").subscription,
        body: "",
        terminated: "timeout",
      });
    const before = at.agent.count("subscribe");
    for (let n = 0; n < 6; n += 1) {
      broken();
      at.clock.advance(20_000);
    }
    expect(at.agent.count("subscribe")).toBe(before + 6);
    broken();
    at.clock.advance(10_000);
    expect(at.agent.count("subscribe")).toBe(before + 6);
    bye(at, leg, 410);
    at.clock.advance(120_000);
    expect(at.agent.count("subscribe")).toBe(before + 6);
    expect(at.group().phase.is).toBe("ended");
  });

  it("broken while away, it is whole again after coming back", () => {
    const { at } = standing();
    at.agent.hears({
      on: "notified",
      subscription: at.agent.last("subscribe").subscription,
      body: "",
      terminated: "timeout",
    });
    at.relay.session("x").ends("lost");
    const before = at.agent.count("subscribe");
    at.clock.advance(500);
    at.isLetIn(at.agent.last("invite").leg, "y");
    at.clock.advance(60_000);
    expect(at.agent.count("subscribe")).toBe(before + 1);
    at.roster(user(alice, "connected"), user(bob, "connected"), user(carol, "connected"));
    expect(at.group().members.filter((one) => one.is === "in").length).toBe(3);
  });

  it("documents that can't be read change nothing; a gap is asked about", () => {
    const { at } = standing();
    const members = at.group().members;
    const { subscription } = at.agent.last("subscribe");
    for (const body of ["<not", "<conference-info/>", "x".repeat(100_000)])
      at.agent.hears({ on: "notified", subscription, body, terminated: null });
    expect(at.group().members).toEqual(members);
  });
});
