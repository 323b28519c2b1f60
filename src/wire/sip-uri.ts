/**
 * SIP URIs, name-addr, Via and CSeq values (RFC 3261 §19.1, §20, §25.1; RFC 3966 for `tel:`).
 *
 * Refuses passwords in URIs (§19.1.1 recommends against them), doubled parameters, and what is not the grammar.
 */
import { ProtocolError } from "./errors.ts";
import {
  escape,
  formatHeaderParams,
  parseHeaderParams,
  parseUriParams,
  quote,
  unescape,
} from "./sip-params.ts";

export type SipUri = {
  readonly scheme: "sip" | "sips" | "tel";
  /** Decoded. */
  readonly user: string | null;
  /** In lower case; "" for `tel:`. */
  readonly host: string;
  readonly port: number | null;
  /** Names in lower case; a parameter without value has "". Values decoded. */
  readonly params: ReadonlyMap<string, string>;
  /** What stands after `?`, decoded. */
  readonly headers: readonly (readonly [name: string, value: string])[];
};

export type NameAddr = {
  readonly displayName: string | null;
  readonly uri: SipUri;
  /** Header parameters (tag, expires, +sip.instance …): names in lower case, quotes removed from values. */
  readonly params: ReadonlyMap<string, string>;
};

export type Via = {
  readonly transport: string;
  /** In lower case. */
  readonly host: string;
  readonly port: number | null;
  readonly params: ReadonlyMap<string, string>;
};

