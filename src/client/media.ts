/**
 * The MSRP session of each leg: our description to offer or to answer with, and the session that comes of it.
 *
 * A peer whose address has changed offers another path: another session takes the place of the one before, and what was
 * not reported there goes out again (RFC 4975 §5.4).
 *
 * Paths are in store before they are needed (`flow/msrp-relay-client.ts`), so that neither an INVITE nor an answer
 * waits for AUTH. When none is there, because the relay is away for a moment, a leg waits `pathMs` for one.
 */
import type { Clock } from "../flow/clock.ts";
import type { LegId } from "../flow/extend.ts";
import type { MsrpIncoming, MsrpLink, MsrpSessionHandle } from "../flow/msrp-link.ts";
import type { MsrpPath } from "../flow/msrp-path.ts";
import type { MsrpContent, MsrpEnd } from "../flow/msrp-session-state.ts";
import { formatMsrpSdp, parseMsrpSdp, type MsrpMedia } from "../wire/sdp.ts";

export type MediaKind = "1-1" | "group";

export type MediaUser = {
  /** Answers 200, or the status of a failure report; nothing means 200. */
  readonly onMessage: (message: MsrpIncoming) => number | void;
  readonly onReported: (id: string) => void;
  readonly onFailed: (id: string, status: number | null) => void;
  /** The session stands no more, and we did not close it. */
  readonly onEnd: (why: MsrpEnd) => void;
};

/** 488: that description holds no MSRP we can speak. 480: no path to be had. */
export type NoMedia = 488 | 480;

export interface Media {
  offer(leg: LegId, kind: MediaKind, ready: (sdp: string | NoMedia) => void): void;
  /** Opens the session at once: the peer may send as soon as it has our answer. */
  answer(
    leg: LegId,
    kind: MediaKind,
    theirs: string | null,
    user: MediaUser,
    ready: (sdp: string | NoMedia) => void,
  ): void;
  /** Another path of theirs, for a session that stands. */
  moving(leg: LegId, theirs: string, ready: (sdp: string | NoMedia) => void): void;
  /** Their answer to our offer; false when it can't be used. */
  answered(leg: LegId, theirs: string, user: MediaUser): boolean;
  send(leg: LegId, id: string, content: MsrpContent): void;
  close(leg: LegId): void;
  /** The same for an offer that is taken back. Answers whether it was still waiting for its path: nobody has it. */
  withdraw(leg: LegId): boolean;
  /** The relay has a path more. */
  pathsCame(): void;
}

export type MediaOptions = {
  readonly link: MsrpLink;
  readonly clock: Clock;
  readonly pathMs: number;
  /** Runs what a session says, so that the screen changes once for all of it. */
  readonly turn: <T>(run: () => T) => T;
};

const acceptTypes = ["message/cpim", "text/plain"];
const wrappedTypes = ["text/plain"];
/** A text is at most so long (before anything is kept or shown). */
export const mostTextBytes = 8 * 1024 * 1024;

type Session = {
  readonly handle: MsrpSessionHandle;
  readonly user: MediaUser;
  /** Sent, and not reported yet, in order. */
  readonly out: Map<string, MsrpContent>;
};

type Waiting = { readonly take: (path: MsrpPath | null) => void; readonly stop: () => void };

