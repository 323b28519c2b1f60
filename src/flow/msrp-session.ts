/**
 * One MSRP session, as both ends of it run it: messages cut into chunks and put together again, an answer to
 * each chunk, reports, and how much is on its way.
 *
 * RFC 4975 §7. A session never sends content by itself: it waits for its `turn`, so that the sessions of one
 * connection alternate and share one window (decision 24). What it sends at once are answers and reports. Ids
 * and time come inside inputs. The way in is `msrp-incoming.ts`, the way out `msrp-outgoing.ts`.
 *
 * Refused: an unknown type (415), too much (413), an unknown method (501), a sender that is not the peer of this
 * session (481): to know a path is not yet to belong to it (decision 31).
 */
import type { MsrpRequest, MsrpResponse } from "../wire/msrp.ts";
import { sessionIdOf } from "../wire/msrp-uri.ts";
import type { Step } from "./machine.ts";
import { refuse, settle, take } from "./msrp-incoming.ts";
import { answered, reported, sendChunk, silent, stalled } from "./msrp-outgoing.ts";
import { put } from "./queue.ts";
import {
  accepts,
  end,
  endsSession,
  respond,
  type MsrpSession,
  type MsrpSessionEffect,
  type MsrpSessionInput,
  type MsrpSessionStep,
  type Outgoing,
} from "./msrp-session-state.ts";

export const session: Step<MsrpSession, MsrpSessionInput, MsrpSessionEffect> = (
  state,
  input,
): MsrpSessionStep => {
  if (state.is === "over")
    return input.on === "send" ? [state, [{ do: "failed", id: input.id, status: null }]] : [state, []];
  switch (input.on) {
    case "start":
      return input.active ? probe(state, input.tid, input.messageId) : [state, []];
    case "look":
      return state.probes.length === 0 ? probe(state, input.tid, input.messageId) : [state, []];
    case "send": {
      if (!accepts(state.remoteAcceptTypes, input.content.contentType))
        return [state, [{ do: "failed", id: input.id, status: 415 }]];
      const { id, messageId, content } = input;
      const message: Outgoing = {
        id,
        messageId,
        content,
        sentBytes: 0,
        begun: false,
        chunks: [],
        reported: [],
      };
      return [{ ...state, waiting: put(state.waiting, message) }, []];
    }
    case "turn":
      return sendChunk(state, input.tid);
    case "frame":
      return input.frame.kind === "response"
        ? answer(state, input.frame, input.tid)
        : receive(state, input.frame, input.tid);
    case "verdict":
      return settle(state, input.messageId, input.status, input.tid);
    case "fired":
      if (input.timer === "stalled") return stalled(state);
      if (input.timer.startsWith("answer:")) return end(state, "gone", 408);
      return silent(state, input.timer);
    case "lost":
      return end(state, "lost", null);
    case "close":
      return end(state, "closed", null);
  }
};

/** A bodiless SEND: what the active side opens with, and what keeps a quiet session known (RFC 7977 §6). */
function probe(state: MsrpSession, tid: string, messageId: string): MsrpSessionStep {
  const frame: MsrpRequest = {
    kind: "request",
    tid,
    method: "SEND",
    toPath: state.toPath,
    fromPath: [state.own],
    headers: [
      ["Message-ID", messageId],
      ["Byte-Range", "1-0/0"],
    ],
    contentType: null,
    body: null,
    continuation: "$",
  };
  return [
    { ...state, probes: [...state.probes, tid], probed: messageId },
    [
      { do: "transmit", frame },
      { do: "start", timer: `answer:${tid}`, ms: state.settings.answerMs },
    ],
  ];
}

function answer(state: MsrpSession, frame: MsrpResponse, tid: string): MsrpSessionStep {
  if (!state.probes.includes(frame.tid)) return answered(state, frame, tid);
  const rest = { ...state, probes: state.probes.filter((tid) => tid !== frame.tid) };
  if (endsSession(frame.status)) return end(state, "gone", frame.status);
  return [rest, [{ do: "stop", timer: `answer:${frame.tid}` }]];
}

function receive(state: MsrpSession, frame: MsrpRequest, tid: string): MsrpSessionStep {
  if (frame.method === "REPORT") return reported(state, frame);
  if (sessionIdOf(frame.fromPath.at(-1)) !== sessionIdOf(state.toPath.at(-1)))
    return [state, respond(state.own, frame, 481)];
  if (frame.method !== "SEND") return [state, respond(state.own, frame, 501)];
  if (frame.contentType !== null && !accepts(state.acceptTypes, frame.contentType))
    return [state, refuse(state.own, frame, 415, tid)];
  return take(state, frame, tid);
}
