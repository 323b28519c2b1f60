/**
 * What an MSRP session knows, hears and does: the types of its machine, and the few things that its way in, its
 * way out and its step have in common. RFC 4975 §7; the machine itself is `msrp-session.ts`.
 */
import { headerOf, type MsrpFrame, type MsrpRequest, type MsrpResponse } from "../wire/msrp.ts";
import type { Span } from "./byte-spans.ts";
import type { Piece } from "./msrp-pieces.ts";
import { emptyQueue, valuesOf, type Queue } from "./queue.ts";

export type MsrpSettings = {
  /** Content bytes of one SEND; 8 KB is what the smallest relay in use takes. A hop that says no gets less. */
  readonly chunkBytes: number;
  /** A hop that does not take this little refuses the message, not its size. */
  readonly leastChunkBytes: number;
  /** Longest message taken, else 413. */
  readonly maxMessageBytes: number;
  /** Messages that may arrive interleaved. */
  readonly maxPartialMessages: number;
  /** A success REPORT goes out for each such range, and at the end. */
  readonly reportEveryBytes: number;
  /** No answer to a SEND within this time, 30 s in RFC 4975 §7.1.1, and the session has failed. */
  readonly answerMs: number;
  /** All is sent and answered, and the peer still has not reported it: the message has failed. */
  readonly reportMs: number;
  /** A range and more is answered and nothing is reported for this long: the peer reports whole messages only. */
  readonly wholeReportsMs: number;
  /** To such a peer, or one that looks like it, goes at most this beyond the window before it reports something:
   * a relay that answers for a reader who has stalled holds about a megabyte, then cuts the reader off. */
  readonly blindBytes: number;
};

export const msrpSettings: MsrpSettings = {
  chunkBytes: 8192,
  leastChunkBytes: 1024,
  maxMessageBytes: 8_454_144,
  maxPartialMessages: 8,
  reportEveryBytes: 65_536,
  answerMs: 30_000,
  reportMs: 60_000,
  wholeReportsMs: 2_000,
  blindBytes: 393_216,
};

export type MsrpContent = { readonly contentType: string; readonly body: Uint8Array };

export type MsrpSession = {
  readonly is: "open" | "over";
  readonly settings: MsrpSettings;
  /** Our own URI. */
  readonly own: string;
  /** Every hop to the peer: our relay's Use-Path, then the peer's path. */
  readonly toPath: readonly string[];
  /** What we take, and what the peer said it takes. */
  readonly acceptTypes: readonly string[];
  readonly remoteAcceptTypes: readonly string[];
  /** What has had a turn and is not reported, in order; then what has not had one. */
  readonly outgoing: readonly Outgoing[];
  readonly waiting: Queue<Outgoing>;
  /** Content bytes of the next SEND, and the most that a hop has taken. */
  readonly chunkBytes: number;
  readonly takenBytes: number;
  /** Transactions of bodiless SENDs not yet answered. */
  readonly probes: readonly string[];
  /** The Message-ID of the last of them: its hop may have taken it and the peer not. */
  readonly probed: string | null;
  /** How the peer reports, once it is known; the window follows (decision 24). */
  readonly reports: "unknown" | "ranges" | "whole";
  /** The timer that finds out is running. */
  readonly stalled: boolean;
  readonly incoming: Incoming;
};

export const msrpSession = (
  opening: Pick<MsrpSession, "settings" | "own" | "toPath" | "acceptTypes" | "remoteAcceptTypes">,
): MsrpSession => ({
  ...opening,
  is: "open",
  outgoing: [],
  waiting: emptyQueue,
  chunkBytes: opening.settings.chunkBytes,
  takenBytes: 0,
  probes: [],
  probed: null,
  reports: "unknown",
  stalled: false,
  incoming: noIncoming,
});

export type MsrpSessionInput =
  /** The session stands; the active side says so at once with a bodiless SEND. */
  | { readonly on: "start"; readonly active: boolean; readonly tid: string; readonly messageId: string }
  /** Is the peer there still? */
  | { readonly on: "look"; readonly tid: string; readonly messageId: string }
  /** `id` is the caller's, `messageId` the fresh one of this transmission. */
  | { readonly on: "send"; readonly id: string; readonly messageId: string; readonly content: MsrpContent }
  /** One chunk may go now. */
  | { readonly on: "turn"; readonly tid: string }
  /** `tid`: fresh, for the REPORT this may cause, or the message that begins again. */
  | { readonly on: "frame"; readonly frame: MsrpFrame; readonly tid: string }
  /** What became of a delivered message: 200, or the status of a failure REPORT (decision 31). */
  | { readonly on: "verdict"; readonly messageId: string; readonly status: number; readonly tid: string }
  | { readonly on: "fired"; readonly timer: string }
  /** The connection is gone. */
  | { readonly on: "lost" }
  /** This end leaves. */
  | { readonly on: "close" };

/** Why a session stands no more: `gone` is the peer or a relay saying so (481, 506), or silence (408). */
export type MsrpEnd = "closed" | "lost" | "gone";

export type MsrpSessionEffect =
  | { readonly do: "transmit"; readonly frame: MsrpFrame }
  /** A whole message came in; answer with `verdict`. */
  | { readonly do: "deliver"; readonly messageId: string; readonly content: MsrpContent }
  | {
      readonly do: "progress";
      readonly id: string;
      readonly reportedBytes: number;
      readonly totalBytes: number;
    }
  /** The far end of the session has every byte. */
  | { readonly do: "reported"; readonly id: string }
  /** `status` as the peer or a relay gave it, 408 for silence, null when the session ended first. */
  | { readonly do: "failed"; readonly id: string; readonly status: number | null }
  | { readonly do: "start"; readonly timer: string; readonly ms: number }
  | { readonly do: "stop"; readonly timer: string }
  | { readonly do: "end"; readonly why: MsrpEnd; readonly status: number | null };

