/**
 * Bodies of several parts (RFC 2046 §5.1; RFC 5621 for SIP): the INVITE that carries SDP and a list.
 *
 * Parts are text, as SIP bodies are here. Refused with 400: a boundary that is missing or malformed, no closing
 * delimiter, a part whose header fields do not end, too many parts. Preamble and epilogue are skipped.
 */
import { ProtocolError } from "./errors.ts";
import type { SipHeader } from "./sip.ts";
import { parseHeaderParams, quote } from "./sip-params.ts";

export type Part = { readonly headers: readonly SipHeader[]; readonly body: string };

const maxParts = 16;
const maxPartHeaders = 32;

// boundary := 0*69<bchars> bcharsnospace
const boundaryChars = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;
const headerLine = /^([A-Za-z0-9\-.!%*_+`'~]{1,64})[ \t]*:[ \t]*(.*)$/s;
// oxlint-disable-next-line no-control-regex -- that is what it looks for
const control = /[\u0000-\u0008\u000a-\u001f\u007f]/;

const bad = (reason: string): ProtocolError => new ProtocolError(400, reason);

/** `type/subtype` in lower case, and its parameters. Throws ProtocolError(400). */
export function parseContentType(value: string): {
  readonly type: string;
  readonly params: ReadonlyMap<string, string>;
} {
  const semicolon = value.indexOf(";");
  const type = (semicolon === -1 ? value : value.slice(0, semicolon)).trim().toLowerCase();
  if (!/^[a-z0-9!#$&^_.+-]{1,127}\/[a-z0-9!#$&^_.+-]{1,127}$/.test(type)) throw bad("bad Content-Type");
  return { type, params: parseHeaderParams(semicolon === -1 ? "" : value.slice(semicolon + 1)) };
}

/** Throws ProtocolError(400), and (415) when the type is not multipart at all. */
export function parseMultipart(contentType: string, body: string): readonly Part[] {
  const { type, params } = parseContentType(contentType);
  if (!type.startsWith("multipart/")) throw new ProtocolError(415, "not multipart");
  const boundary = params.get("boundary") ?? "";
  if (!boundaryChars.test(boundary)) throw bad("bad boundary");

  const parts: Part[] = [];
  let from: number | null = null;
  for (const delimiter of delimiters(body, boundary)) {
    if (from !== null) parts.push(parsePart(body.slice(from, delimiter.start)));
    if (parts.length > maxParts) throw bad("too many parts");
    if (delimiter.closes) return parts;
    from = delimiter.end;
  }
  throw bad("multipart body without end");
}

type Delimiter = {
  /** Where the line break before it begins: that belongs to the delimiter, not to the part. */
  readonly start: number;
  readonly end: number;
  readonly closes: boolean;
};

// delimiter := CRLF "--" boundary; then transport-padding and CRLF, or "--" for the last
function* delimiters(body: string, boundary: string): Generator<Delimiter> {
  const mark = `--${boundary}`;
  for (let at = body.indexOf(mark); at !== -1; at = body.indexOf(mark, at + mark.length)) {
    if (at !== 0 && !body.startsWith("\r\n", at - 2)) continue;
    const lineEnd = body.indexOf("\r\n", at);
    const rest = body.slice(at + mark.length, lineEnd === -1 ? body.length : lineEnd);
    const start = Math.max(0, at - 2);
    if (/^--[ \t]*$/.test(rest)) yield { start, end: body.length, closes: true };
    else if (/^[ \t]*$/.test(rest) && lineEnd !== -1) yield { start, end: lineEnd + 2, closes: false };
  }
}

function parsePart(text: string): Part {
  if (text.startsWith("\r\n")) return { headers: [], body: text.slice(2) };
  const end = text.indexOf("\r\n\r\n");
  const head = end === -1 ? text : text.slice(0, end);
  const lines = head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
  if (lines.length > maxPartHeaders) throw bad("too many header fields in a part");
  const headers = lines.map((line): SipHeader => {
    const [, name, value] = control.test(line) ? [] : (headerLine.exec(line) ?? []);
    if (name === undefined || value === undefined) throw bad("bad header field in a part");
    return [name, value.trimEnd()];
  });
  return { headers, body: end === -1 ? "" : text.slice(end + 4) };
}

/**
 * `boundary` must not occur in any part; ask with fresh randomness. Throws ProtocolError(500) when it does, or
 * when a header field would break out of its line.
 */
export function formatMultipart(
  parts: readonly Part[],
  boundary: string,
): { readonly contentType: string; readonly body: string } {
  if (!boundaryChars.test(boundary) || parts.some((part) => part.body.includes(`--${boundary}`)))
    throw new ProtocolError(500, "the boundary can't be used");
  const texts = parts.map((part) => {
    const lines = part.headers.map(([name, value]) => `${name}: ${value}`);
    if (lines.some((line) => control.test(line)))
      throw new ProtocolError(500, "control character in a header field");
    return `--${boundary}\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n${part.body}\r\n`;
  });
  return {
    contentType: `multipart/mixed;boundary=${quote(boundary)}`,
    body: `${texts.join("")}--${boundary}--\r\n`,
  };
}

/** First value of that name in any case, or null. */
export const partHeader = (part: Part, name: string): string | null =>
  part.headers.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1] ?? null;
