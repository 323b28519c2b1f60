/**
 * REFER to a focus, written: one person in Refer-To, several as a list it points at (RFC 4579 §5.5, 3515, 5368).
 *
 * No subscription is asked for (RFC 4488): what becomes of each invitation the roster tells everybody.
 */
import type { Body } from "sip.js/lib/core/index.js";
import { formatResourceLists, listType } from "../wire/resource-lists.ts";
import type { SipHeader } from "../wire/sip.ts";
import { parseSipUri } from "../wire/sip-uri.ts";
import { wellFormed } from "./stack.ts";

export type Referral = { readonly headers: readonly SipHeader[]; readonly body: Body | null };

/** Throws ProtocolError(400) when one of them is no address. */
export function referralOf(people: readonly string[], freshId: () => string): Referral {
  for (const address of people) parseSipUri(address);
  const [one = "", second] = people;
  if (second === undefined)
    return {
      headers: [
        ["Refer-To", `<${one}>`],
        ["Refer-Sub", "false"],
        ["Supported", "norefersub"],
      ],
      body: null,
    };
  const id = `${freshId()}@segue.invalid`;
  const entries = people.map(
    (address) => ({ address, replaces: null, sessionReplaces: null, copyControl: "to" }) as const,
  );
  return {
    headers: [
      ["Require", "multiple-refer, norefersub"],
      ["Refer-To", `<cid:${id}>`],
      ["Refer-Sub", "false"],
      ["Content-Disposition", "recipient-list"],
      ["Content-ID", `<${id}>`],
    ],
    body: {
      contentDisposition: "recipient-list",
      contentType: listType,
      content: wellFormed(formatResourceLists(entries)),
    },
  };
}
