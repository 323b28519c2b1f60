/**
 * MSRP frames ⇄ values. One frame is one WebSocket message (RFC 7977 §5.1), so framing never searches a stream.
 *
 * RFC 4975 §7, §9; RFC 4976 §7. Bodies are bytes and slices of the frame, never copied on the way in. Known
 * header names are read in any spelling and written in the RFC's, since some peers know no other.
 *
 * Refused, with 400: a frame without To-Path or From-Path or with two of them, an unknown continuation flag, a
 * second frame in the same message, headers that are no UTF-8 or hold control characters, anything oversized.
 */
import { ProtocolError } from "./errors.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

export type MsrpHeader = readonly [name: string, value: string];

/** `$` the last chunk of its message, `+` more follow, `#` the message is given up. */
export type Continuation = "$" | "+" | "#";

export type MsrpRequest = {
  readonly kind: "request";
  /** Transaction id: 4 to 32 characters (RFC 4975 §9 `ident`). */
  readonly tid: string;
  readonly method: string;
  readonly toPath: readonly string[];
  readonly fromPath: readonly string[];
  /** Everything but To-Path, From-Path and Content-Type, in wire order. */
  readonly headers: readonly MsrpHeader[];
  readonly contentType: string | null;
  /** null: no body at all, which is not the same as an empty one. */
  readonly body: Uint8Array | null;
  readonly continuation: Continuation;
};

export type MsrpResponse = {
  readonly kind: "response";
  readonly tid: string;
  readonly status: number;
  readonly comment: string;
  readonly toPath: readonly string[];
  readonly fromPath: readonly string[];
  readonly headers: readonly MsrpHeader[];
};

export type MsrpFrame = MsrpRequest | MsrpResponse;

export type MsrpLimits = {
  readonly frameBytes: number;
  readonly headerBytes: number;
  readonly headers: number;
  readonly pathUris: number;
};

/** What an endpoint takes; relays are stricter. */
export const msrpLimits: MsrpLimits = {
  frameBytes: 8_388_608,
  headerBytes: 16_384,
  headers: 64,
  pathUris: 16,
};

const DASH = 0x2d;
const CR = 0x0d;
const LF = 0x0a;

