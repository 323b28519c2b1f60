/** What goes wrong while a page is answered is said to whoever runs the server, and not to whoever asked. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createHttpHandler } from "./http.ts";

test("an answer that fails is 500, with the reason in the log", async () => {
  const lines: string[] = [];
  const server = createServer(
    createHttpHandler({
      distDir: null,
      config: () => {
        throw new Error("no config today");
      },
      socketPaths: new Set(),
      log: (line) => lines.push(line),
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/config.json?x=1`);
  expect([answer.status, await answer.text()]).toEqual([500, "Something went wrong.\n"]);
  expect(lines).toEqual(["GET /config.json: no config today"]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
