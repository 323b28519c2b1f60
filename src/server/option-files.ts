/** Files that are named on a command line; each problem is an Error that names the option or the file. */
import { readFileSync } from "node:fs";
import { reasonOf } from "./command-line.ts";

export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`${file} can't be read: ${reasonOf(error)}`, { cause: error });
  }
}

/** What `parse` makes of it; null where none was named. */
export function readParsed<T>(file: string | undefined, parse: (text: string) => T): T | null {
  if (file === undefined) return null;
  const text = readText(file);
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`${file}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Its first line. */
export function readPassword(option: string, file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "it can't be read";
    throw new Error(`${option} ${file}: ${code === "ENOENT" ? "there is no such file" : code}.`, {
      cause: error,
    });
  }
  const password = text.split(/\r?\n/)[0] ?? "";
  if (password === "") throw new Error(`${option} ${file}: its first line is empty.`);
  return password;
}
