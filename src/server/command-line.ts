/**
 * What the programs `npm start`, `npm run focus` and `npm run relay` have in common on a terminal: plain words on
 * standard error, and how they end. 2 is for options that can't be used, 1 for what could not be opened, 0 for being
 * told to stop.
 */

export const say = (line: string): void => void process.stderr.write(`${line}\n`);

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function endWith(code: number, line: string): never {
  say(line);
  process.exit(code);
}

/** What was typed, read; ends the program when it can't be used, and when help was asked for (null). */
export function optionsOrEnd<Options>(
  program: string,
  usage: string,
  read: (args: readonly string[]) => Options | null,
): Options {
  try {
    const options = read(process.argv.slice(2));
    if (options !== null) return options;
  } catch (error) {
    return endWith(2, `${reasonOf(error)}\n${program} -- --help says what it can be told.`);
  }
  process.stdout.write(usage);
  return process.exit(0);
}

/** At most so many lines in a second: a hostile peer must not fill a disk. */
export function limitedSay(perSecond: number): (line: string) => void {
  let second = 0;
  let lines = 0;
  return (line) => {
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) {
      second = now;
      lines = 0;
    }
    lines += 1;
    if (lines <= perSecond) say(line);
  };
}

/** In words when a port is somebody else's. */
export const openingProblem = (error: unknown, taken: string): string =>
  error instanceof Error && "code" in error && error.code === "EADDRINUSE" ? taken : reasonOf(error);

/** Ctrl-C or SIGTERM stops it and ends with 0, a second one at once. */
export function stopWhenTold(stop: () => Promise<void>): void {
  let isStopping = false;
  const told = (): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    void stop().then(() => process.exit(0));
  };
  process.on("SIGINT", told);
  process.on("SIGTERM", told);
}
