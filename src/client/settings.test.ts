import { describe, expect, it } from "vitest";
import { memoryStore } from "../testing/scripted-person.ts";
import {
  defaultSettings,
  forgetAccount,
  instanceId,
  readAccount,
  readRecent,
  readSettings,
  writeAccount,
  writeRecent,
  writeSettings,
} from "./settings.ts";
import type { KeyValue } from "./storage.ts";

const alice = "sip:alice@segue.example";
const signIn = {
  server: "/sip",
  relay: "/msrp",
  address: alice,
  password: "secret",
  factory: null,
  keep: true,
};
const fail = (): never => {
  throw new Error("forbidden");
};
const forbidden: KeyValue = { getItem: fail, setItem: fail, removeItem: fail };
const holding = (value: string): KeyValue => ({ ...memoryStore(), getItem: () => value });
const nonsense = [
  "",
  "{",
  "null",
  "7",
  '"x"',
  "[]",
  "[null,1]",
  '{"theme":3,"joinByItself":"yes"}',
  '[{"address":1}]',
];
let made = 0;
const freshId = (): string => (made += 1).toString(16).padStart(32, "f");
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("what is kept", () => {
  it("comes back, for that account alone", () => {
    const store = memoryStore();
    writeSettings(store, alice, { theme: "dark", joinByItself: true });
    writeRecent(store, alice, [{ address: "sip:bob@x", name: "Bob" }]);
    expect(readSettings(store, alice)).toEqual({ theme: "dark", joinByItself: true });
    expect(readSettings(store, "sip:bob@x")).toEqual(defaultSettings);
    expect(readRecent(store, alice)).toEqual([{ address: "sip:bob@x", name: "Bob" }]);
    expect(readRecent(store, "sip:bob@x")).toEqual([]);
  });

  it("is a bounded list of people", () => {
    const store = memoryStore();
    writeRecent(
      store,
      alice,
      Array.from({ length: 500 }, (_, n) => ({ address: `sip:${n}@x`, name: "" })),
    );
    expect(readRecent(store, alice).length).toBe(50);
  });

  it("an instance id is made once, for each account its own", () => {
    const store = memoryStore();
    const id = instanceId(store, alice, freshId);
    expect(id).toMatch(uuid);
    expect(instanceId(store, alice, freshId)).toBe(id);
    expect(instanceId(store, "sip:bob@x", freshId)).not.toBe(id);
  });

  it("the account of the tab; its password only where that was asked for", () => {
    const store = memoryStore();
    expect(readAccount(store)).toBeNull();
    writeAccount(store, { ...signIn, keep: false });
    expect(readAccount(store)).toEqual({ address: alice, signIn: null });
    writeAccount(store, signIn);
    expect(readAccount(store)).toEqual({ address: alice, signIn });
    forgetAccount(store, alice);
    expect(readAccount(store)).toBeNull();
  });

  it("a kept password goes when the person no longer wants it kept", () => {
    const store = memoryStore();
    writeAccount(store, signIn);
    writeAccount(store, { ...signIn, keep: false });
    expect(readAccount(store)).toEqual({ address: alice, signIn: null });
  });

  it("a sign-in of somebody else under this name is none", () => {
    const store = memoryStore();
    writeAccount(store, signIn);
    store.setItem(`${alice} sign-in`, JSON.stringify({ ...signIn, address: "sip:mallory@x" }));
    expect(readAccount(store)?.signIn).toBeNull();
  });
});

describe("storage that throws, or holds nonsense, counts as empty", () => {
  it.each([forbidden, ...nonsense.map(holding)])("%#", (store) => {
    expect(readSettings(store, alice)).toEqual(defaultSettings);
    expect(readRecent(store, alice)).toEqual([]);
    expect(instanceId(store, alice, freshId)).toMatch(uuid);
    expect(readAccount(store)?.signIn ?? null).toBeNull();
    writeSettings(store, alice, defaultSettings);
    writeAccount(store, signIn);
    forgetAccount(store, alice);
  });
});