export function createMedia({ link, clock, pathMs, turn }: MediaOptions): Media {
  const local = new Map<LegId, MsrpPath>();
  const sessions = new Map<LegId, Session>();
  /** What was last said of each leg. */
  const described = new Map<LegId, { readonly kind: MediaKind; readonly first: MsrpPath; version: number }>();
  const waiting = new Map<LegId, Waiting>();

  function withPath(leg: LegId, go: (path: MsrpPath | null) => void): void {
    const path = link.takePath();
    if (path !== null) {
      local.set(leg, path);
      go(path);
      return;
    }
    const stop = clock.after(pathMs, () => {
      waiting.delete(leg);
      turn(() => go(null));
    });
    waiting.set(leg, {
      stop,
      take: (late) => {
        if (late !== null) local.set(leg, late);
        go(late);
      },
    });
  }

  function describe(leg: LegId, path: MsrpPath, kind: MediaKind, setup: MsrpMedia["setup"]): string {
    const before = described.get(leg);
    const now = before ?? { kind, first: path, version: 0 };
    now.version += 1;
    described.set(leg, now);
    return formatMsrpSdp(
      {
        host: path.host,
        port: path.port,
        tls: path.tls,
        path: path.path,
        setup,
        acceptTypes: kind === "group" ? ["message/cpim"] : acceptTypes,
        acceptWrappedTypes: wrappedTypes,
        chatroom: kind === "group" ? [] : null,
        direction: "sendrecv",
      },
      now.version,
      now.first.path,
    );
  }

  function open(leg: LegId, path: MsrpPath, theirs: MsrpMedia, active: boolean, user: MediaUser): void {
    const out = new Map<string, MsrpContent>();
    const isMine = (): boolean => sessions.get(leg)?.handle === handle;
    const handle = link.open({
      local: path,
      remotePath: theirs.path,
      acceptTypes,
      remoteAcceptTypes: theirs.acceptTypes,
      active,
      onMessage: (message) =>
        message.body.length > mostTextBytes ? 413 : turn(() => user.onMessage(message)),
      onReported: (id) => {
        out.delete(id);
        turn(() => user.onReported(id));
      },
      onFailed: (id, status) => {
        // Of one that has moved away it is sent again.
        if (out.delete(id)) turn(() => user.onFailed(id, status));
      },
      onEnd: (why) => {
        if (!isMine()) return;
        sessions.delete(leg);
        turn(() => user.onEnd(why));
      },
    });
    sessions.set(leg, { handle, user, out });
  }

  function send(leg: LegId, id: string, content: MsrpContent): void {
    const session = sessions.get(leg);
    session?.out.set(id, content);
    session?.handle.send(id, content);
  }

  /** The same user on another path; it notices nothing. */
  function reopen(leg: LegId, path: MsrpPath, theirs: MsrpMedia, active: boolean): boolean {
    const before = sessions.get(leg);
    if (before === undefined) return false;
    const owed = [...before.out];
    before.out.clear();
    sessions.delete(leg);
    before.handle.close();
    open(leg, path, theirs, active, before.user);
    for (const [id, content] of owed) send(leg, id, content);
    return true;
  }

  function close(leg: LegId): void {
    const session = sessions.get(leg);
    sessions.delete(leg);
    local.delete(leg);
    described.delete(leg);
    waiting.get(leg)?.stop();
    waiting.delete(leg);
    session?.handle.close();
  }

  return {
    offer: (leg, kind, ready) =>
      withPath(leg, (path) => ready(path === null ? 480 : describe(leg, path, kind, "active"))),
    answer: (leg, kind, theirs, user, ready) => {
      const media = theirs === null ? null : parseMsrpSdp(theirs);
      if (media === null) return ready(488);
      withPath(leg, (path) => {
        if (path === null) return ready(480);
        // RFC 4145 §4.1: who offers `active` is answered `passive`; whoever may choose lets us be active.
        const active = media.setup !== "active";
        open(leg, path, media, active, user);
        ready(describe(leg, path, kind, active ? "active" : "passive"));
      });
    },
    moving: (leg, theirs, ready) => {
      const media = parseMsrpSdp(theirs);
      const kind = described.get(leg)?.kind;
      if (media === null || kind === undefined || waiting.has(leg)) return ready(488);
      withPath(leg, (path) => {
        const active = media.setup !== "active";
        if (path === null || !reopen(leg, path, media, active)) return ready(path === null ? 480 : 488);
        ready(describe(leg, path, kind, active ? "active" : "passive"));
      });
    },
    answered: (leg, theirs, user) => {
      const media = parseMsrpSdp(theirs);
      const path = local.get(leg);
      if (media === null || path === undefined) return false;
      open(leg, path, media, media.setup !== "active", user);
      return true;
    },
    send,
    close,
    withdraw: (leg) => {
      const wasWaiting = waiting.has(leg);
      close(leg);
      return wasWaiting;
    },
    pathsCame: () => {
      for (const [leg, one] of waiting) {
        const path = link.takePath();
        if (path === null) return;
        waiting.delete(leg);
        one.stop();
        one.take(path);
      }
    },
  };
}
