/** The doors of the box: files, headers, who may ask, which WebSockets are let in. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { AppConfig } from "../client/model.ts";
import { isStale } from "./build.ts";
import { freePort } from "../testing/free-ports.ts";
import { openPhone } from "../testing/raw-phone.ts";
import { attachBox, startBox, type Box } from "./network-in-a-box.ts";

let box: Box;
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "segue-"));
  mkdirSync(join(dir, "dist/assets"), { recursive: true });
  writeFileSync(join(dir, "dist/index.html"), "<!doctype html><html><head></head><body>app</body></html>");
  writeFileSync(join(dir, "dist/assets/app-1a2b.js"), "1");
  writeFileSync(join(dir, "dist/.hidden"), "secret");
  writeFileSync(join(dir, "secret.txt"), "secret");
  box = await startBox({ distDir: join(dir, "dist") });
});
afterAll(async () => {
  await box.stop();
  rmSync(dir, { recursive: true });
});

type Answer = { readonly status: number; readonly headers: Record<string, unknown>; readonly body: string };

/** Not `fetch`: that one tidies paths before it asks. */
const ask = (path: string, method = "GET", headers: Record<string, string> = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port: box.port, path, method, headers }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => (body += chunk.toString()));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    asked.on("error", reject);
    asked.end();
  });

describe("files", () => {
  test("the page has a policy, and a nonce of its own each time", async () => {
    const [one, other] = [await ask("/"), await ask("/")];
    const nonce = /nonce="([^"]+)"/.exec(one.body)?.[1] ?? "";
    expect(nonce).not.toBe("");
    expect(other.body).not.toContain(nonce);
    const policy = String(one.headers["content-security-policy"]);
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(policy).toContain("connect-src 'self' ws: wss:");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(one.headers["x-content-type-options"]).toBe("nosniff");
  });

  test("what has a hash in its name may be kept, the page may not", async () => {
    const script = await ask("/assets/app-1a2b.js");
    expect(script.headers["cache-control"]).toContain("immutable");
    expect(script.headers["content-type"]).toContain("text/javascript");
    expect((await ask("/")).headers["cache-control"]).toBe("no-cache");
    expect(await ask("/assets/app-1a2b.js", "HEAD")).toMatchObject({ status: 200, body: "" });
  });

  test.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/..%5c..%5csecret.txt",
    "/assets/../../secret.txt",
    "/.hidden",
    "/%00",
    "/%zz",
    "/assets",
    "/assets/",
    "/nothing.js",
  ])("%s is not here", async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  test("only GET and HEAD", async () => {
    expect((await ask("/", "POST")).status).toBe(405);
    expect((await ask("/config.json", "DELETE")).status).toBe(405);
  });

  test("config.json is the one beside the app's sources, in the shape the app reads", async () => {
    const config: AppConfig = JSON.parse((await ask("/config.json")).body);
    expect(config).toEqual(JSON.parse(readFileSync("public/config.json", "utf8")));
    const [preset] = config.presets;
    expect(preset).toMatchObject({ name: "Segue demo", server: "/sip", relay: "/msrp" });
    expect(preset?.demo.map((one) => one.address)).toContain("sip:erin@segue.example");
  });
});

describe("who may ask", () => {
  test.each([
    ["another name", { Host: "evil.example" }, 403],
    ["another name with our port", { Host: "evil.example:5080" }, 403],
    ["a name that begins like ours", { Host: "localhost.evil.example" }, 403],
    ["localhost", { Host: "localhost:5080" }, 200],
    ["IPv6", { Host: "[::1]:5080" }, 200],
    ["another page", { Host: "localhost:5080", Origin: "https://evil.example" }, 403],
    ["its own page", { Host: "localhost:5080", Origin: "http://localhost:5080" }, 200],
  ])("%s", async (_name, headers, status) => {
    expect((await ask("/", "GET", headers)).status).toBe(status);
  });
});

