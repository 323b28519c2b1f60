/**
 * AUTH at the relay: who a connection belongs to, and a path for each AUTH that proves it.
 *
 * RFC 4976 §6.3, §9.1. Digest MD5 with qop=auth only. A nonce belongs to one connection and its count must grow,
 * so that nothing overheard can be used again. Once proven, the connection is that user's for good.
 */
import { digestResponse, parseCredentials, rspauth } from "../../wire/digest.ts";
import { headerOf, type MsrpHeader, type MsrpRequest } from "../../wire/msrp.ts";
import { parseMsrpUri } from "../../wire/msrp-uri.ts";

export type AuthState = {
  /** Whose connection it is, once proven. */
  readonly user: string | null;
  readonly nonce: string | null;
  readonly lastCount: number;
  /** Wrong answers to a challenge. */
  readonly failures: number;
};

export const notYetProven: AuthState = { user: null, nonce: null, lastCount: 0, failures: 0 };

export type AuthAnswer = { readonly status: number; readonly headers: readonly MsrpHeader[] };

export type AuthBounds = {
  readonly defaultExpiresSeconds: number;
  readonly minExpiresSeconds: number;
  readonly maxExpiresSeconds: number;
};

export type AuthContext = AuthBounds & {
  readonly realm: string;
  /** HA1 of whom `askedUser` names; null: nobody is called that. */
  readonly secret: string | null;
  readonly freshId: () => string;
};

export type AuthResult =
  | { readonly is: "refused"; readonly state: AuthState; readonly answer: AuthAnswer }
  | {
      readonly is: "proven";
      readonly state: AuthState & { readonly user: string };
      readonly own: string;
      readonly expiresSeconds: number;
      /** Authentication-Info: the relay proves itself in turn. */
      readonly info: MsrpHeader;
    };

export function checkAuth(frame: MsrpRequest, state: AuthState, context: AuthContext): AuthResult {
  const refuse = (status: number, ...headers: readonly MsrpHeader[]): AuthResult => ({
    is: "refused",
    state,
    answer: { status, headers },
  });
  // A chain of relays (RFC 4976 §5.1) is not for us to forward.
  if (frame.toPath.length !== 1) return refuse(403);
  const own = readOwn(frame);
  if (own === null) return refuse(400);
  const authorization = headerOf(frame, "Authorization");
  if (authorization === null) return challenge(state, context, false);

  const proof = prove(frame, authorization, state, context);
  if (proof === "stale") return challenge(state, context, true);
  if (proof === null) return challenge({ ...state, failures: state.failures + 1 }, context, false);
  if (state.user !== null && state.user !== proof.user) return refuse(403);
  const proven = { ...state, user: proof.user, lastCount: proof.count };

  const expires = headerOf(frame, "Expires");
  const { minExpiresSeconds, maxExpiresSeconds, defaultExpiresSeconds } = context;
  if (expires !== null && !/^[0-9]{1,9}$/.test(expires)) return { ...refuse(400), state: proven };
  const expiresSeconds = expires === null ? defaultExpiresSeconds : Number(expires);
  if (expiresSeconds < minExpiresSeconds)
    return { ...refuse(423, ["Min-Expires", String(minExpiresSeconds)]), state: proven };
  if (expiresSeconds > maxExpiresSeconds)
    return { ...refuse(423, ["Max-Expires", String(maxExpiresSeconds)]), state: proven };
  return { is: "proven", state: proven, own, expiresSeconds, info: proof.info };
}

/** The one URI the client says is its own; it needs a session id, or no frame could be told to be for it. */
function readOwn(frame: MsrpRequest): string | null {
  const [own] = frame.fromPath;
  if (own === undefined || frame.fromPath.length !== 1) return null;
  try {
    return parseMsrpUri(own).sessionId === null ? null : own;
  } catch {
    return null;
  }
}

function challenge(state: AuthState, { realm, freshId }: AuthContext, stale: boolean): AuthResult {
  const nonce = freshId();
  const value = `Digest realm="${realm}", nonce="${nonce}", qop="auth", algorithm=MD5${stale ? ", stale=true" : ""}`;
  return {
    is: "refused",
    state: { ...state, nonce, lastCount: 0 },
    answer: { status: 401, headers: [["WWW-Authenticate", value]] },
  };
}

type Proof = { readonly user: string; readonly count: number; readonly info: MsrpHeader };

/** null: wrong. `stale`: right, but for a nonce or a count that has had its time. */
function prove(
  frame: MsrpRequest,
  authorization: string,
  state: AuthState,
  context: AuthContext,
): Proof | "stale" | null {
  const given = readCredentials(authorization);
  if (given === null || given.realm !== context.realm || given.uri !== frame.toPath[0]) return null;
  const { username: user, nonce, nc, cnonce, uri } = given;
  if (context.secret === null) return null;
  const digest = { ha1: context.secret, method: "AUTH", uri, nonce, nc, cnonce, qop: "auth" as const };
  if (!sameText(digestResponse(digest), given.response)) return null;
  const count = parseInt(nc, 16);
  if (nonce !== state.nonce || count <= state.lastCount) return "stale";
  const info = `rspauth="${rspauth(digest)}", cnonce="${cnonce}", nc=${nc}, qop=auth`;
  return { user, count, info: ["Authentication-Info", info] };
}

/** Whose secret is needed to judge this; null: no secret would make it right. */
export function askedUser(frame: MsrpRequest, realm: string): string | null {
  const given = readCredentials(headerOf(frame, "Authorization") ?? "");
  return given !== null && given.realm === realm && given.uri === frame.toPath[0] ? given.username : null;
}

/** Whose password is tried; null when nobody says. */
export const claimedUser = (frame: MsrpRequest): string | null =>
  readCredentials(headerOf(frame, "Authorization") ?? "")?.username ?? null;

function readCredentials(text: string): {
  username: string;
  realm: string;
  nonce: string;
  uri: string;
  response: string;
  nc: string;
  cnonce: string;
} | null {
  try {
    const { username, realm, nonce, uri, response, qop, nc, cnonce, algorithm } = parseCredentials(text);
    if (qop !== "auth" || nc === null || cnonce === null || !/^[0-9a-f]{8}$/i.test(nc)) return null;
    if (!/^[!-~]{1,128}$/.test(cnonce) || /["\\]/.test(cnonce)) return null;
    if (algorithm !== null && algorithm.toUpperCase() !== "MD5") return null;
    return { username, realm, nonce, uri, response, nc, cnonce };
  } catch {
    return null;
  }
}

/** Compares in the same time wherever the difference is. */
function sameText(one: string, other: string): boolean {
  let different = one.length ^ other.length;
  for (let n = 0; n < one.length; n += 1) different |= one.charCodeAt(n) ^ (other.charCodeAt(n) || 0);
  return different === 0;
}
