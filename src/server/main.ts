/**
 * `npm start`: the network in a box from the command line.
 *
 * Prints one line with the URL when it is ready. Ctrl-C stops it and ends with 0.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildIfStale } from "./build.ts";
import { startBox, type BoxOptions } from "./network-in-a-box.ts";
import { readTimers } from "./timers.ts";

const usage = `npm start -- [options]
  --port N        port, 5080 by default; 0 takes a free one
  --host HOST     127.0.0.1 (default), ::1 or localhost
  --build         build the app first if it is older than its sources
  --timers FILE   JSON with timers that differ from the defaults
  --trace         print each message on each hop
`;

const root = resolve(import.meta.dirname, "../..");

function fail(text: string, code: number): never {
  process.stderr.write(`${text}\n`);
  process.exit(code);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** At most so many lines in a second: a hostile peer must not fill a disk. */
function limited(perSecond: number): (line: string) => void {
  let second = 0;
  let lines = 0;
  return (line) => {
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) {
      second = now;
      lines = 0;
    }
    lines += 1;
    if (lines <= perSecond) process.stderr.write(`${line}\n`);
  };
}

function readOptions(): BoxOptions & { readonly build: boolean } {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "5080" },
      host: { type: "string", default: "127.0.0.1" },
      build: { type: "boolean", default: false },
      timers: { type: "string" },
      trace: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  const { host } = values;
  if (host !== "127.0.0.1" && host !== "::1" && host !== "localhost")
    throw new Error(
      `--host ${host}: this server listens on loopback only (127.0.0.1, ::1, localhost), because the passwords of its demo accounts are public.`,
    );
  if (!/^[0-9]{1,5}$/.test(values.port) || Number(values.port) > 65_535)
    throw new Error(`--port ${values.port}: a number from 0 to 65535 is needed.`);
  return {
    host,
    port: Number(values.port),
    distDir: join(root, "dist"),
    build: values.build,
    log: limited(20),
    ...(values.timers === undefined ? {} : { timers: readTimers(readFileSync(values.timers, "utf8")) }),
    ...(values.trace ? { onRow: (row: string) => void process.stderr.write(`${row}\n`) } : {}),
  };
}

async function main(): Promise<void> {
  let options: ReturnType<typeof readOptions>;
  try {
    options = readOptions();
  } catch (error) {
    fail(`${reasonOf(error)}\n\n${usage}`, 2);
  }
  if (options.build)
    await buildIfStale(root).catch((error: unknown) =>
      fail(`The app could not be built: ${reasonOf(error)}`, 1),
    );

  const box = await startBox(options).catch((error: unknown) => {
    const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    return fail(
      taken ? `Port ${options.port} is taken. Another one: npm start -- --port 0` : reasonOf(error),
      1,
    );
  });
  process.stdout.write(`Segue is at ${box.url}\n`);

  const stop = (): void => {
    void box.stop().then(() => process.exit(0));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

await main();