/** 101, or the status that refused. */
const open = (
  path: string,
  protocols: string[],
  headers: Record<string, string> = {},
  port = box.port,
): Promise<number | string> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, { headers });
    socket.on("open", () => {
      resolve(socket.protocol);
      socket.terminate();
    });
    socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    socket.on("error", () => {});
  });

describe("WebSockets", () => {
  test.each([
    ["/sip", ["sip"], "sip"],
    ["/msrp", ["msrp"], "msrp"],
    ["/sip?as=alice", ["other", "sip"], "sip"],
    ["/sip", ["msrp"], 426],
    ["/msrp", ["sip"], 426],
    ["/sip", [], 426],
    ["/", ["sip"], 404],
    ["/sip/", ["sip"], 404],
  ])("%s %j: %s", async (path, protocols, outcome) => {
    expect(await open(path, protocols)).toBe(outcome);
  });

  test("not from a page of another site", async () => {
    expect(await open("/sip", ["sip"], { Origin: "https://evil.example" })).toBe(403);
    expect(await open("/sip", ["sip"], { Origin: "null" })).toBe(403);
    expect(await open("/sip", ["sip"], { Host: "evil.example" })).toBe(403);
    expect(await open("/sip", ["sip"], { Origin: `http://127.0.0.1:${box.port}` })).toBe("sip");
  });

  test("a refusal has the headers of every answer", async () => {
    const refused = await new Promise<Record<string, unknown>>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${box.port}/sip`, "sip", {
        origin: "https://evil.example",
      });
      socket.on("unexpected-response", (_request, response) => resolve(response.headers));
      socket.on("error", () => {});
    });
    expect(refused).toMatchObject({ "x-content-type-options": "nosniff" });
    expect(refused["content-security-policy"]).toContain("frame-ancestors 'self'");
  });

  test("a plain GET is told what is expected", async () => {
    expect(await ask("/sip")).toMatchObject({ status: 426, headers: { upgrade: "websocket" } });
  });
});

test("behind somebody else's server it takes its two paths and leaves the others", async () => {
  const server = createServer((_request, response) => response.end("theirs"));
  const attached = attachBox(server);
  server.on("upgrade", (incoming, stream) => {
    if (incoming.url === "/theirs") stream.end("HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const alice = await openPhone(port, "alice");
  expect((await alice.register()).status).toBe(200);
  expect(await open("/theirs", ["sip"], {}, port)).toBe(418);
  attached.stop();
  await expect.poll(() => alice.closeCode()).not.toBeNull();
  await new Promise((resolve) => server.close(resolve));
});

test("a taken port is an error, and stopping twice is not", async () => {
  await expect(startBox({ port: box.port })).rejects.toThrow("EADDRINUSE");
  const other = await startBox({ port: await freePort() });
  await Promise.all([other.stop(), other.stop()]);
  await expect(fetch(other.url)).rejects.toThrow("fetch failed");
});

test("an app is stale when a source is younger, and when there is none", () => {
  const root = join(dir, "project");
  mkdirSync(join(root, "src/server"), { recursive: true });
  writeFileSync(join(root, "index.html"), "");
  expect(isStale(root)).toBe(true);
  const at = (path: string, seconds: number): void => {
    writeFileSync(join(root, path), "");
    utimesSync(join(root, path), seconds, seconds);
  };
  mkdirSync(join(root, "dist"));
  at("index.html", 1_000);
  at("dist/index.html", 2_000);
  expect(isStale(root)).toBe(false);
  at("src/server/main.ts", 3_000);
  at("src/a.test.ts", 3_000);
  at("src/a.bench.ts", 3_000);
  mkdirSync(join(root, "src/check"));
  at("src/check/main.ts", 3_000);
  expect(isStale(root)).toBe(false);
  at("src/main.tsx", 3_000);
  expect(isStale(root)).toBe(true);
});
