/**
 * The request that goes out and comes back: an INVITE as a group needs one, with every header that the flow hangs on,
 * one that no server knows, and a body of two parts (RFC 3261 §16.6: a proxy changes none of them).
 */
import { formatMultipart } from "../../wire/multipart.ts";
import { formatReplaces } from "../../wire/replaces.ts";
import { formatResourceLists, listType } from "../../wire/resource-lists.ts";
import { formatMsrpSdp } from "../../wire/sdp.ts";
import { header, parseSip, type SipHeader } from "../../wire/sip.ts";
import { encodeUtf8 } from "../../wire/utf8.ts";
import { ProtocolError } from "../../wire/errors.ts";
import type { Asked } from "../../sip/probe.ts";
import { domainOf } from "../addresses.ts";
import { inviteHeaders } from "../headers.ts";

export type OwnRequest = {
  readonly asked: Asked;
  /** What must come back as it went. */
  readonly watched: readonly SipHeader[];
};

export type OwnRequestOptions = {
  readonly method: Asked["method"];
  readonly uri: string;
  readonly address: string;
  readonly freshId: () => string;
  readonly hasReplaces: boolean;
  /** Added to the list, so that the request has a certain size. */
  readonly fillerBytes?: number;
  /** Headers more. */
  readonly more?: readonly SipHeader[];
};

export function ownRequest(options: OwnRequestOptions): OwnRequest {
  const { method, uri, address, freshId, hasReplaces, fillerBytes = 0, more = [] } = options;
  const ids = { conversationId: freshId(), contributionId: freshId() };
  const watched: readonly SipHeader[] = [
    ["X-Segue-Check", `"naïve, ✓";a=1,b;c=<sip:d@e.invalid>`],
    ["Session-Replaces", freshId()],
    ...(hasReplaces
      ? ([
          [
            "Replaces",
            formatReplaces({ callId: freshId(), toTag: freshId(), fromTag: freshId(), earlyOnly: false }),
          ],
        ] as const)
      : []),
    ["Subject", "Déjà vu, 你好"],
    // RFC 5366 §3; a proxy leaves Require to whom it is for.
    ...(method === "INVITE" ? ([["Require", "recipient-list-invite"]] as const) : []),
    ["Conversation-ID", ids.conversationId],
    ["Contribution-ID", ids.contributionId],
  ];
  const names = new Set(watched.map(([name]) => name));
  const others = inviteHeaders(address, "group", ids).filter(([name]) => !names.has(name));
  const { contentType, body } = formatMultipart(
    [
      { headers: [["Content-Type", "application/sdp"]], body: sdp(freshId()) },
      {
        headers: [
          ["Content-Type", listType],
          ["Content-Disposition", "recipient-list"],
        ],
        body: list(domainOf(address), fillerBytes),
      },
    ],
    freshId(),
  );
  return {
    asked: { method, uri, headers: [...others, ...watched, ...more], body: { contentType, content: body } },
    watched,
  };
}

const sdp = (id: string): string =>
  formatMsrpSdp(
    {
      host: "relay.invalid",
      port: 2855,
      tls: true,
      path: [`msrps://relay.invalid:2855/${id}${id};tcp`, `msrps://${id.slice(0, 16)}.invalid:2855/${id};ws`],
      setup: "actpass",
      acceptTypes: ["message/cpim"],
      acceptWrappedTypes: ["text/plain"],
      chatroom: [],
      direction: "sendrecv",
    },
    1,
  );

const personAt = (domain: string, n: number): string =>
  `sip:somebody.called.${String(n).padStart(4, "0")}@${domain}`;

const listOf = (domain: string, people: number): string =>
  formatResourceLists(
    Array.from({ length: people }, (_, n) => ({
      address: personAt(domain, n),
      replaces: null,
      sessionReplaces: null,
      copyControl: "to",
    })),
  );

/** What one person more adds to an invitation. */
export const bytesOfPerson = (address: string): number => {
  const domain = domainOf(address);
  return encodeUtf8(listOf(domain, 2)).length - encodeUtf8(listOf(domain, 1)).length;
};

/** A list of nobody, made longer by that much: whole entries first, then white space. */
function list(domain: string, fillerBytes: number): string {
  const each = encodeUtf8(listOf(domain, 1)).length - encodeUtf8(listOf(domain, 0)).length;
  const people = Math.max(0, Math.floor(fillerBytes / each));
  return listOf(domain, people) + " ".repeat(Math.max(0, fillerBytes - people * each));
}

export type Compared = {
  readonly missing: readonly string[];
  readonly changed: readonly string[];
  readonly isBodySame: boolean;
};

/** What went, beside what came: header values and every byte of the body. */
export function compare({ asked, watched }: OwnRequest, arrived: string): Compared {
  const body = arrived.slice(arrived.indexOf("\r\n\r\n") + 4);
  const isBodySame = body === (asked.body?.content ?? "");
  try {
    const message = parseSip(arrived);
    const all: readonly SipHeader[] =
      asked.body === null ? watched : [...watched, ["Content-Type", asked.body.contentType]];
    const missing = all.filter(([name]) => header(message, name) === null).map(([name]) => name);
    const changed = all
      .filter(([name, value]) => (header(message, name) ?? value) !== value)
      .map(([name]) => name);
    return { missing, changed, isBodySame };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { missing: [], changed: [`everything (${error.message})`], isBodySame };
  }
}
