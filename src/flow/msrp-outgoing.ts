/**
 * The way out of an MSRP session: one message after the other, chunk by chunk, until the far end has reported
 * every byte or somebody has said that it will not.
 *
 * RFC 4975 §7.1.1 (chunks, byte ranges), §7.3.2 (reports). What counts is the Success-Report: the 200 of a hop
 * only says that the hop has it.
 */
import { clearTid, headerOf, type MsrpRequest, type MsrpResponse } from "../wire/msrp.ts";
import { formatByteRange, parseByteRange, type ByteRange } from "../wire/msrp-uri.ts";
import { addSpan, spanBytes } from "./byte-spans.ts";
import { taken } from "./queue.ts";
import {
  begun,
  end,
  endsSession,
  isUnsent,
  nextUp,
  timersOf,
  type MsrpSession,
  type MsrpSessionEffect,
  type MsrpSessionStep,
  type Outgoing,
} from "./msrp-session-state.ts";

/** A chunk longer than this must say `*` for its end, since it may be cut short (RFC 4975 §7.1.1). */
const interruptibleBytes = 2048;

export function sendChunk(state: MsrpSession, fresh: string): MsrpSessionStep {
  const message = nextUp(state);
  if (message === undefined) return [state, []];
  const { contentType, body } = message.content;
  const from = message.sentBytes;
  const chunk = body.subarray(from, from + state.chunkBytes);
  const to = from + chunk.length;
  const tid = clearTid(fresh, chunk);
  const range = { start: from + 1, end: chunk.length > interruptibleBytes ? null : to, total: body.length };
  const frame: MsrpRequest = {
    kind: "request",
    tid,
    method: "SEND",
    toPath: state.toPath,
    fromPath: [state.own],
    headers: [
      ["Message-ID", message.messageId],
      ["Success-Report", "yes"],
      ["Failure-Report", "yes"],
      ["Byte-Range", formatByteRange(range)],
    ],
    contentType,
    body: chunk,
    continuation: to === body.length ? "$" : "+",
  };
  const sent: Outgoing = {
    ...message,
    sentBytes: to,
    begun: true,
    chunks: [...message.chunks, { tid, bytes: chunk.length }],
  };
  const next =
    message === state.waiting.front?.value
      ? { ...state, outgoing: [...state.outgoing, sent], waiting: taken(state.waiting) }
      : replace(state, sent);
  return watch(next, [
    { do: "transmit", frame },
    { do: "start", timer: `answer:${tid}`, ms: state.settings.answerMs },
  ]);
}

/** The next hop answered a chunk; `fresh` names the message anew should it have to begin again. */
export function answered(state: MsrpSession, frame: MsrpResponse, fresh: string): MsrpSessionStep {
  const message = state.outgoing.find(({ chunks }) => chunks.some(({ tid }) => tid === frame.tid));
  if (message === undefined) return [state, []];
  const bytes = message.chunks.find(({ tid }) => tid === frame.tid)?.bytes ?? 0;
  if (frame.status !== 200)
    return isTooLarge(state, frame.status, bytes)
      ? beginAgain(state, message, bytes, fresh)
      : refused(state, message, frame.status);
  const rest = { ...message, chunks: message.chunks.filter(({ tid }) => tid !== frame.tid) };
  const effects: MsrpSessionEffect[] = [{ do: "stop", timer: `answer:${frame.tid}` }];
  if (rest.chunks.length === 0 && !isUnsent(rest))
    effects.push({ do: "start", timer: `report:${message.messageId}`, ms: state.settings.reportMs });
  const takenBytes = Math.max(state.takenBytes, bytes);
  return watch(replace({ ...state, takenBytes }, rest), effects);
}

/** A relay may have no room for a chunk, and says 413, or 501 since it can't read it. That is no word from the peer. */
const isTooLarge = ({ settings, takenBytes }: MsrpSession, status: number, bytes: number): boolean =>
  (status === 413 || status === 501) && bytes > takenBytes && bytes > settings.leastChunkBytes;

/** The whole message once more, in smaller chunks and under another name: the hop may remember the one refused. */
function beginAgain(state: MsrpSession, message: Outgoing, bytes: number, fresh: string): MsrpSessionStep {
  const least = state.settings.leastChunkBytes;
  const chunkBytes = Math.max(least, Math.min(state.chunkBytes, Math.floor(bytes / 2)));
  const again: Outgoing = {
    ...message,
    messageId: fresh,
    sentBytes: 0,
    begun: false,
    chunks: [],
    reported: [],
  };
  const outgoing = state.outgoing.map((m) => (m === message ? again : m));
  return watch({ ...state, chunkBytes, outgoing }, stopAll(message));
}

