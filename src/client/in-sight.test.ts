/** What comes to the chat that is open while the page is behind other tabs: unread, until the page is seen again. */
import { describe, expect, it } from "vitest";
import { bob, carol, conference, scriptedPerson, textsIn, user, alice } from "../testing/scripted-person.ts";

const textOf = (at: ReturnType<typeof scriptedPerson>): string | undefined => {
  const { chats, selected, firstNew } = at.state();
  return textsIn(chats[selected ?? ""]!).find((one) => one.id === firstNew)?.text;
};

describe("a page out of sight", () => {
  it("reads nothing; what came is read when it is seen again, and stays told apart", () => {
    const at = scriptedPerson();
    at.talksWith(bob, "b");
    expect(at.state().selected).toBe(bob);
    at.relay.session("b").says("Seen.");
    expect(at.row(bob).unread).toBe(0);

    at.client.inSight(false);
    at.relay.session("b").says("First.");
    at.relay.session("b").says("Second.");
    expect(at.row(bob).unread).toBe(2);

    at.client.inSight(true);
    expect(at.row(bob).unread).toBe(0);
    expect(textOf(at)).toBe("First.");
    at.relay.session("b").says("Third.");
    expect(at.row(bob).unread).toBe(0);
    expect(textOf(at)).toBe("First.");
  });

  it("hidden and seen again without anything new, the mark stays where it was", () => {
    const at = scriptedPerson();
    at.talksWith(bob, "b");
    at.client.inSight(false);
    at.relay.session("b").says("First.");
    at.client.inSight(true);
    at.client.inSight(false);
    at.client.inSight(true);
    expect(textOf(at)).toBe("First.");
  });

  it("a 1-1 that becomes a group out of sight is as unread as it was", () => {
    const at = scriptedPerson();
    at.talksWith(bob, "b");
    const leg = at.asks(bob, [carol]);
    at.client.inSight(false);
    at.relay.session("b").says("Before you go.");
    at.isLetIn(leg, "x");
    at.roster(user(alice, "connected"), user(bob, "connected"), user(carol, "alerting"));
    expect(at.state().selected).toBe(at.group().id);
    expect(at.group().unread).toBe(1);
    at.relay.session("x").says("Here too.", bob);
    expect(at.group().unread).toBe(2);
    at.client.inSight(true);
    expect(at.group().unread).toBe(0);
    expect(textOf(at)).toBe("Before you go.");
    expect(at.group().address).toBe(conference);
  });
});

describe("the first new text of a chat", () => {
  it("is told while the chat stays open, and not the next time", () => {
    const at = scriptedPerson();
    at.talksWith(bob, "b");
    at.actions.select(null);
    at.relay.session("b").says("One.");
    at.relay.session("b").says("Two.");
    expect(at.state().firstNew).toBeNull();
    at.actions.select(bob);
    expect(textOf(at)).toBe("One.");
    at.actions.select(null);
    at.actions.select(bob);
    expect(at.state().firstNew).toBeNull();
  });
});
