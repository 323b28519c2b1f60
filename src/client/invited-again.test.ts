/** An invitation to a group that one is in, was in, or is on the way to. */
import { describe, expect, it } from "vitest";
import { acked } from "../testing/scripted-events.ts";
import { bob, conference, scriptedPerson, stranger } from "../testing/scripted-person.ts";

describe("invited again", () => {
  it("while it is open: the focus has lost us, so we come back at once, and only once", () => {
    const at = scriptedPerson();
    at.isInvited("x", bob);
    at.actions.join(at.group().id);
    acked(at, "x");
    at.actions.send(at.group().id, "Hello?");
    at.isInvited("y", bob, { contributionId: "contribution-x" });
    expect(at.agent.last("end").leg).toBe("x");
    expect(at.agent.last("accept").leg).toBe("y");
    acked(at, "y");
    expect(at.group().phase.is).toBe("open");
    expect(at.relay.session("y").sent.map((one) => one.text)).toEqual(["Hello?"]);
    at.clock.advance(120_000);
    expect(at.agent.count("invite")).toBe(0);
    expect(at.groups().length).toBe(1);
  });

  it("while it rings: the newer ring counts, and the end of the older harms nothing", () => {
    const at = scriptedPerson();
    at.isInvited("x", bob);
    at.isInvited("y", bob, { contributionId: "contribution-x" });
    expect(at.agent.last("end").leg).toBe("x");
    at.agent.hears({ on: "cancelled", leg: "x", cause: null });
    expect(at.group().phase.is).toBe("invited");
    at.actions.join(at.group().id);
    expect(at.agent.last("accept").leg).toBe("y");
    at.isInvited("z", bob, { contributionId: "contribution-x" });
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: "z", status: 491 });
    acked(at, "y");
    expect(at.group().phase.is).toBe("open");
  });

  it("while one comes in by the conference URI: the invitation is taken, the other way given up", () => {
    const at = scriptedPerson();
    at.isInvited("x", bob);
    at.actions.decline(at.group().id);
    at.actions.join(at.group().id);
    const { leg } = at.agent.last("invite");
    at.isInvited("y", bob, { contributionId: "contribution-x" });
    expect(at.agent.last("cancel").leg).toBe(leg);
    expect(at.agent.last("accept").leg).toBe("y");
    acked(at, "y");
    expect(at.group().phase.is).toBe("open");
  });

  it("after leaving: it rings as any other", () => {
    const at = scriptedPerson();
    at.isInvited("x", bob);
    at.actions.join(at.group().id);
    acked(at, "x");
    at.actions.leave(at.group().id);
    expect(at.group().phase).toMatchObject({ is: "ended", how: "you-left" });
    at.isInvited("y", bob, { contributionId: "contribution-x" });
    expect(at.group().phase.is).toBe("invited");
    at.actions.join(at.group().id);
    acked(at, "y");
    expect(at.group().phase.is).toBe("open");
  });

  it("by somebody who only knows its name: refused, and the group is untouched", () => {
    const at = scriptedPerson();
    at.isInvited("x", bob);
    at.actions.join(at.group().id);
    acked(at, "x");
    const before = at.group();
    at.isInvited("evil", bob, {
      contributionId: "contribution-x",
      assertedIdentity: stranger,
      contact: "sip:evil@elsewhere.example",
    });
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: "evil", status: 403 });
    expect(at.group()).toEqual(before);
    at.isInvited("evil-2", bob, {
      contributionId: "contribution-x",
      assertedIdentity: stranger,
      contact: "sip:evil@elsewhere.example",
      replaces: { callId: "x", toTag: "x", fromTag: "x", earlyOnly: false },
    });
    expect(at.group()).toEqual(before);
  });

  it("by somebody who was in it, to a group of their own at the same focus: refused, and the group is untouched", () => {
    const at = scriptedPerson();
    at.isInvited("x", bob);
    at.actions.join(at.group().id);
    acked(at, "x");
    const before = at.group();
    const other = { contributionId: "contribution-x", contact: conference.replace("conf=1", "conf=2") };
    at.isInvited("evil", stranger, other);
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: "evil", status: 403 });
    expect(at.group()).toEqual(before);
    at.isInvited("y", bob, other); // its host has begun it again, at a focus that had lost it
    expect(at.agent.last("accept").leg).toBe("y");
  });
});
