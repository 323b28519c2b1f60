/**
 * What another end sends, read once, whichever way it came: text, bare or in CPIM; a notification; or something that
 * is taken without a word.
 *
 * Throws ProtocolError: 400 what can't be read, 415 what is of another type. Only what UTF-8 can be read as is text.
 */
import { parseCpim, type Cpim, type CpimParty } from "../wire/cpim.ts";
import { ProtocolError } from "../wire/errors.ts";
import { imdnType } from "../wire/imdn.ts";
import { decodeUtf8 } from "../wire/utf8.ts";
import { parseDateTime } from "./date-time.ts";

export type Content = {
  /** CPIM's; null where there is none. */
  readonly from: CpimParty | null;
  readonly isCpim: boolean;
  /** null: no text. */
  readonly text: string | null;
  /** message/imdn+xml; null: none. */
  readonly notification: string | null;
  /** imdn.Message-ID, or what it is known by on its way. */
  readonly id: string;
  readonly sentAt: number | null;
  /** Its author wants to hear that it was delivered (RFC 5438 §6.2), and has given it an id for that. */
  readonly asksForReceipt: boolean;
};

const typingType = "application/im-iscomposing+xml";

export function readContent(given: {
  readonly contentType: string;
  readonly body: Uint8Array;
  /** By which it is known where it has no id of its own. */
  readonly messageId: string;
}): Content {
  const { contentType, body, messageId } = given;
  const bare = { from: null, isCpim: false, sentAt: null, asksForReceipt: false };
  if (typeOf(contentType) !== "message/cpim")
    return { ...bare, ...wordsOf(contentType, body), id: messageId };
  const cpim = parseCpim(body);
  if (cpim.contentHeaders.some(([name]) => name.toLowerCase() === "content-encoding"))
    throw new ProtocolError(415, "content in an encoding of its own");
  return {
    from: cpim.from,
    isCpim: true,
    ...wordsOf(cpim.contentType, cpim.body),
    id: cpim.messageId ?? messageId,
    sentAt: cpim.dateTime === null ? null : parseDateTime(cpim.dateTime),
    asksForReceipt: cpim.messageId !== null && asksFor(cpim, "positive-delivery"),
  };
}

function wordsOf(contentType: string, body: Uint8Array): Pick<Content, "text" | "notification"> {
  const type = typeOf(contentType);
  if (type === typingType) return { text: null, notification: null };
  if (type === imdnType) return { text: null, notification: textIn(body) };
  if (isReadable(contentType)) return { text: textIn(body), notification: null };
  throw new ProtocolError(415, "not text/plain");
}

function isReadable(contentType: string): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType)?.[1]?.toLowerCase() ?? "utf-8";
  return typeOf(contentType) === "text/plain" && (charset === "utf-8" || charset === "us-ascii");
}

const typeOf = (contentType: string): string => contentType.split(";")[0]?.trim().toLowerCase() ?? "";

const asksFor = (cpim: Cpim, what: string): boolean =>
  cpim.dispositionNotification.some((one) => one.split(";")[0]?.trim().toLowerCase() === what);

function textIn(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text === null) throw new ProtocolError(400, "text is not UTF-8");
  return text;
}
