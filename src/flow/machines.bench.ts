/** What one step of the machines costs beside reading the message that causes it, and how it grows with people. */
import type { Bench } from "../testing/bench-measure.ts";
import { parseSip } from "../wire/sip.ts";
import { deliver, delivery, type Delivery } from "./deliver.ts";
import { client, type ClientInput, type Conversation } from "./extend.ts";
import { focus, type Focus, type FocusInput } from "./extend.focus.ts";

const ok = [
  "SIP/2.0 200 OK",
  "Via: SIP/2.0/WS a3f9c1.invalid;branch=z9hG4bK0a1b2c3d4e5f6071",
  "From: <sip:alice@segue.example>;tag=a",
  "To: <sip:conference-factory@segue.example>;tag=x",
  "Call-ID: 0c1d2e3f",
  "CSeq: 1 INVITE",
  "Contact: <sip:conference-factory@segue.example;conf=0c1d2e3f>;isfocus",
  "",
  "",
].join("\r\n");

/** Steps 1, 7, 9 and 11 of the figure, as A sees them. */
const asAlice: readonly ClientInput[] = [
  { on: "opened", leg: "old" },
  { on: "add", leg: "new", id: "c1", people: ["sip:carol@segue.example"] },
  { on: "accepted", leg: "new" },
  { on: "ended", leg: "old" },
];

const ask = (people: number): FocusInput => ({
  on: "asked",
  leg: "host",
  who: "sip:host@segue.example",
  people: Array.from({ length: people }, (_none, n) => ({
    leg: `leg-${n}`,
    who: `sip:p${n}@segue.example`,
    mark: null,
  })),
});

const accept = (n: number): FocusInput => ({ on: "accepted", leg: `leg-${n}` });

/** Everybody but the last has accepted. */
function almost(people: number): Focus {
  let [state] = focus({ is: "idle" }, ask(people));
  for (let n = 0; n < people - 1; n += 1) [state] = focus(state, accept(n));
  return state;
}

/** So many texts were taken already. */
function seen(texts: number): Delivery {
  let state = delivery;
  for (let n = 0; n < texts; n += 1)
    [state] = deliver(state, { on: "arrived", id: `sip:bob@segue.example id-${n}` });
  return state;
}

export const benches: readonly Bench[] = [
  {
    part: "flow",
    what: "1-1 becomes group, the 4 steps at A",
    baseline: "reading the 200 that causes one",
    open: () => ({
      ours: () => {
        let state: Conversation = { is: "none" };
        for (const input of asAlice) [state] = client(state, input);
        return state;
      },
      baseline: () => parseSip(ok),
    }),
  },
  {
    part: "flow",
    what: "the last of 100 accepts, at the focus",
    baseline: "reading the 200 that causes it",
    open: () => {
      const state = almost(100);
      return { ours: () => focus(state, accept(99)), baseline: () => parseSip(ok) };
    },
  },
  {
    part: "flow",
    what: "the last of 100 accepts, at the focus",
    baseline: "the last of 10",
    growth: 10,
    open: () => {
      const [small, large] = [almost(10), almost(100)];
      return { ours: () => focus(large, accept(99)), baseline: () => focus(small, accept(9)) };
    },
  },
  {
    part: "flow",
    what: "one more text comes in after 4,000",
    baseline: "after 400",
    growth: 10,
    open: () => {
      const [small, large] = [seen(400), seen(4_000)];
      const input = { on: "arrived", id: "sip:bob@segue.example id-new" } as const;
      return { ours: () => deliver(large, input), baseline: () => deliver(small, input) };
    },
  },
];
