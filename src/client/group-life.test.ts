/** A group that stands: how it breaks, comes back, and ends; what becomes of its text meanwhile. */
import { describe, expect, it } from "vitest";
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
  type ScriptedPerson,
} from "../testing/scripted-person.ts";

/** Alice, Bob and Carol are in; it grew out of the 1-1 with Bob. */
function standing() {
  const at = scriptedPerson();
  const old = at.talksWith(bob, "bob-1");
  const leg = at.asks(bob, [carol]);
  at.isLetIn(leg, "x");
  at.agent.hears({ on: "ended", leg: old, by: "peer", cause: 200, text: null });
  at.roster(user(alice, "connected"), user(bob, "connected"), user(carol, "connected"));
  at.clock.advance(5_000);
  return { at, leg, id: at.group().id };
}

const bye = (at: ScriptedPerson, leg: string, cause: number | null, text: string | null = null): void =>
  at.agent.hears({ on: "ended", leg, by: "peer", cause, text });
const refused = (at: ScriptedPerson, status: number): void => {
  const { leg } = at.agent.last("invite");
  at.agent.hears({ on: "refused", leg, status, reason: "", warning: null });
};

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
      refused(at, 408);
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
    refused(at, 487);
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
    refused(at, 403);
    expect(at.group().phase).toEqual({ is: "ended", how: "removed" });
    expect(textsIn(at.group()).at(-1)).toMatchObject({ is: "failed" });
  });

  it("404: closed, and the two of the 1-1 have each other", () => {
    const at = away();
    refused(at, 404);
    expect(at.group().phase).toEqual({ is: "ended", how: "closed" });
    expect(reading(at.row(bob)).at(-1)).toBe("[interrupted]");
    expect(reading(at.group()).join()).not.toContain("interrupted");
  });
});

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
