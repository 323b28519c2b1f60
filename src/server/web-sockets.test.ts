/** Whoever is refused at the WebSocket door holds nothing open there. */
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { networkLimits } from "./network/limits.ts";
import { createReach } from "./reach.ts";
import { openSocketDoors, type SocketDoors } from "./web-sockets.ts";

let server: Server;
let doors: SocketDoors;
afterEach(() => {
  doors.close();
  server.closeAllConnections();
  server.close();
});

test("a refused connection whose other end stays is closed", async () => {
  server = createServer();
  doors = openSocketDoors(server, [], {
    pingMs: 30_000,
    goodbyeMs: 0,
    reach: createReach({ isLoopback: true, tls: false }),
    limits: networkLimits.connections,
    now: () => 0,
    leaveOthers: false,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const visitor = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  visitor.on("error", () => {});
  visitor.write(
    "GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  );
  const answer = await new Promise<string>((resolve) =>
    visitor.once("data", (data) => resolve(String(data))),
  );
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  const open = (): Promise<number> =>
    new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
  await expect.poll(open, { timeout: 10_000 }).toBe(0);
  visitor.destroy();
});
