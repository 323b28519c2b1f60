/**
 * The address of a group: the factory's URI with `;conf=` and a random name (decision 1).
 *
 * The name is compared in lower case, as it is made; whatever else a request puts into such a URI is not looked at.
 */
import { header, type SipRequest } from "../../wire/sip.ts";
import { parseNameAddr, parseSipUri, type SipUri } from "../../wire/sip-uri.ts";

export const newConference = (factory: string, freshId: () => string): string =>
  `${factory};conf=${uuidOf(freshId())}`;

/** The group that a request is for, if any: from the Request-URI, or from To, since a registrar may have put another in its place. */
export function conferenceOf(request: SipRequest, factory: string): string | null {
  const named = [parseSipUri(request.uri), parseNameAddr(header(request, "To") ?? "").uri];
  const conf = named.map(confIn).find((one) => one !== null);
  return conf === undefined ? null : `${factory};conf=${conf}`;
}

/** The same group by another address of the focus. */
export const conferenceAt = (contact: string, conference: string): string =>
  `${contact};conf=${confIn(parseSipUri(conference)) ?? ""}`;

const confIn = (uri: SipUri): string | null => uri.params.get("conf")?.toLowerCase() ?? null;

/** Version 4 (RFC 9562 §5.4) from 128 random bits in hex. */
function uuidOf(hex: string): string {
  const [, a, b, c, d, e] =
    /^([0-9a-f]{8})([0-9a-f]{4}).([0-9a-f]{3}).([0-9a-f]{3})([0-9a-f]{12})/.exec(hex) ?? [];
  return e === undefined ? hex : `${a}-${b}-4${c}-8${d}-${e}`;
}
