import { expect, it } from "vitest";
import type { AppState, Chat, Message } from "../client/model.ts";
import { screens } from "./fixtures/screens.ts";
import { alice, bob, carol, member, self } from "./fixtures/people.ts";
import { describeState, groupIn, memberIs, messagesOf, oneToOne, textsOf } from "./headless-state.ts";

const message = (id: string, text: string): Message => ({
  kind: "message",
  id,
  from: alice,
  mine: true,
  text,
  sentAt: 0,
  at: 0,
  is: "sent",
  reason: null,
});
const withBob: Chat = {
  id: "b",
  kind: "1-1",
  title: "Bob",
  subject: null,
  address: bob.address,
  members: [member(bob, "in")],
  phase: { is: "open" },
  items: [],
  unread: 0,
  lastAt: 0,
  draft: "",
  composer: { label: null, inertUntil: 0 },
  failure: null,
  isPlain: false,
  limit: null,
};
const seam = { kind: "seam", id: "s", at: 0, above: [], below: [], fresh: false } as const;
const group: Chat = {
  ...withBob,
  id: "g",
  kind: "group",
  title: "Trip",
  subject: "Trip",
  address: "sip:x@segue.example;conf=1",
  members: [self(alice), member(carol, "ringing")],
  items: [message("1", "only us"), seam, message("2", "all of us")],
  failure: [],
};
const state: AppState = {
  ...screens(0)["empty-no-chats"],
  chats: { g: group, b: withBob },
  order: ["g", "gone", "b"],
};

it("finds the chat that is meant", () => {
  expect(oneToOne(state, bob.address)).toBe(withBob);
  expect(oneToOne(state, carol.address)).toBe(null);
  expect([groupIn(state), groupIn(state, "open"), groupIn(state, "invited")]).toEqual([group, group, null]);
});

it("tells what is above the seam from what is below", () => {
  expect(textsOf(group)).toEqual({ above: ["only us"], below: ["all of us"] });
  expect(textsOf({ ...group, items: messagesOf(group) })).toEqual({
    above: [],
    below: ["only us", "all of us"],
  });
  expect([memberIs(group, carol.address), memberIs(group, bob.address)]).toEqual(["ringing", null]);
});

it("puts the whole screen into a few words", () => {
  expect(describeState(state).split("\n  ")).toEqual([
    "signed-in, connected",
    'group Trip (open, nobody of 0 came; alice in, carol ringing): "only us" sent · seam · "all of us" sent',
    "1-1 Bob (open; bob in): empty",
  ]);
});
