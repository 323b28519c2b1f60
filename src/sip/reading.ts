/**
 * What the app is told of a message: the fields of an invitation, a Contact, a reason, SDP out of any body.
 *
 * Reads our own `wire` values, not SIP.js's. Sources: RFC 3261 §20, 3325 (P-Asserted-Identity), 3326 (Reason),
 * 3840 §9 and 4579 §3.4 (isfocus), 3891, 3892, 5621 (multipart). A field that can't be read is as if absent, except
 * Replaces, which `guards.ts` has refused by then.
 */
import { ProtocolError } from "../wire/errors.ts";
import { parseContentType, parseMultipart, partHeader } from "../wire/multipart.ts";
import { parseReplaces } from "../wire/replaces.ts";
import { header, headers, type SipMessage, type SipRequest } from "../wire/sip.ts";
import { parseHeaderParams, splitOutsideQuotes } from "../wire/sip-params.ts";
import { addressOf, formatSipUri, parseNameAddr, type NameAddr } from "../wire/sip-uri.ts";
import type { Incoming, LegId } from "./agent.ts";

export type Contact = { readonly contact: string; readonly isFocus: boolean };

/** The value, or `otherwise` when the peer wrote nonsense. */
function readable<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return otherwise;
    throw error;
  }
}

const nameAddrOf = (message: SipMessage, name: string): NameAddr | null => {
  const value = header(message, name);
  return value === null ? null : readable(() => parseNameAddr(value), null);
};

const personOf = (address: NameAddr): { readonly address: string; readonly name: string } => ({
  address: addressOf(address.uri),
  name: address.displayName ?? "",
});

/** The first Contact, or null. */
export function contactOf(message: SipMessage): Contact | null {
  const contact = nameAddrOf(message, "Contact");
  return contact === null
    ? null
    : { contact: formatSipUri(contact.uri), isFocus: contact.params.has("isfocus") };
}

/** Of a BYE or CANCEL: the SIP cause and its text (RFC 3326); nulls when it gives none. */
export function reasonOf(message: SipMessage): {
  readonly cause: number | null;
  readonly text: string | null;
} {
  const none = { cause: null, text: null };
  return readable(() => {
    for (const value of headers(message, "Reason").flatMap((list) => splitOutsideQuotes(list, ","))) {
      const [protocol = "", ...rest] = splitOutsideQuotes(value, ";");
      const params = parseHeaderParams(rest.join(";"));
      const cause = params.get("cause") ?? "";
      if (protocol.trim().toUpperCase() === "SIP" && /^[1-6][0-9]{2}$/.test(cause))
        return { cause: Number(cause), text: params.get("text") ?? null };
    }
    return none;
  }, none);
}

/** The session description of a body, alone or among parts; null when there is none. Throws ProtocolError. */
export function sdpOf(message: SipMessage): string | null {
  const contentType = header(message, "Content-Type");
  if (message.body === "" || contentType === null) return null;
  const { type } = parseContentType(contentType);
  if (type === "application/sdp") return message.body;
  if (!type.startsWith("multipart/")) return null;
  for (const part of parseMultipart(contentType, message.body)) {
    const [disposition = ""] = (partHeader(part, "Content-Disposition") ?? "session").split(";");
    if (
      parseContentType(partHeader(part, "Content-Type") ?? "text/plain").type === "application/sdp" &&
      disposition.trim().toLowerCase() === "session"
    )
      return part.body;
  }
  return null;
}

/** Who sent it, by its own word and by the network's. */
export function senderOf(request: SipRequest): Pick<Incoming, "from" | "assertedIdentity"> {
  const from = nameAddrOf(request, "From");
  const asserted = headers(request, "P-Asserted-Identity").flatMap((list) =>
    readable(() => splitOutsideQuotes(list, ",").map((one) => parseNameAddr(one.trim())), []),
  );
  const identity = asserted.find(({ uri }) => uri.scheme !== "tel") ?? asserted[0];
  const caller = from === null ? { address: "", name: "" } : personOf(from);
  // The network's name for the very same person goes before that person's own.
  const isVouched = identity !== undefined && addressOf(identity.uri) === caller.address;
  const name = (isVouched ? identity.displayName : null) ?? caller.name;
  return {
    from: { ...caller, name },
    assertedIdentity: identity === undefined ? null : addressOf(identity.uri),
  };
}

/** An INVITE that has passed the guards. */
export function incomingOf(request: SipRequest, leg: LegId): Incoming {
  const to = nameAddrOf(request, "To");
  const referrer = nameAddrOf(request, "Referred-By");
  const replaces = header(request, "Replaces");
  return {
    leg,
    ...senderOf(request),
    to: to === null ? "" : addressOf(to.uri),
    ...(contactOf(request) ?? { contact: "", isFocus: false }),
    subject: header(request, "Subject"),
    conversationId: header(request, "Conversation-ID"),
    contributionId: header(request, "Contribution-ID"),
    referredBy: referrer === null ? null : personOf(referrer),
    replaces: replaces === null ? null : parseReplaces(replaces),
    sessionReplaces: header(request, "Session-Replaces"),
    sdp: readable(() => sdpOf(request), null),
  };
}
