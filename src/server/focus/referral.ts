/**
 * REFER: a member brings people in (RFC 4579 §5.5; RFC 3515, 4488, 5368).
 *
 * One person in Refer-To, or several in a list that Refer-To points at by `cid:`. What became of one is told with
 * `message/sipfrag`, unless the member would rather not hear (Refer-Sub: false); of several the roster tells.
 * Refused: not exactly one Refer-To (400), another method (REF-9), a mark (400): marks belong to the first list.
 */
import { ProtocolError } from "../../wire/errors.ts";
import { parseContentType, parseMultipart, partHeader } from "../../wire/multipart.ts";
import { listType, parseListUri, parseResourceLists } from "../../wire/resource-lists.ts";
import { header, headers, type SipHeader, type SipRequest } from "../../wire/sip.ts";
import { reasonOf } from "../../wire/sip-reasons.ts";
import { formatSipUri, parseNameAddr } from "../../wire/sip-uri.ts";
import { contentOf, cseqOf, type RequestMore } from "../sip/call.ts";
import { Refusal, requireOnly } from "./refusal.ts";

export type Referral = {
  /** Nobody twice. */
  readonly people: readonly string[];
  /** A NOTIFY is wanted for the one person. */
  readonly isWatched: boolean;
};

/** Throws Refusal, ListError or ProtocolError. */
export function readReferral(request: SipRequest): Referral {
  requireOnly(request, ["multiple-refer", "norefersub"]);
  const [target, second] = headers(request, "Refer-To");
  if (target === undefined || second !== undefined) throw new ProtocolError(400, "one Refer-To is needed");
  const isQuiet = header(request, "Refer-Sub")?.trim().toLowerCase().startsWith("false") === true;
  const [, cid] = /^<?cid:([^<>\s]{1,256})>?$/i.exec(target.trim()) ?? [];
  if (cid !== undefined) {
    const entries = parseResourceLists(listBehind(request, cid));
    if (entries.some(isMarked)) throw marked();
    return { people: entries.map(({ address }) => address), isWatched: false };
  }
  const entry = parseListUri(formatSipUri(parseNameAddr(target).uri));
  if (isMarked(entry)) throw marked();
  return { people: [entry.address], isWatched: !isQuiet };
}

const isMarked = (entry: {
  readonly replaces: string | null;
  readonly sessionReplaces: string | null;
}): boolean => entry.replaces !== null || entry.sessionReplaces !== null;
const marked = (): Refusal => new Refusal(400, "a mark belongs to the first list");

function listBehind(request: SipRequest, cid: string): string {
  const contentType = header(request, "Content-Type") ?? "";
  const { type } = parseContentType(contentType);
  const isNamed = (id: string | null): boolean => id?.trim().replace(/^<|>$/g, "") === decoded(cid);
  if (type === listType && isNamed(header(request, "Content-ID"))) return request.body;
  if (type.startsWith("multipart/"))
    for (const part of parseMultipart(contentType, request.body))
      if (
        isNamed(partHeader(part, "Content-ID")) &&
        parseContentType(partHeader(part, "Content-Type") ?? "").type === listType
      )
        return part.body;
  throw new ProtocolError(400, "no list of that name");
}

function decoded(cid: string): string {
  try {
    return decodeURIComponent(cid);
  } catch {
    return cid;
  }
}

/** What the 202 says (REF-7). */
export const referSub = (referral: Referral): readonly SipHeader[] =>
  referral.isWatched ? [] : [["Refer-Sub", "false"]];

/** The NOTIFY on how that person's INVITE stands; a final status ends the subscription (REF-3, REF-4). */
export const referNotify = (refer: SipRequest, contact: SipHeader, status: number): RequestMore => ({
  headers: [
    contact,
    ["Event", `refer;id=${cseqOf(refer)}`],
    ["Subscription-State", status < 200 ? "active;expires=180" : "terminated;reason=noresource"],
    contentOf("message/sipfrag;version=2.0"),
  ],
  body: `SIP/2.0 ${status} ${reasonOf(status)}\r\n`,
});
