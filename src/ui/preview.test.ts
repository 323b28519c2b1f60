/** The second line of a row, for the screens of the story, and what the live region says. */
import { describe, expect, it } from "vitest";
import type { AppState, Message } from "../client/model.ts";
import { alice, bob } from "../testing/fixtures/people.ts";
import { screens } from "../testing/fixtures/screens.ts";
import { howManyWait } from "./attention.ts";
import { newlySaid } from "./LiveRegion.tsx";
import { previewOf } from "./preview.ts";
import { matching } from "./search.ts";

const all = screens(Date.now());

function preview(state: AppState, title: string, isSelected = false) {
  const chat = Object.values(state.chats).find((one) => one.title === title);
  return chat === undefined ? null : previewOf(chat, alice.address, isSelected);
}

describe("a row’s second line", () => {
  it.each([
    ["Mum", "text", "Call me when you are out of the lab, no hurry"],
    ["Sunday climbing", "text", "Hanna: I can drive, three seats free"],
    ["Priya Nair", "mine", "Sounds right, ship it on Monday then"],
    ["Erin Walsh", "draft", "Could you send me the trace from yesterday"],
    ["Kamailio upgrade", "invitation", "Missed invitation"],
  ])("of %s is %s %j", (title, is, text) => {
    expect(preview(all["chat-with-bob"], title)).toMatchObject({ is, text });
  });

  it("names who is asked, was not there before and has not said no", () => {
    expect(preview(all.asking, "Bob Lindqvist", true)).toEqual({
      is: "busy",
      text: "Starting a group with Carol",
    });
  });

  it("puts what was not sent before what came later", () => {
    expect(preview(all.errors, "Thursday dinner")).toEqual({
      is: "not-sent",
      text: "Noodles. I’ll book a table for seven",
    });
  });

  it("does not show the draft of the chat that is open", () => {
    expect(preview(all["chat-with-bob"], "Bob Lindqvist", true)?.is).toBe("mine");
    expect(preview(all["chat-with-bob"], "Bob Lindqvist", false)?.is).toBe("draft");
  });
});

describe("search", () => {
  const found = (text: string) =>
    matching(all["chat-with-bob"].order, all["chat-with-bob"].chats, text).map((chat) => chat.title);
  it("looks at titles, people and addresses, without accents and in any order", () => {
    expect(found("tomas")).toEqual(["Sunday climbing", "Kamailio upgrade"]);
    expect(found("ito dave")).toEqual(["Dave Ito"]);
    expect(found("erin@segue")).toEqual(["Erin Walsh"]);
    expect(found("nobody at all")).toEqual([]);
    expect(found(" ").length).toBe(all["chat-with-bob"].order.length);
  });
});

describe("the live region", () => {
  const state = all["chat-with-bob"];
  const chat = state.chats[bob.address]!;
  const say = (id: string, more: Partial<Message> = {}): AppState => ({
    ...state,
    chats: {
      ...state.chats,
      [chat.id]: {
        ...chat,
        items: [
          ...chat.items,
          {
            kind: "message",
            id,
            from: bob,
            mine: false,
            text: "Ready?",
            sentAt: 1,
            at: 1,
            is: "delivered",
            reason: null,
            ...more,
          },
        ],
      },
    },
  });

  it("says a new message once, with its author and nothing else", () => {
    const known = new Set<string>();
    newlySaid(state, known);
    expect(newlySaid(say("new"), known)).toEqual(["Bob: Ready?"]);
    expect(newlySaid(say("new", { is: "sent" }), known)).toEqual([]);
  });

  it("never says what I wrote myself", () => {
    const known = new Set<string>();
    newlySaid(state, known);
    expect(newlySaid(say("mine", { mine: true, from: alice }), known)).toEqual([]);
  });

  it("says once that a group has started, to those who were there before", () => {
    const known = new Set<string>();
    expect(newlySaid(all["great-moment"], known)).toContain(
      "Group started. Earlier messages stay between you and Bob.",
    );
    expect(newlySaid(all["great-moment"], known)).toEqual([]);
    expect(newlySaid(all["group-carol"], new Set()).join(" ")).not.toContain("Group started");
  });

  it("says once who wants to chat, and once more where that is asked again", () => {
    const asks = all.request;
    const hanna = asks.chats[asks.selected ?? ""]!;
    const idle = { ...asks, chats: { [hanna.id]: { ...hanna, phase: { is: "idle" } as const } } };
    const known = new Set<string>();
    newlySaid(idle, known);
    for (let round = 0; round < 2; round++) {
      expect(newlySaid(asks, known)).toEqual(["Hanna Kowalska wants to chat"]);
      expect(newlySaid(asks, known)).toEqual([]);
      expect(newlySaid(idle, known)).toEqual([]);
    }
  });
});

describe("what waits for a look", () => {
  const elsewhere = (state: AppState): AppState => ({ ...state, selected: null });

  it.each(["request", "invitation"] as const)("%s, until it is open", (name) => {
    const without = Object.values(all[name].chats).filter((chat) => chat.unread > 0).length;
    expect(howManyWait(elsewhere(all[name]))).toBe(without + 1);
    expect(howManyWait(all[name])).toBe(without);
  });

  it("is nothing while nobody is signed in", () => {
    expect(
      howManyWait({ ...all.request, selected: null, session: { is: "signed-out", problem: null } }),
    ).toBe(0);
  });
});
