/**
 * message/cpim ⇄ values: who says what to whom, inside an MSRP message (RFC 3862; IMDN headers of RFC 5438 §6).
 *
 * Strict, because names here decide who is believed to have spoken: header names in their exact spelling, one
 * space after the colon, CRLF, UTF-8, no control character. Refused with 400: a second From, Message-ID or
 * DateTime, a prefix bound twice or not at all, a default namespace that is not CPIM's. With 403: several To
 * (RFC 7701 §6.2). With 415: a Require that is not understood. Values are unescaped: a name may hold line ends.
 */
import { ProtocolError } from "./errors.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

export type CpimParty = { readonly displayName: string; readonly uri: string };

export type CpimHeader = readonly [name: string, value: string];

export type Cpim = {
  readonly from: CpimParty;
  readonly to: CpimParty;
  readonly dateTime: string | null;
  /** imdn.Message-ID */
  readonly messageId: string | null;
  /** imdn.Disposition-Notification, its list split; empty when none is asked for. */
  readonly dispositionNotification: readonly string[];
  /** Every other header in order, its value as written; a parameter stays with the name (`Subject;lang=fr`). */
  readonly otherHeaders: readonly CpimHeader[];
  readonly contentType: string;
  /** MIME headers of the content other than Content-Type. */
  readonly contentHeaders: readonly CpimHeader[];
  readonly body: Uint8Array;
};

const cpimNamespace = "urn:ietf:params:cpim-headers:";
const imdnNamespace = "urn:ietf:params:imdn";
const maxHeaderBytes = 16_384;
const maxHeaders = 64;

