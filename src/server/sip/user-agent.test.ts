/** What comes to the user agent and belongs to no call, and what it reads in Reason. */
import { beforeEach, describe, expect, test } from "vitest";
import { agentAndPhone, agentTimers, agentUri } from "../../testing/agent-and-phone.ts";
import type { ManualClock } from "../../testing/manual-clock.ts";
import type { Phone } from "../../testing/raw-phone.ts";
import { appendHeader } from "../../wire/sip.ts";
import { causeOf } from "./call.ts";
import { createUserAgent } from "./user-agent.ts";

let clock: ManualClock;
let phone: Phone;

beforeEach(() => {
  ({ clock, phone } = agentAndPhone());
});

describe("what belongs to no call", () => {
  test("a dialog that is not here: 481", async () => {
    phone.send(phone.request("BYE", agentUri, { to: `<${agentUri}>;tag=none` }));
    expect((await phone.takeResponse("BYE")).status).toBe(481);
  });

  test("requests outside go to the user", async () => {
    phone.send(phone.request("OPTIONS", agentUri));
    expect((await phone.takeResponse("OPTIONS")).status).toBe(200);
  });

  test("before there is a link, everything fails with 503", async () => {
    const lonely = createUserAgent({
      sentBy: "y.invalid",
      timers: agentTimers,
      mostTransactions: 20_000,
      clock,
      freshId: () => "id",
      invited: () => {
        throw new Error("nobody can call");
      },
      asked: () => {},
    });
    const failed: number[] = [];
    lonely.send(phone.request("REGISTER", "sip:segue.example"), {
      response: () => {},
      failed: (status) => failed.push(status),
    });
    clock.advance(1);
    expect(failed).toEqual([503]);
  });
});

test.each([
  ['SIP;cause=200;text="Call completed"', 200],
  ["SIP ; cause=487", 487],
  ['SIP;text="cause=200";cause=410', 410],
  ["Q.850;cause=16", null],
  ["SIP;cause=2000", null],
  ["nonsense", null],
])("the cause in Reason: %s", (value, cause) => {
  const bye = appendHeader(phone.request("BYE", agentUri), "Reason", value);
  expect(causeOf(bye)).toBe(cause);
});
