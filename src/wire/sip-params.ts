/**
 * `;name=value` behind URIs and inside header fields, and the escapes of both (RFC 3261 §7.3.1, §19.1.2, §25.1).
 */
import { ProtocolError } from "./errors.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

export type Params = ReadonlyMap<string, string>;

const maxParams = 64;
const nameChars = /^[A-Za-z0-9\-.!%*_+`'~[\]/:&$()]{1,128}$/;
// token / host / quoted-string: an IPv6 reference is the only host that is no token
const bareValue = /^(?:[A-Za-z0-9\-.!%*_+`'~]+|\[[0-9A-Fa-f:.]+\])$/;

/** Splits at `separator`, but not inside quoted strings. */
export function splitOutsideQuotes(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let quoted = false;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted && char === "\\") at++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === separator) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  if (quoted) throw new ProtocolError(400, "quoted string without end");
  parts.push(text.slice(from));
  return parts;
}

/** Parameters of a header field: what follows the first `;`, or "" when there are none. */
export function parseHeaderParams(text: string): Params {
  const params = new Map<string, string>();
  if (text.trim() === "") return params;
  for (const part of splitOutsideQuotes(text, ";")) {
    const equals = part.indexOf("=");
    const name = (equals === -1 ? part : part.slice(0, equals)).trim().toLowerCase();
    const value = equals === -1 ? "" : unquote(part.slice(equals + 1).trim());
    addParam(params, name, value);
  }
  return params;
}

function unquote(value: string): string {
  if (value.startsWith('"')) {
    if (value.length < 2 || !value.endsWith('"')) throw new ProtocolError(400, "bad quoted string");
    const inner = value.slice(1, -1);
    if (/(?:^|[^\\])(?:\\\\)*"/.test(inner)) throw new ProtocolError(400, "bad quoted string");
    return inner.replace(/\\(.)/g, "$1");
  }
  if (value === "" || !/^[^\s"<>,;=?@\\]{1,1024}$/.test(value))
    throw new ProtocolError(400, "bad parameter value");
  return value;
}

/** A display name or parameter value in quotes. */
export const quote = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;

export function formatHeaderParams(params: Params): string {
  let text = "";
  for (const [name, value] of params) {
    // RFC 3840 §9: the value of a feature tag always stands in quotes
    const bare = bareValue.test(value) && !name.startsWith("+");
    text += value === "" ? `;${name}` : `;${name}=${bare ? value : quote(value)}`;
  }
  return text;
}

/** Parameters of a URI: no white space, no quotes, %-escapes decoded. */
export function parseUriParams(parts: readonly string[]): Params {
  const params = new Map<string, string>();
  for (const part of parts) {
    const equals = part.indexOf("=");
    const name = unescape(equals === -1 ? part : part.slice(0, equals)).toLowerCase();
    const value = equals === -1 ? "" : part.slice(equals + 1);
    if (!/^[A-Za-z0-9\-_.!~*'()[\]/:&+$%]*$/.test(value)) throw new ProtocolError(400, "bad URI parameter");
    addParam(params, name, unescape(value));
  }
  return params;
}

function addParam(params: Map<string, string>, name: string, value: string): void {
  if (!nameChars.test(name)) throw new ProtocolError(400, "bad parameter name");
  if (params.has(name)) throw new ProtocolError(400, "parameter stands twice");
  if (params.size >= maxParams) throw new ProtocolError(400, "too many parameters");
  params.set(name, value);
}

/** %-escapes to text. Throws ProtocolError(400) when they are broken or not UTF-8. */
export function unescape(text: string): string {
  if (!text.includes("%")) return text;
  const bytes: number[] = [];
  for (let at = 0; at < text.length;) {
    if (text[at] === "%") {
      const hex = text.slice(at + 1, at + 3);
      if (!/^[0-9A-Fa-f]{2}$/.test(hex)) throw new ProtocolError(400, "bad escape in URI");
      bytes.push(Number.parseInt(hex, 16));
      at += 3;
    } else {
      const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
      bytes.push(...encodeUtf8(char));
      at += char.length;
    }
  }
  const decoded = decodeUtf8(Uint8Array.from(bytes));
  if (decoded === null) throw new ProtocolError(400, "bad escape in URI");
  return decoded;
}

/** Escapes everything but letters, digits, `mark` and `more`. */
export function escape(text: string, more: string): string {
  let out = "";
  for (const char of text) {
    if (/^[A-Za-z0-9\-_.!~*'()]$/.test(char) || more.includes(char)) out += char;
    else for (const byte of encodeUtf8(char)) out += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}