// Header = Header-name ":" *( ";" Parameter ) SP Header-value CRLF; Header-name = [ Name-prefix "." ] Name
const headerPattern =
  /^((?:[!#-'*+\-0-9A-Z^-z|~]{1,64}\.)?[!#-'*+\-0-9A-Z^-z|~]{1,64}):((?:;[^ ;:]{1,128}){0,8}) (.*)$/s;
// NS-header = "NS" ": " [ Name-prefix ] "<" URI ">"
const namespacePattern = /^(?:([!#-'*+\-0-9A-Z^-z|~]{1,64}) ?)?<([A-Za-z][^<>\s"]{0,511})>$/;
// [ Formal-name ] "<" URI ">"
const partyPattern =
  /^(?:"((?:[^"\\]|\\.){0,1024})" ?|([^"<>]{0,1024}))<([A-Za-z][A-Za-z0-9+.-]{0,31}:[^<>\s"]{1,511})>$/;
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f]/;

const understood = new Set(["From", "To", "cc", "DateTime", "Subject", "NS", "Require"]);

const bad = (reason: string): ProtocolError => new ProtocolError(400, reason);

/** Throws ProtocolError(400), (403) for several To, (415) for a Require it does not know. */
export function parseCpim(bytes: Uint8Array): Cpim {
  const message = block(bytes, 0, "message headers");
  const content = block(bytes, message.next, "content headers");
  return { ...readMessage(message.lines), ...readContent(content.lines), body: bytes.subarray(content.next) };
}

/** The lines up to an empty one, and where what follows it begins. */
function block(bytes: Uint8Array, from: number, what: string): { lines: readonly string[]; next: number } {
  if (bytes[from] === 0x0d && bytes[from + 1] === 0x0a) throw bad(`no ${what}`);
  const limit = Math.min(bytes.length, from + maxHeaderBytes);
  for (let at = bytes.indexOf(0x0d, from); at >= 0 && at + 3 < limit; at = bytes.indexOf(0x0d, at + 1)) {
    if (bytes[at + 1] !== 0x0a || bytes[at + 2] !== 0x0d || bytes[at + 3] !== 0x0a) continue;
    const text = decodeUtf8(bytes.subarray(from, at));
    if (text === null) throw bad("headers are not UTF-8");
    const lines = text.split("\r\n");
    if (lines.length > maxHeaders) throw bad("too many headers");
    return { lines, next: at + 4 };
  }
  throw bad(`${what} do not end`);
}

type Message = Omit<Cpim, "contentType" | "contentHeaders" | "body">;

function readMessage(lines: readonly string[]): Message {
  const prefixes = new Map<string, string>();
  const once = new Map<string, string>();
  const otherHeaders: CpimHeader[] = [];
  for (const line of lines) {
    const [, written, parameters = "", value = ""] = headerPattern.exec(line) ?? [];
    if (written === undefined || control.test(line) || value !== value.trim()) throw bad("bad CPIM header");
    const name = qualified(written, prefixes);
    if (name === "NS" && declare(value, prefixes)) continue;
    if (name === "Require") requireKnown(value, prefixes);
    if (name === "To" && once.has("To")) throw new ProtocolError(403, "several To");
    if (single.has(name)) {
      if (once.has(name)) throw bad("a header that may appear once appears twice");
      once.set(name, value);
    } else otherHeaders.push([`${name}${parameters}`, value]);
  }
  const from = once.get("From");
  const to = once.get("To");
  if (from === undefined || to === undefined) throw bad("no From or no To");
  return {
    from: readParty(from),
    to: readParty(to),
    dateTime: once.get("DateTime") ?? null,
    messageId: once.get("imdn.Message-ID") ?? null,
    dispositionNotification: (once.get("imdn.Disposition-Notification") ?? "")
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
    otherHeaders,
  };
}

const single = new Set(["From", "To", "DateTime", "imdn.Message-ID", "imdn.Disposition-Notification"]);

/** The name with its prefix replaced by ours where the namespace is known to us. */
function qualified(written: string, prefixes: ReadonlyMap<string, string>): string {
  const dot = written.indexOf(".");
  if (dot < 0) return written;
  const uri = prefixes.get(written.slice(0, dot));
  if (uri === undefined) throw bad("a prefix is used before it is declared");
  if (uri === imdnNamespace) return `imdn${written.slice(dot)}`;
  return uri === cpimNamespace ? written.slice(dot + 1) : written;
}

/** Notes a declaration; true when it is one that formatCpim writes by itself. */
function declare(value: string, prefixes: Map<string, string>): boolean {
  const [, prefix, uri] = namespacePattern.exec(value) ?? [];
  if (uri === undefined) throw bad("bad NS");
  if (prefix === undefined) {
    if (uri !== cpimNamespace) throw bad("another default namespace");
    return true;
  }
  if (prefixes.has(prefix) || (prefix === "imdn" && uri !== imdnNamespace))
    throw bad("a prefix is bound again");
  prefixes.set(prefix, uri);
  return uri === imdnNamespace || uri === cpimNamespace;
}

function requireKnown(value: string, prefixes: ReadonlyMap<string, string>): void {
  for (const item of value.split(",")) {
    const name = qualified(item.trim(), prefixes);
    if (!understood.has(name) && !name.startsWith("imdn."))
      throw new ProtocolError(415, "a required header is not understood");
  }
}

function readParty(value: string): CpimParty {
  const [, quoted, plain, uri] = partyPattern.exec(value) ?? [];
  if (uri === undefined) throw bad("bad From or To");
  return { displayName: unescapeCpim(quoted ?? (plain ?? "").trim()), uri };
}

function readContent(lines: readonly string[]): Pick<Cpim, "contentType" | "contentHeaders"> {
  const unfolded: string[] = [];
  for (const line of lines) {
    const last = unfolded.length - 1;
    if (/^[ \t]/.test(line) && last >= 0) unfolded[last] = `${unfolded[last] ?? ""} ${line.trim()}`;
    else unfolded.push(line);
  }
  let contentType: string | null = null;
  const contentHeaders: CpimHeader[] = [];
  for (const line of unfolded) {
    const [, name, value] = /^([!#-'*+\-.0-9A-Z^-z|~]{1,64}):[ \t]*(.*)$/s.exec(line) ?? [];
    if (name === undefined || value === undefined || control.test(line)) throw bad("bad content header");
    if (name.toLowerCase() !== "content-type") contentHeaders.push([name, value]);
    else if (contentType === null) contentType = value;
    else throw bad("two Content-Type");
  }
  if (contentType === null || contentType === "") throw bad("content without Content-Type");
  return { contentType, contentHeaders };
}

/** Throws ProtocolError(400) for a value that would break out of its line. */
export function formatCpim(cpim: Cpim): Uint8Array {
  const { messageId, dispositionNotification, otherHeaders } = cpim;
  const lines = [`From: ${formatParty(cpim.from)}`, `To: ${formatParty(cpim.to)}`];
  if (cpim.dateTime !== null) lines.push(`DateTime: ${cpim.dateTime}`);
  const usesImdn =
    messageId !== null ||
    dispositionNotification.length > 0 ||
    otherHeaders.some(([name, value]) => name.startsWith("imdn.") || value.includes("imdn."));
  if (usesImdn) lines.push(`NS: imdn <${imdnNamespace}>`);
  if (messageId !== null) lines.push(`imdn.Message-ID: ${messageId}`);
  if (dispositionNotification.length > 0)
    lines.push(`imdn.Disposition-Notification: ${dispositionNotification.join(", ")}`);
  for (const [name, value] of otherHeaders) {
    const semicolon = name.indexOf(";");
    const bare = semicolon < 0 ? name : name.slice(0, semicolon);
    lines.push(`${bare}:${name.slice(bare.length)} ${value}`);
  }
  const content = [`Content-Type: ${cpim.contentType}`, ...cpim.contentHeaders.map(([n, v]) => `${n}: ${v}`)];
  for (const line of [...lines, ...content])
    if (control.test(line)) throw bad("control character in a header");
  const head = encodeUtf8(`${lines.join("\r\n")}\r\n\r\n${content.join("\r\n")}\r\n\r\n`);
  const bytes = new Uint8Array(head.length + cpim.body.length);
  bytes.set(head, 0);
  bytes.set(cpim.body, head.length);
  return bytes;
}

function formatParty({ displayName, uri }: CpimParty): string {
  const party = `${displayName === "" ? "" : `"${escapeCpim(displayName)}" `}<${uri}>`;
  if (!partyPattern.test(party)) throw bad("not an address");
  return party;
}

const escapes = new Map([
  ["\\", "\\\\"],
  ['"', '\\"'],
  ["\b", "\\b"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\r", "\\r"],
]);

/** RFC 3862 §2.3, for text between double quotes. */
function escapeCpim(text: string): string {
  let out = "";
  for (const char of text)
    out +=
      escapes.get(char) ??
      (control.test(char) ? `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}` : char);
  return out;
}

const unescapes = new Map([
  ["b", "\b"],
  ["t", "\t"],
  ["n", "\n"],
  ["r", "\r"],
]);

/** An unknown escape stands for the character after the backslash; a backslash at the very end is ignored. */
function unescapeCpim(text: string): string {
  return text.replace(
    /\\(?:u([0-9A-Fa-f]{4})|(.)|$)/gsu,
    (_, code: string | undefined, char: string | undefined) =>
      code !== undefined
        ? String.fromCharCode(parseInt(code, 16))
        : (unescapes.get(char ?? "") ?? char ?? ""),
  );
}
