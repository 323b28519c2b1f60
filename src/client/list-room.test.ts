/** Nobody buries the chats one has under rows of their own making. */
import { describe, expect, it } from "vitest";
import { says } from "../testing/scripted-messages.ts";
import { bob, factory, scriptedPerson, stranger } from "../testing/scripted-person.ts";
import { listLimits } from "./list-room.ts";

describe("a list that others would fill", () => {
  const missedFrom = (at: ReturnType<typeof scriptedPerson>, many: number): void => {
    for (let n = 0; n < many; n += 1) {
      at.isInvited(`g${n}`, stranger, { contributionId: `group-${n}`, contact: `${factory};conf=${n}` });
      at.agent.hears({ on: "cancelled", leg: `g${n}`, cause: null });
      at.clock.advance(1);
    }
  };

  it("with invitations: of those missed the newest stay, and what one has", () => {
    const at = scriptedPerson();
    at.talksWith(bob, "bob-1");
    missedFrom(at, listLimits.missed + 10);
    const missed = at.groups();
    expect(missed.length).toBe(listLimits.missed);
    expect(missed.some(({ id }) => id === "group:group-9")).toBe(false);
    expect(missed.some(({ id }) => id === `group:group-${listLimits.missed + 9}`)).toBe(true);
    expect(at.row(bob).phase.is).toBe("open");
  });

  it("with invitations that ring at once: busy to the next, until one is answered", () => {
    const at = scriptedPerson();
    const invite = (n: number): void =>
      at.isInvited(`g${n}`, stranger, { contributionId: `group-${n}`, contact: `${factory};conf=${n}` });
    for (let n = 0; n <= listLimits.ringing; n += 1) invite(n);
    expect(at.agent.last("refuse")).toEqual({ do: "refuse", leg: `g${listLimits.ringing}`, status: 486 });
    expect(at.groups().length).toBe(listLimits.ringing);
    at.actions.decline("group:group-0");
    invite(listLimits.ringing + 1);
    expect(at.groups().length).toBe(listLimits.ringing + 1);
  });

  it("with calls from everybody: strangers who left nothing go, who rings stays, whom one knows gets through", () => {
    const at = scriptedPerson();
    const from = (n: number): string => `sip:s${n}@elsewhere.example`;
    for (let n = 0; n < listLimits.strangers + 10; n += 1) {
      at.isCalled(`s${n}`, from(n));
      if (n < listLimits.strangers) at.agent.hears({ on: "cancelled", leg: `s${n}`, cause: null });
    }
    const { order } = at.state();
    expect(order.length).toBe(listLimits.strangers);
    expect([order.includes(from(0)), order.includes(from(listLimits.strangers + 9))]).toEqual([false, true]);
    for (let n = 100; n < 100 + listLimits.strangers; n += 1) at.isCalled(`s${n}`, from(n));
    expect(at.agent.last("refuse")).toMatchObject({ status: 486 });
    expect(at.state().order.length).toBe(listLimits.strangers);
    at.isCalled("b", bob);
    expect(at.row(bob).phase.is).not.toBe("request");
  });

  it("with texts of strangers: the oldest that was declined makes room; one that waits for a word does not", () => {
    const at = scriptedPerson();
    const from = (n: number): string => `sip:s${n}@elsewhere.example`;
    for (let n = 0; n < listLimits.strangers; n += 1) {
      expect(says(at, from(n), "Buy this.")).toBe(202);
      at.clock.advance(1);
    }
    expect(says(at, from(100), "And this.")).toBe(486);
    at.actions.decline(from(9));
    at.actions.decline(from(3));
    at.actions.decline(from(5));
    at.actions.select(from(3));
    expect(says(at, from(100), "And this.")).toBe(202);
    expect([3, 5, 9, 100].map((n) => at.hasRow(from(n)))).toEqual([true, false, true, true]);
    at.isCalled("s101", from(101));
    expect(at.row(from(101)).phase.is).toBe("request");
    expect(at.hasRow(from(9))).toBe(false);
    expect(says(at, from(102), "And that.")).toBe(486);
    expect(at.state().order.length).toBe(listLimits.strangers);
  });

  it("with chats that are over: the oldest of people one no longer knows go", () => {
    const at = scriptedPerson();
    const from = (n: number): string => `sip:s${n}@elsewhere.example`;
    const chatsWith = (n: number): void => {
      at.isCalled(`s${n}`, from(n));
      at.actions.join(from(n));
      at.agent.hears({ on: "acked", leg: `s${n}` });
      expect(at.relay.session(`s${n}`).says("Hello.", from(n))).toBe(200);
      at.agent.hears({ on: "ended", leg: `s${n}`, by: "peer", cause: 200, text: null });
      at.clock.advance(1);
    };
    // As many as are remembered, and as many again.
    for (let n = 0; n < 2 * listLimits.strangers; n += 1) chatsWith(n);
    expect(at.hasRow(from(0))).toBe(true);
    chatsWith(100);
    expect([0, 1, 100].map((n) => at.hasRow(from(n)))).toEqual([false, true, true]);
  });
});
