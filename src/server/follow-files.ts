/**
 * Files that a running server takes up again when they have changed, and on SIGHUP: accounts, certificates, passwords.
 *
 * What can't be used then is said and changes nothing.
 */
import { unwatchFile, watchFile } from "node:fs";
import { reasonOf } from "./command-line.ts";

export type Followed = {
  /** In a sentence: "Accounts". */
  readonly what: string;
  readonly files: readonly string[];
  /** Throws Error for what can't be used. */
  readonly takeUp: () => void;
};

/** How often files are looked at. */
const watchMs = 2_000;

/** Gives the end of it. */
export function followFiles(followed: readonly Followed[], say: (line: string) => void): () => void {
  const again = ({ what, takeUp }: Followed): void => {
    try {
      takeUp();
      say(`${what} read again.`);
    } catch (error) {
      say(`${what} not taken, what was read before stays: ${reasonOf(error)}`);
    }
  };
  const files = followed.flatMap((one) => one.files.map((file) => [file, (): void => again(one)] as const));
  for (const [file, changed] of files) watchFile(file, { persistent: false, interval: watchMs }, changed);
  // with nothing to read it still means that the terminal is gone
  if (files.length > 0) process.on("SIGHUP", () => followed.forEach(again));
  return () => {
    for (const [file, changed] of files) unwatchFile(file, changed);
  };
}
