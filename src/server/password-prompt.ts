/**
 * A password from whoever sits at the terminal, shown nowhere; or the first line of what is piped in.
 *
 * Never an argument of a command: those stand in the list of processes and in the history of the shell.
 */
import type { ReadStream } from "node:tty";

export type PromptStreams = {
  readonly input: NodeJS.ReadStream | ReadStream;
  readonly output: { write(text: string): unknown };
};

/** At a terminal it is asked for twice. Throws Error when nothing usable was given. */
export async function askPassword({ input, output }: PromptStreams, of: string): Promise<string> {
  if (!input.isTTY) return usable((await firstLine(input)) ?? "");
  const password = usable(await unseen(input, output, `Password of ${of}: `));
  if ((await unseen(input, output, "Once more: ")) !== password)
    throw new Error("These two were not the same.");
  return password;
}

/** One that exists already: once, and of whatever shape it has. Throws Error when none was given. */
export async function askPasswordOnce({ input, output }: PromptStreams, of: string): Promise<string> {
  const password = input.isTTY
    ? await unseen(input, output, `Password of ${of}: `)
    : ((await firstLine(input)) ?? "");
  if (password === "") throw new Error("No password was given.");
  return password;
}

function usable(password: string): string {
  if (password.length < 8 || password.length > 256) throw new Error("A password has 8 to 256 characters.");
  if (/\p{Cc}/u.test(password)) throw new Error("A password has no control characters.");
  return password;
}

async function firstLine(input: AsyncIterable<Buffer | string>): Promise<string | undefined> {
  let text = "";
  for await (const part of input) {
    text += part.toString();
    if (text.includes("\n") || text.length > 1_000) break;
  }
  return text.split(/\r?\n/)[0];
}

function unseen(
  input: NodeJS.ReadStream,
  output: PromptStreams["output"],
  question: string,
): Promise<string> {
  output.write(question);
  input.setRawMode(true);
  input.setEncoding("utf8");
  return new Promise((resolve, reject) => {
    let typed: readonly string[] = [];
    const end = (): void => {
      input.off("data", hear);
      input.setRawMode(false);
      input.pause();
      output.write("\n");
    };
    const hear = (text: string): void => {
      for (const char of text) {
        if (char === "\r" || char === "\n") {
          end();
          return resolve(typed.join(""));
        }
        if (char === "\u0003" || char === "\u0004") {
          end();
          return reject(new Error("Nothing was changed."));
        }
        if (char === "\u007f" || char === "\b") typed = typed.slice(0, -1);
        else typed = [...typed, char];
      }
    };
    input.on("data", hear);
    input.resume();
  });
}
