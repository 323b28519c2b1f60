/**
 * `--metrics PORT`: `/health` and `/metrics` over HTTP, on loopback only and for reading only.
 *
 * Whoever wants them elsewhere puts a proxy of their own in front. Refused: a Host that is no loopback name (403),
 * so that no page in a browser of this machine can read them, other paths (404) and methods (405).
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { openingProblem } from "./command-line.ts";

export interface MetricsDoor {
  readonly port: number;
  close(): void;
}

export type Health = { readonly isUp: boolean; readonly text: string };

/** Rejects with words for who runs it when the port is taken. */
export async function openMetricsDoor(options: {
  readonly port: number;
  readonly health: () => Health;
  readonly metrics: () => string;
}): Promise<MetricsDoor> {
  const server: Server = createServer((request, response) => {
    const answer = (status: number, text: string, type = "text/plain; charset=utf-8"): void => {
      response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store", Connection: "close" });
      response.end(request.method === "HEAD" ? undefined : text);
    };
    if (!/^(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?$/i.test(request.headers.host ?? ""))
      return answer(403, "Asked under a name that is not this machine's own.\n");
    if (request.method !== "GET" && request.method !== "HEAD") return answer(405, "Only GET and HEAD.\n");
    if (request.url === "/metrics") return answer(200, options.metrics(), "text/plain; version=0.0.4");
    if (request.url !== "/health") return answer(404, "Here are /health and /metrics.\n");
    const { isUp, text } = options.health();
    answer(isUp ? 200 : 503, text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(
        new Error(openingProblem(error, `--metrics ${options.port}: that port is taken.`), { cause: error }),
      ),
    );
    server.listen(options.port, "127.0.0.1", () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
