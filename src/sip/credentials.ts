/**
 * Digest credentials in the shape SIP.js asks for them, computed by our own `wire/digest` (RFC 3261 §22).
 *
 * SIP.js draws its cnonce from Math.random, and of a challenge without qop makes an answer that proves little.
 * Refused: anything but MD5 with qop=auth; the request then stays unauthorised and fails with the challenge.
 */
import type { DigestAuthentication, OutgoingRequestMessage } from "sip.js/lib/core/index.js";
import { digestResponse, formatCredentials, ha1 } from "../wire/digest.ts";

/** What SIP.js has read of WWW-Authenticate or Proxy-Authenticate. */
type ReadChallenge = {
  readonly realm?: string;
  readonly nonce?: string;
  readonly opaque?: string;
  readonly algorithm?: string;
  readonly qop?: readonly string[];
};

export function createCredentials(
  user: string,
  password: string,
  freshId: () => string,
): DigestAuthentication {
  let header = "";
  let count = 0;
  const credentials = {
    authenticate: (request: OutgoingRequestMessage, challenge: ReadChallenge): boolean => {
      const { realm, nonce, opaque, algorithm, qop } = challenge;
      if (realm === undefined || nonce === undefined || qop?.includes("auth") !== true) return false;
      if (algorithm !== undefined && algorithm.toUpperCase() !== "MD5") return false;
      count += 1;
      const uri = request.ruri.toString();
      const proof = {
        uri,
        nonce,
        qop: "auth",
        nc: count.toString(16).padStart(8, "0"),
        cnonce: freshId(),
      } as const;
      const response = digestResponse({ ...proof, ha1: ha1(user, realm, password), method: request.method });
      header = formatCredentials({
        ...proof,
        username: user,
        realm,
        response,
        opaque: opaque ?? null,
        algorithm: algorithm ?? null,
      });
      return true;
    },
    toString: () => header,
  };
  // SIP.js calls these two and nothing else of the class.
  return credentials as unknown as DigestAuthentication;
}
