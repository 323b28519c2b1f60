/** What was under way when the server in the middle was lost, and with it every answer: nobody waits for those. */
import { expect, it } from "vitest";
import {
  bob,
  carol,
  conference,
  reading,
  scriptedPerson,
  type ScriptedPerson,
} from "../testing/scripted-person.ts";

function loses(at: ScriptedPerson): void {
  at.relay.lost();
  at.agent.hears({ on: "disconnected", cause: "network", retryAtMs: at.clock.now() + 1_000 });
}

it("an order that nobody is known to have heard is taken back, and what waited for it goes on in private", () => {
  const at = scriptedPerson();
  at.talksWith(bob, "bob-1");
  const leg = at.asks(bob, [carol]);
  loses(at);
  at.actions.send(bob, "Still there?");
  at.online();
  expect(at.row(bob).phase.is).toBe("asking");
  at.clock.advance(1_000);
  expect(at.agent.last("cancel").leg).toBe(leg);
  expect(at.row(bob).phase.is).toBe("opening");
  expect(at.row(bob).failure?.map(({ address, is }) => [address, is])).toEqual([
    [bob, "unreachable"],
    [carol, "unreachable"],
  ]);
  at.isAccepted(at.agent.last("invite").leg, bob, "bob-2");
  expect(at.relay.session("bob-2").sent.map(({ text }) => text)).toEqual(["Still there?"]);
  at.agent.hears({ on: "refused", leg, status: 487, reason: "", warning: null });
  at.clock.advance(600_000);
  expect(reading(at.row(bob))).toEqual(["Hi. (delivered)", "Still there? (sending)"]);
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
  at.agent.hears({ on: "refused", leg, status: 487, reason: "", warning: null });
  at.isAccepted(again, bob, "bob-2");
  expect(at.relay.session("bob-2").sent.map(({ text }) => text)).toEqual(["Hello?"]);
  expect(at.agent.count("invite")).toBe(2);
});
