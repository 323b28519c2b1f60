/**
 * What a MESSAGE holds, as far as its headers say (RFC 3428 §7): text, CPIM, a notification, or that somebody types.
 *
 * Anything else is refused with 415 and the list of what would have been taken, multipart too: nobody who writes to
 * us this way puts text in parts. Of the encodings deflate alone is understood.
 */
import { ProtocolError } from "../wire/errors.ts";
import { parseContentType } from "../wire/multipart.ts";
import { header, type SipRequest } from "../wire/sip.ts";
import { encodeUtf8 } from "../wire/utf8.ts";
import { Refusal } from "./refusal.ts";

export const messageTypes: readonly string[] = [
  "text/plain",
  "message/cpim",
  "message/imdn+xml",
  "application/im-iscomposing+xml",
];

export type Content = {
  /** With its parameters, as it was written. */
  readonly type: string;
  readonly isDeflated: boolean;
  readonly bytes: Uint8Array;
};

/** `body`: that of a request whose body is no text. Throws ProtocolError. */
export function contentOf(request: SipRequest, body: Uint8Array | null): Content {
  const type = header(request, "Content-Type");
  if (type === null) throw new ProtocolError(400, "a MESSAGE without content");
  if (!messageTypes.includes(parseContentType(type).type))
    throw new Refusal(415, "unsupported body", [["Accept", messageTypes.join(", ")]]);
  const encoding = (header(request, "Content-Encoding") ?? "identity").trim().toLowerCase();
  if (encoding !== "identity" && encoding !== "deflate")
    throw new Refusal(415, "unsupported encoding", [["Accept-Encoding", "deflate, identity"]]);
  return { type, isDeflated: encoding === "deflate", bytes: body ?? encodeUtf8(request.body) };
}
