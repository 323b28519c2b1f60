/** The server in the middle is lost with every line while a group takes the place of a 1-1: which rows there are after. */
import { expect, it } from "vitest";
import { refused, acked, bye, loses } from "../testing/scripted-events.ts";
import { bob, carol, conference, reading, scriptedPerson } from "../testing/scripted-person.ts";

/** Bob began a group out of the 1-1 with Alice, who moves over by herself. */
function movesOver() {
  const at = scriptedPerson();
  const old = at.talksWith(bob, "bob-1");
  const dialog = { callId: `call-${old}`, toTag: "ours", fromTag: "theirs", earlyOnly: false };
  at.isInvited("x", bob, { replaces: dialog, conversationId: null, subject: "Trip" });
  return { at, old };
}

it("moving over, and the group is gone with everything else: nobody saw it, so there is no row for it", () => {
  const { at, old } = movesOver();
  loses(at);
  at.agent.hears({ on: "ended", leg: old, by: "lost", cause: 481, text: null });
  at.online();
  at.clock.advance(1_000);
  const way = at.agent.last("invite");
  expect(way.invite.to).toBe(conference);
  refused(at, way.leg, 404);
  expect(at.groups()).toEqual([]);
  expect(at.row(bob).phase.is).toBe("idle");
  expect(reading(at.row(bob))).toEqual(["Hi. (delivered)"]);
});

it("moving over, and back in the group after the outage: it has the place of the 1-1", () => {
  const { at, old } = movesOver();
  loses(at);
  at.agent.hears({ on: "ended", leg: old, by: "lost", cause: 481, text: null });
  at.online();
  at.clock.advance(1_000);
  at.isLetIn(at.agent.last("invite").leg, "x-2");
  expect(at.group().phase.is).toBe("open");
  expect(at.hasRow(bob)).toBe(false);
  expect(reading(at.group()).slice(0, 2)).toEqual(["Hi. (delivered)", "──"]);
});

it("in the group, and the other's goodbye to the 1-1 is lost: the group keeps its place", () => {
  const at = scriptedPerson();
  at.talksWith(bob, "bob-1");
  at.isLetIn(at.asks(bob, [carol]), "x");
  expect(at.hasRow(bob)).toBe(false);
  loses(at);
  at.online();
  at.clock.advance(1_000);
  const way = at.agent.last("invite");
  expect(way.invite.to).toBe(conference);
  at.isLetIn(way.leg, "x-2");
  expect(at.group().phase.is).toBe("open");
  expect(at.hasRow(bob)).toBe(false);
});

it("moving over, and asked again after the outage: it is the same group, and has the place of the 1-1", () => {
  const { at, old } = movesOver();
  loses(at);
  at.agent.hears({ on: "ended", leg: old, by: "lost", cause: 481, text: null });
  at.online();
  at.isInvited("x-2", bob, {
    contributionId: "contribution-x",
    sessionReplaces: "long-gone",
    conversationId: null,
    subject: "Trip",
  });
  expect(at.agent.last("accept").leg).toBe("x-2");
  acked(at, "x-2");
  expect(at.group().phase.is).toBe("open");
  expect(at.hasRow(bob)).toBe(false);
  expect(reading(at.group()).slice(0, 2)).toEqual(["Hi. (delivered)", "──"]);
});

it("while the group is asked for, a text that did not arrive before the 1-1 was lost waits: there is no choice yet", () => {
  const at = scriptedPerson();
  const old = at.talksWith(bob, "bob-1");
  const leg = at.asks(bob, [carol]);
  at.actions.send(bob, "Still you?");
  bye(at, old);
  at.clock.advance(2_000);
  expect(reading(at.row(bob)).at(-1)).toBe("Still you? (waiting)");
  at.isLetIn(leg, "x");
  expect(reading(at.group())).toContain("Still you? (undelivered)");
});

it("moving over to a group whose session breaks, then to another: each is a group of its own, and is left alone", () => {
  const { at, old } = movesOver();
  at.relay.session("x").ends("lost");
  const dialog = { callId: `call-${old}`, toTag: "ours", fromTag: "theirs", earlyOnly: false };
  const other = { contributionId: "other", contact: `${conference}-2` };
  at.isInvited("y", bob, { replaces: dialog, conversationId: null, ...other });
  acked(at, "y");
  expect(at.state().chats["group:other"]?.phase.is).toBe("open");
  at.clock.advance(1_000);
  const way = at.agent.last("invite");
  expect(way.invite.to).toBe(conference);
  at.isLetIn(way.leg, "x-2");
  expect(at.groups().map(({ phase }) => phase.is)).toEqual(["open", "open"]);
  at.actions.leave(at.groups().find(({ id }) => id !== "group:other")?.id ?? "");
  expect(at.agent.last("end").leg).toBe(way.leg);
  expect(at.state().chats["group:other"]?.phase.is).toBe("open");
});
