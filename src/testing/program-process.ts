/**
 * A server of ours as a process of its own, as `npm start` and `npm run relay` run it, so that it can be told to stop,
 * or killed without a word.
 *
 * Known to be up by the line with its URL; what it says is kept for the message of a start that failed.
 */
import { spawn } from "node:child_process";

export interface ProgramProcess {
  readonly url: string;
  readonly port: number;
  /** What it has said so far, on both streams. */
  readonly said: () => string;
  /** SIGTERM; resolves with the exit code when the process is gone. */
  readonly stop: () => Promise<number | null>;
  /** SIGKILL; resolves when the process is gone. */
  readonly kill: () => Promise<void>;
  readonly hangUp: () => void;
}

/** Ends it when its standard input ends, so also when the test that holds it is killed. */
const leash = "data:text/javascript,process.stdin.once('close', () => process.exit(1)).resume().unref();";

/** `file` below `src/server`. Rejects when it ends instead. */
export function startProgram(file: string, args: readonly string[]): Promise<ProgramProcess> {
  const child = spawn(
    process.execPath,
    ["--import", leash, "--import", "tsx", `src/server/${file}`, ...args],
    {
      stdio: "pipe",
    },
  );
  const gone = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  let said = "";
  return new Promise((resolve, reject) => {
    child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
    child.stdout.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      const url = /(?:https?|wss?):\/\/[^\s,]+(?=[^\n]*\n)/.exec(said)?.[0];
      if (url === undefined) return;
      resolve({
        url,
        port: Number(new URL(url).port),
        said: () => said,
        stop: () => {
          child.kill("SIGTERM");
          return gone;
        },
        kill: async () => {
          child.kill("SIGKILL");
          await gone;
        },
        hangUp: () => void child.kill("SIGHUP"),
      });
    });
    void gone.then(() => reject(new Error(`${file} ended: ${said}`)));
  });
}
