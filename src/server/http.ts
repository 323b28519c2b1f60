/**
 * The web side of the box: the built app, `/config.json`, security headers, and who may ask at all.
 *
 * Who may ask is `reach.ts`'s to say; others get 403. Refuses every path that leads out of the served directory, dot
 * files, methods other than GET and HEAD, and a connection that asks on and on without taking what it gets.
 */
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { extname, join, normalize, resolve, sep } from "node:path";
import { pipeline } from "node:stream";
import { reasonOf } from "./command-line.ts";
import { createReach, type Reach } from "./reach.ts";

export type HttpOptions = {
  /** The built app; null: none is served. */
  readonly distDir: string | null;
  /** What the app reads on start, as JSON, under `/config.json`; null: there is none. */
  readonly config: (() => string) | null;
  /** Paths where a WebSocket is expected. */
  readonly socketPaths: ReadonlySet<string>;
  /** Loopback, plain, when nothing is said. */
  readonly reach?: Reach;
  /** What went wrong here, a line at a time. */
  readonly log?: (line: string) => void;
};

const types: ReadonlyMap<string, string> = new Map([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".json", "application/json; charset=utf-8"],
  [".webmanifest", "application/manifest+json"],
  [".svg", "image/svg+xml"],
  [".png", "image/png"],
  [".ico", "image/x-icon"],
  [".woff2", "font/woff2"],
  [".txt", "text/plain; charset=utf-8"],
]);

/** The nonce is for the one style that React Aria puts into the page. */
const contentPolicy = (nonce: string | null): string => {
  const own = nonce === null ? "'self'" : `'self' 'nonce-${nonce}'`;
  return [
    "default-src 'self'",
    `script-src ${own}`,
    `style-src ${own}`,
    "img-src 'self' data: blob:",
    "connect-src 'self' ws: wss:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join("; ");
};

const commonHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy": contentPolicy(null),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
};

/** Requests of one connection that are not answered yet. */
const mostInHand = 4;

/** A year, for this name alone: others below it are not ours to bind. Never for localhost, which is everybody's. */
const transportHeader = { "Strict-Transport-Security": "max-age=31536000" };

/** What stands on every answer, whatever it says. */
export const securityHeaders = (reach: Reach): Readonly<Record<string, string>> =>
  reach.isSecure && reach.isPublic ? { ...commonHeaders, ...transportHeader } : commonHeaders;

export const pathOf = (request: IncomingMessage): string => (request.url ?? "/").split(/[?#]/)[0] ?? "/";

export function createHttpHandler(
  options: HttpOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const reach = options.reach ?? createReach({ isLoopback: true, tls: false });
  const root = options.distDir === null ? null : resolve(options.distDir);
  const always = securityHeaders(reach);
  const inHand = new WeakMap<Socket, number>();

  const refuse = (response: ServerResponse, status: number, text: string, more = {}): void => {
    response.writeHead(status, { ...always, "Content-Type": "text/plain; charset=utf-8", ...more });
    response.end(`${text}\n`);
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!reach.mayAsk(request)) return refuse(response, 403, "This server answers its own pages only.");
    const path = pathOf(request);
    if (options.socketPaths.has(path))
      return refuse(response, 426, "A WebSocket is expected here.", { Upgrade: "websocket" });
    if (request.method !== "GET" && request.method !== "HEAD")
      return refuse(response, 405, "Only GET and HEAD.", { Allow: "GET, HEAD" });
    if (path === "/config.json" && options.config !== null) {
      const config = options.config();
      response.writeHead(200, {
        ...always,
        "Content-Type": "application/json; charset=utf-8",
        "Cache-Control": "no-store",
      });
      response.end(request.method === "HEAD" ? undefined : config);
      return;
    }
    const file = root === null ? null : fileOf(root, path);
    const found = file === null ? null : await stat(file).catch(() => null);
    if (file === null || found?.isFile() !== true) return refuse(response, 404, "Not here.");
    if (extname(file) === ".html") return sendPage(file, always, request, response);
    response.writeHead(200, {
      ...always,
      "Content-Type": types.get(extname(file)) ?? "application/octet-stream",
      "Content-Length": found.size,
      // names under assets carry a hash of what is in them
      "Cache-Control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    });
    if (request.method === "HEAD") response.end();
    else pipeline(createReadStream(file), response, () => {}); // closes both, whichever of them ends early
  }

  /** A browser asks for one thing at a time; the next may come while the last is being put away. */
  function takes({ socket }: IncomingMessage, response: ServerResponse): boolean {
    const now = (inHand.get(socket) ?? 0) + 1;
    if (now > mostInHand) return false;
    inHand.set(socket, now);
    response.once("close", () => inHand.set(socket, (inHand.get(socket) ?? 1) - 1));
    return true;
  }

  return (request, response) => {
    if (!takes(request, response)) {
      request.socket.destroy();
      return;
    }
    answer(request, response).catch((error: unknown) => {
      options.log?.(`${request.method} ${pathOf(request)}: ${reasonOf(error)}`);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, "Something went wrong.");
    });
  };
}

/** Null for whatever is not plainly a file below `root`. */
function fileOf(root: string, path: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return null;
  }
  if (/[\\\p{Cc}]/u.test(decoded) || decoded.split("/").some((part) => part.startsWith("."))) return null;
  const file = normalize(join(root, decoded.endsWith("/") ? `${decoded}index.html` : decoded));
  return file.startsWith(root + sep) ? file : null;
}

async function sendPage(
  file: string,
  always: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const nonce = randomBytes(16).toString("base64");
  const page = (await readFile(file, "utf8")).replace(
    /<head>/i,
    `$&\n    <meta property="csp-nonce" nonce="${nonce}" />`,
  );
  response.writeHead(200, {
    ...always,
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": contentPolicy(nonce),
    "Cache-Control": "no-cache",
  });
  response.end(request.method === "HEAD" ? undefined : page);
}
