/**
 * SIP messages as values: what the server reads and writes (RFC 3261 §7, §25; RFC 7118: one per WebSocket message).
 *
 * Reads only the frame of a message: start line, header fields, body. What stands inside a field is read by those
 * who need it (`sip-uri.ts`). Refuses what proxies could read in two ways: two Content-Lengths, Call-IDs or CSeqs,
 * control characters, a CSeq of another method, a body shorter than it says.
 */
import { ProtocolError } from "./errors.ts";
import { reasonOf } from "./sip-reasons.ts";
import { parseCSeq, parseNameAddr } from "./sip-uri.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

export type SipHeader = readonly [name: string, value: string];

export type SipRequest = {
  readonly kind: "request";
  readonly method: string;
  readonly uri: string;
  readonly headers: readonly SipHeader[];
  readonly body: string;
};

export type SipResponse = {
  readonly kind: "response";
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly SipHeader[];
  readonly body: string;
};

export type SipMessage = SipRequest | SipResponse;

export type SipLimits = {
  readonly messageBytes: number;
  readonly headers: number;
  readonly lineLength: number;
};

export const sipLimits: SipLimits = { messageBytes: 65_536, headers: 200, lineLength: 8_192 };

// RFC 3261 §7.3.3 and §20; RFC 3515, 3841, 3892, 4028, 6665
const compact: ReadonlyMap<string, string> = new Map([
  ["a", "Accept-Contact"],
  ["b", "Referred-By"],
  ["c", "Content-Type"],
  ["d", "Request-Disposition"],
  ["e", "Content-Encoding"],
  ["f", "From"],
  ["i", "Call-ID"],
  ["j", "Reject-Contact"],
  ["k", "Supported"],
  ["l", "Content-Length"],
  ["m", "Contact"],
  ["o", "Event"],
  ["r", "Refer-To"],
  ["s", "Subject"],
  ["t", "To"],
  ["u", "Allow-Events"],
  ["v", "Via"],
  ["x", "Session-Expires"],
]);

const lists = new Set(["via", "route", "record-route", "contact", "path", "service-route"]);
const single = ["from", "to", "call-id", "cseq", "max-forwards", "content-length", "content-type"] as const;
const needed = ["via", "from", "to", "call-id", "cseq"] as const;

