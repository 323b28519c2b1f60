/**
 * The AUTHs of one connection to the relay, one after the other: whose it is, and a path for each that proves it (RFC
 * 4976 §6.3). What an AUTH is worth by itself says `relay-auth.ts`; here is what else stands in its way.
 *
 * Refused: while nobody can say who that is (408), an endpoint URI that lives on another connection (506), more paths
 * than one connection may have (403). Closed: guesses at passwords that come too fast, more connections than one user
 * may have (1013), wrong password upon wrong password (1008).
 */
import type { Clock } from "../../flow/clock.ts";
import { headerOf, type MsrpHeader, type MsrpRequest } from "../../wire/msrp.ts";
import type { Visitor } from "./admission.ts";
import type { HeadCount } from "./head-count.ts";
import { createTurns } from "./in-turn.ts";
import type { RelayQuotas } from "./limits.ts";
import type { LoginGuard } from "./login-guard.ts";
import {
  askedUser,
  checkAuth,
  claimedUser,
  notYetProven,
  type AuthBounds,
  type AuthState,
} from "./relay-auth.ts";
import type { Forwarding, RelayConnection } from "./relay-forwarding.ts";
import type { RelayPaths } from "./relay-paths.ts";

/**
 * HA1 of that user in the relay's realm, or null when there is no such user; rejects when nobody can say just now.
 * `address`: where the one who asks comes from.
 */
export type Ha1Of = (user: string, address: string) => string | null | Promise<string | null>;

export type ConnectionAuthOptions = {
  readonly realm: string;
  readonly ha1: Ha1Of;
  readonly timers: AuthBounds;
  readonly quotas: RelayQuotas;
  readonly focusUser: string | undefined;
  readonly guard: LoginGuard;
  readonly paths: RelayPaths<RelayConnection>;
  /** Connections, by whose they are. */
  readonly ofUser: HeadCount;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly count: (reason: string) => void;
  readonly forwarding: Pick<Forwarding, "respond">;
};

export interface ConnectionAuth {
  /** Once proven; for good. */
  readonly user: string | null;
  /** False, and nothing is done, when too many wait already. */
  take(frame: MsrpRequest, sizeBytes: number): boolean;
  /** The connection is closed: it counts for nobody any more. */
  gone(): void;
}

/** AUTHs of one connection that wait while one is looked at: a hundred. */
const waitingAuthBytes = 65_536;

export function createConnectionAuth(
  one: {
    readonly connection: RelayConnection;
    /** Nobody: a connection within this process. */
    readonly visitor: Visitor | undefined;
    readonly isOpen: () => boolean;
    readonly close: (reason: string, code: number) => void;
    readonly proven: () => void;
  },
  options: ConnectionAuthOptions,
): ConnectionAuth {
  const { connection, visitor, isOpen, close } = one;
  const { realm, timers, quotas, guard, paths, ofUser, clock, freshId, forwarding, count } = options;
  const address = visitor?.address ?? "";
  const turns = createTurns(waitingAuthBytes);
  let auth: AuthState = notYetProven;
  /** The secret of whose this is. */
  let provenBy: string | null = null;
  let leaves = (): void => {};
  let isFocus = false;
  if (visitor === undefined) knowFocus();

  /** It has a leg for each member of each group, and bounds of its own. */
  function knowFocus(): void {
    isFocus = true;
    connection.underWay.most = Infinity;
    visitor?.unbound?.();
  }

  function authenticate(frame: MsrpRequest): Promise<void> | void {
    if (!isDue(frame)) return;
    const asked = askedUser(frame, realm);
    const secret = asked === null ? null : options.ha1(asked, address);
    if (!(secret instanceof Promise)) return judge(frame, secret);
    return secret.then(
      (found) => {
        if (isDue(frame)) judge(frame, found);
      },
      () => {
        if (!isDue(frame)) return;
        // Whose connection it is has been shown, so chats go on while nobody can be asked.
        if (asked === auth.user) return judge(frame, provenBy);
        refuse(frame, 408);
      },
    );
  }

  /** Asked again after a wait: it may be gone, or others have guessed at the same password. */
  function isDue(frame: MsrpRequest): boolean {
    if (!isOpen()) return false;
    const user = claimedUser(frame);
    if (user === null || guard.waitMs(address, user) === 0) return true;
    close("too many wrong passwords", 1013);
    return false;
  }

  function refuse(frame: MsrpRequest, status: number, headers?: readonly MsrpHeader[]): void {
    // The first challenge is none of the client's doing.
    if (status !== 401 || headerOf(frame, "Authorization") !== null) count(`AUTH ${status}`);
    forwarding.respond(connection, frame, status, headers);
  }

  function judge(frame: MsrpRequest, secret: string | null): void {
    const user = claimedUser(frame);
    const failures = auth.failures;
    const result = checkAuth(frame, auth, { ...timers, realm, secret, freshId });
    if (auth.user === null && result.state.user !== null && !begin(result.state.user)) return;
    auth = result.state;
    if (secret !== null && user === auth.user) provenBy = secret;
    if (user !== null && auth.failures > failures) guard.failed(address, user);
    if (result.is === "refused") {
      refuse(frame, result.answer.status, result.answer.headers);
      if (auth.failures >= guard.mostPerConnection) close("too many wrong passwords", 1008);
      return;
    }
    one.proven();
    guard.proven(address, result.state.user);
    visitor?.proven();
    grant(frame, result.own, result.expiresSeconds, result.info);
  }

  /** It is shown whose it is; whether that user may have one more. */
  function begin(user: string): boolean {
    const name = user.toLowerCase(); // a name is the same however it is spelled
    if (ofUser.of(name) >= quotas.connectionsPerUser) {
      close("too many connections of one user", 1013);
      return false;
    }
    leaves = ofUser.add(name);
    if (user === options.focusUser) knowFocus();
    return true;
  }

  function grant(frame: MsrpRequest, own: string, expiresSeconds: number, info: MsrpHeader): void {
    const now = clock.now();
    const known = paths.ofOwn(own, now);
    if (known !== null && known.owner !== connection) return refuse(frame, 506);
    if (known === null && !isFocus && paths.countOf(connection, now) >= quotas.pathsPerConnection)
      return refuse(frame, 403);
    const path = paths.issue(connection, own, now + expiresSeconds * 1000);
    forwarding.respond(connection, frame, 200, [
      ["Use-Path", path.uri],
      ["Expires", String(expiresSeconds)],
      info,
    ]);
  }

  return {
    get user() {
      return auth.user;
    },
    take: (frame, sizeBytes) => turns.take(sizeBytes, () => authenticate(frame)),
    gone: () => leaves(),
  };
}
