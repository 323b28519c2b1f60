/** Before the first browser test: the app as a user gets it, built if anything it is made of has changed. */
import { join } from "node:path";
import { buildIfStale } from "../src/server/build.ts";

// Playwright calls what is exported by default.
// oxlint-disable-next-line import/no-default-export
export default function build(): Promise<void> {
  return buildIfStale(join(import.meta.dirname, ".."));
}
