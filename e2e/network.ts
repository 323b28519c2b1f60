/**
 * The network that the specs run on: the box, or with `SEGUE_NETWORK=kamailio` a Kamailio and the focus beside it, or
 * with `kamailio+relay` those two and `npm run relay`, Kamailio's own relay being off. The specs are the same; what
 * differs is what the figure looks like where nobody can look into the server.
 */
import { type Box, type BoxOptions, startBox } from "../src/server/network-in-a-box.ts";
import { startKamailioNetwork } from "../src/testing/kamailio-network.ts";
import { oneServerSteps, withInside } from "../src/testing/ladder-one-server.ts";
import { problemsOf, rungsOf, type Hop } from "../src/testing/ladder-rows.ts";

export type Network = Pick<Box, "url" | "domain" | "trace" | "focus" | "stop">;

const [server, relay] = (process.env["SEGUE_NETWORK"] ?? "box").split("+");
const isKamailio = server === "kamailio";

export function startNetwork(options: BoxOptions): Promise<Network> {
  if (!isKamailio) return startBox(options);
  const { distDir, onRow, timers } = options;
  return startKamailioNetwork({
    doors: true,
    relayBeside: relay === "relay",
    distDir: distDir ?? null,
    ...(onRow === undefined ? {} : { onRow }),
    ...(timers === undefined ? {} : { timers }),
  });
}

/** Every way in which these hops are not the figure. */
export function figureProblems(hops: readonly Hop[], establishedAt: number | null): readonly string[] {
  const rungs = rungsOf(hops, { A: "alice", B: "bob", C: "carol" }, establishedAt);
  return isKamailio ? problemsOf(withInside(rungs), oneServerSteps) : problemsOf(rungs);
}
