/**
 * One MSRP session, as both ends of it run it: messages cut into chunks and put together again, an answer to
 * each chunk, reports, and how much may be on its way.
 *
 * RFC 4975 §7. A session never sends by itself what carries content: it waits for its `turn`, so that the
 * sessions of one connection alternate and share one window (decision 24). What it sends at once are answers and
 * reports. Ids and time come inside inputs.
 *
 * Refused: an unknown type (415), too much (413), a sender that is not the peer of this session (481).
 */
import type { MsrpFrame } from "../wire/msrp.ts";
import type { Step } from "./machine.ts";

export type MsrpSettings = {
  /** Content bytes of one SEND; 8 KB is what the smallest relay in use takes. */
  readonly chunkBytes: number;
  /** Longest message taken, else 413. */
  readonly maxMessageBytes: number;
  /** Messages that may arrive interleaved. */
  readonly maxPartialMessages: number;
  /** A success REPORT goes out for each such range, and at the end. */
  readonly reportEveryBytes: number;
  /** RFC 4975 §7.1.1: no answer to a SEND within this time, 30 s, and the message has failed. */
  readonly answerMs: number;
  /** All is sent and answered, and the peer still has not reported it. */
  readonly reportMs: number;
  /** The window is full and answered, and nothing is reported: the peer seems to report whole messages only. */
  readonly wholeReportsMs: number;
};

export const msrpSettings: MsrpSettings = {
  chunkBytes: 8192,
  maxMessageBytes: 1_048_576,
  maxPartialMessages: 8,
  reportEveryBytes: 65_536,
  answerMs: 30_000,
  reportMs: 60_000,
  wholeReportsMs: 2_000,
};

export type MsrpContent = { readonly contentType: string; readonly body: Uint8Array };

export type MsrpSessionInput =
  /** The session stands; the active side says so at once with a bodiless SEND. */
  | { readonly on: "start"; readonly active: boolean; readonly tid: string; readonly messageId: string }
  /** `id` is the caller's, `messageId` the fresh one of this transmission. */
  | { readonly on: "send"; readonly id: string; readonly messageId: string; readonly content: MsrpContent }
  /** One chunk may go now. */
  | { readonly on: "turn"; readonly tid: string }
  /** `tid`: fresh, for the REPORT this may cause. */
  | { readonly on: "frame"; readonly frame: MsrpFrame; readonly tid: string }
  /** What became of a delivered message: 200, or the status of a failure REPORT (decision 31). */
  | { readonly on: "verdict"; readonly messageId: string; readonly status: number; readonly tid: string }
  | { readonly on: "fired"; readonly timer: string; readonly tid: string }
  /** The connection is gone. */
  | { readonly on: "lost" }
  /** This end leaves. */
  | { readonly on: "close" };

/** Why a session stands no more: `gone` the peer says so (481, 506) or gives no sign (408). */
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

export type MsrpSessionStep<State> = Step<State, MsrpSessionInput, MsrpSessionEffect>;
