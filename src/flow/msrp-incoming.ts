/**
 * The way into an MSRP session: chunks in any order, overlapping or interleaved, become whole messages.
 *
 * RFC 4975 §7.3.1. Lengths are counted from the bodies, never believed from a header. Overlapping bytes: the
 * last to arrive win. Success reports say how far nothing is missing, so that a sender can move its window on.
 *
 * Refused with 413: a message over the limit, one too many at once, more pieces than such a message can have.
 */
import { headerOf, type MsrpRequest } from "../wire/msrp.ts";
import { formatByteRange, parseByteRange, type ByteRange } from "../wire/msrp-uri.ts";
import { addSpan, coveredTo } from "./byte-spans.ts";
import { addPiece, assemble, mostPieces } from "./msrp-pieces.ts";
import {
  respond,
  type Asked,
  type Incoming,
  type MsrpSession,
  type MsrpSessionEffect,
  type MsrpSessionStep,
  type MsrpSettings,
  type PartialMessage,
} from "./msrp-session-state.ts";

const remembered = 64;

/** One SEND of an accepted type from the peer of this session. */
export function take(state: MsrpSession, frame: MsrpRequest, tid: string): MsrpSessionStep {
  const { incoming, settings, own } = state;
  const messageId = headerOf(frame, "Message-ID");
  const range = readRange(frame);
  if (range === null || (messageId === null && frame.body !== null)) return [state, respond(own, frame, 400)];
  const asked = askedBy(frame, messageId ?? "");
  if (
    frame.body === null ||
    frame.contentType === null ||
    (frame.body.length === 0 && frame.continuation === "$" && range.start === 1)
  )
    return [
      state,
      [
        ...respond(own, frame, 200),
        ...(asked.success && messageId !== null ? report(own, asked, 200, 0, 0, tid) : []),
      ],
    ];

  const known = incoming.settled.find((m) => m.messageId === messageId);
  if (known !== undefined) return [state, respond(own, frame, known.status)];
  const old = incoming.partial.find((m) => m.messageId === messageId);
  const others = incoming.partial.filter((m) => m !== old);
  if (frame.continuation === "#")
    return [{ ...state, incoming: { ...incoming, partial: others } }, respond(own, frame, 200)];

  const added = add(old ?? begin(asked, frame.contentType), frame.body, frame.continuation, range, settings);
  if (added === 400) return [state, respond(own, frame, 400)];
  const to = added === 413 ? 0 : coveredTo(added.covered);
  if (added !== 413 && added.totalBytes !== null && to >= added.totalBytes)
    return deliver(state, frame, added, others);
  if (added === 413 || others.length >= settings.maxPartialMessages)
    return [
      { ...state, incoming: remember({ ...incoming, partial: others }, asked.messageId, 413) },
      refuse(own, frame, 413, tid),
    ];

  // All of it is reported by whoever takes it, and not before (`settle`), though its last byte may come before its end.
  const isAll = range.total !== null && to >= range.total;
  const due = added.success && !isAll && to - added.reportedTo >= settings.reportEveryBytes;
  const kept = due ? { ...added, reportedTo: to } : added;
  return [
    { ...state, incoming: { ...incoming, partial: [...others, kept] } },
    [
      ...respond(own, frame, 200),
      ...(due ? report(own, added, 200, to, added.totalBytes ?? range.total, tid) : []),
    ],
  ];
}

/**
 * No, said to the hop before and, where that is a relay, in a REPORT too: not every relay passes such an answer on
 * (decision 31). Who hears it twice ignores the second.
 */
export function refuse(
  own: string,
  frame: MsrpRequest,
  status: number,
  tid: string,
): readonly MsrpSessionEffect[] {
  const messageId = headerOf(frame, "Message-ID");
  const asked = askedBy(frame, messageId ?? "");
  const isRelayed = frame.fromPath.length > 1 && messageId !== null && asked.failure;
  return [...respond(own, frame, status), ...(isRelayed ? report(own, asked, status, 0, null, tid) : [])];
}

