/**
 * The MSRP relay, of the box and alone: browsers and the focus reach each other through it alone.
 *
 * RFC 4976 §6, RFC 7977. It forwards only what is addressed to a URI it has issued: out for the owner of that
 * URI, in for everybody else who has authenticated. Both ends use this relay, so a message passes it twice
 * without leaving it. A SEND is answered hop by hop; what goes wrong later becomes a REPORT to its sender.
 *
 * Refused and counted: anything before AUTH (403, then closed), AUTH while nobody can say who that is (408), a sender
 * that speaks as somebody else (403, or 506 when that URI lives on another connection), paths that are not ours (481),
 * other methods (501), more at once than one sender may have under way (413), what can't be read (closed), guesses at
 * passwords that come too fast (closed with 1013). A reader that lags is never waited for on its socket: its senders wait for their 200.
 */
import type { Clock } from "../../flow/clock.ts";
import { ProtocolError } from "../../wire/errors.ts";
import {
  formatFrame,
  headerOf,
  parseFrame,
  type MsrpFrame,
  type MsrpLimits,
  type MsrpRequest,
} from "../../wire/msrp.ts";
import type { Visitor } from "./admission.ts";
import type { FrameSocket } from "./frame-socket.ts";
import { createHeadCount } from "./head-count.ts";
import { networkLimits, type RelayQuotas } from "./limits.ts";
import { createLoginGuard, type LoginGuard } from "./login-guard.ts";
import { createTurns } from "./in-turn.ts";
import {
  askedUser,
  checkAuth,
  claimedUser,
  notYetProven,
  type AuthBounds,
  type AuthState,
} from "./relay-auth.ts";
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

export type RelayTraceRow = {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
};

export type RelayOptions = {
  /** What Use-Path says: a name and the port where this relay is reached. */
  readonly host: string;
  readonly port: number;
  /** TLS outside: `msrps` and TCP/TLS/MSRP (decision 23). */
  readonly tls: boolean;
  readonly realm: string;
  /**
   * HA1 of that user in `realm`, or null when there is no such user; rejects when nobody can say just now. `address`:
   * where the one who asks comes from.
   */
  readonly ha1: (user: string, address: string) => string | null | Promise<string | null>;
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
  readonly refused: ReadonlyMap<string, number>;
  readonly frameBytes: number;
  /** Closes every connection of that user. */
  readonly signOut: (user: string) => void;
  /** Closes every connection. */
  readonly close: () => void;
}

const headLimits = { headerBytes: 16_384, headers: 32, pathUris: 8 };

/** AUTHs of one connection that wait while one is looked at: a hundred. */
const waitingAuthBytes = 65_536;

