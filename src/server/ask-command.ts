/**
 * Asks a program of the operator's something: its arguments are the question, what it prints is the answer.
 *
 * No shell reads the arguments. It has so long and may print so much; a program that hangs, prints more, ends with
 * anything but 0 or can't be started is an Error in words, and it is killed with all it has started.
 */
import { spawn, type ChildProcess } from "node:child_process";
import type { Clock } from "../flow/clock.ts";
import { reasonOf } from "./command-line.ts";

export type CommandBounds = { readonly withinMs: number; readonly mostBytes: number };

export interface Asked {
  /** What it has printed; rejects with Error. */
  readonly answer: Promise<string>;
  /** The answer is not wanted any more: it rejects, and the program is killed. */
  readonly cancel: () => void;
}

/** Of what it complains about. */
const mostComplaintBytes = 300;
const hasGroups = process.platform !== "win32";

export function askCommand(
  program: string,
  args: readonly string[],
  { withinMs, mostBytes }: CommandBounds,
  clock: Clock,
): Asked {
  let cancel = (): void => {};
  const answer = new Promise<string>((resolve, reject) => {
    const child = start(program, args, reject);
    if (child === null) return;
    let said = Buffer.alloc(0);
    let complaint = Buffer.alloc(0);
    let isOver = false;
    const giveUp = (why: string): void => {
      if (isOver) return; // and its process number somebody else's
      isOver = true;
      stopClock();
      reject(new Error(why));
      kill(child);
    };
    const stopClock = clock.after(withinMs, () => giveUp(`no answer within ${withinMs / 1_000} s`));
    cancel = () => giveUp("not asked any more");
    child.stdout?.on("data", (bytes: Buffer) => {
      said = Buffer.concat([said, bytes]);
      if (said.length > mostBytes) giveUp(`it prints more than ${mostBytes} bytes`);
    });
    child.stderr?.on("data", (bytes: Buffer) => {
      if (complaint.length < mostComplaintBytes) complaint = Buffer.concat([complaint, bytes]);
    });
    child.on("error", (error) => giveUp(reasonOf(error)));
    child.on("close", (code, signal) => {
      isOver = true;
      stopClock();
      if (code === 0) resolve(said.toString("utf8"));
      else reject(new Error(`it ended with ${code ?? signal}${inOneLine(complaint)}`));
    });
  });
  return { answer, cancel: () => cancel() };
}

function start(
  program: string,
  args: readonly string[],
  reject: (error: Error) => void,
): ChildProcess | null {
  try {
    return spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      // a group of its own, so that what it has started goes with it
      detached: hasGroups,
      shell: false,
      windowsHide: true,
    });
  } catch (error) {
    reject(new Error(reasonOf(error)));
    return null;
  }
}

function kill(child: ChildProcess): void {
  try {
    if (hasGroups && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch {
    // it is gone already
  }
  // who has left the group may hold them open
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function inOneLine(complaint: Buffer): string {
  const text = complaint
    .subarray(0, mostComplaintBytes)
    .toString("utf8")
    .replace(/[\p{C}\s]+/gu, " ")
    .trim();
  return text === "" ? "" : `: ${text}`;
}
