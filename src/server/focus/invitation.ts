/**
 * What the focus writes: the INVITE to one person (steps 3 and 15), its Contact, its SDP.
 *
 * Only the person whose 1-1 is replaced gets a mark, and the body is SDP alone, since there are handsets that read
 * nothing else. All that such handsets insist on is there: Conversation-ID, Contribution-ID,
 * Subject where the group has one, Referred-By with a name. RFC 4579 §5.2, RFC 3891, RFC 3892.
 */
import type { Mark } from "../../flow/extend.focus.ts";
import type { MsrpPath } from "../../flow/msrp-path.ts";
import { formatMsrpSdp, type MsrpMedia } from "../../wire/sdp.ts";
import type { SipHeader, SipRequest } from "../../wire/sip.ts";
import { quote } from "../../wire/sip-params.ts";
import { formatSipUri, parseSipUri } from "../../wire/sip-uri.ts";
import type { Person } from "./factory.ts";

const icsi = '+g.3gpp.icsi-ref="urn%3Aurn-7%3A3gpp-service.ims.icsi.oma.cpm.session"';
const groupService = "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.session.group";

export const methods = "INVITE, ACK, CANCEL, BYE, OPTIONS, REFER, SUBSCRIBE, NOTIFY";
export const extensions = ["recipient-list-invite", "multiple-refer", "norefersub"];

/** CONF-2: wherever the focus shows itself. */
export const focusContact = (uri: string): SipHeader => ["Contact", `<${uri}>;isfocus;${icsi}`];

/** What every answer of the focus says of it. */
export const abilities: readonly SipHeader[] = [
  ["Allow", methods],
  ["Allow-Events", "conference, refer"],
  ["Supported", extensions.join(", ")],
];

export type Invitation = {
  readonly conference: string;
  /** Where this focus is reached, for Contact. */
  readonly contact: string;
  readonly factory: string;
  readonly domain: string;
  readonly who: string;
  readonly invitedBy: Person;
  readonly mark: Mark | null;
  readonly subject: string | null;
  readonly conversationId: string;
  readonly contributionId: string;
  readonly sdp: string;
};

export function formatInvitation(
  one: Invitation,
  ids: { readonly callId: string; readonly tag: string },
): SipRequest {
  const uri = requestUri(one.who, one.domain);
  return {
    kind: "request",
    method: "INVITE",
    uri,
    headers: [
      ["Max-Forwards", "70"],
      ["From", `<${one.conference}>;tag=${ids.tag}`],
      ["To", `<${uri}>`],
      ["Call-ID", ids.callId],
      ["CSeq", "1 INVITE"],
      focusContact(one.contact),
      ["P-Asserted-Identity", `<${one.factory}>`],
      ["P-Asserted-Service", groupService],
      ["Accept-Contact", `*;${icsi}`],
      ["Referred-By", nameAddr(one.invitedBy)],
      ["Conversation-ID", one.conversationId],
      ["Contribution-ID", one.contributionId],
      ...optional("Subject", one.subject),
      ...optional("Session-Replaces", one.mark?.sessionReplaces),
      ...optional("Replaces", one.mark?.replaces),
      ...abilities,
      ["Accept", "application/sdp"],
      ["Content-Type", "application/sdp"],
    ],
    body: one.sdp,
  };
}

const optional = (name: string, value: string | null | undefined): readonly SipHeader[] =>
  value === null || value === undefined ? [] : [[name, value]];

const nameAddr = ({ address, name }: Person): string =>
  name === null || name === "" ? `<${address}>` : `${quote(name)} <${address}>`;

/** RFC 3261 §19.1.6: a number is asked for in our own domain. */
export function requestUri(who: string, domain: string): string {
  const uri = parseSipUri(who);
  return uri.scheme === "tel"
    ? formatSipUri({ ...parseSipUri(`sip:${domain}`), user: uri.user, params: new Map([["user", "phone"]]) })
    : who;
}

/**
 * A room (RFC 7701 §8) that offers no private messages, and takes in CPIM whatever its members take. `first`: what this
 * leg was described by at first.
 */
export function formatRoomSdp(
  path: MsrpPath,
  setup: MsrpMedia["setup"],
  version: number,
  first: MsrpPath = path,
): string {
  return formatMsrpSdp(
    {
      host: path.host,
      port: path.port,
      tls: path.tls,
      path: path.path,
      setup,
      acceptTypes: ["message/cpim"],
      acceptWrappedTypes: ["*"],
      chatroom: [],
      direction: "sendrecv",
    },
    version,
    first.path,
  );
}