// req-start  = pMSRP SP transact-id SP method CRLF
// resp-start = pMSRP SP transact-id SP status-code [SP comment] CRLF
// ident      = ALPHANUM 3*31ident-char
const startLine = /^MSRP ([A-Za-z0-9][A-Za-z0-9.\-+%=]{3,31}) (?:([A-Z]{1,32})|([0-9]{3})(?: (.*))?)$/s;
// ext-header = hname ":" SP hval CRLF; the space is missing or doubled in the wild
const headerLine = /^([!#-'*+\-.0-9A-Z^-~]{1,64}):[ \t]*(.*)$/s;
// utf8text excludes control characters other than HTAB
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000a-\u001f\u007f]/;

const spellings = new Map(
  [
    "To-Path",
    "From-Path",
    "Message-ID",
    "Success-Report",
    "Failure-Report",
    "Byte-Range",
    "Status",
    "Expires",
    "Min-Expires",
    "Max-Expires",
    "Use-Path",
    "WWW-Authenticate",
    "Authorization",
    "Authentication-Info",
    "Use-Nickname",
    "Content-Type",
    "Content-ID",
    "Content-Description",
    "Content-Disposition",
  ].map((name) => [name.toLowerCase(), name] as const),
);

const bad = (reason: string): ProtocolError => new ProtocolError(400, reason);

/** Reads exactly one frame. Throws ProtocolError(400), or 413 when it is over the limits. */
export function parseFrame(bytes: Uint8Array, limits: MsrpLimits = msrpLimits): MsrpFrame {
  if (bytes.length > limits.frameBytes) throw new ProtocolError(413, "frame too large");
  const first = lineEnd(bytes, 0, Math.min(bytes.length, 512));
  if (first < 0) throw bad("no start line");
  const start = startLine.exec(text(bytes, 0, first));
  const tid = start?.[1];
  if (start === null || tid === undefined) throw bad("bad start line");
  const { at: end, flag } = endLine(bytes, tid);

  const headersFrom = first + 2;
  const blank = blankLine(bytes, headersFrom, Math.min(end, headersFrom + limits.headerBytes));
  const headersTo = blank < 0 ? end : blank;
  if (headersTo - headersFrom > limits.headerBytes) throw new ProtocolError(413, "headers too large");
  const { toPath, fromPath, headers, contentType } = readHeaders(text(bytes, headersFrom, headersTo), limits);

  const status = start[3];
  if (status !== undefined) {
    if (blank >= 0) throw bad("response with a body");
    if (flag !== "$") throw bad("response with a continuation");
    return {
      kind: "response",
      tid,
      status: Number(status),
      comment: start[4] ?? "",
      toPath,
      fromPath,
      headers,
    };
  }
  const body = blank < 0 ? null : readBody(bytes, blank + 2, end, tid);
  if (body !== null && body.length > 0 && contentType === null) throw bad("body without Content-Type");
  const none = body === null || contentType === null;
  const method = start[2] ?? "";
  return {
    kind: "request",
    tid,
    method,
    toPath,
    fromPath,
    headers,
    contentType: none ? null : contentType,
    body: none ? null : body,
    continuation: flag,
  };
}

/** Where the end-line begins. It closes the frame, so it is looked for at the very end and nowhere else. */
function endLine(bytes: Uint8Array, tid: string): { at: number; flag: Continuation } {
  // end-line = "-------" transact-id continuation-flag CRLF
  const at = bytes.length - 7 - tid.length - 3;
  if (
    at < 2 ||
    bytes[bytes.length - 2] !== CR ||
    bytes[bytes.length - 1] !== LF ||
    !isEndLine(bytes, at, tid)
  )
    throw bad("no end-line");
  if (bytes[at - 2] !== CR || bytes[at - 1] !== LF) throw bad("no end-line");
  const flag = String.fromCharCode(bytes[bytes.length - 3] ?? 0);
  if (flag !== "$" && flag !== "+" && flag !== "#") throw bad("bad continuation flag");
  return { at, flag };
}

function readBody(bytes: Uint8Array, from: number, end: number, tid: string): Uint8Array {
  // content-stuff = … Content-Type 2CRLF data CRLF. An empty body is seen both with and without that last CRLF.
  const to = Math.max(from, end - 2);
  const body = bytes.subarray(from, to);
  if (endsEarly(body, tid)) throw bad("more than one frame in a message");
  return body;
}

type Headers = Pick<MsrpRequest, "toPath" | "fromPath" | "headers" | "contentType">;

function readHeaders(block: string, limits: MsrpLimits): Headers {
  const lines = block.split("\r\n");
  if (lines.pop() !== "") throw bad("header without line end");
  if (lines.length > limits.headers) throw new ProtocolError(413, "too many headers");
  let toPath: readonly string[] | null = null;
  let fromPath: readonly string[] | null = null;
  let contentType: string | null = null;
  const headers: MsrpHeader[] = [];
  for (const line of lines) {
    const parts = headerLine.exec(line);
    const written = parts?.[1];
    if (parts === null || written === undefined || control.test(line)) throw bad("bad header");
    const name = spellings.get(written.toLowerCase()) ?? written;
    const value = (parts[2] ?? "").trimEnd();
    if (name === "To-Path" && toPath === null) toPath = readPath(value, limits);
    else if (name === "From-Path" && fromPath === null) fromPath = readPath(value, limits);
    else if (name === "Content-Type" && contentType === null) contentType = value;
    else if (name === "To-Path" || name === "From-Path" || name === "Content-Type") throw bad(`two ${name}`);
    else headers.push([name, value]);
  }
  if (toPath === null || fromPath === null) throw bad("no To-Path or no From-Path");
  return { toPath, fromPath, headers, contentType };
}

function readPath(value: string, limits: MsrpLimits): readonly string[] {
  const uris = value.split(" ").filter((uri) => uri !== "");
  if (uris.length === 0 || uris.length > limits.pathUris) throw bad("bad path");
  for (const uri of uris) if (!uri.includes("://") || uri.length > 512) throw bad("bad path");
  return uris;
}

const isMime = (name: string): boolean => /^content-/i.test(name);

/** Writes a frame; Content-Type goes last, as RFC 4975 §7.1 asks. A value that would break its line is a 400. */
export function formatFrame(frame: MsrpFrame): Uint8Array {
  const lines = [
    frame.kind === "request"
      ? `MSRP ${frame.tid} ${frame.method}`
      : `MSRP ${frame.tid} ${String(frame.status).padStart(3, "0")}${frame.comment === "" ? "" : ` ${frame.comment}`}`,
    `To-Path: ${frame.toPath.join(" ")}`,
    `From-Path: ${frame.fromPath.join(" ")}`,
  ];
  const body = frame.kind === "request" ? frame.body : null;
  for (const [name, value] of frame.headers) if (!isMime(name)) lines.push(`${name}: ${value}`);
  if (frame.kind === "request" && body !== null) {
    for (const [name, value] of frame.headers) if (isMime(name)) lines.push(`${name}: ${value}`);
    lines.push(`Content-Type: ${frame.contentType ?? "application/octet-stream"}`);
  }
  for (const line of lines) if (control.test(line)) throw bad("control character in a header");
  const close = `-------${frame.tid}${frame.kind === "request" ? frame.continuation : "$"}\r\n`;
  if (body === null) return encodeUtf8(`${lines.join("\r\n")}\r\n${close}`);
  const head = encodeUtf8(`${lines.join("\r\n")}\r\n\r\n`);
  const tail = encodeUtf8(`\r\n${close}`);
  const bytes = new Uint8Array(head.length + body.length + tail.length);
  bytes.set(head, 0);
  bytes.set(body, head.length);
  bytes.set(tail, head.length + body.length);
  return bytes;
}

/** The first value of a header, or null. Names compare without case. */
export function headerOf(frame: MsrpFrame, name: string): string | null {
  const lower = name.toLowerCase();
  return frame.headers.find(([n]) => n.toLowerCase() === lower)?.[1] ?? null;
}

/** Where the end-line of that transaction begins in a body, its flag left aside; -1 when it is not there. */
function findEndLine(body: Uint8Array, tid: string, from: number): number {
  for (let at = body.indexOf(DASH, from); at >= 0; at = body.indexOf(DASH, at + 1)) {
    // Of a run of dashes only the last seven can begin an end-line: a transaction id begins with none.
    while (body[at + 7] === DASH) at += 1;
    if (isEndLine(body, at, tid)) return at;
  }
  return -1;
}

/** Whether a receiver would stop inside this body. */
function endsEarly(body: Uint8Array, tid: string): boolean {
  for (let at = findEndLine(body, tid, 0); at >= 0; at = findEndLine(body, tid, at + 7)) {
    const flag = body[at + 7 + tid.length];
    if (flag === 0x24 || flag === 0x2b || flag === 0x23) return true;
  }
  return false;
}

/** A transaction id whose end-line, whatever its flag, is not in the body: the one given, or one derived from it. */
export function clearTid(tid: string, body: Uint8Array | null): string {
  let clear = tid;
  for (let n = 0; body !== null && findEndLine(body, clear, 0) >= 0; n += 1)
    clear = `${tid.slice(0, 24)}${n.toString(36)}`;
  return clear;
}

function isEndLine(bytes: Uint8Array, at: number, tid: string): boolean {
  for (let i = 0; i < 7; i += 1) if (bytes[at + i] !== DASH) return false;
  for (let i = 0; i < tid.length; i += 1) if (bytes[at + 7 + i] !== tid.charCodeAt(i)) return false;
  return true;
}

/** Index of the CRLF at or after `from`, or -1. */
function lineEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = bytes.indexOf(CR, from); at >= 0 && at + 1 < to; at = bytes.indexOf(CR, at + 1))
    if (bytes[at + 1] === LF) return at;
  return -1;
}

/** Index of the empty line that ends the headers, or -1 when the end-line follows them. */
function blankLine(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const end = lineEnd(bytes, at, to + 2);
    if (end < 0 || end >= to) return -1;
    if (end === at) return at;
    at = end + 2;
  }
  return -1;
}

function text(bytes: Uint8Array, from: number, to: number): string {
  const decoded = decodeUtf8(bytes.subarray(from, to));
  if (decoded === null) throw bad("not UTF-8");
  return decoded;
}
