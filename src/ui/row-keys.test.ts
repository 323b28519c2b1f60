/** Whose row a chat takes. */
import { describe, expect, it } from "vitest";
import type { AppState, Chat } from "../client/model.ts";
import { bob } from "../testing/fixtures/people.ts";
import { screens } from "../testing/fixtures/screens.ts";
import { rowKeys } from "./row-keys.ts";

const all = screens(0);
const selected = (state: AppState): Chat => {
  const chat = state.chats[state.selected ?? ""];
  if (chat === undefined) throw new Error("No chat is selected.");
  return chat;
};

describe("a row", () => {
  const group = selected(all["group-alice"]);
  const withBob = selected(all["chat-with-bob"]);

  it("stays the same when its 1-1 becomes a group", () => {
    expect(rowKeys([group])).toEqual([bob.address]);
    expect(rowKeys([withBob])).toEqual([bob.address]);
  });

  it("goes to the 1-1 once there is one again, and to one group at most", () => {
    expect(rowKeys([group, withBob])).toEqual([group.id, bob.address]);
    expect(rowKeys([group, { ...group, id: "another" }])).toEqual([bob.address, "another"]);
  });

  it("is a group’s own where nothing was before", () => {
    const ofCarol = selected(all["group-carol"]);
    expect(rowKeys([ofCarol])).toEqual([ofCarol.id]);
  });
});
