/** Subscriptions, their refreshes and their ends. */
import { describe, expect, test, vi } from "vitest";
import { from, granted, type AgentAlone } from "../testing/agent-alone.ts";
import { agentInEachTest } from "../testing/agent-in-each-test.ts";
import type { FakeSocket } from "../testing/fake-sip-socket.ts";
import { header } from "../wire/sip.ts";

let alone: AgentAlone;

agentInEachTest((one) => {
  alone = one;
});

describe("a subscription", () => {
  const notify = (socket: FakeSocket, cseq: number, state: string): string => {
    const subscribe = socket.request("SUBSCRIBE");
    return from("NOTIFY", {
      from: "sip:room@segue.example",
      callId: header(subscribe, "Call-ID") ?? "",
      toTag: /tag=(\w+)/.exec(header(subscribe, "From") ?? "")?.[1] ?? "",
      cseq: `${cseq} NOTIFY`,
      headers: [
        "Event: conference",
        `Subscription-State: ${state}`,
        "Content-Type: application/conference-info+xml",
      ],
      body: "<x/>",
    });
  };

  test("is told of from the first NOTIFY on, even before the answer, and is refreshed", async () => {
    const socket = alone.signIn();
    alone.agent.subscribe("roster", "sip:room@segue.example");
    socket.says(notify(socket, 1, "active;expires=100"));
    socket.answers("SUBSCRIBE", 200, { headers: [["Expires", "100"]] });
    socket.says(notify(socket, 2, "active;expires=100"));
    const before = socket.sent.length;
    await vi.advanceTimersByTimeAsync(90_000);
    expect(socket.sent.slice(before).filter((text) => text.startsWith("SUBSCRIBE"))).toHaveLength(1);
    socket.says(notify(socket, 3, "terminated;reason=noresource"));
    expect(alone.named("notified").map(({ body, terminated }) => [body, terminated])).toEqual([
      ["<x/>", null],
      ["<x/>", null],
      ["<x/>", "noresource"],
    ]);
    await vi.advanceTimersByTimeAsync(200_000);
    expect(alone.named("notified")).toHaveLength(3);
  });

  /** Over the connection after this one; what is asked of the watched there. */
  function askedAfterwards(socket: FakeSocket): FakeSocket {
    socket.closes();
    alone.agent.tryNow();
    const next = alone.socket();
    next.opens();
    next.answers("REGISTER", 200, { headers: granted });
    const first = socket.request("SUBSCRIBE");
    const again = next.request("SUBSCRIBE");
    expect(header(again, "Call-ID")).toBe(header(first, "Call-ID"));
    expect(header(again, "To")).toContain(";tag=bob");
    expect(Number(header(again, "Expires"))).toBeGreaterThan(0);
    return next;
  }

  test("is refreshed over the next connection: what was told meanwhile may be lost", async () => {
    const socket = alone.signIn();
    alone.agent.subscribe("roster", "sip:room@segue.example");
    socket.says(notify(socket, 1, "active;expires=100"));
    const next = askedAfterwards(socket);
    next.answers("SUBSCRIBE", 200, { headers: [["Expires", "100"]] });
    next.says(notify(next, 2, "active;expires=100"));
    expect(alone.named("notified").map(({ terminated }) => terminated)).toEqual([null, null]);
  });

  test("that is forgotten at the other end is over, and its user knows", async () => {
    const socket = alone.signIn();
    alone.agent.subscribe("roster", "sip:room@segue.example");
    socket.says(notify(socket, 1, "active;expires=100"));
    const next = askedAfterwards(socket);
    next.answers("SUBSCRIBE", 481);
    expect(alone.named("notified").map(({ terminated }) => terminated)).toEqual([null, "timeout"]);
  });

  test("stands by its first NOTIFY, though the answer to SUBSCRIBE was lost", async () => {
    const socket = alone.signIn();
    alone.agent.subscribe("roster", "sip:room@segue.example");
    socket.says(notify(socket, 1, "active;expires=100"));
    await vi.advanceTimersByTimeAsync(33_000);
    socket.says(notify(socket, 2, "active;expires=67"));
    expect(alone.named("notified").map(({ terminated }) => terminated)).toEqual([null, null]);
  });

  test("refused after all is over, and is not heard any more", () => {
    const socket = alone.signIn();
    alone.agent.subscribe("roster", "sip:room@segue.example");
    socket.says(notify(socket, 1, "active;expires=100"));
    socket.answers("SUBSCRIBE", 403);
    socket.says(notify(socket, 2, "active;expires=100"));
    expect(alone.named("notified").map(({ terminated }) => terminated)).toEqual([null, "rejected"]);
    expect(socket.sent.at(-1)).toMatch(/^SIP\/2.0 481 /);
  });

  test("that nothing was heard of before the connection was lost is over with the next one, not half a minute later", () => {
    const socket = alone.signIn();
    alone.agent.subscribe("roster", "sip:room@segue.example");
    socket.closes();
    alone.agent.tryNow();
    const next = alone.socket();
    next.opens();
    expect(alone.named("notified")).toEqual([]);
    next.answers("REGISTER", 200, { headers: granted });
    expect(alone.named("notified").map(({ terminated }) => terminated)).toEqual(["timeout"]);
    next.says(notify(socket, 1, "active;expires=100"));
    expect(next.sent.at(-1)).toMatch(/^SIP\/2.0 481 /);
    expect(alone.named("notified")).toHaveLength(1);
  });

  test("ends by silence", async () => {
    const socket = alone.signIn();
    alone.agent.subscribe("roster", "sip:room@segue.example");
    socket.answers("SUBSCRIBE", 200, { headers: [["Expires", "100"]] });
    await vi.advanceTimersByTimeAsync(32_000);
    expect(alone.named("notified")).toEqual([
      { on: "notified", subscription: "roster", body: "", terminated: "timeout" },
    ]);
  });

  test("one that is let go is quiet, though the other end says nothing", async () => {
    const socket = alone.signIn();
    alone.agent.subscribe("roster", "sip:room@segue.example");
    socket.says(notify(socket, 1, "active;expires=100"));
    alone.agent.unsubscribe("roster");
    expect(header(socket.request("SUBSCRIBE"), "Expires")).toBe("0");
    alone.agent.subscribe("roster", "sip:room@segue.example");
    alone.pass(32_000);
    const before = socket.sent.length;
    await vi.advanceTimersByTimeAsync(31_000);
    expect(socket.sent.slice(before).filter((text) => text.startsWith("SUBSCRIBE"))).toEqual([]);
    expect(alone.named("notified")).toHaveLength(1);
  });
});
