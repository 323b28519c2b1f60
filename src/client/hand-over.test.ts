/** What a person had in hand when a 1-1 became a group: draft, place, unread texts; and what stays above the seam. */
import { describe, expect, it } from "vitest";
import { bye } from "../testing/scripted-events.ts";
import { alice, bob, carol, declined, reading, scriptedPerson, user } from "../testing/scripted-person.ts";

function asking() {
  const at = scriptedPerson();
  const old = at.talksWith(bob, "bob-1");
  at.actions.select(bob);
  const leg = at.asks(bob, [carol]);
  return { at, old, leg };
}

describe("the composer", () => {
  it("says whom it is for while asking; the draft goes along, and sends nothing for a moment", () => {
    const { at, leg } = asking();
    at.actions.setDraft(bob, "Shall we");
    expect(at.row(bob).composer).toEqual({ label: "to Bob", inertUntil: 0 });
    at.isLetIn(leg, "x");
    expect(at.group().draft).toBe("Shall we");
    expect(at.group().composer).toEqual({ label: "to everyone", inertUntil: at.clock.now() + 800 });
    at.actions.setDraft(at.group().id, "Shall we all");
    expect(at.group().composer.label).toBe("to everyone");
    at.actions.setDraft(at.group().id, "");
    expect(at.group().composer.label).toBeNull();
  });

  it("without a draft it says nothing and waits for nothing", () => {
    const { at, leg } = asking();
    at.isLetIn(leg, "x");
    expect(at.group().composer).toEqual({ label: null, inertUntil: 0 });
  });
});

describe("place", () => {
  it("whoever looked at the 1-1 looks at the group; whoever looked elsewhere stays there", () => {
    const { at, leg } = asking();
    at.isLetIn(leg, "x");
    expect(at.state().selected).toBe(at.group().id);
    const other = asking();
    other.at.actions.startChat(carol);
    other.at.isLetIn(other.leg, "x");
    expect(other.at.state().selected).toBe(carol);
  });

  it("unread texts go along, and are read with the group", () => {
    const { at, leg } = asking();
    at.actions.select(null);
    at.relay.session("bob-1").says("One");
    at.relay.session("bob-1").says("Two");
    expect(at.row(bob).unread).toBe(2);
    at.isLetIn(leg, "x");
    expect(at.group().unread).toBe(2);
    at.actions.select(at.group().id);
    expect(at.group().unread).toBe(0);
  });

  it("the group stands where the 1-1 stood in the list until somebody speaks", () => {
    const { at, leg } = asking();
    at.clock.advance(1_000);
    at.isCalled("c", carol);
    at.relay.session("c").says("Hello", carol);
    at.isLetIn(leg, "x");
    expect(at.state().order).toEqual([carol, at.group().id]);
    at.clock.advance(1_000);
    at.relay.session("x").says("Hi all", bob);
    expect(at.state().order).toEqual([at.group().id, carol]);
  });
});