export function createRelay(options: RelayOptions): Relay {
  const { clock, freshId, realm, ha1, trace } = options;
  const timers = options.timers ?? relayTimers;
  const quotas = options.quotas ?? networkLimits.relay;
  const frameLimits: MsrpLimits = { ...headLimits, frameBytes: quotas.frameBytes };
  const guard = options.guard ?? createLoginGuard(networkLimits.login, () => clock.now());
  const paths = createRelayPaths<RelayConnection>(options, freshId);
  const open = new Map<FrameSocket, () => string | null>();
  const ofUser = createHeadCount();
  const refused = new Map<string, number>();
  const count = (reason: string): void => void refused.set(reason, (refused.get(reason) ?? 0) + 1);
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
    let auth: AuthState = notYetProven;
    let leaves = (): void => {};
    /** The secret of whose this is. */
    let provenBy: string | null = null;
    const address = visitor?.address ?? "";
    /** A focus has a leg for each member of each group, and bounds of its own. */
    let isFocus = visitor === undefined;
    const turns = createTurns(waitingAuthBytes);
    const name = (): string => auth.user ?? "unknown";
    const connection: RelayConnection = {
      send: (frame, done) => {
        const bytes = formatFrame(frame);
        trace?.({ at: clock.now(), from: "relay", to: name(), bytes });
        socket.send(bytes, done);
      },
      bufferedBytes: () => socket.bufferedBytes,
      pending: new Map(),
      withheld: [],
      underWay: { bytes: 0, most: isFocus ? Infinity : quotas.inFlightBytes },
      leaving: new Set(),
    };
    const refuse = (reason: string, code: number): void => {
      count(reason);
      socket.close(code, reason);
    };
    const endProbation = clock.after(timers.probationMs, () => refuse("not authenticated in time", 1008));
    open.set(socket, () => auth.user);

    socket.onFrame = (bytes) => {
      trace?.({ at: clock.now(), from: name(), to: "relay", bytes });
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
        const { length } = bytes;
        if (!turns.take(length, () => authenticate(frame))) refuse("too many AUTHs at once", 1008);
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

    function authenticate(frame: MsrpRequest): Promise<void> | void {
      if (!isDue(frame)) return;
      const asked = askedUser(frame, realm);
      const secret = asked === null ? null : ha1(asked, address);
      if (!(secret instanceof Promise)) return judge(frame, secret);
      return secret.then(
        (found) => {
          if (isDue(frame)) judge(frame, found);
        },
        () => {
          if (!isDue(frame)) return;
          // Whose connection it is has been shown, so chats go on while nobody can be asked.
          if (asked === auth.user) return judge(frame, provenBy);
          count("AUTH 408");
          forwarding.respond(connection, frame, 408);
        },
      );
    }

    /** Asked again after a wait: it may be gone, or others have guessed at the same password. */
    function isDue(frame: MsrpRequest): boolean {
      if (!open.has(socket)) return false;
      const user = claimedUser(frame);
      if (user === null || guard.waitMs(address, user) === 0) return true;
      refuse("too many wrong passwords", 1013);
      return false;
    }

    function judge(frame: MsrpRequest, secret: string | null): void {
      const user = claimedUser(frame);
      const failures = auth.failures;
      const result = checkAuth(frame, auth, { ...timers, realm, secret, freshId });
      if (auth.user === null && result.state.user !== null) {
        if (ofUser.of(result.state.user) >= quotas.connectionsPerUser)
          return refuse("too many connections of one user", 1013);
        leaves = ofUser.add(result.state.user);
        if (result.state.user === options.focusUser) knowFocus();
      }
      auth = result.state;
      if (secret !== null && user === auth.user) provenBy = secret;
      if (user !== null && auth.failures > failures) guard.failed(address, user);
      if (result.is === "refused") {
        if (result.answer.status !== 401 || headerOf(frame, "Authorization") !== null)
          count(`AUTH ${result.answer.status}`);
        forwarding.respond(connection, frame, result.answer.status, result.answer.headers);
        if (auth.failures >= guard.mostPerConnection) refuse("too many wrong passwords", 1008);
        return;
      }
      endProbation();
      guard.proven(address, result.state.user);
      visitor?.proven();
      const now = clock.now();
      const elsewhere = paths.ofOwn(result.own, now);
      const status =
        elsewhere !== null && elsewhere.owner !== connection
          ? 506
          : elsewhere === null && !isFocus && paths.countOf(connection, now) >= quotas.pathsPerConnection
            ? 403
            : 200;
      if (status !== 200) {
        count(`AUTH ${status}`);
        forwarding.respond(connection, frame, status);
        return;
      }
      const path = paths.issue(connection, result.own, now + result.expiresSeconds * 1000);
      forwarding.respond(connection, frame, 200, [
        ["Use-Path", path.uri],
        ["Expires", String(result.expiresSeconds)],
        result.info,
      ]);
    }

    function knowFocus(): void {
      isFocus = true;
      connection.underWay.most = Infinity;
      visitor?.unbound?.();
    }

    socket.onClose = () => {
      endProbation();
      open.delete(socket);
      leaves();
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
