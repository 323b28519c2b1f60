/** With passwords piped in, once as a process of its own; and the prompt at a terminal, which shows nothing. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ha1 } from "../wire/digest.ts";
import { runAccount, type Ended } from "./account-command.ts";
import { askPassword } from "./password-prompt.ts";

let dir: string;
let file: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "segue-"));
  file = join(dir, "accounts");
});
afterAll(() => rmSync(dir, { recursive: true }));

function account(args: readonly string[], input = ""): Promise<Ended> {
  const piped = Readable.from([Buffer.from(input)]) as unknown as NodeJS.ReadStream;
  return runAccount(args, { input: piped, output: { write: () => {} } });
}

test("the command takes a password from its standard input and says nothing", async () => {
  const args = ["add", "zoe", "--file", join(dir, "other")];
  const child = spawn(process.execPath, ["--import", "tsx", "src/server/account-main.ts", ...args]);
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes: Buffer) => (said += bytes.toString()));
  child.stdin.write("correct horse\n"); // left open, as a terminal would be
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect([code, said]).toEqual([0, ""]);
  expect(readFileSync(join(dir, "other"), "utf8")).toMatch(/^zoe:segue\.example:[0-9a-f]{32}:zoe\n$/);
});

test("adds, lists, changes and removes", async () => {
  const added = ["add", "alice", "--file", file, "--domain", "chat.example.org", "--name", "Alice Moreau"];
  expect(await account(added, "correct horse\n")).toMatchObject({ code: 0, err: "" });
  const secret = (password: string): string => ha1("alice", "chat.example.org", password);
  expect(readFileSync(file, "utf8")).toBe(`alice:chat.example.org:${secret("correct horse")}:Alice Moreau\n`);
  expect((await account(["add", "bob", "--file", file], "battery staple")).code).toBe(0);
  expect((await account(["list", "--file", file])).out).toBe("alice\tAlice Moreau\nbob\tbob\n");

  expect((await account(["passwd", "alice", "--file", file], "another one\n")).code).toBe(0);
  expect(readFileSync(file, "utf8")).toContain(`${secret("another one")}:Alice Moreau\n`);
  expect((await account(["remove", "bob", "--file", file])).code).toBe(0);
  expect((await account(["list", "--file", file])).out).toBe("alice\tAlice Moreau\n");

  expect(await account(added, "correct horse\n")).toMatchObject({ code: 1 });
  expect((await account(["remove", "bob", "--file", file])).err).toBe(`bob is not in ${file}.\n`);
  expect((await account(["passwd", "alice", "--file", file], "short\n")).err).toContain("8 to 256");
  expect((await account(["add", "zoe", "--file", file, "--domain", "other.example"], "12345678")).err).toBe(
    `${file} is for chat.example.org, and a file is for one domain.\n`,
  );
  expect(readFileSync(file, "utf8").split("\n")).toHaveLength(2);
});

test.each([
  [["frobnicate", "--file", "x"], "One of add"],
  [["add", "alice"], "--file is needed"],
  [["add", "--file", "x"], "one user is needed"],
  [["add", "Alice", "--file", "x"], "Alice: a user is"],
  [["list", "alice", "--file", "x"], "no user is needed"],
  [["add", "alice", "--file", "x", "--password", "p"], "--password"],
])("%j is not understood", async (args, words) => {
  const ended = await account(args);
  expect(ended.code).toBe(2);
  expect(ended.err).toContain(words);
});

/** A terminal as far as the prompt looks at it. */
class Terminal extends PassThrough {
  readonly isTTY = true;
  readonly raw: boolean[] = [];
  shown = "";
  setRawMode(on: boolean): void {
    this.raw.push(on);
  }
  ask(): Promise<string> {
    const input = this as unknown as NodeJS.ReadStream;
    return askPassword({ input, output: { write: (text: string) => (this.shown += text) } }, "alice");
  }
}

test("at a terminal it is asked for twice, and what is typed is not shown", async () => {
  const terminal = new Terminal();
  const asked = terminal.ask();
  terminal.write("correct horz\u007fse\r");
  await expect.poll(() => terminal.shown).toContain("Once more");
  terminal.write("correct horse\r");
  expect(await asked).toBe("correct horse");
  expect(terminal.shown).toBe("Password of alice: \nOnce more: \n");
  expect(terminal.raw).toEqual([true, false, true, false]);
});

test("two that differ, and Ctrl-C, change nothing", async () => {
  const terminal = new Terminal();
  const asked = terminal.ask();
  const refused = asked.catch(String);
  terminal.write("correct horse\r");
  await expect.poll(() => terminal.shown).toContain("Once more");
  terminal.write("correct house\r");
  expect(await refused).toContain("not the same");

  const other = new Terminal();
  const stopped = other.ask().catch(String);
  other.write("corr\u0003");
  expect(await stopped).toContain("Nothing was changed");
  expect(other.raw).toEqual([true, false]);
});