// token = 1*(alphanum / "-" / "." / "!" / "%" / "*" / "_" / "+" / "`" / "'" / "~" )
const requestLine = /^([A-Za-z0-9\-.!%*_+`'~]{1,32}) ([^\s<>"]{1,2048}) (SIP\/[0-9.]{1,8})$/i;
const statusLine = /^SIP\/2\.0 ([1-6][0-9]{2}) ?(.*)$/i;
const headerLine = /^([A-Za-z0-9\-.!%*_+`'~]{1,64})[ \t]*:(.*)$/s;
// oxlint-disable-next-line no-control-regex -- that is what it looks for
const control = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/** Compact names expanded, folded lines joined, Via/Route/Record-Route/Contact lists split. Throws ProtocolError. */
export function parseSip(text: string, limits: SipLimits = sipLimits): SipMessage {
  if (text.length > limits.messageBytes) throw new ProtocolError(513, "message too large");
  const start = leadingLineBreaks(text); // §7.5
  const end = text.indexOf("\r\n\r\n", start);
  if (end === -1) throw new ProtocolError(400, "no end of headers");
  const [first = "", ...rest] = unfold(text.slice(start, end), limits);
  const fields = rest.flatMap(parseField);
  if (fields.length > limits.headers) throw new ProtocolError(400, "too many header fields");
  const found = checkFields(fields);
  const body = cutBody(text.slice(end + 4), found.get("content-length") ?? null);

  const request = requestLine.exec(first);
  if (request !== null) {
    const [, method = "", uri = "", version = ""] = request;
    if (version.toUpperCase() !== "SIP/2.0") throw new ProtocolError(505, "version not supported");
    if (parseCSeq(found.get("cseq") ?? "").method !== method)
      throw new ProtocolError(400, "CSeq names another method");
    return { kind: "request", method, uri, headers: fields, body };
  }
  const response = statusLine.exec(first);
  if (response === null) throw new ProtocolError(400, "bad start line");
  parseCSeq(found.get("cseq") ?? "");
  const [, status = "", reason = ""] = response;
  return { kind: "response", status: Number(status), reason, headers: fields, body };
}

function leadingLineBreaks(text: string): number {
  let at = 0;
  while (text.startsWith("\r\n", at)) at += 2;
  return at;
}

function unfold(head: string, limits: SipLimits): readonly string[] {
  const lines: string[] = [];
  for (const line of head.split("\r\n")) {
    if (control.test(line)) throw new ProtocolError(400, "control character in headers");
    const last = lines.length - 1;
    if (last > 0 && (line.startsWith(" ") || line.startsWith("\t")))
      lines[last] = `${lines[last]} ${trim(line)}`;
    else if (lines.length > limits.headers) throw new ProtocolError(400, "too many header fields");
    else lines.push(line);
    if ((lines.at(-1)?.length ?? 0) > limits.lineLength)
      throw new ProtocolError(400, "header field too long");
  }
  return lines;
}

function parseField(line: string): readonly SipHeader[] {
  const [, written, rest] = headerLine.exec(line) ?? [];
  if (written === undefined || rest === undefined) throw new ProtocolError(400, "bad header field");
  const name = compact.get(written.toLowerCase()) ?? written;
  const value = trim(rest);
  if (!lists.has(name.toLowerCase())) return [[name, value]];
  return splitList(value).map((item) => [name, item]);
}

/** Of space and tab only: a no-break space is content. */
function trim(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && (text[from] === " " || text[from] === "\t")) from++;
  while (to > from && (text[to - 1] === " " || text[to - 1] === "\t")) to--;
  return text.slice(from, to);
}

/** At commas outside quoted strings and angle brackets. */
function splitList(value: string): readonly string[] {
  const items: string[] = [];
  let quoted = false;
  let depth = 0;
  let from = 0;
  for (let at = 0; at < value.length; at++) {
    const char = value[at];
    if (quoted && char === "\\") at++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === "<") depth++;
    else if (!quoted && char === ">") depth--;
    else if (!quoted && depth === 0 && char === ",") {
      items.push(trim(value.slice(from, at)));
      from = at + 1;
    }
  }
  items.push(trim(value.slice(from)));
  if (items.includes("")) throw new ProtocolError(400, "empty list element");
  return items;
}

function checkFields(fields: readonly SipHeader[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [written, value] of fields) {
    const name = written.toLowerCase();
    if (found.has(name) && single.some((one) => one === name))
      throw new ProtocolError(400, "header field stands twice");
    if (!found.has(name)) found.set(name, value);
  }
  for (const name of needed)
    if ((found.get(name) ?? "") === "") throw new ProtocolError(400, `${name} is missing`);
  const hops = found.get("max-forwards");
  if (hops !== undefined && (!/^[0-9]{1,10}$/.test(hops) || Number(hops) > 255))
    throw new ProtocolError(400, "bad Max-Forwards");
  return found;
}

/** §18.3: what is beyond Content-Length is dropped, too little is refused, none at all means the rest. */
function cutBody(rest: string, contentLength: string | null): string {
  if (contentLength === null) return rest;
  if (!/^[0-9]{1,9}$/.test(contentLength)) throw new ProtocolError(400, "bad Content-Length");
  const bytes = encodeUtf8(rest);
  const length = Number(contentLength);
  if (length > bytes.length) throw new ProtocolError(400, "body shorter than Content-Length");
  if (length === bytes.length) return rest;
  const cut = decodeUtf8(bytes.subarray(0, length));
  if (cut === null) throw new ProtocolError(400, "Content-Length cuts a character");
  return cut;
}

