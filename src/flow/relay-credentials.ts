/**
 * How a client and its relay prove themselves to each other in AUTH: Digest MD5 with qop=auth (RFC 4976 §9.1).
 */
import { digestResponse, formatCredentials, ha1, parseChallenge, rspauth } from "../wire/digest.ts";
import { headerOf, type MsrpResponse } from "../wire/msrp.ts";

export type RelayAccount = {
  /** ws: or wss: URL. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
};

export type Challenge = {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | null;
  readonly algorithm: string | null;
  /** How often the nonce has served. */
  readonly count: number;
};

/** What our credentials were made of, and so what the relay must answer with. */
export type Proof = {
  readonly ha1: string;
  readonly uri: string;
  readonly nonce: string;
  readonly nc: string;
  readonly cnonce: string;
  readonly qop: "auth";
};

/** The relay's URI for AUTH, from its WebSocket URL (RFC 7977 §8.1: `msrps://alice@a.example.com:443;ws`). */
export function relayUri(account: RelayAccount): { readonly scheme: "msrp" | "msrps"; readonly uri: string } {
  const [, tls, host = "localhost", port] =
    /^ws(s?):\/\/(\[[0-9a-f:.]+\]|[^/:?#]+)(?::([0-9]+))?/i.exec(account.url) ?? [];
  const secure = tls !== undefined && tls !== "";
  const scheme = secure ? "msrps" : "msrp";
  const user = /^[A-Za-z0-9._~-]+$/.test(account.user) ? `${account.user}@` : "";
  return { scheme, uri: `${scheme}://${user}${host}:${port ?? (secure ? "443" : "80")};ws` };
}

/** Authorization for one AUTH; `cnonce` is fresh. */
export function sign(
  account: RelayAccount,
  challenge: Challenge,
  cnonce: string,
): { readonly header: string; readonly proof: Proof } {
  const { realm, nonce, opaque, algorithm, count } = challenge;
  const proof: Proof = {
    ha1: ha1(account.user, realm, account.password),
    uri: relayUri(account).uri,
    nonce,
    nc: (count + 1).toString(16).padStart(8, "0"),
    cnonce,
    qop: "auth",
  };
  const { ha1: _secret, ...shown } = proof;
  const response = digestResponse({ ...proof, method: "AUTH" });
  const header = formatCredentials({ ...shown, username: account.user, realm, response, opaque, algorithm });
  return { header, proof };
}

/** null: not Digest MD5 with qop=auth. */
export function readChallenge(
  frame: MsrpResponse,
): (Omit<Challenge, "count"> & { readonly stale: boolean }) | null {
  try {
    const { realm, nonce, opaque, stale, qop, algorithm } = parseChallenge(
      headerOf(frame, "WWW-Authenticate") ?? "",
    );
    const known = algorithm === null || algorithm.toUpperCase() === "MD5";
    return known && qop.includes("auth") ? { realm, nonce, opaque, algorithm, stale } : null;
  } catch {
    return null;
  }
}

/** RFC 4976 §9.1 has the relay prove itself too. Relays that leave it out are taken; a wrong proof is not. */
export function isProven(frame: MsrpResponse, proof: Proof | null): boolean {
  const [, given] =
    /(?:^|[\s,])rspauth="?([0-9a-f]{32})"?/.exec(headerOf(frame, "Authentication-Info") ?? "") ?? [];
  return given === undefined || proof === null || given === rspauth(proof);
}

/** The challenge for the next AUTH: another nonce when the relay has offered one (RFC 2617 §3.2.3). */
export function nextNonce(challenge: Challenge | null, frame: MsrpResponse): Challenge | null {
  const [, nonce] =
    /(?:^|[\s,])nextnonce="([^"]{1,256})"/.exec(headerOf(frame, "Authentication-Info") ?? "") ?? [];
  return challenge === null || nonce === undefined ? challenge : { ...challenge, nonce, count: 0 };
}
