/**
 * Digest authentication, both sides, as SIP and MSRP use it: MD5 with qop=auth.
 *
 * RFC 2617 §3.2, RFC 7616 §3; RFC 3261 §22 and RFC 4976 §9.1 for where it is used. MD5 is what these protocols
 * agreed on; the secret at rest is HA1, per realm. No Basic, no MD5-sess, no auth-int is read or written.
 */
import { md5 } from "@noble/hashes/legacy.js";
import { ProtocolError } from "./errors.ts";
import { encodeUtf8 } from "./utf8.ts";

export type Challenge = {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | null;
  readonly stale: boolean;
  /** As written; null when absent, which means MD5. */
  readonly algorithm: string | null;
  /** What is offered, lower case; empty when absent (RFC 2069). */
  readonly qop: readonly string[];
};

export type Credentials = {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly opaque: string | null;
  readonly algorithm: string | null;
  readonly qop: string | null;
  /** Eight hexadecimal digits. */
  readonly nc: string | null;
  readonly cnonce: string | null;
};

export type DigestInput = {
  readonly ha1: string;
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  readonly nc: string;
  readonly cnonce: string;
  readonly qop: "auth";
};

const hash = (text: string): string => {
  let hex = "";
  for (const byte of md5(encodeUtf8(text))) hex += byte.toString(16).padStart(2, "0");
  return hex;
};

/** The secret of a user in a realm; what a server keeps instead of the password. */
export const ha1 = (user: string, realm: string, password: string): string =>
  hash(`${user}:${realm}:${password}`);

export const digestResponse = ({ ha1: secret, method, uri, nonce, nc, cnonce, qop }: DigestInput): string =>
  hash(`${secret}:${nonce}:${nc}:${cnonce}:${qop}:${hash(`${method}:${uri}`)}`);

/** What the server proves in turn: the same with an empty method (RFC 2617 §3.2.3). */
export const rspauth = (input: Omit<DigestInput, "method">): string =>
  digestResponse({ ...input, method: "" });

/** The value of WWW-Authenticate or Proxy-Authenticate. Throws ProtocolError(400). */
export function parseChallenge(value: string): Challenge {
  const given = parseParameters(value);
  return {
    realm: need(given, "realm"),
    nonce: need(given, "nonce"),
    opaque: given.get("opaque") ?? null,
    stale: given.get("stale")?.toLowerCase() === "true",
    algorithm: given.get("algorithm") ?? null,
    qop: (given.get("qop") ?? "")
      .split(",")
      .map((one) => one.trim().toLowerCase())
      .filter((one) => one !== ""),
  };
}

/** The value of Authorization or Proxy-Authorization. Throws ProtocolError(400). */
export function parseCredentials(value: string): Credentials {
  const given = parseParameters(value);
  return {
    username: need(given, "username"),
    realm: need(given, "realm"),
    nonce: need(given, "nonce"),
    uri: need(given, "uri"),
    response: need(given, "response").toLowerCase(),
    opaque: given.get("opaque") ?? null,
    algorithm: given.get("algorithm") ?? null,
    qop: given.get("qop")?.toLowerCase() ?? null,
    nc: given.get("nc") ?? null,
    cnonce: given.get("cnonce") ?? null,
  };
}

export function formatChallenge(challenge: Challenge): string {
  const { realm, nonce, opaque, stale, algorithm, qop } = challenge;
  const parts = [`realm=${quote(realm)}`, `nonce=${quote(nonce)}`];
  if (opaque !== null) parts.push(`opaque=${quote(opaque)}`);
  if (stale) parts.push("stale=true");
  if (algorithm !== null) parts.push(`algorithm=${algorithm}`);
  if (qop.length > 0) parts.push(`qop=${quote(qop.join(","))}`);
  return `Digest ${parts.join(", ")}`;
}

export function formatCredentials(credentials: Credentials): string {
  const { username, realm, nonce, uri, response, opaque, algorithm, qop, nc, cnonce } = credentials;
  const parts = [
    `username=${quote(username)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(uri)}`,
    `response=${quote(response)}`,
  ];
  if (opaque !== null) parts.push(`opaque=${quote(opaque)}`);
  if (algorithm !== null) parts.push(`algorithm=${algorithm}`);
  if (qop !== null) parts.push(`qop=${qop}`);
  if (nc !== null) parts.push(`nc=${nc}`);
  if (cnonce !== null) parts.push(`cnonce=${quote(cnonce)}`);
  return `Digest ${parts.join(", ")}`;
}

const quote = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;

function need(given: ReadonlyMap<string, string>, name: string): string {
  const value = given.get(name);
  if (value === undefined) throw new ProtocolError(400, `no ${name} in the digest`);
  return value;
}

// digest-param = name "=" ( token / quoted-string ), separated by commas
const parameter =
  /[\s,]*([A-Za-z0-9-]{1,32})\s*=\s*(?:"((?:[^"\\]|\\.){0,2048})"|([^\s",]{1,2048}))\s*(?:,|$)/y;

function parseParameters(value: string): ReadonlyMap<string, string> {
  const [scheme] = /^\s*Digest\s+/i.exec(value) ?? [];
  if (scheme === undefined || value.length > 8192) throw new ProtocolError(400, "not a digest");
  const given = new Map<string, string>();
  parameter.lastIndex = scheme.length;
  while (parameter.lastIndex < value.length) {
    const [, name, quoted, plain] = parameter.exec(value) ?? [];
    if (name === undefined) throw new ProtocolError(400, "bad digest");
    if (given.has(name.toLowerCase())) throw new ProtocolError(400, "a digest parameter twice");
    given.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "");
  }
  return given;
}
