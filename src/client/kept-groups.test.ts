/** What a page finds of the groups of the one before. */
import { expect, it } from "vitest";
import { memoryStore } from "../testing/scripted-person.ts";
import { readGroups, writeGroups, type KeptGroup } from "./kept-groups.ts";

const group: KeptGroup = {
  conference: "sip:conference-factory@segue.example;conf=1",
  contributionId: "c",
  conversationId: "d",
  subject: "Trip",
  invitedBy: "sip:bob@segue.example",
  focus: null,
  continues: "sip:bob@segue.example",
  is: "in",
};

it("is what was written, per account", () => {
  const local = memoryStore();
  writeGroups(local, "sip:alice@x", [group, { ...group, contributionId: "e", is: "asked" }]);
  expect(readGroups(local, "sip:alice@x").map(({ contributionId, is }) => [contributionId, is])).toEqual([
    ["c", "in"],
    ["e", "asked"],
  ]);
  expect(readGroups(local, "sip:alice@x")[0]).toEqual(group);
  expect(readGroups(local, "sip:bob@x")).toEqual([]);
});

it.each([
  ["{"],
  ["1"],
  ["[1, null, {}]"],
  ['[{"conference": 1}]'],
  [JSON.stringify([{ ...group, invitedBy: "" }])],
])("%s counts as nothing", (stored) => {
  const local = memoryStore();
  local.setItem("sip:alice@x groups", stored);
  expect(readGroups(local, "sip:alice@x")).toEqual([]);
});
