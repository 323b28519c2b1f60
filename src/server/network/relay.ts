/**
 * The MSRP relay, of the box and alone: browsers and the focus reach each other through it alone.
 *
 * RFC 4976 §6, RFC 7977. It forwards only what is addressed to a URI it has issued: out for the owner of that
 * URI, in for everybody else who has authenticated. Both ends use this relay, so a message passes it twice
 * without leaving it. A SEND is answered hop by hop; what goes wrong later becomes a REPORT to its sender.
 *
 * Refused and counted: anything before AUTH (403, then closed), what `connection-auth.ts` refuses, a sender that speaks
 * as somebody else (403, or 506 when that URI lives on another connection), paths that are not ours (481), other methods
 * (501), more at once than one sender may have under way (413), what can't be read and who reads nothing (closed). A
 * reader that lags is never waited for on its socket: its senders wait for their 200.
 */
import type { Clock } from "../../flow/clock.ts";
import { ProtocolError } from "../../wire/errors.ts";
import { formatFrame, parseFrame, type MsrpFrame, type MsrpLimits } from "../../wire/msrp.ts";
import { createRefusalCount, type Refusals } from "../refusals.ts";
import type { MsrpHop } from "../trace.ts";
import type { Visitor } from "./admission.ts";
import { createConnectionAuth, type Ha1Of } from "./connection-auth.ts";
import type { FrameSocket } from "./frame-socket.ts";
import { createHeadCount } from "./head-count.ts";
import { networkLimits, type RelayQuotas } from "./limits.ts";
import { createLoginGuard, type LoginGuard } from "./login-guard.ts";
import type { AuthBounds } from "./relay-auth.ts";
import { createForwarding, type Forwarding, type RelayConnection } from "./relay-forwarding.ts";
import { createRelayPaths } from "./relay-paths.ts";

export type RelayTimers = AuthBounds & {
  /** No answer from the next hop: REPORT 408 (RFC 4976 §6.4.1). */
  readonly answerMs: number;
  /** A connection that has not authenticated by then is closed (§6.1). */
  readonly probationMs: number;
};

export const relayTimers: RelayTimers = {
  answerMs: 30_000,
  probationMs: 30_000,
  defaultExpiresSeconds: 900,
  minExpiresSeconds: 60,
  maxExpiresSeconds: 86_400,
};

/** `direction` as the relay sees it: anybody may be called what it is called. */
export type RelayTraceRow = MsrpHop & { readonly direction: "in" | "out" };

export type RelayOptions = {
  /** What Use-Path says: a name and the port where this relay is reached. */
  readonly host: string;
  readonly port: number;
  /** TLS outside: `msrps` and TCP/TLS/MSRP (decision 23). */
  readonly tls: boolean;
  readonly realm: string;
  readonly ha1: Ha1Of;
  /** Whose one connection carries everybody's groups, and who bounds that itself; nothing: nobody from outside. */
  readonly focusUser?: string;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly timers?: RelayTimers;
  readonly quotas?: RelayQuotas;
  /** Shared with the registrar: a password is the same there. */
  readonly guard?: LoginGuard;
  readonly trace?: (row: RelayTraceRow) => void;
  /** A connection has closed, over which these endpoints were reached. */
  readonly onGone?: (owns: readonly string[]) => void;
};

export interface Relay {
  /** Takes over a connection just accepted with subprotocol `msrp`; without a visitor it is one within this process. */
  readonly accept: (socket: FrameSocket, visitor?: Visitor) => void;
  /** Why frames and connections were refused, and how often. */
  readonly refused: Refusals;
  readonly frameBytes: number;
  /** Closes every connection of that user. */
  readonly signOut: (user: string) => void;
  /** Closes every connection. */
  readonly close: () => void;
}

const headLimits = { headerBytes: 16_384, headers: 32, pathUris: 8 };

export function createRelay(options: RelayOptions): Relay {
  const { clock, freshId, trace } = options;
  const timers = options.timers ?? relayTimers;
  const quotas = options.quotas ?? networkLimits.relay;
  const frameLimits: MsrpLimits = { ...headLimits, frameBytes: quotas.frameBytes };
  const guard = options.guard ?? createLoginGuard(networkLimits.login, () => clock.now());
  const paths = createRelayPaths<RelayConnection>(options, freshId);
  const open = new Map<FrameSocket, () => string | null>();
  const ofUser = createHeadCount();
  const { refused, count } = createRefusalCount();
  const forwarding: Forwarding = createForwarding({
    paths,
    clock,
    freshId,
    answerMs: timers.answerMs,
    withheldBytes: quotas.withheldBytes,
    readerBytes: quotas.readerBytes,
    count,
  });

  function accept(socket: FrameSocket, visitor?: Visitor): void {
    const name = (): string => auth.user ?? "unknown";
    const connection: RelayConnection = {
      send: (frame, done) => {
        const bytes = formatFrame(frame);
        trace?.({ at: clock.now(), direction: "out", from: "relay", to: name(), bytes });
        socket.send(bytes, done);
      },
      bufferedBytes: () => socket.bufferedBytes,
      pending: new Map(),
      withheld: [],
      underWay: { bytes: 0, most: quotas.inFlightBytes },
      leaving: new Set(),
    };
    const refuse = (reason: string, code: number): void => {
      count(reason);
      socket.close(code, reason);
    };
    const endProbation = clock.after(timers.probationMs, () => refuse("not authenticated in time", 1008));
    const auth = createConnectionAuth(
      { connection, visitor, isOpen: () => open.has(socket), close: refuse, proven: endProbation },
      {
        ...options,
        timers,
        quotas,
        focusUser: options.focusUser,
        guard,
        paths,
        ofUser,
        count,
        forwarding,
      },
    );
    open.set(socket, () => auth.user);

    socket.onFrame = (bytes) => {
      // More than others may have waiting for it: it asks, and does not read what it is told.
      if (socket.bufferedBytes > 2 * quotas.readerBytes) return refuse("takes no answers", 1008);
      trace?.({ at: clock.now(), direction: "in", from: name(), to: "relay", bytes });
      let frame: MsrpFrame;
      try {
        frame = parseFrame(bytes, frameLimits);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        refuse(
          error.status === 413 ? "frame too large" : "malformed frame",
          error.status === 413 ? 1009 : 1002,
        );
        return;
      }
      if (frame.kind === "request" && frame.method === "AUTH") {
        if (!auth.take(frame, bytes.length)) refuse("too many AUTHs at once", 1008);
      } else if (auth.user === null) {
        if (frame.kind === "request") forwarding.respond(connection, frame, 403);
        refuse("nothing before AUTH", 1008);
      } else if (frame.kind === "response") forwarding.answered(connection, frame);
      else if (frame.method === "SEND" || frame.method === "REPORT") forwarding.forward(connection, frame);
      else {
        count("unknown method");
        forwarding.respond(connection, frame, 501);
      }
    };

    socket.onClose = () => {
      endProbation();
      open.delete(socket);
      auth.gone();
      const owns = paths.dropAll(connection);
      forwarding.gone(connection);
      if (owns.length > 0) options.onGone?.(owns);
    };
  }

  return {
    accept,
    refused,
    frameBytes: quotas.frameBytes,
    signOut: (user) => {
      for (const [socket, owner] of open)
        if (owner()?.toLowerCase() === user) socket.close(1008, "signed out");
    },
    close: () => {
      for (const socket of open.keys()) socket.close(1001, "the relay closes");
    },
  };
}
