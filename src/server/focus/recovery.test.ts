/** The focus dies, another begins with what it kept: who may come back, and what they get then. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failingStore, type FailingStore } from "../../testing/failing-store.ts";
import { groupNetwork, type GroupNetwork } from "../../testing/group-people.ts";
import { factory, invitee, type GroupPerson, type InGroup } from "../../testing/group-person.ts";
import { manualClock } from "../../testing/manual-clock.ts";
import { header, responseTo } from "../../wire/sip.ts";
import type { FocusOptions } from "./focus.ts";
import { focusLimits } from "./limits.ts";
import { openStore } from "./store-database.ts";
import { focusTimers } from "./timers.ts";

let store: FailingStore;
let network: GroupNetwork;
let alice: GroupPerson;
let bob: GroupPerson;
let carol: GroupPerson;
let a: InGroup;
let b: InGroup;

async function begin(more: Partial<FocusOptions> = {}): Promise<void> {
  network = groupNetwork({ store, ...more });
  [alice, bob, carol] = await network.people("alice", "bob", "carol");
}

/** Alice and Bob are in; Carol is asked. */
beforeEach(async () => {
  const clock = manualClock();
  store = failingStore(openStore({ dir: null, limits: focusLimits, clock, freshId: () => "1".repeat(32) }));
  await begin();
});
afterEach(() => {
  network.stop();
  store.close();
});

async function gather(): Promise<void> {
  const ordered = alice.order([invitee("bob"), invitee("carol")], [["Subject", "Trip"]]);
  b = await bob.join(await bob.phone.takeRequest("INVITE"));
  a = await alice.confirm(ordered);
  await network.quiet();
}
/** Nobody is told anything, as with kill -9. */
async function restart(more: Partial<FocusOptions> = {}): Promise<void> {
  network.stop();
  await begin(more);
}
async function comeBack(who: GroupPerson): Promise<InGroup> {
  const place = await who.confirm(who.dialIn(a.conference));
  await network.quiet();
  return place;
}
const refusalOf = async (who: GroupPerson): Promise<number> => {
  who.dialIn(a.conference);
  return (await who.phone.takeResponse("INVITE")).status;
};
const seats = (): readonly string[] => {
  const state = network.focus.groups.get(a.conference)?.state();
  return state === undefined || state.is === "idle"
    ? []
    : state.seats.map(({ who, is }) => `${who.slice(4, -14)} ${is}`);
};

describe("after a restart", () => {
  test("members are away and come back; who was asked is still asked; name and ids are the same", async () => {
    await gather();
    await restart();
    expect(seats()).toEqual(["alice away", "bob away", "carol inviting"]);
    const ordered = alice.dialIn(a.conference);
    const ok = await alice.phone.takeResponse("INVITE", 200);
    expect(header(ok, "Contribution-ID")).toMatch(/^[0-9a-f]{32}$/);
    alice.phone.send(alice.phone.ack(ordered.invite, ok));
    alice.subscribe(a.conference);
    const { info } = await alice.notified();
    expect([info.subject, info.users.map(({ invitedBy }) => invitedBy)]).toEqual([
      "Trip",
      [null, alice.address, alice.address],
    ]);
    await comeBack(bob);
    await comeBack(carol);
    expect(seats()).toEqual(["alice joined", "bob joined", "carol joined"]);
  });

  test("each gets what had not been reported, once and in order, and hears what is said next", async () => {
    await gather();
    b.session.close();
    for (const text of ["one", "two", "three"]) a.say(text);
    await network.quiet();
    expect(alice.outcomes).toEqual(["one ok", "two ok", "three ok"]);
    await restart();
    const again = await comeBack(alice);
    await comeBack(bob);
    await comeBack(carol);
    again.say("four");
    await network.quiet();
    for (const one of [bob, carol]) expect(one.read).toEqual(["one", "two", "three", "four"]);
    expect(alice.read).toEqual([]);
    await restart();
    await comeBack(bob);
    expect(bob.read).toEqual([]);
  });

  test("what is sent again by the same id is reported again and not said twice", async () => {
    await gather();
    a.say("once", { id: "the-same" });
    await network.quiet();
    await restart();
    const again = await comeBack(alice);
    again.say("once", { id: "the-same" });
    await network.quiet();
    expect(alice.outcomes).toEqual(["once ok"]);
    await comeBack(carol);
    expect(carol.read).toEqual(["once"]);
  });

  test("who left for good, and who never was invited, can't come in; a group that is over is not there", async () => {
    await gather();
    await carol.join(await carol.phone.takeRequest("INVITE"));
    await network.quiet();
    await b.leave();
    await restart();
    const dave = await network.person("dave");
    expect([await refusalOf(bob), await refusalOf(dave)]).toEqual([403, 403]);
    const place = await comeBack(alice);
    await place.leave();
    await restart();
    expect(await refusalOf(carol)).toBe(404);
  });

  test("of a group that nobody had come to there is nothing", async () => {
    alice.order([invitee("bob")]);
    await bob.phone.takeRequest("INVITE");
    await restart();
    expect([network.focus.groups.size, store.kept().length]).toEqual([0, 0]);
  });

  test("who is still asked is rung anew on showing up, and given up in the end", async () => {
    await gather();
    await restart();
    carol.subscribe(a.conference);
    const invite = await carol.phone.takeRequest("INVITE");
    expect(header(invite, "Subject")).toBe("Trip");
    await carol.join(invite);
    await network.quiet();
    expect(seats()).toContain("carol joined");
  });

  test("who does not show up in time counts as not reached, and may still come", async () => {
    await gather();
    await restart();
    network.clock.advance(focusTimers.ringMs);
    expect(seats()).toEqual(["alice away", "bob away", "carol out"]);
    await comeBack(carol);
    expect(seats()).toContain("carol joined");
  });

  test("the calls of before are ended, so that whoever has not noticed does now", async () => {
    await gather();
    const old = network;
    const phones = [alice, bob];
    old.focus.stop();
    const calls = phones.map(({ phone }) => phone.takeRequest("BYE"));
    // Another process at the same server.
    const { startFocus } = await import("./focus.ts");
    const link = { start: () => {}, stop: () => {}, tryNow: () => {}, takePath: () => null };
    const next = startFocus({
      domain: "segue.example",
      user: "conference-factory",
      connect: () => old.core.connectFocus(),
      password: null,
      msrp: () => ({
        ...link,
        open: () => ({ send: () => {}, unreported: () => 0, look: () => {}, close: () => {} }),
      }),
      timers: focusTimers,
      store,
      clock: old.clock,
      freshId: () => "2".repeat(32),
    });
    for (const [index, bye] of (await Promise.all(calls)).entries()) {
      expect(header(bye, "Reason")).toContain("cause=480");
      phones[index]?.phone.send(responseTo(bye, 200));
    }
    await old.quiet();
    expect(next.open().dialogs).toBe(0);
    next.stop();
  });

  test("one that stops as it is told to ends the calls, not the groups", async () => {
    network.stop();
    await begin({ store: { ...store, isDurable: true } });
    await gather();
    network.focus.sayGoodbye();
    for (const { phone } of [alice, bob]) {
      const bye = await phone.takeRequest("BYE");
      expect(header(bye, "Reason")).toContain("cause=480");
      phone.send(responseTo(bye, 200));
    }
    await restart();
    expect(seats()).toEqual(["alice away", "bob away", "carol inviting"]);
  });

  test("long enough without anybody, before and after a restart, and it is forgotten", async () => {
    await gather();
    // As long as a focus lives the clock of a test is busy: shorter days.
    const emptyMs = 200_000;
    await restart({ timers: { ...focusTimers, emptyMs } });
    network.clock.advance(focusTimers.ringMs + emptyMs - 1);
    expect(network.focus.groups.size).toBe(1);
    network.clock.advance(1);
    expect([network.focus.groups.size, store.kept().length]).toEqual([0, 0]);
  });

  test("too long ago already when the focus begins anew, and it is not taken up", async () => {
    await gather();
    await b.leave(503);
    await a.leave(503);
    carol.refuse(await carol.phone.takeRequest("INVITE"), 603);
    await network.quiet();
    expect(seats()).toEqual(["alice away", "bob away", "carol out"]);
    const later = manualClock(network.clock.now() + focusTimers.emptyMs);
    await restart({ clock: later });
    later.advance(0);
    expect([network.focus.groups.size, store.kept().length]).toEqual([0, 0]);
    expect(await refusalOf(bob)).toBe(404);
  });
});

