/** What people cost the server while they do nothing: its memory for one who is signed in, and for a group. */
import { Took, type Act, type Bench } from "./bench-measure.ts";
import {
  openBare,
  startBenchServer,
  type BareSocket,
  type BenchServer,
  type MemoryWhen,
} from "./bench-network.ts";
import { crowdOn, linkOf, phoneOf } from "./bench-people.ts";

type Held = { readonly close: () => Promise<unknown> };

type Measuring = { readonly server: BenchServer; readonly when: MemoryWhen };

/** How much more memory the server uses for each of what `make` makes, as long as it is there. */
function memoryOf({ server, when }: Measuring, many: number, make: () => Promise<readonly Held[]>): Act {
  return async () => {
    const before = await server.memoryBytes(when);
    const made = await make();
    const more = (await server.memoryBytes(when)) - before;
    await Promise.all(made.map((one) => one.close()));
    return new Took(more / many);
  };
}

const inTurn = async <T>(many: number, make: (n: number) => Promise<T>): Promise<readonly T[]> => {
  const made: T[] = [];
  for (let n = 0; n < many; n += 1) made.push(await make(n));
  return made;
};

/** On a server of its own: what others leave behind would be seen to go. */
function memoryBench(what: string, open: (on: Measuring, isQuick: boolean) => Promise<Act> | Act): Bench {
  return {
    part: "sockets",
    what,
    baseline: "one bare socket",
    unit: "bytes",
    turns: 3,
    open: async (isQuick) => {
      const [mine, bare] = [await startBenchServer(), await startBenchServer()];
      const many = isQuick ? 2 : 200;
      const when = isQuick ? "now" : "settled";
      const sockets = (): Promise<readonly BareSocket[]> =>
        inTurn(many, () => openBare(bare.barePort, "/echo"));
      return {
        ours: await open({ server: mine, when }, isQuick),
        baseline: memoryOf({ server: bare, when }, many, sockets),
        close: async () => {
          await Promise.all([mine.stop(), bare.stop()]);
        },
      };
    },
  };
}

export const benches: readonly Bench[] = [
  memoryBench("memory of somebody signed in, SIP and MSRP", (on, isQuick) => {
    const enter = async (n: number): Promise<Held> => {
      const [phone, link] = await Promise.all([phoneOf(on.server.box, n), linkOf(on.server.box, n, 2)]);
      return {
        close: () => {
          link.stop();
          return phone.close();
        },
      };
    };
    const many = isQuick ? 2 : 200;
    return memoryOf(on, many, () => inTurn(many, enter));
  }),
  memoryBench("memory of a group of 100, beside its people's own", async (on, isQuick) => {
    const crowd = await crowdOn(on.server.box, isQuick ? 3 : 100);
    return memoryOf(on, 1, async () => {
      await crowd.stand();
      return [{ close: crowd.leave }];
    });
  }),
];
