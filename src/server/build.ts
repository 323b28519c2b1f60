/** Builds the app when `dist` is older than anything it is made of. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Folders that never reach the browser. */
const notInApp = new Set(["server", "testing", "check"]);
const sources = ["src", "public", "index.html", "package.json", "vite.config.ts"];

function newest(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const inside = readdirSync(path, { withFileTypes: true })
    .filter((entry) => !/\.(?:test|bench)\./.test(entry.name) && !notInApp.has(entry.name))
    .map((entry) => newest(join(path, entry.name)));
  return Math.max(0, ...inside);
}

export const isStale = (root: string): boolean =>
  newest(join(root, "dist/index.html")) <= Math.max(...sources.map((source) => newest(join(root, source))));

/** Rejects when the build fails. */
export async function buildIfStale(root: string): Promise<void> {
  if (!isStale(root)) return;
  process.stderr.write("Building the app …\n");
  const { build } = await import("vite");
  await build({ root, logLevel: "warn", configFile: join(root, "vite.config.ts") });
}
