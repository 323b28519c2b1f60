/**
 * The sessions of one connection: which of them a frame is for, and whose turn it is to send.
 *
 * Frames are told apart by the session id of our own URI alone, since relays may rewrite the rest. Turns go
 * round, one chunk each, as long as what is unreported fits the window (RFC 4975 §7.1.1 fairness, decision 24).
 *
 * A frame for a session that is not here is answered 481 at once. For a path just given out it is kept: the
 * peer's first SEND may overtake the SIP answer that tells us who the peer is.
 */
import type { MsrpFrame } from "../wire/msrp.ts";
import { sessionIdOf } from "../wire/msrp-uri.ts";
import { drive, type Running } from "./machine.ts";
import type { MsrpEndpointOptions, MsrpSessionHandle, MsrpSessionOptions } from "./msrp-link.ts";
import {
  inFlightBytes,
  msrpSession,
  nextChunkBytes,
  respond,
  unreported,
  type MsrpSession,
  type MsrpSessionInput,
} from "./msrp-session-state.ts";
import { session } from "./msrp-session.ts";
import { createTimers } from "./named-timers.ts";

export interface Sessions {
  open(options: MsrpSessionOptions, alive: boolean, release: () => void): MsrpSessionHandle;
  /** `early`: it is for a path given out, whose session is not open yet. */
  receive(frame: MsrpFrame, early: boolean): void;
  /** The path with this own URI is no longer ours. */
  lapsed(own: string): void;
  /** The connection is gone, and with it every session. */
  lost(): void;
}

type Live = {
  readonly running: Running<MsrpSession, MsrpSessionInput>;
  readonly feed: (input: MsrpSessionInput) => void;
};

export function createSessions(
  { clock, freshId, settings }: MsrpEndpointOptions,
  transmit: (frame: MsrpFrame) => void,
): Sessions {
  const live = new Map<string, Live>();
  /** Sessions with something to send or unreported, next turn first. */
  const busy = new Set<Live>();
  const early = new Map<string, { frames: MsrpFrame[]; bytes: number }>();
  /**
   * Peers report once in so many bytes. If each of many sessions had a little less than that on its way, the
   * window would be full and no report due. So one session at a time has room kept for it to get to its report.
   */
  let first: Live | null = null;
  const reserved = 2 * settings.reportEveryBytes;
  let pumping = false;
  /** Machines at work: no turns meanwhile, since what they are told now they take in later. */
  let working = 0;
  /** A transaction or message id: at most 32 characters (RFC 4975 §9). */
  const fresh = (): string => freshId().slice(0, 32);

  /** Gives turns until nobody has anything to send or the window is full. */
  function pump(): void {
    if (pumping) return;
    pumping = true;
    try {
      while (giveTurn());
    } finally {
      pumping = false;
    }
  }

  function giveTurn(): boolean {
    let total = 0;
    for (const one of busy) {
      if (unreported(one.running.state()) === 0) busy.delete(one);
      else total += inFlightBytes(one.running.state());
    }
    if (first === null || !busy.has(first)) first = [...busy][0] ?? null;
    const firstBytes = first === null ? 0 : inFlightBytes(first.running.state());
    for (const one of busy) {
      const state = one.running.state();
      const next = nextChunkBytes(state);
      if (next === null) continue;
      const mine = inFlightBytes(state);
      // A chunk larger than its window goes alone, rather than never.
      if (mine > 0 && mine + next > settings.sessionWindowBytes) continue;
      if (total > 0 && total + next > settings.windowBytes) continue;
      if (one !== first && total > 0 && total - firstBytes + next > settings.windowBytes - reserved) continue;

      busy.delete(one);
      busy.add(one);
      one.feed({ on: "turn", tid: fresh() });
      return true;
    }
    return false;
  }

  function open(options: MsrpSessionOptions, alive: boolean, release: () => void): MsrpSessionHandle {
    const key = sessionIdOf(options.local.own) ?? "";
    const timers = createTimers(clock, settings.lateMs);
    let closing = false;
    const running = drive(
      session,
      msrpSession({
        settings,
        own: options.local.own,
        toPath: [...options.local.usePath, ...options.remotePath],
        acceptTypes: options.acceptTypes,
        remoteAcceptTypes: options.remoteAcceptTypes,
      }),
      (effect) => {
        switch (effect.do) {
          case "transmit":
            transmit(effect.frame);
            return;
          case "deliver": {
            const { messageId, content } = effect;
            const status = options.onMessage({ ...content, messageId }) ?? 200;
            running.feed({ on: "verdict", messageId, status, tid: fresh() });
            return;
          }
          case "progress":
            options.onProgress?.(effect.id, effect.reportedBytes, effect.totalBytes);
            return;
          case "reported":
            options.onReported?.(effect.id);
            return;
          case "failed":
            options.onFailed?.(effect.id, effect.status);
            return;
          case "start":
            timers.start(effect.timer, effect.ms, () => feed({ on: "fired", timer: effect.timer }));
            return;
          case "stop":
            timers.stop(effect.timer);
            return;
          case "end":
            if (live.get(key) === one) live.delete(key);
            busy.delete(one);
            timers.stopAll();
            release();
            if (!closing) options.onEnd?.(effect.why);
        }
      },
    );
    const feed = (input: MsrpSessionInput): void => {
      working += 1;
      try {
        running.feed(input);
      } finally {
        working -= 1;
      }
      if (unreported(running.state()) > 0) busy.add(one);
      if (working === 0) pump();
    };
    const one: Live = { running, feed };
    if (alive) {
      live.set(key, one);
      const [tid, messageId] = [fresh(), fresh()];
      feed({ on: "start", active: options.active, tid, messageId });
    }
    // What was kept, or that the path has died, is told once the caller has its handle.
    clock.after(0, () => (alive ? handOver(key, one) : feed({ on: "lost" })));
    return {
      send: (id, content) => {
        feed({ on: "send", id, messageId: fresh(), content });
      },
      look: () => feed({ on: "look", tid: fresh(), messageId: fresh() }),
      unreported: () => unreported(running.state()),
      close: () => {
        closing = true;
        feed({ on: "close" });
      },
    };
  }

  function receive(frame: MsrpFrame, isEarly: boolean): void {
    const key = sessionIdOf(frame.toPath[0]) ?? "";
    const one = live.get(key);
    if (one !== undefined) {
      handOver(key, one);
      one.feed({ on: "frame", frame, tid: fresh() });
    } else if (frame.kind === "request" && !(isEarly && keep(key, frame)) && frame.method !== "REPORT")
      for (const effect of respond(frame.toPath[0] ?? "", frame, 481))
        if (effect.do === "transmit") transmit(effect.frame);
  }

  /** Gives a session what came before it stood. */
  function handOver(key: string, one: Live): void {
    const kept = early.get(key)?.frames ?? [];
    early.delete(key);
    for (const frame of kept) one.feed({ on: "frame", frame, tid: fresh() });
  }

  function keep(key: string, frame: MsrpFrame): boolean {
    const kept = early.get(key) ?? { frames: [], bytes: 0 };
    const bytes = kept.bytes + 512 + (frame.kind === "request" ? (frame.body?.length ?? 0) : 0);
    if (bytes > settings.earlyBytes) return false;
    kept.frames.push(frame);
    early.set(key, { frames: kept.frames, bytes });
    return true;
  }

  return {
    open,
    receive,
    lapsed: (own) => {
      const key = sessionIdOf(own) ?? "";
      early.delete(key);
      live.get(key)?.feed({ on: "lost" });
    },
    lost: () => {
      early.clear();
      for (const one of live.values()) one.feed({ on: "lost" });
    },
  };
}
