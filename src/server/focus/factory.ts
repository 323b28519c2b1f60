/**
 * What an INVITE to the conference factory orders, read and checked before anybody is invited (RFC 5366 §3, §4;
 * RFC 5363 §5.2; decisions 14, 20, 33, 35).
 *
 * Refused: a caller the network does not vouch for (403) or who would not be named (403, Warning 119), a mark on the
 * INVITE itself, since the factory has no such session (481), no list or nobody in it (403, Warning 129), the factory in
 * it (403), too many people (486, Warning 102), a list of another kind (415), no usable MSRP (488), an extension required
 * and unknown (420).
 */
import { ProtocolError } from "../../wire/errors.ts";
import type { Mark } from "../../flow/extend.focus.ts";
import { parseContentType, parseMultipart, partHeader, type Part } from "../../wire/multipart.ts";
import { listType, parseResourceLists } from "../../wire/resource-lists.ts";
import { parseMsrpSdp, type MsrpMedia } from "../../wire/sdp.ts";
import { header, headers, type SipMessage, type SipRequest } from "../../wire/sip.ts";
import { addressOf, parseNameAddr } from "../../wire/sip-uri.ts";
import { accepts } from "../../flow/msrp-session-state.ts";
import { Refusal, refuseNameless, requireOnly } from "./refusal.ts";

export type Person = { readonly address: string; readonly name: string | null };

export type Order = {
  readonly caller: Person;
  /** Without the caller, nobody twice. */
  readonly people: readonly { readonly who: string; readonly mark: Mark | null }[];
  readonly media: MsrpMedia;
  readonly subject: string | null;
  readonly conversationId: string | null;
  readonly contributionId: string | null;
};

/** Throws Refusal, ListError or ProtocolError. */
export function readOrder(
  request: SipRequest,
  { factory, maxPeople }: { readonly factory: string; readonly maxPeople: number },
): Order {
  requireOnly(request, ["recipient-list-invite"]);
  const caller = callerOf(request);
  refuseNameless(request);
  if (header(request, "Replaces") !== null) throw new Refusal(481, "the factory has no such session");
  const { sdp, list } = partsOf(request);
  if (list === null) throw new Refusal(403, "no list of people", { warning: 129 });
  const media = usableMedia(sdp);
  if (media === null) throw new Refusal(488, "no usable MSRP");

  const entries = parseResourceLists(list).filter(({ address }) => address !== caller.address);
  if (entries.length === 0) throw new Refusal(403, "nobody but the caller in the list", { warning: 129 });
  if (entries.some(({ address }) => address === factory))
    throw new Refusal(403, "a conference can't be invited");
  if (entries.length + 1 > maxPeople) throw new Refusal(486, "too many people", { warning: 102 });
  return {
    caller,
    people: entries.map(({ address, replaces, sessionReplaces }) => ({
      who: address,
      mark: replaces === null && sessionReplaces === null ? null : { replaces, sessionReplaces },
    })),
    media,
    subject: header(request, "Subject"),
    conversationId: idOf(request, "Conversation-ID"),
    contributionId: idOf(request, "Contribution-ID"),
  };
}

/** Who the network says this is (RFC 3325). Throws Refusal when it does not say. */
export function callerOf(request: SipRequest): Person {
  for (const value of headers(request, "P-Asserted-Identity")) {
    const { uri, displayName } = parseNameAddr(value);
    if (uri.scheme !== "tel") return { address: addressOf(uri), name: displayName };
  }
  throw new Refusal(403, "nobody vouches for the caller");
}

/** Accepts any token up to 128 characters. */
function idOf(request: SipRequest, name: string): string | null {
  const value = header(request, name);
  if (value !== null && !/^[!-~]{1,128}$/.test(value)) throw new ProtocolError(400, `bad ${name}`);
  return value;
}

/** SDP and list, whether or not they come together. Throws Refusal(415) for what can't be either. */
export function partsOf(request: SipRequest): { readonly sdp: string | null; readonly list: string | null } {
  const contentType = header(request, "Content-Type");
  if (request.body === "" || contentType === null) return { sdp: null, list: null };
  if (header(request, "Content-Encoding") !== null) throw unsupportedBody();
  const { type } = parseContentType(contentType);
  const alone: Part = {
    headers: request.headers.filter(([name]) => name.toLowerCase().startsWith("content-")),
    body: request.body,
  };
  const parts = type.startsWith("multipart/") ? parseMultipart(contentType, request.body) : [alone];
  let sdp: string | null = null;
  let list: string | null = null;
  for (const part of parts) {
    const partType = parseContentType(partHeader(part, "Content-Type") ?? "text/plain").type;
    const disposition = (partHeader(part, "Content-Disposition") ?? "").split(";")[0]?.trim().toLowerCase();
    if (partType === "application/sdp") sdp ??= part.body;
    else if (disposition === "recipient-list" || partType === listType) {
      if (partType !== listType) throw unsupportedBody();
      if (list !== null) throw new ProtocolError(400, "two lists");
      list = part.body;
    }
  }
  return { sdp, list };
}

const unsupportedBody = (): Refusal =>
  new Refusal(415, "unsupported body", {
    headers: [["Accept", `application/sdp, ${listType}, multipart/mixed`]],
  });

/** MSRP that takes message/cpim, which is all that a room speaks (RFC 7701 §5.1); else null. */
export function usableMedia(sdp: string | null): MsrpMedia | null {
  const media = sdp === null ? null : parseMsrpSdp(sdp);
  return media !== null && accepts(media.acceptTypes, "message/cpim") ? media : null;
}

/** The same of an answer, whose body is SDP alone. */
export const answeredMedia = (response: SipMessage): MsrpMedia | null => usableMedia(response.body);
