/**
 * Tells at the end of a build how much JavaScript a browser fetches until a chat is open, and fails over the limit.
 *
 * Counted is what the page cannot do without: the entry and whatever it imports statically, gzipped as a server
 * would send it. Code behind an `import()` that runs at once would escape the count, and is no saving.
 */
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

export const limitBytes = 240_000;
const aimBytes = 200_000;

/** What this needs of a chunk of a bundle. */
export type Chunk = {
  readonly fileName: string;
  readonly code: string;
  readonly isEntry: boolean;
  readonly imports: readonly string[];
};

export type Fetched = { readonly fileName: string; readonly gzipBytes: number };

/** The entries and everything they import statically, each file once. */
export function fetchedAtStart(chunks: readonly Chunk[]): readonly Fetched[] {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const wanted = new Set<string>();
  const want = (fileName: string): void => {
    const chunk = byName.get(fileName);
    if (chunk === undefined || wanted.has(fileName)) return;
    wanted.add(fileName);
    chunk.imports.forEach(want);
  };
  for (const chunk of chunks) if (chunk.isEntry) want(chunk.fileName);
  return [...wanted].map((fileName) => ({
    fileName,
    gzipBytes: gzipSync(byName.get(fileName)?.code ?? "").length,
  }));
}

export const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

export function reportSize(): Plugin {
  return {
    name: "segue:size",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
        const fetched = fetchedAtStart(chunks);
        const total = fetched.reduce((sum, file) => sum + file.gzipBytes, 0);
        const verdict = total <= aimBytes ? "within the aim" : `${kB(total - aimBytes)} above the aim`;
        const sum = `JavaScript until a chat is open: ${kB(total)} gzip in ${fetched.length} file(s), ${verdict} of ${kB(aimBytes)} (limit ${kB(limitBytes)})`;
        if (total > limitBytes) this.error(sum);
        this.info(sum);
      },
    },
  };
}
