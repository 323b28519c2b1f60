/** Both ends of a 1-1 begin a group at once: the lower Contribution-ID wins, and nothing that was written is lost. */
import { describe, expect, it } from "vitest";
import { refused, acked } from "../testing/scripted-events.ts";
import {
  alice,
  bob,
  carol,
  dave,
  declined,
  reading,
  scriptedPerson,
  user,
} from "../testing/scripted-person.ts";

function crossing(contributionId: string, isStanding = false) {
  const at = scriptedPerson();
  const old = at.talksWith(bob, "bob-1");
  at.actions.select(bob);
  const leg = at.asks(bob, [carol]);
  if (isStanding) {
    at.isLetIn(leg, "x");
    at.roster(user(alice, "connected"), user(carol, "connected"));
    at.actions.send(at.group().id, "Only in mine.");
  }
  const dialog = { callId: `call-${old}`, toTag: "ours", fromTag: "theirs", earlyOnly: false };
  at.isInvited("theirs", bob, { replaces: dialog, contributionId, conversationId: null });
  return { at, old, leg };
}

describe("ours is lower", () => {
  it("theirs gets 491, and ours goes on", () => {
    const { at, leg } = crossing("z");
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: "theirs", status: 491 });
    expect(at.row(bob).phase.is).toBe("asking");
    at.isLetIn(leg, "x");
    expect(at.group().phase.is).toBe("open");
    expect(at.groups().length).toBe(1);
  });
});

describe("theirs is lower", () => {
  it("ours is taken back, theirs joined, our picks brought along", () => {
    const { at, old, leg } = crossing("0");
    expect(at.agent.last("cancel").leg).toBe(leg);
    refused(at, leg, 487);
    acked(at, "theirs");
    expect(at.agent.last("end")).toEqual({ do: "end", leg: old, cause: 200 });
    expect(at.agent.last("refer")).toEqual({ do: "refer", leg: "theirs", people: [carol] });
    expect(at.group().id).toBe("group:0");
    expect(at.state().selected).toBe("group:0");
    expect(at.hasRow(bob)).toBe(false);
    expect(reading(at.group()).slice(0, 2)).toEqual(["Hi. (delivered)", "──"]);
  });

  it("ours stands already: what was said in it is kept, what was not reported can be sent again", () => {
    const { at, old, leg } = crossing("0", true);
    expect(at.agent.last("end")).toEqual({ do: "end", leg, cause: 487 });
    acked(at, "theirs");
    at.agent.hears({ on: "closed", leg });
    at.agent.hears({ on: "closed", leg: old });
    expect(at.groups().map((one) => one.id)).toEqual(["group:0"]);
    expect(at.state().selected).toBe("group:0");
    const lost = at.group().items.find((item) => item.kind === "message" && item.text === "Only in mine.");
    expect(lost).toMatchObject({ is: "failed" });
    at.actions.retry("group:0", lost?.id ?? "");
    expect(at.relay.session("theirs").sent.map((one) => one.text)).toEqual(["Only in mine."]);
    at.relay.session("theirs").reports();
    expect(reading(at.group())).toContain("Only in mine. (sent)");
    const ids = at.group().items.map((item) => item.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("theirs is then taken back too: the 1-1 has its row again", () => {
    const { at, leg } = crossing("0");
    refused(at, leg, 487);
    at.agent.hears({ on: "cancelled", leg: "theirs", cause: null });
    expect(at.groups()).toEqual([]);
    expect(at.row(bob).phase.is).toBe("open");
    expect(at.state().selected).toBe(bob);
  });

  it("written to Bob while theirs is being joined: no call goes out beside it", () => {
    const { at } = crossing("0", true);
    at.actions.send(bob, "Wait.");
    expect(at.agent.asked.filter((one) => one.do === "invite" && one.invite.to === bob).length).toBe(1);
    acked(at, "theirs");
    expect(reading(at.group())).toContain("Wait. (undelivered)");
  });

  it("more people picked while it is being joined are brought along", () => {
    const { at } = crossing("0");
    acked(at, "theirs");
    at.actions.addPeople("group:0", [dave], null);
    expect(at.agent.last("refer").people).toEqual([dave]);
    at.agent.hears({ on: "referred", leg: "theirs", to: dave, status: 403 });
    expect(reading(at.group()).at(-1)).toBe("[unreachable Dave]");
  });
});

describe("the roster says 491 of the peer: an invitation of theirs is under way", () => {
  function announced() {
    const at = scriptedPerson();
    const old = at.talksWith(bob, "bob-1");
    at.actions.select(bob);
    at.isLetIn(at.asks(bob, [carol]), "x");
    at.roster(user(alice, "connected"), user(carol, "connected"), declined(bob, 491));
    return { at, old };
  }

  it("the 1-1 waits for it, so that it can take its place", () => {
    const { at, old } = announced();
    expect(at.hasRow(bob)).toBe(false);
    const dialog = { callId: `call-${old}`, toTag: "ours", fromTag: "theirs", earlyOnly: false };
    at.isInvited("theirs", bob, { replaces: dialog, contributionId: "0", conversationId: null });
    acked(at, "theirs");
    expect(at.groups().map((one) => one.id)).toEqual(["group:0"]);
    expect(at.agent.last("refer").people).toEqual([carol]);
  });

  it("none ever comes: the 1-1 goes on in its own row", () => {
    const { at } = announced();
    at.clock.advance(60_000);
    expect(at.row(bob).phase.is).toBe("open");
    expect(reading(at.group())).toContain("[stayed Bob]");
  });
});