const maxLength = 2_048;
const userChars = /^[A-Za-z0-9\-_.!~*'()%&=+$,;?/]{1,512}$/;
const headerChars = /^[A-Za-z0-9\-_.!~*'()%[\]/?:+$]*$/;
// hostport = host [":" port]; host = hostname / IPv4address / "[" IPv6address "]"
const hostPort =
  /^([A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9.])?|\[[0-9A-Fa-f:.]{2,45}\])(?::([0-9]{1,5}))?$/;

/** Throws ProtocolError(400). */
export function parseSipUri(text: string): SipUri {
  const colon = text.indexOf(":");
  const scheme = text.slice(0, colon).toLowerCase();
  const rest = text.slice(colon + 1);
  if (text.length > maxLength) throw new ProtocolError(400, "URI too long");
  if (scheme === "tel") return parseTel(rest);
  if (scheme !== "sip" && scheme !== "sips") throw new ProtocolError(400, "not a SIP URI");

  const at = rest.indexOf("@");
  const userinfo = at === -1 ? null : rest.slice(0, at);
  const tail = rest.slice(at + 1);
  if (tail.includes("@")) throw new ProtocolError(400, "two @ in URI");
  if (userinfo?.includes(":") === true) throw new ProtocolError(400, "password in URI");
  if (userinfo !== null && !userChars.test(userinfo)) throw new ProtocolError(400, "bad user in URI");

  const question = tail.indexOf("?");
  const [place = "", ...params] = (question === -1 ? tail : tail.slice(0, question)).split(";");
  return {
    scheme,
    user: userinfo === null ? null : unescape(userinfo),
    ...parseHostPort(place),
    params: parseUriParams(params),
    headers: question === -1 ? [] : parseUriHeaders(tail.slice(question + 1)),
  };
}

function parseHostPort(text: string): { host: string; port: number | null } {
  const [, host, port] = hostPort.exec(text) ?? [];
  if (host === undefined || Number(port ?? 1) > 65_535 || Number(port ?? 1) < 1)
    throw new ProtocolError(400, "bad host in URI");
  return { host: host.toLowerCase(), port: port === undefined ? null : Number(port) };
}

function parseUriHeaders(text: string): readonly (readonly [string, string])[] {
  const parts = text.split("&");
  if (parts.length > 32) throw new ProtocolError(400, "too many headers in URI");
  return parts.map((part) => {
    const equals = part.indexOf("=");
    const name = unescape(part.slice(0, equals));
    const value = part.slice(equals + 1);
    if (equals < 1 || !headerChars.test(value) || !/^[A-Za-z0-9\-.!%*_+`'~]{1,64}$/.test(name))
      throw new ProtocolError(400, "bad header in URI");
    return [name, unescape(value)] as const;
  });
}

/** RFC 3966 §3: visual separators say nothing. */
function parseTel(rest: string): SipUri {
  const [number = "", ...params] = rest.split(";");
  if (!/^\+?[0-9A-Fa-f*#().-]{1,64}$/.test(number)) throw new ProtocolError(400, "bad tel URI");
  const user = number.replace(/[().-]/g, "");
  return { scheme: "tel", user, host: "", port: null, params: parseUriParams(params), headers: [] };
}

export function formatSipUri(uri: SipUri): string {
  let text = `${uri.scheme}:`;
  if (uri.scheme === "tel") text += uri.user ?? "";
  else {
    if (uri.user !== null) text += `${escape(uri.user, "&=+$,;?/")}@`;
    text += uri.port === null ? uri.host : `${uri.host}:${uri.port}`;
  }
  for (const [name, value] of uri.params)
    text +=
      value === ""
        ? `;${escape(name, "[]/:&+$")}`
        : `;${escape(name, "[]/:&+$")}=${escape(value, "[]/:&+$")}`;
  const headers = uri.headers.map(([name, value]) => `${escape(name, "")}=${escape(value, "[]/?:+$")}`);
  return headers.length === 0 ? text : `${text}?${headers.join("&")}`;
}

/** `sip:user@host` in lower case without parameters: the key for a person. `tel:` stays `tel:+…`. */
export function addressOf(uri: SipUri): string {
  const user = uri.user?.toLowerCase() ?? null;
  return formatSipUri({
    scheme: uri.scheme === "tel" ? "tel" : "sip",
    user,
    host: uri.host,
    port: null,
    params: new Map(),
    headers: [],
  });
}

/** name-addr / addr-spec, then header parameters. Throws ProtocolError(400). */
export function parseNameAddr(text: string): NameAddr {
  if (text.length > 4 * maxLength) throw new ProtocolError(400, "address too long");
  const open = openBracket(text);
  if (open === -1) {
    const semicolon = text.indexOf(";"); // without brackets parameters belong to the field, not to the URI (§20.10)
    const uri = (semicolon === -1 ? text : text.slice(0, semicolon)).trim();
    if (/[?,\s]/.test(uri)) throw new ProtocolError(400, "URI needs angle brackets");
    const params = parseHeaderParams(semicolon === -1 ? "" : text.slice(semicolon + 1));
    return { displayName: null, uri: parseSipUri(uri), params };
  }
  const close = text.indexOf(">", open);
  const after = text.slice(close + 1).trim();
  if (close === -1 || (after !== "" && !after.startsWith(";"))) throw new ProtocolError(400, "bad address");
  return {
    displayName: parseDisplayName(text.slice(0, open).trim()),
    uri: parseSipUri(text.slice(open + 1, close)),
    params: parseHeaderParams(after.slice(1)),
  };
}

/** The `<` that is not part of a quoted display name; -1 when a parameter's quotes begin first. */
function openBracket(text: string): number {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted && char === "\\") at++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === "<") return at;
    else if (!quoted && char === ";") return -1;
  }
  return -1;
}

// display-name = *(token LWS) / quoted-string
function parseDisplayName(text: string): string | null {
  if (text === "") return null;
  if (/^"(?:[^"\\]|\\.)*"$/s.test(text)) return text.slice(1, -1).replace(/\\(.)/gs, "$1");
  if (!/^[A-Za-z0-9\-.!%*_+`'~\s\u0080-\uffff]+$/.test(text))
    throw new ProtocolError(400, "bad display name");
  return text.replace(/\s+/g, " ");
}

export function formatNameAddr(value: NameAddr): string {
  const name = value.displayName === null ? "" : `${quote(value.displayName)} `;
  return `${name}<${formatSipUri(value.uri)}>${formatHeaderParams(value.params)}`;
}

// sent-protocol LWS sent-by *( SEMI via-params ); white space is allowed around every separator
const viaStart =
  /^SIP\s*\/\s*2\.0\s*\/\s*([A-Za-z0-9-]{1,16})\s+([^\s;]{1,300})(?:\s*:\s*([0-9]{1,5}))?\s*$/i;

/** Throws ProtocolError(400). */
export function parseVia(text: string): Via {
  const semicolon = text.indexOf(";");
  const start = semicolon === -1 ? text : text.slice(0, semicolon);
  const [, transport, host, port] = start.length > 400 ? [] : (viaStart.exec(start) ?? []);
  if (transport === undefined || host === undefined) throw new ProtocolError(400, "bad Via");
  const place = parseHostPort(port === undefined ? host : `${host}:${port}`);
  const params = parseHeaderParams(semicolon === -1 ? "" : text.slice(semicolon + 1));
  return { transport: transport.toUpperCase(), ...place, params };
}

export const formatVia = (via: Via): string =>
  `SIP/2.0/${via.transport} ${via.port === null ? via.host : `${via.host}:${via.port}`}${formatHeaderParams(via.params)}`;

/** Throws ProtocolError(400). The number is below 2**31 (§8.1.1.5). */
export function parseCSeq(text: string): { readonly number: number; readonly method: string } {
  const [, digits = "", method = ""] = /^([0-9]{1,10})\s+([A-Za-z0-9\-.!%*_+`'~]{1,32})$/.exec(text) ?? [];
  if (method === "" || Number(digits) >= 2 ** 31) throw new ProtocolError(400, "bad CSeq");
  return { number: Number(digits), method };
}
