/** One more message in a long thread: it should cost what it costs in a short one. */
import type { Bench, Sides } from "../testing/bench-measure.ts";
import { manualClock } from "../testing/manual-clock.ts";
import { privateView } from "./private-view.ts";
import { createThread, type Thread } from "./thread.ts";
import type { Content } from "./content.ts";

const [alice, bob] = [
  { address: "sip:alice@segue.example", name: "Alice" },
  { address: "sip:bob@segue.example", name: "Bob" },
];

let made = 0;
const fresh = (): string => `id-${(made += 1)}`;

const said = (text: string): Content => ({
  from: null,
  isCpim: true,
  text,
  notification: null,
  id: fresh(),
  sentAt: 0,
  asksForReceipt: false,
});

/** With so many texts in it, a session that stands, and a row that is drawn at each change. */
function threadOf(texts: number): { readonly thread: Thread; readonly sent: string[] } {
  const sent: string[] = [];
  const thread = createThread({
    self: alice,
    clock: manualClock(1_000),
    freshId: fresh,
    reported: "delivered",
    to: () => ({ displayName: "", uri: bob.address }),
    send: (_line, id) => void sent.push(id),
    open: () => {},
    changed: () => {},
  });
  thread.feed({ on: "opened", line: "a" });
  for (let n = 0; n < texts; n += 1) comesIn(thread);
  return { thread, sent };
}

const comesIn = (thread: Thread): number =>
  thread.take(
    said("Are you there?"),
    () => bob,
    () => {},
  );

function show(thread: Thread): unknown {
  return privateView({
    self: alice,
    peer: bob,
    talk: { is: "1-1", leg: "a" },
    door: { is: "closed" },
    isAsking: false,
    isPlain: false,
    asked: [],
    items: thread.items(),
    unread: 0,
    shownAt: 0,
    draft: "",
    failure: null,
  });
}

/** What was added is taken away again, so that a long thread stays as long as it is. */
function oneMore(add: (of: ReturnType<typeof threadOf>) => void): (isQuick: boolean) => Sides {
  return (isQuick) => {
    const [short, long] = isQuick ? [threadOf(2), threadOf(4)] : [threadOf(100), threadOf(9_000)];
    const act = (of: ReturnType<typeof threadOf>) => (): void => {
      add(of);
      show(of.thread);
      of.thread.remove(of.thread.items().at(-1)?.id ?? "");
    };
    return { ours: act(long), baseline: act(short) };
  };
}

export const benches: readonly Bench[] = [
  {
    part: "client",
    what: "a text comes into a thread of 9,000",
    baseline: "a thread of 100",
    growth: 90,
    open: oneMore(({ thread }) => void comesIn(thread)),
  },
  {
    part: "client",
    what: "a text is written in a thread of 9,000, and delivered",
    baseline: "a thread of 100",
    growth: 90,
    open: oneMore(({ thread, sent }) => {
      thread.write("Here I am.");
      thread.feed({ on: "reported", id: sent.pop() ?? "" });
    }),
  },
];
