/** One MSRP session with much in it: a long message taken apart and put together, and many short ones in a row. */
import type { Bench } from "../testing/bench-measure.ts";
import type { MsrpFrame, MsrpRequest } from "../wire/msrp.ts";
import {
  msrpSession,
  msrpSettings,
  unreported,
  type MsrpSession,
  type MsrpSessionInput,
} from "./msrp-session-state.ts";
import { session } from "./msrp-session.ts";

const [mine, theirs] = ["msrp://a.invalid:2855/a;ws", "msrp://b.invalid:2855/b;ws"];
const type = "text/plain";

const opened = (own: string, peer: string): MsrpSession =>
  msrpSession({
    settings: msrpSettings,
    own,
    toPath: [peer],
    acceptTypes: ["*"],
    remoteAcceptTypes: ["*"],
  });

/** Runs one input and gives back what went out. */
function step(state: MsrpSession, input: MsrpSessionInput): readonly [MsrpSession, readonly MsrpFrame[]] {
  const [next, effects] = session(state, input);
  return [next, effects.flatMap((effect) => (effect.do === "transmit" ? [effect.frame] : []))];
}

/** The chunks of one message of zeros. */
function chunksOf(bytes: number, chunkBytes: number): readonly MsrpRequest[] {
  const whole = new Uint8Array(bytes);
  return Array.from({ length: Math.ceil(bytes / chunkBytes) }, (_none, n): MsrpRequest => {
    const body = whole.subarray(n * chunkBytes, (n + 1) * chunkBytes);
    const last = n * chunkBytes + body.length;
    return {
      kind: "request",
      tid: `t${n}`.padEnd(8, "0"),
      method: "SEND",
      toPath: [mine],
      fromPath: [theirs],
      headers: [
        ["Message-ID", "m"],
        ["Success-Report", "yes"],
        ["Byte-Range", `${n * chunkBytes + 1}-${last}/${bytes}`],
      ],
      contentType: type,
      body,
      continuation: last === bytes ? "$" : "+",
    };
  });
}

function receiveAll(chunks: readonly MsrpRequest[]): number {
  let state = opened(mine, theirs);
  let delivered = 0;
  for (const frame of chunks) {
    const [next, effects] = session(state, { on: "frame", frame, tid: "report01" });
    state = next;
    for (const effect of effects) if (effect.do === "deliver") delivered += effect.content.body.length;
  }
  if (delivered === 0) throw new Error("nothing was delivered");
  return delivered;
}

/** Both ends, the wire between them in memory: texts of so many bytes, all of them in the queue at first. */
function exchange(texts: number, bytes: number): void {
  let [one, other] = [opened(mine, theirs), opened(theirs, mine)];
  const body = new Uint8Array(bytes);
  let ids = 0;
  const fresh = (): string => `id${(ids += 1)}`.padEnd(8, "0");
  for (let n = 0; n < texts; n += 1)
    [one] = step(one, { on: "send", id: `${n}`, messageId: `m${n}`, content: { contentType: type, body } });
  for (;;) {
    const [sent, frames] = step(one, { on: "turn", tid: fresh() });
    one = sent;
    if (frames.length === 0) break;
    for (const frame of frames) {
      const [taken, effects] = session(other, { on: "frame", frame, tid: fresh() });
      other = taken;
      for (const effect of effects) {
        if (effect.do === "transmit") [one] = step(one, { on: "frame", frame: effect.frame, tid: fresh() });
        if (effect.do !== "deliver") continue;
        const verdict = { on: "verdict", messageId: effect.messageId, status: 200, tid: fresh() } as const;
        const [settled, reports] = step(other, verdict);
        other = settled;
        for (const report of reports) [one] = step(one, { on: "frame", frame: report, tid: fresh() });
      }
    }
  }
  if (unreported(one) > 0) throw new Error("something was not reported");
}

const megabytes = 1_000_000;

function receiving(what: string, bytes: number, chunkBytes: number): Bench {
  return {
    part: "flow",
    what: `${what} put together`,
    baseline: "a tenth of it",
    growth: 10,
    open: (isQuick) => {
      const most = isQuick ? 10 * chunkBytes : bytes;
      const [small, large] = [chunksOf(most / 10, chunkBytes), chunksOf(most, chunkBytes)];
      return { ours: () => receiveAll(large), baseline: () => receiveAll(small) };
    },
  };
}

function exchanging(what: string, baseline: string, texts: readonly [number, number], bytes: number): Bench {
  return {
    part: "flow",
    what,
    baseline,
    growth: 10,
    open: (isQuick) => {
      const [small, large] = isQuick ? [2, 4] : texts;
      return { ours: () => exchange(large, bytes), baseline: () => exchange(small, bytes) };
    },
  };
}

export const benches: readonly Bench[] = [
  {
    part: "flow",
    what: "8 MB in 8 KB chunks put together",
    baseline: "Buffer.concat of the same pieces",
    open: () => {
      const chunks = chunksOf(8 * megabytes, 8_192);
      const bodies = chunks.flatMap(({ body }) => (body === null ? [] : [body]));
      return { ours: () => receiveAll(chunks), baseline: () => Buffer.concat(bodies) };
    },
  },
  receiving("8 MB in 8 KB chunks", 8 * megabytes, 8_192),
  receiving("8 MB in chunks of 256 B", 8 * megabytes, 256),
  exchanging("4,000 texts in the queue, sent and reported", "400", [400, 4_000], 200),
];
