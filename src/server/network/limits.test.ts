/** What bounds are made of: buckets, places, waits. */
import { describe, expect, test } from "vitest";
import { createAdmission, type Visit } from "./admission.ts";
import { createBucket } from "./bucket.ts";
import { createLoginGuard } from "./login-guard.ts";

test("a bucket gives what is in it, and fills again up to the brim", () => {
  let now = 0;
  const bucket = createBucket(10, 2, () => now);
  expect(bucket.take(8)).toBe(true);
  expect(bucket.take(3)).toBe(false);
  expect(bucket.take(2)).toBe(true);
  now = 1_500;
  expect([bucket.take(3), bucket.take(1)]).toEqual([true, false]);
  now = 1_000_000;
  expect([bucket.take(10), bucket.take(1)]).toEqual([true, false]);
  now = 0; // a clock set back gives nothing
  expect(bucket.take(1)).toBe(false);
});

describe("places", () => {
  const open = (): { readonly enter: (address: string) => Visit | number; readonly reasons: string[] } => {
    const reasons: string[] = [];
    const limits = { all: 5, perAddress: 3, strangers: 4, strangersPerAddress: 2 };
    const admission = createAdmission(limits, (reason) => reasons.push(reason));
    return { enter: (address) => admission.enter(address), reasons };
  };
  const visit = (entered: Visit | number): Visit => {
    if (typeof entered === "number") throw new Error(`refused with ${entered}`);
    return entered;
  };

  test("an address has fewer than there are, strangers fewer still", () => {
    const { enter, reasons } = open();
    const first = visit(enter("a"));
    visit(enter("a"));
    expect(enter("a")).toBe(429);
    first.proven();
    first.proven();
    visit(enter("a"));
    expect(enter("a")).toBe(429);
    expect(reasons).toEqual(["too many strangers from one address", "too many connections from one address"]);
    visit(enter("b"));
    first.left();
    first.left();
    visit(enter("b")).proven();
    visit(enter("c"));
  });

  test("full is full, until somebody leaves", () => {
    const { enter, reasons } = open();
    const visits = ["a", "a", "b", "b"].map((address) => visit(enter(address)));
    expect(enter("c")).toBe(503);
    for (const one of visits) one.proven();
    visit(enter("c"));
    expect(enter("d")).toBe(503);
    visits[0]?.left();
    visit(enter("d"));
    expect(reasons).toEqual(["too many strangers", "too many connections"]);
  });
});

describe("waits", () => {
  const limits = {
    mostPerConnection: 5,
    freePerAddress: 4,
    freePerUser: 2,
    waitMs: 100,
    maxWaitMs: 350,
    forgetMs: 1_000,
  };
  const create = (): { guard: ReturnType<typeof createLoginGuard>; at: (ms: number) => void } => {
    let now = 0;
    return { guard: createLoginGuard(limits, () => now), at: (ms) => void (now = ms) };
  };

  test("grow with each wrong password for a user, up to a bound, and are forgotten", () => {
    const { guard, at } = create();
    const waits = ["a", "b", "c", "d", "e"].map((address) => {
      guard.failed(address, "Alice");
      return guard.waitMs("elsewhere", "alice");
    });
    expect(waits).toEqual([0, 100, 200, 350, 350]);
    expect(guard.waitMs("elsewhere", "bob")).toBe(0);
    at(300);
    expect(guard.waitMs("elsewhere", "alice")).toBe(50);
    at(1_000);
    expect(guard.waitMs("elsewhere", "alice")).toBe(0);
    guard.failed("a", "alice");
    expect(guard.waitMs("elsewhere", "alice")).toBe(0);
  });

  test("an address that tries one user after the other waits too", () => {
    const { guard } = create();
    for (const user of ["u", "v", "w"]) guard.failed("a", user);
    expect(guard.waitMs("a", "x")).toBe(0);
    guard.failed("a", "x");
    expect(guard.waitMs("a", "y")).toBe(100);
    expect(guard.waitMs("b", "y")).toBe(0);
  });

  test("who has signed in from there is not locked out by others, and may not guess for ever either", () => {
    const { guard } = create();
    guard.proven("home", "alice");
    for (let n = 0; n < 9; n += 1) {
      guard.failed("evil", "alice");
      guard.failed("home", "mallory");
    }
    expect(guard.waitMs("home", "alice")).toBe(0);
    expect(guard.waitMs("elsewhere", "alice")).toBe(350);
    expect(guard.waitMs("home", "bob")).toBe(350);
    guard.failed("home", "alice");
    guard.failed("home", "alice");
    expect(guard.waitMs("home", "alice")).toBe(100);
    guard.proven("home", "alice");
    expect(guard.waitMs("home", "alice")).toBe(0);
  });
});
