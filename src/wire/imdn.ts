/**
 * message/imdn+xml ⇄ values: what became of one message at its reader (RFC 5438 §11, Appendix A).
 *
 * Of the three notifications it reads delivery and display; a processing-notification says nothing of the reader and
 * is `null` like every status that is not known. Refused with 400: no message-id, one too long to be anybody's, and
 * whatever `xml.ts` refuses. Elements of other namespaces (linphone's `imdn:reason`) are passed over.
 */
import { ProtocolError } from "./errors.ts";
import { childOf, escapeXml, parseXml, textOf, type XmlElement } from "./xml.ts";

export const imdnType = "message/imdn+xml";

export type ImdnStatus = "delivered" | "displayed" | "failed" | "forbidden" | "error";

export type Imdn = {
  readonly messageId: string;
  /** null: of another kind than delivery and display, or unknown. */
  readonly status: ImdnStatus | null;
};

const namespace = "urn:ietf:params:xml:ns:imdn";
const longestId = 512;
const limits = { chars: 16_384, depth: 8, elements: 64, attributes: 16 };

/** In the notifications where each makes sense (§8.4.1, §8.4.2). */
const known: ReadonlyMap<string, readonly ImdnStatus[]> = new Map([
  ["delivery-notification", ["delivered", "failed", "forbidden", "error"]],
  ["display-notification", ["displayed", "forbidden", "error"]],
]);

/** Throws ProtocolError(400). */
export function parseImdn(text: string): Imdn {
  const root = parseXml(text, limits);
  if (root.local !== "imdn" || root.namespace !== namespace) throw new ProtocolError(400, "not an imdn");
  const messageId = textOf(root, "message-id") ?? "";
  if (messageId === "" || messageId.length > longestId) throw new ProtocolError(400, "no message-id");
  return { messageId, status: statusOf(root) };
}

function statusOf(root: XmlElement): ImdnStatus | null {
  for (const [notification, statuses] of known) {
    const found = childOf(root, notification);
    const status = found === null ? null : childOf(found, "status");
    if (status === null) continue;
    const named = status.children.find((one) => one.namespace === namespace);
    return statuses.find((one) => one === named?.local) ?? null;
  }
  return null;
}

/** That it was delivered, the one thing this client says of what it reads. */
export const formatDelivered = (report: {
  readonly messageId: string;
  readonly dateTime: string;
  readonly recipient: string;
}): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<imdn xmlns="${namespace}"><message-id>${escapeXml(report.messageId)}</message-id>` +
      `<datetime>${escapeXml(report.dateTime)}</datetime>` +
      `<recipient-uri>${escapeXml(report.recipient)}</recipient-uri>` +
      "<delivery-notification><status><delivered/></status></delivery-notification></imdn>",
  ].join("\r\n");
