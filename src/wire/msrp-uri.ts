/**
 * MSRP URIs and byte ranges: the two small values inside MSRP headers.
 *
 * RFC 4975 §6 (URIs, §6.1 comparison), §7.1.1 (Byte-Range); RFC 7977 §5.2.1 (`;ws`).
 */
import { ProtocolError } from "./errors.ts";

export type MsrpUri = {
  readonly scheme: "msrp" | "msrps";
  readonly user: string | null;
  /** As written; IPv6 in its brackets. */
  readonly host: string;
  readonly port: number | null;
  readonly sessionId: string | null;
  readonly transport: string;
};

/** Positions count from 1; null stands for `*`. `1-0/0` is a message without content. */
export type ByteRange = {
  readonly start: number;
  readonly end: number | null;
  readonly total: number | null;
};

// MSRP-URI   = msrp-scheme "://" authority ["/" session-id] ";" transport *( ";" URI-parameter)
// session-id = 1*( unreserved / "+" / "=" / "/" )
const uriPattern =
  /^(msrps?):\/\/(?:([^@/;[\]\s]{1,128})@)?(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.\-_]{1,255})(?::([0-9]{1,5}))?(?:\/([A-Za-z0-9\-._~+=/]{1,255}))?;([A-Za-z0-9]{1,16})(?:;[A-Za-z0-9!#-'*+\-.^-~=]{0,128}){0,8}$/i;

/** Throws ProtocolError(400). */
export function parseMsrpUri(text: string): MsrpUri {
  const parts = text.length > 512 ? null : uriPattern.exec(text);
  const [, scheme, user, host, port, sessionId, transport] = parts ?? [];
  if (scheme === undefined || host === undefined || transport === undefined || Number(port ?? 0) > 65535)
    throw new ProtocolError(400, "bad MSRP URI");
  return {
    scheme: scheme.toLowerCase() === "msrps" ? "msrps" : "msrp",
    user: user ?? null,
    host,
    port: port === undefined ? null : Number(port),
    sessionId: sessionId ?? null,
    transport: transport.toLowerCase(),
  };
}

export function formatMsrpUri(uri: MsrpUri): string {
  const user = uri.user === null ? "" : `${uri.user}@`;
  const port = uri.port === null ? "" : `:${uri.port}`;
  const session = uri.sessionId === null ? "" : `/${uri.sessionId}`;
  return `${uri.scheme}://${user}${uri.host}${port}${session};${uri.transport}`;
}

/** RFC 4975 §6.1: user and parameters don't count, a missing port is not the default one. Unreadable: not the same. */
export function sameMsrpUri(one: string, other: string): boolean {
  if (one === other) return true;
  const a = tryMsrpUri(one);
  const b = tryMsrpUri(other);
  if (a === null || b === null) return false;
  return (
    a.scheme === b.scheme &&
    a.host.toLowerCase() === b.host.toLowerCase() &&
    a.port === b.port &&
    a.sessionId === b.sessionId &&
    a.transport === b.transport
  );
}

/** The session id of a URI, or null when there is none. Looks at nothing else, since it is asked for each frame. */
export function sessionIdOf(uri: string | undefined): string | null {
  const authority = uri?.indexOf("://") ?? -1;
  if (uri === undefined || authority < 0) return null;
  const slash = uri.indexOf("/", authority + 3);
  const end = uri.indexOf(";", authority + 3);
  return slash < 0 || end <= slash + 1 ? null : uri.slice(slash + 1, end);
}

function tryMsrpUri(text: string): MsrpUri | null {
  try {
    return parseMsrpUri(text);
  } catch {
    return null;
  }
}

// Byte-Range = "Byte-Range:" SP range-start "-" range-end "/" total
const rangePattern = /^([0-9]{1,15})-([0-9]{1,15}|\*)\/([0-9]{1,15}|\*)$/;

/** Throws ProtocolError(400). */
export function parseByteRange(text: string): ByteRange {
  const [, start, end, total] = rangePattern.exec(text.trim()) ?? [];
  if (start === undefined || end === undefined || total === undefined || Number(start) < 1)
    throw new ProtocolError(400, "bad Byte-Range");
  const range = {
    start: Number(start),
    end: end === "*" ? null : Number(end),
    total: total === "*" ? null : Number(total),
  };
  if (range.end !== null && range.end < range.start - 1) throw new ProtocolError(400, "bad Byte-Range");
  return range;
}

export const formatByteRange = (range: ByteRange): string =>
  `${range.start}-${range.end ?? "*"}/${range.total ?? "*"}`;
