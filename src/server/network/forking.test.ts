/** One request on several branches, each in the test's hand. */
import { describe, expect, test } from "vitest";
import { manualClock } from "../../testing/manual-clock.ts";
import { responseTo, type SipHeader, type SipRequest, type SipResponse } from "../../wire/sip.ts";
import { memoryLinkPair } from "../sip/link.ts";
import type { ClientTransactionUser, Transactions } from "../sip/transactions.ts";
import { fork } from "./forking.ts";

const [link] = memoryLinkPair("here", "there");

function forked(branches: number, method = "INVITE") {
  const request: SipRequest = {
    kind: "request",
    method,
    uri: "sip:b@x",
    headers: [["CSeq", `1 ${method}`]],
    body: "",
  };
  const clock = manualClock();
  const users: ClientTransactionUser[] = [];
  const cancels: (readonly SipHeader[])[] = Array.from({ length: branches }, () => []);
  const heard: number[] = [];
  let done = 0;
  const transactions = {
    request: (sent: SipRequest, _link: unknown, user: ClientTransactionUser) => {
      const at = users.push(user) - 1;
      return {
        request: sent,
        cancel: (more: readonly SipHeader[] = []) =>
          (cancels[at] = more.length === 0 ? [["plain", ""]] : more),
      };
    },
  } as Pick<Transactions, "request"> as Transactions;
  const running = fork({
    transaction: { request, link, isAnswered: false, respond: ({ status }) => void heard.push(status) },
    transactions,
    branches: Array.from({ length: branches }, () => ({ request, link, lostStatus: 480 })),
    branchSuffix: "",
    timers: { ringMs: 1_000 },
    clock,
    freshId: () => "id",
    onResponse: (response) => response,
    done: () => (done += 1),
  });
  const say = (branch: number, status: number): void => {
    const response: SipResponse = responseTo(request, status);
    users[branch]?.response(response);
  };
  const fail = (branch: number, status: 408 | 503): void => users[branch]?.failed(status);
  return { clock, say, fail, cancels, heard, running, doneTimes: () => done };
}

describe("answers", () => {
  test("100 ends here, other provisional answers go back", () => {
    const { say, heard } = forked(1);
    say(0, 100);
    say(0, 183);
    expect(heard).toEqual([183]);
  });

  test("refusals wait for each other; then the best one goes back, once", () => {
    const { say, heard, doneTimes } = forked(3);
    say(0, 481);
    say(1, 403);
    expect(heard).toEqual([]);
    say(2, 480);
    expect(heard).toEqual([403]);
    expect(doneTimes()).toBe(1);
  });

  test("a 6xx ends the others but waits for what they say, since one may have said yes", () => {
    const { say, heard, cancels } = forked(2);
    say(0, 603);
    expect(heard).toEqual([]);
    expect(cancels[1]).toEqual([["Reason", "SIP;cause=603"]]);
    say(1, 200);
    expect(heard).toEqual([200]);
  });

  test("the first 2xx ends the others, a second one goes back without ending anything again", () => {
    const { say, heard, cancels } = forked(3);
    say(1, 200);
    const elsewhere = [["Reason", 'SIP;cause=200;text="Call completed elsewhere"']];
    expect(cancels).toEqual([elsewhere, [], elsewhere]);
    cancels.fill([]);
    say(0, 200);
    say(2, 487);
    expect(heard).toEqual([200, 200]);
    expect(cancels).toEqual([[], [], []]);
  });

  test.each([
    [[503, 503], 500],
    [[503, 486], 486],
    [[302, 404], 302],
    [[500, 404], 404],
    [[401, 403], 401],
    [[487, 481], 481],
    [[480, 408], 480],
  ])("%j: %d", (statuses, best) => {
    const { say, heard } = forked(statuses.length);
    statuses.forEach((status, branch) => say(branch, status));
    expect(heard).toEqual([best]);
  });

  test("a lost device is 480, silence 408", () => {
    const lost = forked(1);
    lost.fail(0, 503);
    expect(lost.heard).toEqual([480]);
    const silent = forked(1, "BYE");
    silent.fail(0, 408);
    expect(silent.heard).toEqual([408]);
  });
});

describe("time and second thoughts", () => {
  test("Timer C starts again with each provisional answer but 100", () => {
    const { clock, say, cancels } = forked(1);
    clock.advance(900);
    say(0, 100);
    say(0, 180);
    clock.advance(999);
    expect(cancels[0]).toEqual([]);
    clock.advance(1);
    expect(cancels[0]).not.toEqual([]);
  });

  test("a branch that never said anything is 408 by Timer C", () => {
    const { clock, heard } = forked(1);
    clock.advance(1_000);
    expect(heard).toEqual([408]);
  });

  test("it is for INVITE only, and over with the answer", () => {
    expect(forked(1, "MESSAGE").clock.waiting()).toBe(0);
    const { clock, say } = forked(1);
    say(0, 486);
    expect(clock.waiting()).toBe(0);
  });

  test("the caller's Reason goes along; who never answers the CANCEL counts as ended", () => {
    const { running, cancels, fail, heard } = forked(2);
    const reason: readonly SipHeader[] = [["Reason", "SIP;cause=487"]];
    running.cancel(reason);
    expect(cancels).toEqual([reason, reason]);
    fail(0, 408);
    fail(1, 408);
    expect(heard).toEqual([487]);
  });
});
