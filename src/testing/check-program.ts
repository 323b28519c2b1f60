/** `npm run check` in a process of its own, for what a process has to be told: which certificates it trusts. */
import { spawn } from "node:child_process";

export type Ended = { readonly code: number | null; readonly said: string };

/** How it ends, and everything it says; the password is piped in. */
export async function checkProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ["--import", "tsx", "src/check/main.ts", ...args], {
    env: { ...process.env, ...env },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes: Buffer) => (said += bytes.toString()));
  child.stdin.end("alice\n");
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, said };
}
