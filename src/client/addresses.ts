/**
 * Addresses as people type them, and as the app keeps them: `sip:user@host`, lower case, no parameters.
 *
 * `bob` is somebody of one's own domain. A number needs its country code and becomes `sip:+…@domain`, sent with
 * `;user=phone` (RFC 3261 §19.1.6, decision 4); a local number is refused, since nobody could say whose it is.
 */
import { ProtocolError } from "../wire/errors.ts";
import { addressOf, parseNameAddr } from "../wire/sip-uri.ts";

export type Read = { readonly address: string } | { readonly problem: string };

export const notAnAddress = "That is not an address. One looks like bob@example.org.";
const localNumber = "Write the number with its country code, like +33 6 12 34 56 78.";

export function readAddress(text: string, domain: string): Read {
  const typed = text.trim();
  if (typed === "") return { problem: "Type an address." };
  const number = /^(?:tel:)?(\+?[0-9][0-9 ().-]*)(?:;.*)?$/i.exec(typed)?.[1];
  if (number !== undefined) return readNumber(number, domain);
  const hasScheme = /^(?:sips?|tel):/i.test(typed) || typed.includes("<");
  const full = hasScheme ? typed : `sip:${typed.includes("@") ? typed : `${typed}@${domain}`}`;
  const bracketed = full.includes("<") ? full : `<${full}>`;
  try {
    const { uri } = parseNameAddr(bracketed);
    if (uri.scheme === "tel") return readNumber(uri.user ?? "", domain);
    if (uri.user === null || uri.user === "") return { problem: notAnAddress };
    return { address: addressOf(uri) };
  } catch (error) {
    if (error instanceof ProtocolError) return { problem: notAnAddress };
    throw error;
  }
}

function readNumber(written: string, domain: string): Read {
  const digits = written.replace(/[^0-9]/g, "");
  if (!written.startsWith("+")) return { problem: localNumber };
  // E.164: at most 15 digits.
  return digits.length < 3 || digits.length > 15
    ? { problem: localNumber }
    : { address: `sip:+${digits}@${domain}` };
}

/** What stands in a Request-URI or a list for this address. */
export const uriOf = (address: string): string =>
  /^sip:\+[0-9]+@/.test(address) ? `${address};user=phone` : address;

/** `bob` of `sip:bob@host`. */
export const userOf = (address: string): string => /^[a-z]+:([^@;]*)/.exec(address)?.[1] ?? address;

/** The host, without port and parameters; "" where there is none. */
export const domainOf = (address: string): string => /@([^;:?>]+)/.exec(address)?.[1]?.toLowerCase() ?? "";

/** Whom a peer or a focus names, as the app keeps it: a number given as `tel:` is of our domain. null: nobody. */
export function personAddress(uri: string, domain: string): string | null {
  try {
    const read = parseNameAddr(`<${uri}>`).uri;
    if (read.user === null || read.user === "") return null;
    const number = read.scheme === "tel" ? readNumber(read.user, domain) : null;
    return number !== null && "address" in number ? number.address : addressOf(read);
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

/** `sip:conference-factory@host;conf=1` → `sip:conference-factory@host`. */
export function bareAddress(uri: string): string {
  try {
    return addressOf(parseNameAddr(`<${uri}>`).uri);
  } catch {
    return uri.toLowerCase();
  }
}
