/** What goes wrong while a page is answered, and visitors who do not take what they asked for. */
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createHttpHandler, type HttpOptions } from "./http.ts";

let server: Server;
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function serve(options: Partial<HttpOptions>): Promise<number> {
  server = createServer(
    createHttpHandler({ distDir: null, config: null, socketPaths: new Set(), ...options }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

test("an answer that fails is 500, with the reason in the log", async () => {
  const lines: string[] = [];
  const config = (): string => {
    throw new Error("no config today");
  };
  const port = await serve({ config, log: (line) => lines.push(line) });
  const answer = await fetch(`http://127.0.0.1:${port}/config.json?x=1`);
  expect([answer.status, await answer.text()]).toEqual([500, "Something went wrong.\n"]);
  expect(lines).toEqual(["GET /config.json: no config today"]);
});

describe("a file that is larger than what a connection holds", () => {
  const dir = mkdtempSync(join(tmpdir(), "segue-http-"));
  const file = join(dir, "large.js");
  beforeAll(() => {
    for (const name of ["large.js", "other.js"]) writeFileSync(join(dir, name), Buffer.alloc(16_000_000));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));

  /** How often this process has it open. */
  const opened = (): number =>
    readdirSync("/proc/self/fd").filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === file;
      } catch {
        return false; // closed meanwhile
      }
    }).length;

  const ask = (port: number, name: string, times: number): Socket => {
    const socket = connect(port, "127.0.0.1");
    socket.write(`GET /${name} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(times));
    socket.on("error", () => {});
    return socket;
  };

  test.runIf(existsSync("/proc/self/fd"))("is closed again when whoever asked for it is gone", async () => {
    const port = await serve({ distDir: dir });
    const socket = ask(port, "large.js", 1);
    await new Promise((resolve) => socket.once("data", resolve));
    expect(opened()).toBe(1);
    socket.destroy();
    await expect.poll(opened).toBe(0);
  });

  test("asked for many times at once, without waiting for an answer, ends the connection", async () => {
    const port = await serve({ distDir: dir });
    const closed = new Promise((resolve) =>
      server.once("connection", (socket: Socket) => socket.once("close", () => resolve("closed"))),
    );
    const socket = ask(port, "other.js", 50).pause();
    expect(await closed).toBe("closed");
    socket.destroy();
  });
});