/** Sets Content-Length itself, in UTF-8 bytes. Throws ProtocolError(500) rather than write a field that is two. */
export function formatSip(message: SipMessage): string {
  const first =
    message.kind === "request"
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason}`;
  const lines = [first];
  for (const [name, value] of message.headers)
    if (name.toLowerCase() !== "content-length") lines.push(`${name}: ${value}`);
  if (lines.some((line) => control.test(line)))
    throw new ProtocolError(500, "control character in a header field");
  lines.push(`Content-Length: ${encodeUtf8(message.body).length}`, "", message.body);
  return lines.join("\r\n");
}

const isNamed =
  (name: string) =>
  ([other]: SipHeader): boolean =>
    other.length === name.length && other.toLowerCase() === name.toLowerCase();

/** First value of that name in any case, or null. */
export const header = (message: SipMessage, name: string): string | null =>
  message.headers.find(isNamed(name))?.[1] ?? null;

export const headers = (message: SipMessage, name: string): string[] =>
  message.headers.filter(isNamed(name)).map(([, value]) => value);

/** Replaces all of that name by one, in the place of the first; appends when there was none. */
export function withHeader<M extends SipMessage>(message: M, name: string, value: string): M {
  const named = isNamed(name);
  const first = message.headers.findIndex(named);
  if (first === -1) return appendHeader(message, name, value);
  const field: SipHeader = [name, value];
  const rest = message.headers.flatMap((one, at) => (at === first ? [field] : named(one) ? [] : [one]));
  return { ...message, headers: rest };
}

export function withoutHeader<M extends SipMessage>(message: M, name: string): M {
  const named = isNamed(name);
  return message.headers.some(named)
    ? { ...message, headers: message.headers.filter((one) => !named(one)) }
    : message;
}

export const prependHeader = <M extends SipMessage>(message: M, name: string, value: string): M => ({
  ...message,
  headers: [[name, value], ...message.headers],
});

export const appendHeader = <M extends SipMessage>(message: M, name: string, value: string): M => ({
  ...message,
  headers: [...message.headers, [name, value]],
});

/** The tokens of all fields of that name (Supported, Require, Allow …), as written. */
export const tokens = (message: SipMessage, name: string): readonly string[] =>
  headers(message, name).flatMap((value) =>
    value
      .split(",")
      .map((token) => token.trim())
      .filter((token) => token !== ""),
  );

/** Whether a comma list of tokens has this one, in any case. */
export const hasToken = (message: SipMessage, name: string, token: string): boolean =>
  tokens(message, name).some((one) => one.toLowerCase() === token.toLowerCase());

/** The response of §8.2.6: Via, From, To (with `toTag` when it had none), Call-ID, CSeq of the request, then `more`. */
export function responseTo(
  request: SipRequest,
  status: number,
  more: {
    readonly reason?: string;
    readonly toTag?: string;
    readonly headers?: readonly SipHeader[];
    readonly body?: string;
  } = {},
): SipResponse {
  const to = header(request, "To") ?? "";
  const tag = more.toTag !== undefined && status > 100 && !hasTag(to) ? `;tag=${more.toTag}` : "";
  return {
    kind: "response",
    status,
    reason: more.reason ?? reasonOf(status),
    headers: [
      ...headers(request, "Via").map((via): SipHeader => ["Via", via]),
      ["From", header(request, "From") ?? ""],
      ["To", to + tag],
      ["Call-ID", header(request, "Call-ID") ?? ""],
      ["CSeq", header(request, "CSeq") ?? ""],
      ...(more.headers ?? []),
    ],
    body: more.body ?? "",
  };
}

function hasTag(to: string): boolean {
  try {
    return parseNameAddr(to).params.has("tag");
  } catch {
    return true; // unreadable: copied as it came
  }
}
