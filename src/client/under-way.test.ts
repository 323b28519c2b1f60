/** What was under way when the server in the middle was lost, and with it every answer: nobody waits for those. */
import { expect, it } from "vitest";
import { refused, refusesCall, loses } from "../testing/scripted-events.ts";
import { bob, carol, conference, reading, scriptedPerson } from "../testing/scripted-person.ts";

it("an order that nobody is known to have heard goes out once more, with the same ids, and is then taken back", () => {
  const at = scriptedPerson();
  at.talksWith(bob, "bob-1");
  const first = at.asks(bob, [carol]);
  const ordered = at.agent.last("invite", first).invite;
  loses(at);
  at.online();
  expect(at.agent.count("cancel")).toBe(0);
  at.clock.advance(1_000);
  const again = at.agent.last("invite").invite;
  expect(again.leg).not.toBe(first);
  expect([again.to, again.recipientList]).toEqual([ordered.to, ordered.recipientList]);
  const idsIn = (headers: typeof again.headers): unknown => headers.filter(([name]) => name.endsWith("-ID"));
  expect(idsIn(again.headers)).toEqual(idsIn(ordered.headers));
  expect(at.agent.asked.findLastIndex((one) => one.do === "invite")).toBeLessThan(
    at.agent.asked.findLastIndex((one) => one.do === "cancel"),
  );
  expect(at.agent.last("cancel").leg).toBe(first);
  refused(at, first, 487);
  expect(at.row(bob).phase.is).toBe("asking");
  at.isLetIn(again.leg, "x");
  expect(at.hasRow(bob)).toBe(false);
  expect(reading(at.group())).toEqual(["Hi. (delivered)", "──"]);
});

it("an order that is not answered after some tries is over, and what waited for it goes on in private", () => {
  const at = scriptedPerson();
  at.talksWith(bob, "bob-1");
  at.asks(bob, [carol]);
  loses(at);
  at.actions.send(bob, "Still there?");
  at.online();
  let tries = 0;
  for (let leg = ""; leg !== at.agent.last("invite").leg; tries += 1) {
    at.clock.advance(10_000);
    ({ leg } = at.agent.last("invite"));
    refused(at, leg, 500);
    if (at.row(bob).phase.is !== "asking") break;
    expect(at.row(bob).failure).toBeNull();
    at.clock.advance(10_000);
  }
  expect(tries).toBe(3);
  expect(at.row(bob).phase.is).toBe("opening");
  expect(at.row(bob).failure?.map(({ address, is }) => [address, is])).toEqual([
    [bob, "unreachable"],
    [carol, "unreachable"],
  ]);
  at.isAccepted(at.agent.last("invite").leg, bob, "bob-2");
  expect(at.relay.session("bob-2").sent.map(({ text }) => text)).toEqual(["Still there?"]);
  at.clock.advance(600_000);
  expect(reading(at.row(bob))).toEqual(["Hi. (delivered)", "Still there? (sending)"]);
});

it("a focus in trouble is asked for the host's place, and says no: told with what it had said", () => {
  const at = scriptedPerson();
  at.talksWith(bob, "bob-1");
  const leg = at.asks(bob, [carol]);
  at.agent.hears({ on: "progress", leg, status: 183, contact: conference, isFocus: true });
  refused(at, leg, 500);
  expect([at.row(bob).phase.is, at.row(bob).failure]).toEqual(["asking", null]);
  at.clock.advance(1_000);
  const way = at.agent.last("invite").invite;
  expect([way.to, way.recipientList]).toEqual([conference, null]);
  refused(at, way.leg, 404);
  expect(at.row(bob).phase.is).toBe("open");
  expect(at.row(bob).failure?.map(({ status }) => status)).toEqual([500, 500]);
  at.clock.advance(600_000);
  expect(at.agent.last("invite").leg).toBe(way.leg);
});

it("a focus that comes back after trouble is watched anew", () => {
  const at = scriptedPerson();
  at.talksWith(bob, "bob-1");
  const leg = at.asks(bob, [carol]);
  at.agent.hears({ on: "progress", leg, status: 183, contact: conference, isFocus: true });
  const before = at.agent.last("subscribe").subscription;
  refused(at, leg, 500);
  at.clock.advance(1_000);
  at.isLetIn(at.agent.last("invite").leg, "x");
  expect(at.group().phase.is).toBe("open");
  expect(at.agent.last("subscribe").subscription).not.toBe(before);
});

