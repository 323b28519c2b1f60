/**
 * `npm run focus`: the Controlling Function alone, from the command line.
 *
 * Prints `Ready` once groups can be made, and what happens to its connections on standard error. Ends with 0 when
 * told to (every member is sent a BYE first), with 1 when its password is refused, its port is taken or its groups
 * can't be opened, with 2 for options it can't use. A server that is away is no reason to end: it is tried again and again.
 */
import { startFocusAlone, type FocusAlone, type FocusAloneOptions } from "./focus-alone.ts";
import { focusUsage, readFocusOptions, type FocusProgramOptions } from "./focus-options.ts";
import { openMetricsDoor, type MetricsDoor } from "./metrics-door.ts";

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function optionsOrEnd(): FocusProgramOptions {
  try {
    const options = readFocusOptions(process.argv.slice(2));
    if (options !== null) return options;
    process.stdout.write(focusUsage);
    process.exit(0);
  } catch (error) {
    say(`${reasonOf(error)}\n\n${focusUsage}`);
    process.exit(2);
  }
}

function startedOrEnd(options: FocusAloneOptions): FocusAlone {
  try {
    return startFocusAlone(options);
  } catch (error) {
    say(reasonOf(error));
    process.exit(1);
  }
}

async function main(): Promise<void> {
  const { metricsPort, ...options } = optionsOrEnd();
  let door: MetricsDoor | null = null;
  let ending: Promise<void> | null = null;

  const end = (code: number): void => {
    door?.close();
    ending ??= focus.stop().then(() => process.exit(code));
  };

  const focus = startedOrEnd({
    ...options,
    say,
    onReady: () =>
      void process.stdout.write(`Ready: sip:${options.user}@${options.domain} at ${options.server}\n`),
    onDenied: (why) => {
      say(why);
      end(1);
    },
  });
  if (options.dataDir === null) say("Groups end with this process; --data DIR keeps them.");
  process.on("SIGTERM", () => end(0));
  process.on("SIGINT", () => end(0));

  if (metricsPort === null) return;
  try {
    door = await openMetricsDoor({ port: metricsPort, health: focus.health, metrics: focus.metrics });
    process.stdout.write(`Metrics at http://127.0.0.1:${door.port}/metrics\n`);
  } catch (error) {
    const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    say(taken ? `--metrics ${metricsPort}: that port is taken.` : reasonOf(error));
    end(1);
  }
}

await main();
