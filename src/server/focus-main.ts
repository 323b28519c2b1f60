/**
 * `npm run focus`: the Controlling Function alone, from the command line.
 *
 * Prints `Ready` once groups can be made, and what happens to its connections on standard error. Ends with 0 when
 * told to (every member is sent a BYE first), with 1 when its password is refused, its port is taken or its groups
 * can't be opened, with 2 for options it can't use. A server that is away is no reason to end: it is tried again and again.
 */
import { endWith, optionsOrEnd, reasonOf, say } from "./command-line.ts";
import { startFocusAlone, type FocusAlone, type FocusAloneOptions } from "./focus-alone.ts";
import { focusUsage, readFocusOptions } from "./focus-options.ts";
import { openMetricsDoor, type MetricsDoor } from "./metrics-door.ts";
import { tellRefusals } from "./refusals.ts";

function startedOrEnd(options: FocusAloneOptions): FocusAlone {
  try {
    return startFocusAlone(options);
  } catch (error) {
    return endWith(1, reasonOf(error));
  }
}

async function main(): Promise<void> {
  const { metricsPort, ...options } = optionsOrEnd("npm run focus", focusUsage, readFocusOptions);
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
  tellRefusals(focus.focus.refused, say);
  if (options.dataDir === null) say("Groups end with this process; --data DIR keeps them.");
  process.on("SIGTERM", () => end(0));
  process.on("SIGINT", () => end(0));

  if (metricsPort === null) return;
  try {
    door = await openMetricsDoor({ port: metricsPort, health: focus.health, metrics: focus.metrics });
    process.stdout.write(`Metrics at http://127.0.0.1:${door.port}/metrics\n`);
  } catch (error) {
    say(reasonOf(error));
    end(1);
  }
}

await main();