it("the answer comes while the conference URI leads in as well: one call of ours stands, and the other is ended", () => {
  const at = scriptedPerson();
  at.talksWith(bob, "bob-1");
  const leg = at.asks(bob, [carol]);
  at.agent.hears({ on: "progress", leg, status: 183, contact: conference, isFocus: true });
  at.relay.lost();
  at.online();
  at.clock.advance(1_000);
  const way = at.agent.last("invite").leg;
  expect(way).not.toBe(leg);
  at.isLetIn(leg, "x");
  at.isLetIn(way, "x-2");
  expect(at.agent.last("end")).toEqual({ do: "end", leg, cause: null });
  at.agent.hears({ on: "closed", leg });
  expect(at.group().phase.is).toBe("open");
  expect(at.relay.sessions()).toBe(1);
  at.actions.send(at.group().id, "Here.");
  expect(at.relay.session("x-2").sent.map(({ text }) => text)).toEqual(["Here."]);
});

it("a no is told at once, and given up is given up", () => {
  const at = scriptedPerson();
  at.talksWith(bob, "bob-1");
  const leg = at.asks(bob, [carol]);
  refused(at, leg, 480);
  expect(at.row(bob).failure).toHaveLength(2);
  const other = at.asks(bob, [carol]);
  refused(at, other, 500);
  at.actions.cancelAsking(bob);
  const count = at.agent.count("invite");
  at.clock.advance(600_000);
  expect(at.agent.count("invite")).toBe(count);
  expect(at.row(bob).phase.is).toBe("open");
});

it("an order whose answer comes over the next connection stands", () => {
  const at = scriptedPerson();
  at.talksWith(bob, "bob-1");
  const leg = at.asks(bob, [carol]);
  loses(at);
  at.online();
  at.agent.hears({ on: "progress", leg, status: 183, contact: conference, isFocus: true });
  at.clock.advance(1_000);
  expect(at.agent.count("cancel", leg)).toBe(0);
  at.isLetIn(leg, "x");
  expect(at.group().phase.is).toBe("open");
});

it("a call that rang is made anew, and its text goes once", () => {
  const at = scriptedPerson();
  at.actions.startChat(bob);
  at.actions.send(bob, "Hello?");
  const { leg } = at.agent.last("invite");
  at.agent.hears({ on: "progress", leg, status: 180, contact: bob, isFocus: false });
  loses(at);
  at.online();
  expect(at.agent.last("cancel").leg).toBe(leg);
  const again = at.agent.last("invite").leg;
  expect(again).not.toBe(leg);
  refused(at, leg, 487);
  at.isAccepted(again, bob, "bob-2");
  expect(at.relay.session("bob-2").sent.map(({ text }) => text)).toEqual(["Hello?"]);
  expect(at.agent.count("invite")).toBe(2);
});

/** Bob's side of an outage that took both: Alice is back first, and the server knows of no Bob yet. */
function backFirst() {
  const at = scriptedPerson();
  at.talksWith(bob, "bob-1");
  loses(at);
  at.actions.send(bob, "Still there?");
  at.online();
  return at;
}

it("a text that waited for the connection waits for the other to come back too, and goes once", () => {
  const at = backFirst();
  for (const _ of [1, 2, 3]) {
    const before = at.agent.count("invite");
    refusesCall(at, 480);
    expect(reading(at.row(bob)).at(-1)).toBe("Still there? (waiting)");
    at.clock.advance(4_000);
    expect(at.agent.count("invite")).toBe(before + 1);
  }
  at.isAccepted(at.agent.last("invite").leg, bob, "bob-2");
  expect(at.relay.session("bob-2").sent.map(({ text }) => text)).toEqual(["Still there?"]);
});

it("whoever is not back after a minute is not reachable, and the text says so", () => {
  const at = backFirst();
  at.clock.advance(59_000);
  refusesCall(at, 480);
  at.clock.advance(30_000);
  refusesCall(at, 480);
  expect(reading(at.row(bob)).at(-1)).toBe("Still there? (failed)");
  const calls = at.agent.count("invite");
  at.clock.advance(600_000);
  expect(at.agent.count("invite")).toBe(calls);
});

it("a no is a no, also right after an outage", () => {
  const at = backFirst();
  refusesCall(at, 603);
  expect(reading(at.row(bob)).at(-1)).toBe("Still there? (failed)");
});

it("without an outage who is offline is not waited for", () => {
  const at = scriptedPerson();
  at.actions.startChat(bob);
  at.actions.send(bob, "Hello?");
  refusesCall(at, 480);
  expect(reading(at.row(bob)).at(-1)).toBe("Hello? (failed)");
});

it("a host whose answer comes after all goes in by that, and by no other way", () => {
  const at = scriptedPerson();
  at.talksWith(bob, "bob-1");
  const leg = at.asks(bob, [carol]);
  at.agent.hears({ on: "progress", leg, status: 183, contact: conference, isFocus: true });
  loses(at);
  at.online();
  at.isLetIn(leg, "x");
  expect(at.group().phase.is).toBe("open");
  at.clock.advance(60_000);
  expect(at.agent.last("invite").leg).toBe(leg);
});
