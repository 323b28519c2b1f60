/**
 * Where the benchmarks are: every `*.bench.ts`, found by its name, since nothing may import one (a test is nobody's
 * library, and some of these stand on the far side of a wall).
 */
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Bench } from "./bench-measure.ts";

/** What the rows over sockets are held against: a bare WebSocket, or another's server. */
export const networks = ["box", "kamailio"] as const;
export type Network = (typeof networks)[number];

type File = {
  readonly benches?: readonly Bench[];
  readonly kamailioBenches?: readonly Bench[];
};

const root = resolve(import.meta.dirname, "../..");

/** In the order of the files' names, folder by folder. */
export async function benchesOn(network: Network): Promise<readonly Bench[]> {
  const found: Bench[] = [];
  for (const path of benchFiles()) {
    const file = (await import(pathToFileURL(path).href)) as File;
    found.push(...((network === "box" ? file.benches : file.kamailioBenches) ?? []));
  }
  const order = ["wire", "flow", "sockets", "client"];
  return found.sort((a, b) => order.indexOf(a.part) - order.indexOf(b.part));
}

export const benchFiles = (): readonly string[] =>
  ["src", "scripts"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".bench.ts"))
      .sort()
      .map((name) => join(root, folder, name)),
  );
