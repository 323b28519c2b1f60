/**
 * What a chat, or the focus, sees of MSRP: a link to a relay that stays up by itself, paths to offer, sessions.
 * `msrp-endpoint.ts` is what stands behind it, in the browser and in the server.
 */
import type { Clock } from "./clock.ts";
import type { MsrpPath } from "./msrp-path.ts";
import { msrpSettings, type MsrpContent, type MsrpEnd, type MsrpSettings } from "./msrp-session-state.ts";
import type { RelayAccount } from "./relay-credentials.ts";

/** A connection that carries one frame per message. `send` on a closed one does nothing. */
export interface MsrpPipe {
  send(frame: Uint8Array): void;
  close(): void;
}

export type MsrpPipeEvents = {
  readonly opened: () => void;
  readonly received: (frame: Uint8Array) => void;
  /** Once, also when it never opened. */
  readonly closed: () => void;
};

export type MsrpLinkEvent =
  | { readonly on: "connecting" }
  /** A path can be taken. */
  | { readonly on: "ready" }
  | { readonly on: "disconnected"; readonly retryAtMs: number }
  /** The relay refuses these credentials; no further attempt is made before `tryNow`. */
  | { readonly on: "denied"; readonly status: number };

export type MsrpIncoming = MsrpContent & { readonly messageId: string };

export type MsrpSessionOptions = {
  readonly local: MsrpPath;
  /** The peer's a=path. */
  readonly remotePath: readonly string[];
  /** What we said in a=accept-types; anything else is answered 415. */
  readonly acceptTypes: readonly string[];
  /** What the peer said; a message of another type fails with 415 before anything is sent. */
  readonly remoteAcceptTypes: readonly string[];
  /** a=setup:active on our side: a bodiless SEND goes out at once. */
  readonly active: boolean;
  /** Answers 200, or the status of a failure REPORT; nothing means 200. */
  readonly onMessage: (message: MsrpIncoming) => number | void;
  /** The far end of the session has all of it. */
  readonly onReported?: (id: string) => void;
  /** `status` null: the session ended before it was reported. */
  readonly onFailed?: (id: string, status: number | null) => void;
  readonly onProgress?: (id: string, reportedBytes: number, totalBytes: number) => void;
  /** Once, last, and not after `close()`. */
  readonly onEnd?: (why: MsrpEnd) => void;
};

export interface MsrpSessionHandle {
  /** `id` comes back in onReported or onFailed, exactly one of them, exactly once. */
  send(id: string, content: MsrpContent): void;
  /** Messages not yet reported. */
  unreported(): number;
  /** Asks whether the peer is there still; `onEnd` when it is not. Of one who is, nothing is heard. */
  look(): void;
  /** Ends this end of it: what is unreported fails with null, later frames get 481. */
  close(): void;
}

export interface MsrpLink {
  start(): void;
  /** Ends all sessions as lost and stays away. */
  stop(): void;
  /** Does not wait for the next attempt; asks whether the relay is there, where one stands. */
  tryNow(): void;
  /** A path for one session, at once, or null when none is in store (not connected, or denied). */
  takePath(): MsrpPath | null;
  open(options: MsrpSessionOptions): MsrpSessionHandle;
}

export type MsrpLinkTimers = MsrpSettings & {
  /** Paths kept ready. */
  readonly sparePaths: number;
  /** Unreported bytes on the whole connection, and of one session; each at least twice `reportEveryBytes`. */
  readonly windowBytes: number;
  readonly sessionWindowBytes: number;
  /** What the peer sends on a path before we know its own is kept for the session to come, up to this: a
   * session's window of the shortest texts, with half a kilobyte for each beside its content. */
  readonly earlyBytes: number;
  /** Not open, or no answer to AUTH, within this time: the connection is given up. */
  readonly authMs: number;
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** A timer that fires this much too late says that we slept, not that the peer is silent (decision 25). */
  readonly lateMs: number;
};

export const msrpLinkTimers: MsrpLinkTimers = {
  ...msrpSettings,
  sparePaths: 2,
  windowBytes: 262_144,
  sessionWindowBytes: 131_072,
  earlyBytes: 1_048_576,
  authMs: 10_000,
  retryMinMs: 1_000,
  retryMaxMs: 30_000,
  lateMs: 2_000,
};

export type MsrpEndpointOptions = RelayAccount & {
  readonly connect: (events: MsrpPipeEvents) => MsrpPipe;
  readonly clock: Clock;
  /** At least 128 fresh random bits, as lower-case hex. */
  readonly freshId: () => string;
  readonly settings: MsrpLinkTimers;
  readonly onEvent: (event: MsrpLinkEvent) => void;
};
