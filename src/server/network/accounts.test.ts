import { expect, test } from "vitest";
import { createAccounts, demoPeople, focusUser, stored } from "./accounts.ts";

const realm = "segue.example";
const people = demoPeople.slice(0, 3).map((person) => stored(person, realm));
const create = (): ReturnType<typeof createAccounts> => createAccounts(realm, people, { password: "f" });

test("found in any case; the focus is one of them", () => {
  const accounts = create();
  expect(accounts.find("ALICE")).toMatchObject({ user: "alice", name: "Alice Moreau", isFocus: false });
  expect(accounts.find(focusUser)?.isFocus).toBe(true);
  expect(accounts.find("mallory")).toBeNull();
});

test("another list tells who is gone and who has a new secret; others stay the same object", () => {
  const accounts = create();
  const alice = accounts.find("alice");
  const [, bob] = people;
  expect(
    accounts.replace([
      { user: "alice", name: "Alice M.", ha1: alice?.ha1 ?? "" },
      { user: "bob", name: bob?.name ?? "", ha1: "0".repeat(32) },
      { user: "zoe", name: "Zoe", ha1: "1".repeat(32) },
    ]),
  ).toEqual(["carol", "bob"]);
  expect(accounts.find("alice")).toBe(alice);
  expect(alice?.name).toBe("Alice M.");
  expect(accounts.find("carol")).toBeNull();
  expect(accounts.find("zoe")?.name).toBe("Zoe");
  expect(accounts.replace(people)).toEqual(["zoe", "bob"]);
  expect(accounts.find("carol")?.name).toBe("Carol Okafor");
});

test("no list takes the name of the focus", () => {
  const accounts = create();
  const before = accounts.find(focusUser)?.ha1;
  expect(accounts.replace([{ user: focusUser, name: "Mallory", ha1: "0".repeat(32) }])).not.toContain(
    focusUser,
  );
  expect(accounts.find(focusUser)).toMatchObject({ ha1: before, isFocus: true });
});
