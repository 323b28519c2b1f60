/** Whose row a chat takes. */
import { describe, expect, it } from "vitest";
import type { AppState, Chat } from "../client/model.ts";
import { bob } from "../testing/fixtures/people.ts";
import { screens } from "../testing/fixtures/screens.ts";
import { type RowKeys, rowKeys } from "./row-keys.ts";

const all = screens(0);
const selected = (state: AppState): Chat => {
  const chat = state.chats[state.selected ?? ""];
  if (chat === undefined) throw new Error("No chat is selected.");
  return chat;
};

describe("a row", () => {
  const group = selected(all["group-alice"]);
  const withBob = selected(all["chat-with-bob"]);

  const none: RowKeys = new Map();
  const of = (before: RowKeys, ...chats: readonly Chat[]): readonly (string | undefined)[] => {
    const keys = rowKeys(chats, before);
    return chats.map((chat) => keys.get(chat.id));
  };

  it("stays the same when its 1-1 becomes a group", () => {
    expect(of(none, withBob)).toEqual([bob.address]);
    expect(of(rowKeys([withBob], none), group)).toEqual([bob.address]);
    expect(of(none, group)).toEqual([bob.address]);
  });

  it("stays with the group when there is a 1-1 again, which gets a new one", () => {
    const before = rowKeys([group], none);
    const [ofGroup, ofBob] = of(before, group, withBob);
    expect(ofGroup).toBe(bob.address);
    expect(ofBob).not.toBe(bob.address);
    const after = rowKeys([group, withBob], before);
    expect(of(after, { ...group, id: "another" }, group)).toEqual([ofBob, ofGroup]);
  });

  it("is one group’s at most", () => {
    expect(of(none, group, { ...group, id: "another" })).toEqual([bob.address, "another"]);
  });

  it("is a group’s own where nothing was before", () => {
    const ofCarol = selected(all["group-carol"]);
    expect(of(none, ofCarol)).toEqual([ofCarol.id]);
  });
});
