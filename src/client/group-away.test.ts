/** A group whose session broke: away, text waits, and the way back in by its conference URI. */
import { describe, expect, it } from "vitest";
import { refusesCall } from "../testing/scripted-events.ts";
import { standing } from "../testing/scripted-groups.ts";
import {
  bob,
  carol,
  conference,
  dave,
  reading,
  scriptedPerson,
  textsIn,
} from "../testing/scripted-person.ts";

describe("MSRP breaks", () => {
  it("away, then back by the conference URI; text goes once", () => {
    const { at, leg, id } = standing();
    at.actions.send(id, "On its way.");
    at.relay.session("x").ends("lost");
    expect(at.group().phase.is).toBe("away");
    expect(at.agent.last("end")).toEqual({ do: "end", leg, cause: null });
    at.actions.send(id, "Meanwhile.");
    expect(
      textsIn(at.group())
        .slice(1)
        .map((one) => one.is),
    ).toEqual(["waiting", "waiting"]);
    at.clock.advance(500);
    expect(at.agent.last("invite").invite).toMatchObject({ to: conference, recipientList: null });
    at.isLetIn(at.agent.last("invite").leg, "y");
    expect(at.group().phase.is).toBe("open");
    expect(at.relay.session("y").sent.map((one) => one.text)).toEqual(["On its way.", "Meanwhile."]);
    at.relay.session("y").reports();
    at.relay.session("y").reports();
    at.clock.advance(120_000);
    expect(at.agent.count("invite")).toBe(3);
    expect(at.groups().length).toBe(1);
    expect(at.group().items.filter((item) => item.kind === "seam").length).toBe(1);
  });

  it("what the group itself says is a line, once, and nobody's message", () => {
    const { at } = standing();
    const said = "Older messages are gone: there were too many.";
    at.relay.session("x").says(said, conference, "gone-1");
    at.relay.session("x").says(said, conference, "gone-1");
    expect(at.group().items.filter((item) => item.kind === "line" && item.text === said).length).toBe(1);
    expect(at.group().items.some((item) => item.kind === "message" && item.text === said)).toBe(false);
    expect(at.state().recent.some(({ address }) => address.includes("factory"))).toBe(false);
  });

  it("refused again and again: less and less often, until it is let in", () => {
    const { at } = standing();
    at.relay.session("x").ends("lost");
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      const before = { at: at.clock.now(), count: at.agent.count("invite") };
      while (at.agent.count("invite") === before.count) at.clock.advance(50);
      waits.push(at.clock.now() - before.at);
      refusesCall(at, 408);
      expect(at.group().phase.is).toBe("away");
    }
    expect(waits.slice(0, 5)).toEqual(waits.slice(0, 5).toSorted((a, b) => a - b));
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
    at.clock.advance(30_000);
    at.isLetIn(at.agent.last("invite").leg, "y");
    expect(at.group().phase.is).toBe("open");
  });

  it("with the whole connection: waits for it, and comes back at once", () => {
    const { at } = standing();
    at.relay.hasPaths(false);
    at.relay.lost();
    at.clock.advance(60_000);
    expect(at.agent.count("invite")).toBe(2);
    at.relay.hasPaths(true);
    at.relay.ready();
    expect(at.agent.count("invite")).toBe(3);
    at.isLetIn(at.agent.last("invite").leg, "y");
    expect(at.group().phase.is).toBe("open");
  });

  it("let in with media that can't be used: tries on", () => {
    const { at } = standing();
    at.relay.session("x").ends("lost");
    at.clock.advance(500);
    const { leg } = at.agent.last("invite");
    at.agent.hears({
      on: "accepted",
      leg,
      contact: conference,
      isFocus: true,
      sdp: "",
      contributionId: null,
    });
    expect(at.agent.last("end")).toEqual({ do: "end", leg, cause: 488 });
    expect(at.group().phase.is).toBe("away");
    at.clock.advance(5_000);
    expect(at.agent.count("invite")).toBe(4);
  });

  it("left while away: nothing comes back, text fails visibly", () => {
    const { at, id } = standing();
    at.relay.session("x").ends("lost");
    at.actions.send(id, "Meanwhile.");
    at.clock.advance(500);
    const { leg } = at.agent.last("invite");
    at.actions.leave(id);
    expect(at.agent.last("cancel").leg).toBe(leg);
    expect(at.group().phase).toEqual({ is: "ended", how: "you-left" });
    expect(textsIn(at.group()).at(-1)).toMatchObject({ is: "failed" });
    refusesCall(at, 487);
    at.clock.advance(120_000);
    expect(at.agent.count("invite")).toBe(3);
    expect(at.group().phase).toEqual({ is: "ended", how: "you-left" });
  });

  it("left while the way back waits for a path: it never goes out", () => {
    const { at, id } = standing();
    at.relay.session("x").ends("lost");
    at.relay.hasPaths(false);
    at.clock.advance(500);
    at.actions.leave(id);
    at.relay.hasPaths(true);
    at.relay.ready();
    at.clock.advance(60_000);
    expect(at.agent.count("invite")).toBe(2);
  });

  it("people added meanwhile are told not to have been reached, and are not lost silently", () => {
    const { at, id } = standing();
    at.relay.session("x").ends("lost");
    at.actions.addPeople(id, [dave], null);
    expect(reading(at.group()).at(-1)).toBe("[unreachable Dave]");
  });

  it("before B has ended the 1-1: that one goes on, in its own row", () => {
    const at = scriptedPerson();
    at.talksWith(bob, "bob-1");
    at.isLetIn(at.asks(bob, [carol]), "x");
    at.relay.session("x").ends("lost");
    expect(at.group().phase.is).toBe("away");
    expect(at.row(bob).phase.is).toBe("open");
    at.actions.send(bob, "Only us.");
    at.relay.session("bob-1").says("Yes.", bob);
    expect(reading(at.row(bob)).slice(1)).toEqual(["Only us. (sending)", "Bob: Yes."]);
    expect(reading(at.group()).join()).not.toMatch(/Only us|Yes/);
  });
});

describe("the way back is refused", () => {
  const away = () => {
    const { at, id } = standing();
    at.actions.send(id, "Hello?");
    at.relay.session("x").ends("lost");
    at.clock.advance(500);
    return at;
  };

  it("403: removed", () => {
    const at = away();
    refusesCall(at, 403);
    expect(at.group().phase).toEqual({ is: "ended", how: "removed" });
    expect(textsIn(at.group()).at(-1)).toMatchObject({ is: "failed" });
  });

  it("404: closed, and the two of the 1-1 have each other", () => {
    const at = away();
    refusesCall(at, 404);
    expect(at.group().phase).toEqual({ is: "ended", how: "closed" });
    expect(reading(at.row(bob)).at(-1)).toBe("[interrupted]");
    expect(reading(at.group()).join()).not.toContain("interrupted");
  });
});