/** A REPORT came in. One about a message that is not known is ignored (RFC 4975 §7.1.2). */
export function reported(state: MsrpSession, frame: MsrpRequest): MsrpSessionStep {
  const [, code] = /^000 ([0-9]{3})(?: |$)/.exec(headerOf(frame, "Status") ?? "") ?? [];
  const messageId = headerOf(frame, "Message-ID");
  const message = state.outgoing.find((m) => m.messageId === messageId);
  if (code !== undefined && messageId !== null && messageId === state.probed && endsSession(Number(code)))
    return end(state, "gone", Number(code));
  if (code === undefined || message === undefined) return [state, []];
  if (code !== "200") return refused(state, message, Number(code));
  const range = readRange(frame);
  // A byte that was not sent can't have been received, whatever is claimed.
  const last = Math.min(range.end ?? range.total ?? message.sentBytes, message.sentBytes);
  const rest = { ...message, reported: addSpan(message.reported, [range.start, last]) };
  const totalBytes = message.content.body.length;
  const reportedBytes = spanBytes(rest.reported);
  if (!isUnsent(rest) && reportedBytes === totalBytes)
    return watch({ ...state, outgoing: state.outgoing.filter((m) => m !== message) }, [
      ...stopAll(message),
      { do: "progress", id: message.id, reportedBytes, totalBytes },
      { do: "reported", id: message.id },
    ]);
  return watch({ ...replace(state, rest), reports: "ranges" }, [
    // Somebody reads: until all is sent, nothing is late.
    ...(isUnsent(rest) ? [{ do: "stop", timer: `report:${rest.messageId}` } as const] : []),
    { do: "progress", id: message.id, reportedBytes, totalBytes },
  ]);
}

/** The whole message when there is no range that can be read. */
function readRange(frame: MsrpRequest): ByteRange {
  try {
    return parseByteRange(headerOf(frame, "Byte-Range") ?? "1-*/*");
  } catch {
    return { start: 1, end: 0, total: null };
  }
}

/** All that may go out blind is out and answered long ago, and no report came. */
export function silent(state: MsrpSession, timer: string): MsrpSessionStep {
  const message = state.outgoing.find(({ messageId }) => timer === `report:${messageId}`);
  return message === undefined ? [state, []] : refused(state, message, 408, false);
}

function refused(state: MsrpSession, message: Outgoing, status: number, maySayMore = true): MsrpSessionStep {
  if (maySayMore && endsSession(status)) return end(state, "gone", status);
  return watch({ ...state, outgoing: state.outgoing.filter((m) => m !== message) }, [
    ...stopAll(message),
    { do: "failed", id: message.id, status },
  ]);
}

/** The peer was given time to report a range and has not: the window follows the hop's answers (decision 24). */
export function stalled(state: MsrpSession): MsrpSessionStep {
  const rest = { ...state, stalled: false };
  if (state.reports !== "unknown") return [rest, []];
  return [
    { ...rest, reports: "whole" },
    begun(state).map(({ messageId }) => ({
      do: "start",
      timer: `report:${messageId}`,
      ms: state.settings.reportMs,
    })),
  ];
}

/** Keeps the `stalled` timer running while every chunk is answered and the report of a range is overdue. */
function watch(state: MsrpSession, effects: readonly MsrpSessionEffect[]): MsrpSessionStep {
  const due =
    state.reports === "unknown" &&
    begun(state).some(
      (m) => m.chunks.length === 0 && isUnsent(m) && m.sentBytes >= state.settings.reportEveryBytes,
    );
  if (due === state.stalled) return [state, effects];
  return [
    { ...state, stalled: due },
    [
      ...effects,
      due
        ? { do: "start", timer: "stalled", ms: state.settings.wholeReportsMs }
        : { do: "stop", timer: "stalled" },
    ],
  ];
}

const replace = (state: MsrpSession, message: Outgoing): MsrpSession => ({
  ...state,
  outgoing: state.outgoing.map((m) =>
    m.id === message.id && m.messageId === message.messageId ? message : m,
  ),
});

const stopAll = (message: Outgoing): readonly MsrpSessionEffect[] =>
  timersOf(message).map((timer) => ({ do: "stop", timer }));
