/**
 * `npm run relay`: the MSRP relay alone, from the command line.
 *
 * Prints one line with its URL when it is ready. Ctrl-C or SIGTERM stops it and ends with 0, a second one at once; a
 * port that is taken ends it with 1, options it can't use with 2. Accounts, the focus's password and the certificate
 * are read again when their files change, and on SIGHUP; what can't be used then is said and changes nothing.
 */
import { followAccounts, warnIfOpen } from "./accounts-file.ts";
import { endWith, limitedSay, openingProblem, optionsOrEnd, reasonOf, stopWhenTold } from "./command-line.ts";
import { followFiles } from "./follow-files.ts";
import { openMetricsDoor } from "./metrics-door.ts";
import { readPassword } from "./option-files.ts";
import { followCertificate } from "./reach-options.ts";
import { tellRefusals } from "./refusals.ts";
import { startRelayAlone } from "./relay-alone.ts";
import { readRelayOptions, relayUsage } from "./relay-options.ts";

async function main(): Promise<void> {
  const {
    relay: given,
    metricsPort,
    files: { accounts, focusPassword, certificate },
  } = optionsOrEnd("npm run relay", relayUsage, readRelayOptions);
  const log = limitedSay(20);
  const relay = await startRelayAlone({ ...given, log }).catch((error: unknown) =>
    endWith(1, openingProblem(error, `Port ${given.port} is taken. Another one: --port 0`)),
  );
  const metrics =
    metricsPort === null
      ? null
      : await openMetricsDoor({ port: metricsPort, health: relay.health, metrics: relay.metrics }).catch(
          (error: unknown) => endWith(1, reasonOf(error)),
        );
  warnIfOpen(accounts, log);
  warnIfOpen(focusPassword, log);
  tellRefusals(relay.refused, log);
  const unfollow = followFiles(
    [
      ...followAccounts(accounts, given.domain, relay.setAccounts),
      ...(focusPassword === null
        ? []
        : [
            {
              what: "Password of the focus",
              files: [focusPassword],
              takeUp: () => relay.setFocusPassword(readPassword("--focus-password-file", focusPassword)),
            },
          ]),
      ...followCertificate(certificate, relay.setCertificate),
    ],
    log,
  );
  const behind = relay.here === relay.url ? "" : `, that is ${relay.here} here`;
  process.stdout.write(`The MSRP relay is at ${relay.url}${behind}\n`);
  if (metrics !== null) process.stdout.write(`Metrics at http://127.0.0.1:${metrics.port}/metrics\n`);
  stopWhenTold(async () => {
    unfollow();
    await relay.stop();
    metrics?.close();
  });
}

await main();
