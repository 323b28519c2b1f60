/**
 * Who says so: what a message from a device may claim, and what the network says for it (RFC 3325 §5, RFC 6050;
 * decision 2). Everything here happens at the originating participating function and nowhere else.
 */
import { ProtocolError } from "../../wire/errors.ts";
import { appendHeader, header, withoutHeader, type SipMessage, type SipRequest } from "../../wire/sip.ts";
import { quote } from "../../wire/sip-params.ts";
import { addressOf, parseNameAddr } from "../../wire/sip-uri.ts";

/** Claims that only the network makes, and wishes that end here. */
const claims = [
  "P-Asserted-Identity",
  "P-Asserted-Service",
  "P-Preferred-Identity",
  "P-Preferred-Service",
  "Referred-By",
];

const servicePattern = /^urn:urn-7:[A-Za-z0-9.\-_:%]{1,200}$/i;

export const stripClaims = <M extends SipMessage>(message: M): M =>
  claims.reduce((rest, name) => withoutHeader(rest, name), message);

/** Throws ProtocolError(403) unless From is that user. */
export function assertIdentity(request: SipRequest, address: string, displayName: string): SipRequest {
  if (addressOf(parseNameAddr(header(request, "From") ?? "").uri) !== address.toLowerCase())
    throw new ProtocolError(403, "From is not who is signed in");
  const service = header(request, "P-Preferred-Service");
  // a user agent is no hop: a Record-Route of its own would send the dialog elsewhere
  const bare = withoutHeader(stripClaims(request), "Record-Route");
  const named = appendHeader(bare, "P-Asserted-Identity", `${quote(displayName)} <${address}>`);
  return service !== null && servicePattern.test(service)
    ? appendHeader(named, "P-Asserted-Service", service)
    : named;
}

/** RFC 3325 §7: who asked for privacy is not named to a device. */
export const keepPrivate = (request: SipRequest): SipRequest =>
  (header(request, "Privacy") ?? "").split(/[;,\s]+/).includes("id")
    ? withoutHeader(request, "P-Asserted-Identity")
    : request;
