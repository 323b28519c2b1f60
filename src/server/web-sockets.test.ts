/** Pings of the doors: who answers stays, also when the box was too busy to hear it in time; who does not is cut. */
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { startBox, type Box } from "./network-in-a-box.ts";
import { withTimers } from "./timers.ts";

const pingMs = 100;
let box: Box;
afterEach(() => box.stop());

/** Whether the box has this socket still when it has pinged it three times; `hears`: at each ping. */
async function isKept(autoPong: boolean, hears: () => void): Promise<boolean> {
  box = await startBox({ timers: withTimers({ socket: { pingMs } }) });
  const socket = new WebSocket(`ws://127.0.0.1:${box.port}/sip`, "sip", { autoPong });
  let pings = 0;
  await new Promise<void>((resolve) => {
    socket.on("ping", () => {
      hears();
      if ((pings += 1) === 3 && autoPong) resolve();
    });
    socket.on("close", () => resolve());
  });
  const isOpen = socket.readyState === socket.OPEN;
  socket.terminate();
  return isOpen;
}

test("who answers pings is kept", async () => {
  expect(await isKept(true, () => {})).toBe(true);
});

test("who does not is cut", async () => {
  expect(await isKept(false, () => {})).toBe(false);
});

test("whose answer is there is kept, though the box comes to read it later than the next ping", async () => {
  const sleeps = (): void => {
    const wakesAt = performance.now() + 3 * pingMs;
    while (performance.now() < wakesAt);
  };
  expect(await isKept(true, sleeps)).toBe(true);
});
