/** Against the real edge of the network. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { manualClock, type ManualClock } from "../../testing/manual-clock.ts";
import { phoneOver } from "../../testing/raw-phone.ts";
import { createAccounts, demoPeople, focusUser } from "../network/accounts.ts";
import { createSipCore, type SipCore } from "../network/sip-core.ts";
import { serverTimers } from "../timers.ts";
import { createTrace, type Trace } from "../trace.ts";
import { memoryLinkPair, type Link } from "./link.ts";
import { createRegistration, type Registration, type RegistrationEvent } from "./registration.ts";
import { createUserAgent, type UserAgent } from "./user-agent.ts";

let clock: ManualClock;
let trace: Trace;
let core: SipCore;
let agent: UserAgent;
let events: RegistrationEvent[];
let wake: () => void;
let ids = 0;
const freshId = (): string => `id${(ids += 1)}`;

beforeEach(() => {
  clock = manualClock();
  trace = createTrace({ keep: true, now: () => clock.now() });
  core = createSipCore({
    domain: "segue.example",
    accounts: createAccounts("segue.example", demoPeople, { password: "secret" }),
    timers: serverTimers,
    clock,
    freshId,
    trace,
  });
  events = [];
  wake = () => {};
  agent = createUserAgent({
    sentBy: "x.invalid",
    timers: { answerMs: 32_000, absorbMs: 5_000, againMinMs: 500, againMaxMs: 4_000 },
    mostTransactions: 20_000,
    clock,
    freshId,
    invited: () => {
      throw new Error("nobody calls");
    },
    asked: (transaction) => events.push({ on: "failed", status: transaction.request.method.length }),
  });
});
afterEach(() => core.close());

function connect(): Link {
  const [theirs, ours] = memoryLinkPair("X", "edge", trace);
  core.accept(ours, { peer: "X", self: "edge" });
  agent.attach(theirs);
  return theirs;
}
const registration = (password: string, expiresSeconds = 600): Registration =>
  createRegistration({
    agent,
    account: { user: focusUser, password, domain: "segue.example" },
    contact: "sip:x@x1.invalid;transport=ws",
    instance: "urn:uuid:1",
    expiresSeconds,
    retryMs: 5_000,
    clock,
    freshId,
    onEvent: (event) => {
      events.push(event);
      wake();
    },
  });
async function event(count: number): Promise<RegistrationEvent | undefined> {
  while (events.length < count) await new Promise<void>((resolve) => (wake = resolve));
  return events[count - 1];
}
const registers = (): number => trace.sip.filter(({ message }) => message.startsWith("REGISTER")).length;

test("proves who it is, is reached, and renews in time", async () => {
  connect();
  registration("secret").start();
  expect(await event(1)).toEqual({
    on: "registered",
    gruu: expect.stringMatching(/^sip:conference-factory@segue\.example;gr=urn:uuid:/),
  });
  expect(registers()).toBe(2);

  const [theirs, ours] = memoryLinkPair("alice", "PF alice");
  core.accept(ours, { peer: "alice", self: "PF alice" });
  const alice = phoneOver(theirs, "alice");
  await alice.register();
  alice.send(alice.request("OPTIONS", `sip:${focusUser}@segue.example`));
  while (events.length < 2) await new Promise((resolve) => setImmediate(resolve));
  expect(events[1]).toEqual({ on: "failed", status: "OPTIONS".length });

  clock.advance(449_000);
  expect(registers()).toBe(2);
  clock.advance(1_001);
  expect(await event(3)).toMatchObject({ on: "registered" });
});

test("a new connection registers anew under the same instance", async () => {
  const first = connect();
  const mine = registration("secret");
  mine.start();
  await event(1);
  first.close();
  connect();
  mine.start();
  expect(await event(2)).toMatchObject({ on: "registered" });
  const contacts = trace.sip
    .map(({ message }) => /^Contact: .*$/m.exec(message)?.[0])
    .filter((one) => one?.includes("expires="));
  expect(contacts.at(-1)).toContain("urn:uuid:1");
});

test("a wrong password is told and not tried again", async () => {
  connect();
  registration("wrong").start();
  expect(await event(1)).toEqual({ on: "denied", status: 403 });
  const before = registers();
  clock.advance(20_000);
  expect(registers()).toBe(before);
});

test("too short a time is asked for again as the server wants it", async () => {
  connect();
  registration("secret", 10).start();
  expect(await event(1)).toMatchObject({ on: "registered" });
  expect(trace.sip.some(({ message }) => valueIn(message, "Expires") === "60")).toBe(true);
});

test("no connection: told, and tried again", async () => {
  const mine = registration("secret");
  mine.start();
  clock.advance(1);
  expect(events).toEqual([{ on: "failed", status: 503 }]);
  connect();
  clock.advance(5_000);
  expect(await event(2)).toMatchObject({ on: "registered" });
  mine.stop();
  const before = registers();
  clock.advance(1_000_000);
  expect(registers()).toBe(before);
});

const valueIn = (text: string, name: string): string | undefined =>
  new RegExp(`^${name}: (.*)$`, "m").exec(text)?.[1]?.trim();
