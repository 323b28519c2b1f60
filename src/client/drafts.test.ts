/** What was being written is there again on the next page of this tab, and nowhere else. */
import { describe, expect, it } from "vitest";
import { alice, bob, conference, memoryStore, scriptedPerson } from "../testing/scripted-person.ts";
import { readDrafts } from "./drafts.ts";

const twoStores = () => ({ session: memoryStore(), local: memoryStore() });

describe("a page that is left while somebody writes", () => {
  it("has the text in its field again, in a row of its own", () => {
    const stores = twoStores();
    const before = scriptedPerson({ stores });
    before.actions.startChat(bob);
    before.actions.setDraft(bob, "Half a sent");
    before.client.release();

    const after = scriptedPerson({ stores });
    expect(after.row(bob)).toMatchObject({ draft: "Half a sent", items: [] });
    expect(after.agent.count("invite")).toBe(0);
  });

  it("has it in a group that it is in again", () => {
    const stores = twoStores();
    const before = scriptedPerson({ stores });
    before.isInvited("x", bob);
    before.actions.join(before.group().id);
    before.agent.hears({ on: "acked", leg: "x" });
    before.actions.setDraft(before.group().id, "For all of y");
    before.client.inSight(false);

    const after = scriptedPerson({ stores });
    expect(after.group()).toMatchObject({ address: conference, draft: "For all of y" });
  });

  it("keeps nothing of what was sent, cleared, or signed out from", () => {
    const stores = twoStores();
    const at = scriptedPerson({ stores });
    at.actions.startChat(bob);
    at.actions.setDraft(bob, "Half a sent");
    at.client.release();
    expect(readDrafts(stores.session, alice)).toEqual([{ chat: bob, text: "Half a sent" }]);
    at.actions.setDraft(bob, "");
    at.client.release();
    expect(readDrafts(stores.session, alice)).toEqual([]);
    at.actions.setDraft(bob, "Half");
    at.client.release();
    at.actions.signOut();
    at.client.release();
    expect(readDrafts(stores.session, alice)).toEqual([]);
  });

  it("is kept for nobody else, nor where another page has been", () => {
    const stores = twoStores();
    const before = scriptedPerson({ stores });
    before.actions.startChat(bob);
    before.actions.setDraft(bob, "Half a sent");
    before.client.release();
    expect(readDrafts(stores.session, bob)).toEqual([]);
    expect(readDrafts(stores.local, alice)).toEqual([]);
    expect(scriptedPerson().hasRow(bob)).toBe(false);
  });
});

it.each([["{"], ["1"], ["[1, null, {}]"], ['[{"chat": 1, "text": "a"}]'], ['[{"chat": "a", "text": {}}]']])(
  "%s counts as nothing",
  (stored) => {
    const session = memoryStore();
    session.setItem(`${alice} drafts`, stored);
    expect(readDrafts(session, alice)).toEqual([]);
  },
);

it("a draft for what is no address any more opens nothing", () => {
  const stores = twoStores();
  for (const chat of ["", "group:gone", "not an address <", alice])
    stores.session.setItem(`${alice} drafts`, JSON.stringify([{ chat, text: "Half" }]));
  expect(scriptedPerson({ stores }).state().order).toEqual([]);
});
