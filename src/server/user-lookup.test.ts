/** Who is asked for, how often, and how many at once; answered by hand. */
import { beforeEach, describe, expect, it } from "vitest";
import { manualClock, type ManualClock } from "../testing/manual-clock.ts";
import { createUserLookup, type LookupLimits, type UserLookup } from "./user-lookup.ts";

const secret = "0123456789abcdef0123456789abcdef";
const here = "192.0.2.1";
const limits: LookupLimits = {
  atOnce: 3,
  perAddress: 2,
  waiting: 4,
  perSecond: 1_000,
  burst: 1_000,
  kept: 3,
};

type Question = {
  readonly user: string;
  readonly print: (text: string) => void;
  readonly fail: () => void;
};

let clock: ManualClock;
let questions: Question[];
let log: string[];
let lookup: UserLookup;

const create = (more: Partial<LookupLimits> = {}): UserLookup =>
  createUserLookup({
    ask: (user) => {
      let cancel = (): void => {};
      const answer = new Promise<string>((resolve, reject) => {
        cancel = () => reject(new Error("cancelled"));
        questions.push({ user, print: resolve, fail: () => reject(new Error("it ended with 1")) });
      });
      return { answer, cancel };
    },
    limits: { ...limits, ...more },
    timers: { answerMs: 4_000, keepMs: 10_000 },
    clock,
    log: (line) => log.push(line),
  });

beforeEach(() => {
  clock = manualClock();
  questions = [];
  log = [];
  lookup = create();
});

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const asked = (): readonly string[] => questions.map(({ user }) => user);
/** The answer in words, as soon as there is one. */
const of = (user: string, address = here): Promise<string | null> =>
  lookup.ha1(user, address).catch((error: Error) => error.message);

describe("what the program prints", () => {
  it.each([
    [`${secret}\n`, secret],
    [`${secret.toUpperCase()}\r\n`, secret],
    ["", null],
    ["\n", null],
    ["no such user\n", "what it printed is no HA1"],
    [`${secret}0`, "what it printed is no HA1"],
    [`${secret}\n${secret}\n`, "what it printed is no HA1"],
  ])("%j: %s", async (printed, found) => {
    const answer = of("alice");
    questions[0]?.print(printed);
    expect(await answer).toBe(found);
  });

  it("is never repeated to anybody when it is of no use", async () => {
    const answer = of("alice");
    questions[0]?.print("the-password-itself");
    await answer;
    expect(log).toEqual(["Nobody can say who alice is: what it printed is no HA1."]);
  });
});

it.each([
  "",
  "-v",
  "--help",
  ".",
  "a b",
  "a;b",
  "$(id)",
  "a\nb",
  "../etc",
  "a/b",
  "ü",
  "x".repeat(65),
  "a@b",
  "%00",
])("%j is nobody, and not asked for", async (user) => {
  expect(await of(user)).toBe(null);
  expect(questions).toEqual([]);
});

it("believes an answer for a while: yes and no alike", async () => {
  for (const [user, printed, found] of [
    ["alice", secret, secret],
    ["mallory", "", null],
  ] as const) {
    const first = of(user);
    questions.pop()?.print(printed);
    expect(await first).toBe(found);
    clock.advance(9_999);
    expect(await of(user)).toBe(found);
    expect(questions).toEqual([]);
    clock.advance(1);
    void of(user);
    expect(asked()).toEqual([user]);
    questions.pop()?.print(printed);
    await settle();
  }
  expect(lookup.counts).toEqual({ found: 2, nobody: 2, failed: 0 });
});

it("remembers no failure", async () => {
  const first = of("alice");
  questions.pop()?.fail();
  expect(await first).toBe("it ended with 1");
  const second = of("alice");
  questions.pop()?.print(secret);
  expect(await second).toBe(secret);
  expect(lookup.counts).toEqual({ found: 1, nobody: 0, failed: 1 });
});

it("keeps so many answers and no more, the youngest", async () => {
  for (const user of ["a", "b", "c", "d"]) {
    const answer = of(user);
    questions.pop()?.print(secret);
    await answer;
  }
  await Promise.all([of("b"), of("c"), of("d")]);
  expect(questions).toEqual([]);
  void of("a");
  expect(asked()).toEqual(["a"]);
});

it("asks once for all who ask for the same at once", async () => {
  const answers = Promise.all([of("alice"), of("alice", "192.0.2.2"), of("alice")]);
  expect(asked()).toEqual(["alice"]);
  questions[0]?.print(secret);
  expect(await answers).toEqual([secret, secret, secret]);
});

describe("many at once", () => {
  it("one address never has every place", async () => {
    for (const user of ["a", "b", "c", "d"]) void of(user);
    expect(asked()).toEqual(["a", "b"]);
    const other = of("other", "192.0.2.2");
    expect(asked()).toEqual(["a", "b", "other"]);
    questions[2]?.print(secret);
    expect(await other).toBe(secret);
    await settle();
    expect(asked()).toEqual(["a", "b", "other"]);
    questions[0]?.fail();
    await settle();
    expect(asked()).toEqual(["a", "b", "other", "c"]);
  });

  it("who gets no turn in time is told, and asked for no more", async () => {
    void of("a");
    void of("b");
    const late = of("c");
    clock.advance(4_000);
    expect(await late).toBe("no turn came");
    questions[0]?.print(secret);
    await settle();
    expect(asked()).toEqual(["a", "b"]);
  });

  it("so many may wait and no more", async () => {
    for (const user of ["a", "b", "c", "d", "e", "f"]) void of(user);
    expect(await of("g")).toBe("too many wait already");
    expect(asked()).toEqual(["a", "b"]);
  });

  it("not more a second than it may", async () => {
    lookup = create({ perSecond: 10, burst: 2 });
    void of("a");
    void of("b", "192.0.2.2");
    void of("c", "192.0.2.3");
    expect(asked()).toEqual(["a", "b"]);
    clock.advance(100);
    expect(asked()).toEqual(["a", "b", "c"]);
  });
});

it("stopped, it gives up what is under way and what waits", async () => {
  const answers = Promise.all([of("a"), of("b"), of("c")]);
  lookup.stop();
  expect(await answers).toEqual(["cancelled", "cancelled", "the relay stops"]);
  expect(await of("d")).toBe("too many wait already");
  expect(asked()).toEqual(["a", "b"]);
});
