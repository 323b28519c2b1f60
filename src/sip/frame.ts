/**
 * One WebSocket message as SIP: text, and beside it a body that is none (RFC 7118 §4.1: any body may come in a binary
 * message).
 *
 * A compressed body is no UTF-8. Its head is, and is read like any other; what follows is kept as it came. A head
 * that is no UTF-8 is no SIP (RFC 3261 §7), and nothing.
 */
import { decodeUtf8 } from "../wire/utf8.ts";

export type Frame = {
  readonly text: string;
  /** Then `text` ends with the headers, and says that no body follows. */
  readonly body: Uint8Array | null;
};

const contentLength = /\r\n(?:content-length|l)[ \t]*:[ \t]*([0-9]{1,9})[ \t]*(?=\r\n)/gi;
const returns = 0x0d;

export function frameOf(data: unknown): Frame | null {
  if (typeof data === "string") return { text: data, body: null };
  const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
  if (!(bytes instanceof Uint8Array)) return null;
  const text = decodeUtf8(bytes);
  if (text !== null) return { text, body: null };
  const end = headEnd(bytes);
  const head = end === -1 ? null : decodeUtf8(bytes.subarray(0, end));
  if (head === null) return null;
  const rest = bytes.subarray(end);
  const [said] = head.matchAll(contentLength);
  const length = said === undefined ? rest.length : Number(said[1]);
  // One that is too short stays as it says it is, and is refused where all such are.
  if (length > rest.length) return { text: head, body: null };
  return { text: head.replace(contentLength, ""), body: rest.subarray(0, length) };
}

/** Where the body begins, or -1. */
function headEnd(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(returns); at >= 0; at = bytes.indexOf(returns, at + 1))
    if (bytes[at + 1] === 0x0a && bytes[at + 2] === returns && bytes[at + 3] === 0x0a) return at + 4;
  return -1;
}
