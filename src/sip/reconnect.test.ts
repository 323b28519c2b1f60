/** What a lost connection may have taken with it, and how that is made good over the next one. */
import { expect, test, vi } from "vitest";
import { from, granted, invite, sdp, tagOfAnswer, type AgentAlone } from "../testing/agent-alone.ts";
import { agentInEachTest } from "../testing/agent-in-each-test.ts";
import type { FakeSocket } from "../testing/fake-sip-socket.ts";
import { header } from "../wire/sip.ts";

let alone: AgentAlone;
let socket: FakeSocket;
let leg: string;
let toTag: string;

agentInEachTest((one) => {
  alone = one;
  socket = alone.signIn();
  socket.says(invite());
  leg = alone.named("incoming")[0]?.incoming.leg ?? "";
  alone.agent.accept(leg, sdp);
  toTag = tagOfAnswer(socket);
}, 64_000);

const acknowledge = async (): Promise<void> => {
  socket.says(from("ACK", { toTag }));
  await vi.advanceTimersByTimeAsync(500); // SIP.js looks for the ACK once more by then
};

function reconnect(): FakeSocket {
  alone.agent.tryNow();
  const next = alone.socket();
  next.opens();
  next.answers("REGISTER", 200, { headers: granted });
  return next;
}

test("a BYE that had no connection goes over the next, and only its answer closes the leg", async () => {
  await acknowledge();
  socket.closes();
  alone.agent.end(leg, { cause: 200, text: "Call completed" });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(alone.told()).not.toContain("closed");
  const next = reconnect();
  expect(header(next.request("BYE"), "Reason")).toContain("cause=200");
  expect(alone.told()).not.toContain("closed");
  next.answers("BYE", 200);
  expect(alone.events.at(-1)).toEqual({ on: "closed", leg });
});

test("a BYE that was lost with its connection is sent again", async () => {
  await acknowledge();
  alone.agent.end(leg, null);
  socket.request("BYE");
  socket.closes();
  const next = reconnect();
  next.answers("BYE", 481);
  expect(alone.events.at(-1)).toEqual({ on: "closed", leg });
  await vi.advanceTimersByTimeAsync(64_000);
  expect(alone.told().filter((on) => on === "closed")).toHaveLength(1);
});

test("a leg whose other end has let go of it meanwhile is lost", async () => {
  await acknowledge();
  socket.closes();
  const next = reconnect();
  expect(header(next.request("OPTIONS"), "Call-ID")).toBe("call");
  next.answers("OPTIONS", 481);
  expect(alone.events.at(-1)).toEqual({ on: "ended", leg, by: "lost", cause: 481, text: null });
  expect(alone.agent.dialog(leg)).toBeNull();
});

test("a leg whose other end is there stands, and so where that is offline or silent itself", async () => {
  await acknowledge();
  for (const status of [200, 405, 480]) {
    alone.socket().closes();
    reconnect().answers("OPTIONS", status);
  }
  alone.socket().closes();
  reconnect();
  await vi.advanceTimersByTimeAsync(64_000);
  expect(alone.told().filter((on) => on === "ended" || on === "acked")).toEqual(["acked"]);
  expect(alone.agent.dialog(leg)).not.toBeNull();
});

test("an ACK that was lost with its connection is made good by an answer within the dialog", async () => {
  socket.closes();
  const next = reconnect();
  next.answers("OPTIONS", 200);
  expect(alone.events.at(-1)).toEqual({ on: "acked", leg });
  await vi.advanceTimersByTimeAsync(64_000);
  expect(alone.told()).not.toContain("unacked");
});
