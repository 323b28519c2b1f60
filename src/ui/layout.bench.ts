/** A thread laid out anew for each message: days, runs and lines of all of it. */
import type { Message } from "../client/model.ts";
import type { Bench } from "../testing/bench-measure.ts";
import { layOut } from "./grouping.ts";

const minute = 60_000;

const messages = (many: number): readonly Message[] =>
  Array.from({ length: many }, (_none, n) => ({
    kind: "message",
    id: `id-${n}`,
    from: { address: `sip:p${n % 3}@segue.example`, name: `P${n % 3}` },
    mine: n % 3 === 0,
    text: "Are you there?",
    sentAt: n * minute,
    at: n * minute,
    is: "delivered",
    reason: null,
  }));

export const benches: readonly Bench[] = [
  {
    part: "client",
    what: "a thread of 10,000 laid out",
    baseline: "a thread of 100",
    growth: 100,
    open: () => {
      const [short, long] = [messages(100), messages(10_000)];
      return { ours: () => layOut(long, 0), baseline: () => layOut(short, 0) };
    },
  },
];