describe("the seam", () => {
  it("text that was on its way over the old session stays above it, in the group alone", () => {
    const { at, old, leg } = asking();
    at.isLetIn(leg, "x");
    at.actions.select(null);
    at.relay.session("bob-1").says("Before I go.");
    bye(at, old);
    at.relay.session("bob-1").says("And this.");
    expect(at.hasRow(bob)).toBe(false);
    expect(reading(at.group()).slice(0, 4)).toEqual([
      "Hi. (delivered)",
      "Bob: Before I go.",
      "Bob: And this.",
      "──",
    ]);
    expect(at.group().unread).toBe(2);
    at.clock.advance(2_000);
    expect(at.relay.session("bob-1").says("Too late.")).toBe(481);
  });

  it("a private text after the switch does not, whoever begins it, also before the drain is over", () => {
    const { at, old, leg } = asking();
    at.isLetIn(leg, "x");
    at.actions.startChat(bob);
    at.actions.send(bob, "Between us.");
    bye(at, old);
    expect(reading(at.row(bob)).at(-1)).toBe("Between us. (waiting)");
    expect(reading(at.group()).join()).not.toContain("Between us.");
    at.isAccepted(at.agent.last("invite").leg, bob, "bob-2");
    expect(at.relay.session("bob-2").sent.map((one) => one.text)).toEqual(["Between us."]);
    at.clock.advance(10_000);
    at.relay.session("bob-2").says("Yes?");
    at.actions.send(bob, "Still.");
    expect(at.relay.session("bob-2").sent.map((one) => one.text)).toEqual(["Between us.", "Still."]);
    expect(at.agent.count("invite")).toBe(3);
    expect(reading(at.group()).join()).not.toMatch(/Between us|Yes|Still/);
  });

  it("the peer calls privately after the switch: its own session, and the late BYE of the old one harms nothing", () => {
    const { at, old, leg } = asking();
    at.isLetIn(leg, "x");
    at.isCalled("b", bob);
    at.relay.session("b").says("Psst.");
    bye(at, old);
    at.actions.send(bob, "What?");
    expect(at.relay.session("b").sent.map((one) => one.text)).toEqual(["What?"]);
    expect(at.agent.count("invite")).toBe(2);
    at.clock.advance(10_000);
    expect(reading(at.row(bob)).slice(1)).toEqual(["Bob: Psst.", "What? (sending)"]);
    expect(reading(at.group()).join()).not.toMatch(/Psst|What/);
    expect(at.group().phase.is).toBe("open");
  });

  it("the peer declines while another group is asked for from the same row: that one is still asked for", () => {
    const { at, old, leg } = asking();
    at.actions.send(bob, "Still you?");
    at.isLetIn(leg, "x");
    at.relay.session("bob-1").ends("gone");
    const second = at.asks(bob, [carol]);
    at.roster(user(alice, "connected"), declined(bob));
    expect(at.row(bob).phase.is).toBe("asking");
    expect(at.agent.last("end").leg).toBe(old);
    at.actions.cancelAsking(bob);
    expect(at.agent.last("cancel").leg).toBe(second);
    at.isAccepted(at.agent.last("invite").leg, bob, "bob-2");
    expect(at.relay.session("bob-2").sent.map((one) => one.text)).toEqual(["Still you?"]);
  });

  it("the peer declines while a private session is being opened: the old one is good, the new one taken back", () => {
    const { at, leg } = asking();
    at.isLetIn(leg, "x");
    at.actions.startChat(bob);
    at.actions.send(bob, "Between us.");
    const call = at.agent.last("invite").leg;
    at.roster(user(alice, "connected"), declined(bob));
    expect(at.agent.last("cancel").leg).toBe(call);
    expect(at.relay.session("bob-1").sent.map((one) => one.text)).toEqual(["Hi.", "Between us."]);
    expect(at.row(bob).phase.is).toBe("open");
  });

  it("is fresh for a moment", () => {
    const { at, leg } = asking();
    at.isLetIn(leg, "x");
    at.roster(user(alice, "connected"), user(bob, "connected"), user(carol, "alerting"));
    const seam = () => at.group().items.find((item) => item.kind === "seam");
    expect(seam()).toMatchObject({ fresh: true, above: [{ name: "Alice" }, { name: "Bob" }] });
    at.clock.advance(1_500);
    expect(seam()).toMatchObject({ fresh: false });
  });

  it("keeps its place when the private chat is added to once more", () => {
    const { at, old, leg } = asking();
    at.isLetIn(leg, "x");
    bye(at, old);
    at.clock.advance(5_000);
    at.isCalled("b", bob);
    at.relay.session("b").says("Another one?");
    const again = at.asks(bob, [carol]);
    at.isLetIn(again, "z");
    const [first, second] = at.groups().toSorted((a, b) => a.items.length - b.items.length);
    expect(at.groups().length).toBe(2);
    expect(reading(first!)).not.toContain("Bob: Another one?");
    expect(reading(second!)).toContain("Bob: Another one?");
  });
});