function deliver(
  state: MsrpSession,
  frame: MsrpRequest,
  message: PartialMessage,
  others: readonly PartialMessage[],
): MsrpSessionStep {
  const { messageId, fromPath, success, failure, contentType } = message;
  const totalBytes = message.totalBytes ?? 0;
  const delivered = [...state.incoming.delivered, { messageId, fromPath, success, failure, totalBytes }];
  const incoming = remember({ ...state.incoming, partial: others, delivered }, messageId, 200);
  return [
    { ...state, incoming },
    [
      ...respond(state.own, frame, 200),
      { do: "deliver", messageId, content: { contentType, body: assemble(message.pieces, totalBytes) } },
    ],
  ];
}

/** What its receiver made of a message: a REPORT, as far as one is wanted. */
export function settle(state: MsrpSession, messageId: string, status: number, tid: string): MsrpSessionStep {
  const message = state.incoming.delivered.find((m) => m.messageId === messageId);
  if (message === undefined) return [state, []];
  const delivered = state.incoming.delivered.filter((m) => m !== message);
  const wanted = status === 200 ? message.success : message.failure;
  return [
    { ...state, incoming: { ...state.incoming, delivered } },
    wanted ? report(state.own, message, status, message.totalBytes, message.totalBytes, tid) : [],
  ];
}

const askedBy = (frame: MsrpRequest, messageId: string): Asked => ({
  messageId,
  fromPath: frame.fromPath,
  success: headerOf(frame, "Success-Report")?.toLowerCase() === "yes",
  failure: headerOf(frame, "Failure-Report")?.toLowerCase() !== "no",
});

const begin = (asked: Asked, contentType: string): PartialMessage => ({
  ...asked,
  contentType,
  pieces: [],
  storedBytes: 0,
  covered: [],
  totalBytes: null,
  reportedTo: 0,
});

function add(
  message: PartialMessage,
  body: Uint8Array,
  flag: "$" | "+",
  range: ByteRange,
  settings: MsrpSettings,
): PartialMessage | 400 | 413 {
  const last = range.start + body.length - 1;
  const totalBytes = flag === "$" ? last : message.totalBytes;
  const storedBytes = message.storedBytes + body.length;
  const limit = settings.maxMessageBytes;
  if (Math.max(last, range.total ?? 0) > limit || storedBytes > 2 * limit) return 413;
  if (message.pieces.length > mostPieces(limit)) return 413;
  if (totalBytes !== null && Math.max(last, message.covered.at(-1)?.[1] ?? 0) > totalBytes) return 400;
  return {
    ...message,
    pieces: addPiece(message.pieces, { start: range.start, bytes: body }),
    storedBytes,
    covered: addSpan(message.covered, [range.start, last]),
    totalBytes,
  };
}

const remember = (incoming: Incoming, messageId: string, status: number): Incoming => ({
  ...incoming,
  settled: [...incoming.settled, { messageId, status }].slice(-remembered),
});

/** Without a Byte-Range a SEND holds its message from the first byte; null when it can't be read. */
function readRange(frame: MsrpRequest): ByteRange | null {
  try {
    return parseByteRange(headerOf(frame, "Byte-Range") ?? "1-*/*");
  } catch {
    return null;
  }
}

/** A REPORT goes the whole way back (RFC 4975 §7.1.3) and covers everything up to `to`. */
function report(
  own: string,
  asked: Asked,
  status: number,
  to: number,
  total: number | null,
  tid: string,
): readonly MsrpSessionEffect[] {
  const frame: MsrpRequest = {
    kind: "request",
    tid,
    method: "REPORT",
    toPath: asked.fromPath,
    fromPath: [own],
    headers: [
      ["Message-ID", asked.messageId],
      ["Byte-Range", formatByteRange({ start: 1, end: to, total })],
      ["Status", `000 ${status}${status === 200 ? " OK" : ""}`],
    ],
    contentType: null,
    body: null,
    continuation: "$",
  };
  return [{ do: "transmit", frame }];
}
