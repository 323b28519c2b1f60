/**
 * The one m=message section that a chat offers and answers (RFC 4975 §8, RFC 6135, RFC 7977 §5.2.2).
 *
 * TCP/MSRP or TCP/TLS/MSRP follows the scheme of the relay's URI (decision 23); `;ws` appears only in our own
 * URI at the end of the path. Nothing here throws: a description without a section that can be used is null, and
 * the caller answers 488.
 */
import { sessionIdOf, parseMsrpUri } from "./msrp-uri.ts";

export type MsrpDirection = "sendrecv" | "sendonly" | "recvonly" | "inactive";

export type MsrpMedia = {
  /** Of the first URI of the path: the relay's. */
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** First hop first, the endpoint last. */
  readonly path: readonly string[];
  readonly setup: "active" | "passive" | "actpass";
  readonly acceptTypes: readonly string[];
  readonly acceptWrappedTypes: readonly string[];
  /** null: not a chat room (RFC 7701 §8); else its tokens, maybe none. */
  readonly chatroom: readonly string[] | null;
  readonly direction: MsrpDirection;
};

const maxSdpChars = 65_536;
const maxLines = 512;

/**
 * `sessionVersion` goes up by one with each change of the description, while its number stays that of the first path
 * (RFC 3264 §8).
 */
export function formatMsrpSdp(
  media: MsrpMedia,
  sessionVersion: number,
  firstPath: readonly string[] = media.path,
): string {
  const family = media.host.startsWith("[") ? "IP6" : "IP4";
  const host = media.host.replace(/^\[|\]$/g, "");
  const lines = [
    "v=0",
    `o=- ${sessionNumber(firstPath)} ${sessionVersion} IN ${family} ${host}`,
    "s=-",
    `c=IN ${family} ${host}`,
    "t=0 0",
    `m=message ${media.port} ${media.tls ? "TCP/TLS/MSRP" : "TCP/MSRP"} *`,
    `a=setup:${media.setup}`,
    `a=accept-types:${media.acceptTypes.join(" ")}`,
  ];
  if (media.acceptWrappedTypes.length > 0)
    lines.push(`a=accept-wrapped-types:${media.acceptWrappedTypes.join(" ")}`);
  lines.push(`a=path:${media.path.join(" ")}`);
  if (media.chatroom !== null)
    lines.push(media.chatroom.length === 0 ? "a=chatroom" : `a=chatroom:${media.chatroom.join(" ")}`);
  lines.push(`a=${media.direction}`);
  return `${lines.join("\r\n")}\r\n`;
}

/** A number that stays with the session, from the random id of its own URI: o= needs one (RFC 8866 §5.2). */
function sessionNumber(path: readonly string[]): number {
  let number = 2166136261;
  for (const char of sessionIdOf(path.at(-1)) ?? "")
    number = Math.imul(number ^ char.charCodeAt(0), 16777619) >>> 0;
  return number;
}

/** The first m=message section that is not refused, or null. */
export function parseMsrpSdp(text: string): MsrpMedia | null {
  if (text.length > maxSdpChars) return null;
  const lines = text.split(/\r\n|\n/, maxLines);
  if (lines[0]?.trim() !== "v=0") return null;
  const starts = lines.flatMap((line, at) => (line.startsWith("m=") ? [at] : []));
  const session = lines.slice(0, starts[0] ?? lines.length);
  for (const [n, at] of starts.entries()) {
    const media = readSection(lines.slice(at, starts[n + 1] ?? lines.length), session);
    if (media !== null) return media;
  }
  return null;
}

function readSection(section: readonly string[], session: readonly string[]): MsrpMedia | null {
  // m=message <port> TCP[/TLS]/MSRP *
  const [, written, tls] = /^m=message ([0-9]{1,5}) TCP\/(TLS\/)?MSRP \*\s*$/.exec(section[0] ?? "") ?? [];
  const port = Number(written ?? 0);
  if (port < 1 || port > 65535) return null;
  const path = words(attribute(section, "path"));
  const acceptTypes = words(attribute(section, "accept-types"));
  const first = path.length > 16 ? null : readable(path);
  if (first === null || acceptTypes.length === 0) return null;
  const setup = attribute(section, "setup") ?? attribute(session, "setup") ?? "active";
  const chatroom = attribute(section, "chatroom");
  return {
    host: connection(section) ?? connection(session) ?? first,
    port,
    tls: tls !== undefined,
    path,
    setup: setup === "passive" || setup === "actpass" ? setup : "active",
    acceptTypes,
    acceptWrappedTypes: words(attribute(section, "accept-wrapped-types")),
    chatroom: chatroom === null ? null : words(chatroom),
    direction: direction(section) ?? direction(session) ?? "sendrecv",
  };
}

/** The host of the first URI, or null unless every URI can be read and has its port (RFC 4975 §8.2). */
function readable(path: readonly string[]): string | null {
  try {
    const uris = path.map((uri) => parseMsrpUri(uri));
    return uris.every((uri) => uri.port !== null && uri.sessionId !== null) ? (uris[0]?.host ?? null) : null;
  } catch {
    return null;
  }
}

const words = (value: string | null): readonly string[] =>
  (value ?? "").split(/[ \t]/).filter((word) => word !== "");

/** The value of the first such attribute; empty when it stands without one, null when it is not there. */
function attribute(lines: readonly string[], name: string): string | null {
  for (const line of lines) {
    if (line.trimEnd() === `a=${name}`) return "";
    if (line.startsWith(`a=${name}:`)) return line.slice(name.length + 3).trim();
  }
  return null;
}

function connection(lines: readonly string[]): string | null {
  const [, family, host] =
    /^c=IN IP([46]) ([0-9A-Za-z:.\-_]{1,255})\s*$/.exec(lines.find((line) => line.startsWith("c=")) ?? "") ??
    [];
  if (host === undefined) return null;
  return family === "6" && host.includes(":") ? `[${host}]` : host;
}

function direction(lines: readonly string[]): MsrpDirection | null {
  for (const line of lines) {
    const value = line.trimEnd().slice(2);
    if (!line.startsWith("a=")) continue;
    if (value === "sendrecv" || value === "sendonly" || value === "recvonly" || value === "inactive")
      return value;
  }
  return null;
}