test("who missed what could not be kept is told so by the group, first", async () => {
  store.close();
  const limits = { ...focusLimits, keptMessages: 2 };
  store = failingStore(openStore({ dir: null, limits, clock: manualClock(), freshId: () => "1".repeat(32) }));
  await restart();
  await gather();
  for (const text of ["one", "two", "three"]) a.say(text);
  await network.quiet();
  await carol.join(await carol.phone.takeRequest("INVITE"));
  await network.quiet();
  expect(carol.read).toEqual([expect.stringContaining("Older messages are gone"), "two", "three"]);
});

describe("a store that fails", () => {
  test("at the start: the host hears 500, nobody rings, nothing is left over", async () => {
    store.failAlways();
    alice.order([invitee("bob")]);
    expect((await alice.phone.takeResponse("INVITE")).status).toBe(500);
    await network.quiet();
    expect([network.focus.groups.size, store.kept().length]).toEqual([0, 0]);
    expect(network.trace.sip.some(({ to, message }) => to === "bob" && message.startsWith("INVITE"))).toBe(
      false,
    );
    store.failAt(null);
    await gather();
    expect(a.conference.startsWith(factory)).toBe(true);
  });

  test("while people talk: the sender hears 500, and nobody reads it", async () => {
    await gather();
    store.failAlways();
    a.say("lost");
    await network.quiet();
    expect([alice.outcomes, bob.read]).toEqual([["lost 500"], []]);
    store.failAt(null);
    a.say("lost");
    await network.quiet();
    expect([alice.outcomes, bob.read]).toEqual([["lost 500", "lost ok"], ["lost"]]);
  });

  test.each(Array.from({ length: 19 }, (_, index) => index + 1))(
    "at write %i: what is said to be sent is read by all, once; what is not, by nobody",
    async (nth) => {
      await gather();
      store.failAt(nth);
      const c = await carol.join(await carol.phone.takeRequest("INVITE"));
      const said = ["a1", "b1", "c1", "a2", "b2", "c2"];
      for (const text of said) ({ a, b, c })[text.charAt(0)]?.say(text);
      await network.quiet();
      const people = { a: alice, b: bob, c: carol };
      const sent = Object.values(people).flatMap(({ outcomes }) =>
        outcomes.flatMap((one) => (one.endsWith(" ok") ? [one.slice(0, -3)] : [])),
      );
      const readBefore = Object.values(people).map(({ read }) => read);
      expect(store.writes).toBeLessThanOrEqual(19);
      store.failAt(null);
      await restart();
      for (const [index, who] of [alice, bob, carol].entries()) {
        await comeBack(who);
        const own = who.user.charAt(0);
        const read = new Set([...(readBefore[index] ?? []), ...who.read]);
        expect([...read].toSorted()).toEqual(sent.filter((text) => !text.startsWith(own)).toSorted());
      }
    },
  );
});