export type MsrpSessionStep = readonly [MsrpSession, readonly MsrpSessionEffect[]];

export type Outgoing = {
  /** The caller's name for it. */
  readonly id: string;
  readonly messageId: string;
  readonly content: MsrpContent;
  readonly sentBytes: number;
  /** Tells a message without bytes that has gone from one that has not. */
  readonly begun: boolean;
  /** Chunks on their way to the next hop, not yet answered. */
  readonly chunks: readonly { readonly tid: string; readonly bytes: number }[];
  /** What success reports have covered. */
  readonly reported: readonly Span[];
};

export type Asked = {
  readonly messageId: string;
  readonly fromPath: readonly string[];
  readonly success: boolean;
  readonly failure: boolean;
};

export type PartialMessage = Asked & {
  readonly contentType: string;
  readonly pieces: readonly Piece[];
  readonly storedBytes: number;
  readonly covered: readonly Span[];
  /** Known once the chunk with `$` is in. */
  readonly totalBytes: number | null;
  readonly reportedTo: number;
};

export type Incoming = {
  readonly partial: readonly PartialMessage[];
  /** Whole, handed over, waiting for a verdict. */
  readonly delivered: readonly (Asked & { readonly totalBytes: number })[];
  /** The last messages that are settled, so that a chunk seen twice does not begin them again. */
  readonly settled: readonly { readonly messageId: string; readonly status: number }[];
};

export const noIncoming: Incoming = { partial: [], delivered: [], settled: [] };

/** Messages of which something has gone out: the first ones, since they go in order. */
export function begun({ outgoing }: MsrpSession): readonly Outgoing[] {
  const next = outgoing.findIndex((message) => !message.begun);
  return next < 0 ? outgoing : outgoing.slice(0, next);
}

/** Content bytes that count against the window of the connection. */
export function inFlightBytes(state: MsrpSession): number {
  let [unanswered, unreported] = [0, 0];
  for (const { sentBytes, reported: spans, chunks } of begun(state)) {
    unanswered += chunks.reduce((bytes, chunk) => bytes + chunk.bytes, 0);
    unreported += sentBytes - spans.reduce((bytes, [first, last]) => bytes + last - first + 1, 0);
  }
  return state.reports === "whole"
    ? Math.max(unanswered, unreported - state.settings.blindBytes)
    : unreported;
}

/** The message that the next turn is for. */
export const nextUp = ({ outgoing, waiting }: MsrpSession): Outgoing | undefined =>
  outgoing.find(isUnsent) ?? waiting.front?.value;

/** How many messages are not reported yet. */
export const unreported = ({ outgoing, waiting }: MsrpSession): number => outgoing.length + waiting.size;

/** How many content bytes the next turn would send; null when there is nothing to send. */
export function nextChunkBytes(state: MsrpSession): number | null {
  const message = state.is === "over" ? undefined : nextUp(state);
  return message === undefined
    ? null
    : Math.min(state.chunkBytes, message.content.body.length - message.sentBytes);
}

export const isUnsent = (message: Outgoing): boolean =>
  !message.begun || message.sentBytes < message.content.body.length;

/** 481 and 506 say that there is no session; 408, ours or a relay's, that it is unusable (RFC 4975 §7.3.2, §10). */
export const endsSession = (status: number): boolean => status === 408 || status === 481 || status === 506;

/** Over: whatever was not reported fails, with the status that ended it. */
export function end(state: MsrpSession, why: MsrpEnd, status: number | null): MsrpSessionStep {
  const timers = [
    ...state.probes.map((tid) => `answer:${tid}`),
    ...state.outgoing.flatMap(timersOf),
    ...(state.stalled ? ["stalled"] : []),
  ];
  return [
    {
      ...state,
      is: "over",
      outgoing: [],
      waiting: emptyQueue,
      probes: [],
      stalled: false,
      incoming: noIncoming,
    },
    [
      ...timers.map((timer) => ({ do: "stop", timer }) as const),
      ...[...state.outgoing, ...valuesOf(state.waiting)].map(
        ({ id }) => ({ do: "failed", id, status }) as const,
      ),
      { do: "end", why, status },
    ],
  ];
}

/** Every timer that may be running for a message. */
export const timersOf = (message: Outgoing): readonly string[] => [
  ...message.chunks.map(({ tid }) => `answer:${tid}`),
  ...(message.begun ? [`report:${message.messageId}`] : []),
];

/** The answer to a request, or none where its Failure-Report asks for none (RFC 4975 §7.2). */
export function respond(own: string, frame: MsrpRequest, status: number): readonly MsrpSessionEffect[] {
  const wanted = (headerOf(frame, "Failure-Report") ?? "yes").toLowerCase();
  if (wanted === "no" || (wanted === "partial" && status === 200)) return [];
  const previous = frame.fromPath[0] ?? "";
  const response: MsrpResponse = {
    kind: "response",
    tid: frame.tid,
    status,
    comment: status === 200 ? "OK" : "",
    toPath: [previous],
    fromPath: [own],
    headers: [],
  };
  return [{ do: "transmit", frame: response }];
}

/** RFC 4975 §8.6: `*`, `type/*` or the type itself; parameters don't count. */
export function accepts(list: readonly string[], contentType: string): boolean {
  const bare = (text: string): string => (text.split(";")[0] ?? "").trim().toLowerCase();
  const type = bare(contentType);
  return list.some((entry) => {
    const allowed = bare(entry);
    return (
      allowed === "*" || allowed === type || (allowed.endsWith("/*") && type.startsWith(allowed.slice(0, -1)))
    );
  });
}
