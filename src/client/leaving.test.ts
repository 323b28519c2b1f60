/** Signing out and going away: nobody is left ringing, no timer acts, and the store hears nothing more. */
import { expect, it } from "vitest";
import { bye } from "../testing/scripted-events.ts";
import { bob, carol, scriptedPerson, stranger } from "../testing/scripted-person.ts";

it("while a group is asked for: it is taken back, and the 1-1 ended", () => {
  const at = scriptedPerson();
  const old = at.talksWith(bob, "bob-1");
  const leg = at.asks(bob, [carol]);
  at.actions.signOut();
  expect(at.agent.count("end", leg)).toBe(1);
  expect(at.agent.count("end", old)).toBeGreaterThan(0);
  expect(at.state().session.is).toBe("signed-out");
  expect(at.state().chats).toEqual({});
});

it("while calling: taken back", () => {
  const at = scriptedPerson();
  at.actions.startChat(bob);
  at.actions.send(bob, "Hi.");
  at.actions.signOut();
  expect(at.agent.last("end").leg).toBe(at.agent.last("invite").leg);
});

it("while being asked: answered that nobody is here, not that somebody said no", () => {
  const at = scriptedPerson();
  at.isInvited("x", bob);
  at.isCalled("m", stranger);
  at.actions.signOut();
  expect(at.agent.count("end", "x")).toBe(1);
  expect(at.agent.count("end", "m")).toBe(1);
  expect(at.agent.count("refuse")).toBe(0);
});

it("nothing runs afterwards", () => {
  const at = scriptedPerson();
  const old = at.talksWith(bob, "bob-1");
  at.isLetIn(at.asks(bob, [carol]), "x");
  bye(at, old);
  at.relay.session("x").ends("lost");
  at.actions.signOut();
  const state = at.state();
  const asked = at.agent.asked.length;
  at.clock.advance(600_000);
  expect(at.state()).toBe(state);
  expect(at.agent.asked.length).toBe(asked);
});

it("stopped, the store hears nothing more", async () => {
  const at = scriptedPerson();
  at.talksWith(bob, "bob-1");
  let changes = 0;
  at.client.store.subscribe(() => (changes += 1));
  await at.client.stop();
  at.relay.lost();
  at.agent.hears({ on: "disconnected", cause: "network", retryAtMs: 0 });
  at.isCalled("b", bob);
  at.clock.advance(600_000);
  expect(changes).toBe(0);
});

it("another account starts with nothing of the one before", () => {
  const at = scriptedPerson();
  at.talksWith(bob, "bob-1");
  at.actions.signIn({
    server: "wss://segue.example/sip",
    relay: "wss://segue.example/msrp",
    address: carol,
    password: "secret",
    factory: null,
    keep: false,
  });
  at.online();
  expect(at.state().order).toEqual([]);
  expect(at.state().session).toMatchObject({ is: "signed-in", address: carol, hasFactory: false });
});
