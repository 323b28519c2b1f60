/** Programs that answer, and programs that hang, flood, crash or are none. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { manualClock } from "../testing/manual-clock.ts";
import { askCommand, type Asked } from "./ask-command.ts";
import { systemClock } from "./system.ts";

const bounds = { withinMs: 30_000, mostBytes: 1_000 };
let dir: string;
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), "segue-ask-"))));
afterAll(() => rmSync(dir, { recursive: true }));

let programs = 0;
function program(text: string): string {
  const file = join(dir, `program-${(programs += 1)}`);
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o700);
  return file;
}
const ask = (text: string, args: readonly string[] = [], clock = systemClock): Asked =>
  askCommand(program(text), args, bounds, clock);

/** As soon as the program has written it. */
async function written(file: string): Promise<string> {
  const read = (): string => (existsSync(file) ? readFileSync(file, "utf8").trim() : "");
  await expect.poll(read).not.toBe("");
  return read();
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // where nobody looks after orphans they stay listed
  const status = `/proc/${pid}/status`;
  return !existsSync(status) || !/^State:\s*Z/m.test(readFileSync(status, "utf8"));
};

it("gives what it printed", async () => {
  expect(await ask(`echo "$2 $1"`, ["one", "two"]).answer).toBe("two one\n");
});

it("no shell reads the arguments", async () => {
  const file = join(dir, "planted");
  const args = [`$(touch ${file})`, `; touch ${file}`, "`touch " + file + "`", "a b", "*", '"'];
  expect(await ask(`printf '%s|' "$@"`, args).answer).toBe(`${args.join("|")}|`);
  expect(existsSync(file)).toBe(false);
});

it.each([
  ["exit 3", "it ended with 3"],
  ["echo 'no directory' >&2; echo there is none >&2; exit 1", "it ended with 1: no directory there is none"],
  ["kill -9 $$", "it ended with SIGKILL"],
  [`printf '\\033[31mred\\007\\n\\000' >&2; exit 1`, "it ended with 1: [31mred"],
])("%s: %s", async (text, why) => {
  await expect(ask(text).answer).rejects.toThrow(new Error(why));
});

it("a program that can't be started", async () => {
  const { answer } = askCommand(join(dir, "none"), [], bounds, systemClock);
  await expect(answer).rejects.toThrow("ENOENT");
  const none = join(dir, "no-program");
  writeFileSync(none, "text");
  chmodSync(none, 0o600);
  await expect(askCommand(none, [], bounds, systemClock).answer).rejects.toThrow("EACCES");
  await expect(askCommand(none, ["\0"], bounds, systemClock).answer).rejects.toThrow("null bytes");
});

it("one that floods is stopped, and what it complains about is cut", async () => {
  await expect(ask("exec cat /dev/zero").answer).rejects.toThrow("it prints more than 1000 bytes");
  const why = await ask("head -c 2000000 /dev/zero | tr '\\0' x >&2; exit 1").answer.catch(String);
  expect(why).toMatch(/it ended with 1: x{100,300}$/);
});

it("one that hangs is killed, and what it has started too", async () => {
  const clock = manualClock();
  const pids = join(dir, "pids");
  const { answer } = ask(`sleep 1000 & echo "$$ $!" > ${pids}.new; mv ${pids}.new ${pids}; wait`, [], clock);
  const why = answer.catch(String);
  const [shell = 0, child = 0] = (await written(pids)).split(" ").map(Number);
  expect([isAlive(shell), isAlive(child)]).toEqual([true, true]);
  clock.advance(30_000);
  expect(await why).toBe("Error: no answer within 30 s");
  await expect.poll(() => [isAlive(shell), isAlive(child)]).toEqual([false, false]);
});

it("one that leaves somebody behind who holds its output open is waited for no longer than others", async () => {
  const clock = manualClock();
  const pids = join(dir, "left");
  const { answer } = ask(
    `sleep 1000 & echo "$!" > ${pids}.new; mv ${pids}.new ${pids}; echo said`,
    [],
    clock,
  );
  const why = answer.catch(String);
  const left = Number(await written(pids));
  clock.advance(30_000);
  expect(await why).toBe("Error: no answer within 30 s");
  await expect.poll(() => isAlive(left)).toBe(false);
});

it("who is not asked any more is killed", async () => {
  const pids = join(dir, "cancelled");
  const asked = ask(`echo $$ > ${pids}.new; mv ${pids}.new ${pids}; exec sleep 1000`);
  const why = asked.answer.catch(String);
  const pid = Number(await written(pids));
  asked.cancel();
  expect(await why).toBe("Error: not asked any more");
  await expect.poll(() => isAlive(pid)).toBe(false);
});
