/** Who connects, asks, and then does nothing. */
import { connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { openFrontDoor, type FrontDoor } from "./front-door.ts";
import { networkLimits } from "./network/limits.ts";

let door: FrontDoor;
afterEach(() => door.close(0));

test("whoever does not take the answer is cut", async () => {
  door = await openFrontDoor({
    host: "127.0.0.1",
    port: 0,
    tls: null,
    limits: networkLimits.connections,
    behindProxy: false,
    stalledMs: 100,
    answer: (_request, response) => response.write(Buffer.alloc(16_000_000)),
  });
  const cut = new Promise((resolve) =>
    door.server.once("connection", (socket: Socket) => socket.once("close", () => resolve("cut"))),
  );
  const visitor = connect(door.port, "127.0.0.1").pause();
  visitor.on("error", () => {});
  visitor.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  expect(await cut).toBe("cut");
  visitor.destroy();
});
