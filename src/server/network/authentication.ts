/**
 * Digest on REGISTER (RFC 3261 §22, RFC 2617 with qop=auth), for one connection.
 *
 * A nonce is good on the connection it was given on, for a while, and for a growing nonce count: what was
 * overheard can't be used again. An unknown user is challenged and refused like a wrong password.
 */
import type { Clock } from "../../flow/clock.ts";
import {
  digestResponse,
  formatChallenge,
  parseCredentials,
  rspauth,
  type Credentials,
} from "../../wire/digest.ts";
import { header, type SipRequest } from "../../wire/sip.ts";
import type { Account, Accounts } from "./accounts.ts";

export type AuthenticationTimers = {
  readonly nonceMs: number;
};

export type Verdict =
  | { readonly is: "proven"; readonly account: Account; readonly info: string }
  | { readonly is: "challenged"; readonly challenge: string }
  | { readonly is: "refused" };

export interface Authentication {
  /** Throws ProtocolError(400) for credentials that can't be read. */
  check(request: SipRequest): Verdict;
}

const maxNonces = 8;

export function createAuthentication(options: {
  readonly realm: string;
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly timers: AuthenticationTimers;
}): Authentication {
  const { realm, accounts, clock, freshId, timers } = options;
  const nonces = new Map<string, { readonly until: number; count: number }>();

  function challenged(stale: boolean): Verdict {
    const nonce = freshId();
    nonces.set(nonce, { until: clock.now() + timers.nonceMs, count: 0 });
    for (const old of [...nonces.keys()].slice(0, -maxNonces)) nonces.delete(old);
    const challenge = formatChallenge({ realm, nonce, opaque: null, stale, algorithm: "MD5", qop: ["auth"] });
    return { is: "challenged", challenge };
  }

  return {
    check: (request) => {
      const value = header(request, "Authorization");
      if (value === null) return challenged(false);
      const given = parseCredentials(value);
      const { qop, nc, cnonce } = given;
      if (given.realm !== realm || qop !== "auth" || nc === null || cnonce === null || !isMd5(given))
        return challenged(false);
      const count = /^[0-9a-f]{8}$/i.test(nc) ? Number.parseInt(nc, 16) : 0;
      const nonce = nonces.get(given.nonce);
      if (nonce === undefined || nonce.until < clock.now() || count <= nonce.count) return challenged(true);
      const account = accounts.find(given.username);
      const input = { uri: given.uri, nonce: given.nonce, nc, cnonce, qop: "auth" as const };
      if (
        account === null ||
        given.uri !== request.uri ||
        digestResponse({ ...input, ha1: account.ha1, method: request.method }) !== given.response
      )
        return { is: "refused" };
      nonce.count = count;
      const proof = rspauth({ ...input, ha1: account.ha1 });
      return {
        is: "proven",
        account,
        info: `qop=auth, rspauth="${proof}", cnonce="${cnonce.replace(/["\\]/g, "\\$&")}", nc=${nc}`,
      };
    },
  };
}

const isMd5 = (given: Credentials): boolean =>
  given.algorithm === null || given.algorithm.toUpperCase() === "MD5";
