import { beforeEach, expect, test } from "vitest";
import { parseSipUri } from "../../wire/sip-uri.ts";
import type { Link } from "../sip/link.ts";
import { createBindings, type Binding, type Bindings } from "./bindings.ts";

let bindings: Bindings;
let now: number;
let order: number;

beforeEach(() => {
  now = 0;
  order = 0;
  bindings = createBindings(() => now);
});

type FakeLink = Link & { isOpen: boolean };
const linkTo = (peer: string): FakeLink => ({
  send: () => {},
  close: () => {},
  onText: null,
  onClose: null,
  isOpen: true,
  peer,
  transport: "WS",
});
const binding = (key: string, link: Link, more: Partial<Binding> = {}): Binding => ({
  key,
  flow: `flow ${key}`,
  contact: parseSipUri("sip:x@y.invalid"),
  contactText: `sip:${key}@y.invalid`,
  instance: null,
  regId: null,
  callId: "c",
  cseq: 1,
  expiresAt: 100,
  order: (order += 1),
  link,
  ...more,
});
const keys = (all: readonly Binding[]): readonly string[] => all.map((one) => one.key);

test("of each device the newest connection is reached, and none that is closed", () => {
  const [one, two, gone] = [linkTo("1"), linkTo("2"), linkTo("3")];
  gone.isOpen = false;
  bindings.set("bob", binding("old", one, { instance: "i" }));
  bindings.set("bob", binding("new", two, { instance: "i" }));
  bindings.set("bob", binding("gone", gone));
  bindings.set("bob", binding("plain", one));
  expect(keys(bindings.reachable("bob"))).toEqual(["plain", "new"]);
  expect(bindings.byInstance("bob", "i")?.key).toBe("new");
  expect(bindings.byFlow("bob", "flow gone")?.key).toBe("gone");
  expect(bindings.reachable("carol")).toEqual([]);
});

test("when the newest connection of a device is closed, an older open one is found", () => {
  const [one, two] = [linkTo("1"), linkTo("2")];
  bindings.set("bob", binding("a", one, { instance: "i" }));
  bindings.set("bob", binding("b", two, { instance: "i" }));
  two.isOpen = false;
  expect(bindings.byInstance("bob", "i")?.key).toBe("a");
});

test("what has run out is gone", () => {
  bindings.set("bob", binding("a", linkTo("1")));
  now = 99;
  expect(keys(bindings.of("bob"))).toEqual(["a"]);
  now = 100;
  expect(bindings.of("bob")).toEqual([]);
});

test("answers follow a device from connection to connection, and never in a circle", () => {
  const [one, two, three] = [linkTo("1"), linkTo("2"), linkTo("3")];
  for (const link of [one, two, three]) bindings.set("bob", binding("a", link));
  expect(bindings.successor(one)).toBe(three);
  bindings.set("bob", binding("a", one));
  expect(bindings.successor(three)).toBe(one);
  expect(bindings.successor(one)).toBeNull();
});

test("contacts whose connection is gone make room", () => {
  const gone = linkTo("gone");
  gone.isOpen = false;
  for (let at = 0; at < bindings.most; at++) bindings.set("bob", binding(`gone ${at}`, gone));
  bindings.set("bob", binding("fresh", linkTo("1")));
  expect(bindings.of("bob")).toHaveLength(bindings.most);
  expect(bindings.find("bob", "gone 0")).toBeNull();
  expect(bindings.find("bob", "fresh")).not.toBeNull();
});
