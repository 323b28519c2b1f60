/**
 * The network in a box as a process of its own, as `npm start` runs it, so that it can be killed without a word.
 *
 * Known to be up by the line it prints; what it says is kept for the message of a start that failed.
 */
import { spawn } from "node:child_process";

export interface BoxProcess {
  readonly url: string;
  readonly port: number;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** Rejects when it ends instead. `port` 0: a free one. */
export function startBoxProcess(port: number, dataDir: string): Promise<BoxProcess> {
  const args = ["--import", "tsx", "src/server/main.ts", "--port", String(port), "--data", dataDir];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let said = "";
  return new Promise((resolve, reject) => {
    child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
    child.stdout.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      const url = /http:\/\/\S+/.exec(said)?.[0];
      if (url === undefined) return;
      resolve({
        url,
        port: Number(new URL(url).port),
        kill: () => {
          child.kill("SIGKILL");
          return gone;
        },
      });
    });
    void gone.then(() => reject(new Error(`the box ended: ${said}`)));
  });
}
