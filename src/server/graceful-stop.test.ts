/** A box that is told to stop: members hear it before their sockets close, and nothing keeps it from ending. */
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { freePort } from "../testing/free-ports.ts";
import { joinsAt, openStage, talkInPrivate, type Stage } from "../testing/headless-stage.ts";
import { openPhone } from "../testing/raw-phone.ts";
import { startBox } from "./network-in-a-box.ts";
import { withTimers } from "./timers.ts";

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

test("each member gets a BYE, then 1001", async () => {
  stage = await openStage({ box: { port: await freePort() } });
  const { box } = stage;
  const [alice, bob, carol] = await stage.enter(["alice", "bob", "carol"]);
  const chat = await talkInPrivate(alice, bob);
  alice.actions.addPeople(chat.id, [carol.address], null);
  await joinsAt(carol);
  await Promise.all([alice.group(), bob.group()]);
  const phone = await openPhone(box.port, "alice");
  await phone.register();

  box.trace.clear();
  await box.stop();
  const told = ["alice", "bob", "carol"].map((user) =>
    box.trace.sip.some(
      ({ from, to, message }) => from === `PF ${user}` && to === user && message.startsWith("BYE "),
    ),
  );
  expect(told).toEqual([true, true, true]);
  await expect.poll(() => phone.closeCode()).toBe(1001);
  await expect(openPhone(box.port, "bob")).rejects.toThrow("ECONNREFUSED");
});

test("who does not close its end, or only half asks, is cut", async () => {
  const timers = withTimers({ socket: { goodbyeMs: 50 } });
  const box = await startBox({ timers });
  const deaf = new WebSocket(`ws://127.0.0.1:${box.port}/sip`, "sip");
  await new Promise((resolve) => deaf.once("open", resolve));
  deaf.pause(); // reads nothing, so never answers the close
  const half = connect(box.port, "127.0.0.1");
  half.on("error", () => {});
  await new Promise((resolve) => half.once("connect", resolve));
  half.write("GET / HTTP/1.1\r\nHost: localhost\r\n");
  await expect(box.stop()).resolves.toBeUndefined();
  deaf.terminate();
  half.destroy();
});
