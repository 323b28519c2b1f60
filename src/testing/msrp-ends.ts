/**
 * Two MSRP sessions and the relay of one of them, as values: what one sends is carried to the other as bytes, or one is
 * fed a frame and asked what it did.
 */
import {
  inFlightBytes,
  msrpSession,
  msrpSettings,
  nextChunkBytes,
  type MsrpSession,
  type MsrpSessionEffect,
  type MsrpSessionInput,
  type MsrpSettings,
} from "../flow/msrp-session-state.ts";
import { session } from "../flow/msrp-session.ts";
import { formatFrame, parseFrame, type MsrpFrame, type MsrpRequest } from "../wire/msrp.ts";
import { decodeUtf8, encodeUtf8 } from "../wire/utf8.ts";

export const aUri = "msrp://a.invalid:2855/aaaa;ws";
export const bUri = "msrp://b.invalid:2855/bbbb;ws";
export const relayA = "msrp://relay.example.com:2855/ra;tcp";

let count = 0;
export const fresh = (): string => `tid${(count += 1).toString().padStart(6, "0")}`;

export type End = {
  state: MsrpSession;
  readonly feed: (input: MsrpSessionInput) => readonly MsrpSessionEffect[];
  readonly log: MsrpSessionEffect[];
};

function open(own: string, toPath: readonly string[], over: Partial<MsrpSettings> = {}, accept = ["*"]): End {
  const end: End = {
    state: msrpSession({
      settings: { ...msrpSettings, ...over },
      own,
      toPath,
      acceptTypes: accept,
      remoteAcceptTypes: ["text/plain", "message/cpim"],
    }),
    log: [],
    feed: (input) => {
      const [state, effects] = session(end.state, input);
      end.state = state;
      end.log.push(...effects);
      return effects;
    },
  };
  return end;
}

export const alice = (over: Partial<MsrpSettings> = {}): End => open(aUri, [relayA, bUri], over);
export const bob = (over: Partial<MsrpSettings> = {}, accept?: string[]): End =>
  open(bUri, [aUri], over, accept);

export const frames = (effects: readonly MsrpSessionEffect[]): readonly MsrpFrame[] =>
  effects.flatMap((e) => (e.do === "transmit" ? [e.frame] : []));
export const requests = (effects: readonly MsrpSessionEffect[]): readonly MsrpRequest[] =>
  frames(effects).flatMap((f) => (f.kind === "request" ? [f] : []));
export const delivered = (effects: readonly MsrpSessionEffect[]): readonly string[] =>
  effects.flatMap((e) => (e.do === "deliver" ? [decodeUtf8(e.content.body) ?? "?"] : []));
export const statuses = (effects: readonly MsrpSessionEffect[]): readonly number[] =>
  frames(effects).flatMap((f) => (f.kind === "response" ? [f.status] : []));
/** Names of timers started and not stopped since. */
export const running = (log: readonly MsrpSessionEffect[]): readonly string[] => {
  const on = new Set<string>();
  for (const e of log) {
    if (e.do === "start") on.add(e.timer);
    if (e.do === "stop") on.delete(e.timer);
  }
  return [...on];
};

/** What a relay would do to the path of a SEND on its way to B. */
export const relayed = (frame: MsrpFrame): MsrpFrame =>
  frame.kind === "request" && frame.toPath[0] === relayA
    ? { ...frame, toPath: frame.toPath.slice(1), fromPath: [relayA, ...frame.fromPath] }
    : frame;

/** Carries frames both ways as bytes until nothing moves; every message delivered is accepted. */
export function run(
  a: End,
  b: End,
  effects: readonly MsrpSessionEffect[] = [],
  from: End = a,
  window = Infinity,
): void {
  const wait: { readonly to: End; readonly frame: MsrpFrame }[] = [];
  const post = (sender: End, out: readonly MsrpSessionEffect[]): void => {
    for (const frame of frames(out)) wait.push({ to: sender === a ? b : a, frame });
    for (const e of out)
      if (e.do === "deliver")
        post(sender, sender.feed({ on: "verdict", messageId: e.messageId, status: 200, tid: fresh() }));
  };
  post(from, effects);
  for (;;) {
    for (const end of [a, b]) {
      const next = nextChunkBytes(end.state);
      if (next !== null && inFlightBytes(end.state) + next <= window)
        post(end, end.feed({ on: "turn", tid: fresh() }));
    }
    const next = wait.shift();
    if (next === undefined) break;
    post(
      next.to,
      next.to.feed({ on: "frame", frame: relayed(parseFrame(formatFrame(next.frame))), tid: fresh() }),
    );
  }
}

export const send = (
  end: End,
  body: Uint8Array | string,
  id = "m1",
  contentType = "text/plain",
): readonly MsrpSessionEffect[] =>
  end.feed({
    on: "send",
    id,
    messageId: `mid-${id}`,
    content: { contentType, body: typeof body === "string" ? encodeUtf8(body) : body },
  });

/** One SEND as it arrives at B. */
export const chunk = (
  over: Partial<MsrpRequest> & { readonly id?: string; readonly range?: string; readonly text?: string },
): MsrpRequest => ({
  kind: "request",
  tid: fresh(),
  method: "SEND",
  toPath: [bUri],
  fromPath: [relayA, aUri],
  headers: [
    ["Message-ID", over.id ?? "mid-1"],
    ["Byte-Range", over.range ?? "1-*/*"],
    ["Success-Report", "yes"],
  ],
  contentType: "text/plain",
  body: encodeUtf8(over.text ?? "hello"),
  continuation: "$",
  ...over,
});

export const arrive = (end: End, frame: MsrpFrame): readonly MsrpSessionEffect[] =>
  end.feed({ on: "frame", frame, tid: fresh() });

/** The answer of the next hop to a SEND of A. */
export const answer = (end: End, tid: string, status: number): readonly MsrpSessionEffect[] =>
  arrive(end, {
    kind: "response",
    tid,
    status,
    comment: "",
    toPath: [aUri],
    fromPath: [relayA],
    headers: [],
  });
