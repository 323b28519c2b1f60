/**
 * Names of a dialog, and the Replaces header that carries them (RFC 3891 §6.1).
 *
 * Tags are those of the reader: `toTag` is local to whoever receives it (§3). Refuses anything but exactly one
 * to-tag and one from-tag.
 */
import { ProtocolError } from "./errors.ts";

export type DialogId = {
  readonly callId: string;
  readonly toTag: string;
  readonly fromTag: string;
  readonly earlyOnly: boolean;
};

// Replaces = "Replaces" HCOLON callid *(SEMI replaces-param); callid = word ["@" word]
const callIdPattern =
  /^[A-Za-z0-9\-.!%*_+`'~()<>:\\"/[\]?{}]{1,256}(?:@[A-Za-z0-9\-.!%*_+`'~()<>:\\"/[\]?{}]{1,256})?$/;
const tokenPattern = /^[A-Za-z0-9\-.!%*_+`'~]{1,256}$/;

/** Throws ProtocolError(400) unless there is exactly one to-tag and one from-tag. */
export function parseReplaces(value: string): DialogId {
  if (value.length > 2_048) throw new ProtocolError(400, "Replaces too long");
  const [callId = "", ...params] = value.split(";").map((part) => part.trim());
  if (!callIdPattern.test(callId)) throw new ProtocolError(400, "bad Call-ID in Replaces");
  const toTags: string[] = [];
  const fromTags: string[] = [];
  let earlyOnly = false;
  for (const param of params) {
    const [name = "", tag] = param.split("=").map((part) => part.trim());
    const key = name.toLowerCase();
    if (key === "to-tag" || key === "from-tag") {
      if (tag === undefined || !tokenPattern.test(tag)) throw new ProtocolError(400, "bad tag in Replaces");
      (key === "to-tag" ? toTags : fromTags).push(tag);
    } else if (key === "early-only") earlyOnly = true;
    else if (!tokenPattern.test(name)) throw new ProtocolError(400, "bad parameter in Replaces");
  }
  const [toTag, toTag2] = toTags;
  const [fromTag, fromTag2] = fromTags;
  if (toTag === undefined || fromTag === undefined || toTag2 !== undefined || fromTag2 !== undefined)
    throw new ProtocolError(400, "Replaces needs one to-tag and one from-tag");
  return { callId, toTag, fromTag, earlyOnly };
}

export const formatReplaces = (id: DialogId): string =>
  `${id.callId};to-tag=${id.toTag};from-tag=${id.fromTag}${id.earlyOnly ? ";early-only" : ""}`;
