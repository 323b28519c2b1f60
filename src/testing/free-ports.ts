/**
 * Ports of loopback for servers that know no port 0, or that go away and come back where they were.
 *
 * They lie below those that systems give out by themselves (Linux from 32768 on, others from 49152), so that nobody
 * gets one by chance between the look and the server, or while the server is away.
 */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

const lowest = 16_384;
const many = 16_000;

export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + randomInt(many);
    if (await isFree(port)) return port;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
