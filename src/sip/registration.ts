/**
 * REGISTER on one connection: with digest, this device's instance id and flow, and a GRUU in return
 * (RFC 3261 §10.2, RFC 5626 §4.2, RFC 5627 §4).
 *
 * One Call-ID and a rising CSeq over all connections, so that the registrar can tell an old request from a new one.
 * A new registration per connection, since what is in flight on a dead one hangs for 32 s. Refused for good: 401,
 * 403, 404, 407; everything else is the connection's failure, to be tried again.
 */
import type { IncomingResponse, OutgoingRequestMessage } from "sip.js/lib/core/index.js";
import type { Clock } from "../flow/clock.ts";
import { ProtocolError } from "../wire/errors.ts";
import { header, headers, type SipMessage } from "../wire/sip.ts";
import { formatSipUri, parseNameAddr, parseSipUri, type NameAddr } from "../wire/sip-uri.ts";
import { allow, type Stack } from "./stack.ts";

export interface Registration {
  /** On a connection just opened. */
  begin(): void;
  /** The connection is gone: no refresh, and late answers mean nothing. */
  halt(): void;
  /** Takes the binding back; `done` when that is answered, at once when there is none. */
  leave(done: () => void): void;
}

export type RegistrationOptions = {
  readonly stack: Stack;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly instanceId: string;
  readonly registerSeconds: number;
  readonly registered: () => void;
  readonly denied: (status: number) => void;
  readonly failed: (retryAfterMs: number | null) => void;
};

const denials = [401, 403, 404, 407];

export function createRegistration(options: RegistrationOptions): Registration {
  const { stack, clock, freshId, instanceId, registered, denied, failed } = options;
  const callId = freshId();
  const instance = `"<urn:uuid:${instanceId}>"`;
  /** Its CSeq is one more where it was challenged. */
  let newest: OutgoingRequestMessage | null = null;
  let seconds = options.registerSeconds;
  /** Of which connection an answer may speak. */
  let round = 0;
  let isBound = false;
  let stopRefresh = (): void => {};

  function send(expires: number, answered: (response: IncomingResponse) => void): void {
    const mine = round;
    const request = stack.request("REGISTER", {
      uri: `sip:${stack.domain}`,
      callId,
      cseq: (newest?.cseq ?? 0) + 1,
      headers: [
        [
          "Contact",
          `<${stack.binding}>;+sip.instance=${instance};reg-id=1;${stack.feature};expires=${expires}`,
        ],
        ["Expires", String(expires)],
        allow,
      ],
    });
    newest = request;
    const final = (response: IncomingResponse): void => {
      if (mine === round) answered(response);
    };
    stack.core.register(request, { onAccept: final, onRedirect: final, onReject: final });
  }

  function register(): void {
    send(seconds, ({ message }) => {
      const status = message.statusCode ?? 500;
      const answer = stack.read(message);
      if (status >= 200 && status < 300 && answer !== null) return accept(answer);
      const least = Number(answer === null ? null : header(answer, "Min-Expires"));
      if (status === 423 && least > seconds && least < 2 ** 31) {
        seconds = least;
        return register();
      }
      isBound = false;
      if (denials.includes(status)) return denied(status);
      const after = Number.parseInt((answer === null ? null : header(answer, "Retry-After")) ?? "", 10);
      failed(after > 0 ? after * 1_000 : null);
    });
  }

  function accept(answer: SipMessage): void {
    const own = ownContact(answer, `<urn:uuid:${instanceId}>`);
    stack.gruu = own?.gruu ?? null;
    const granted = own?.expires ?? seconds;
    isBound = true;
    // RFC 5626 §4.4: well before it ends, but a second is the least there is.
    stopRefresh();
    stopRefresh = clock.after(Math.max(1, granted * 0.8) * 1_000, register);
    registered();
  }

  return {
    begin: () => {
      round += 1;
      register();
    },
    halt: () => {
      round += 1;
      isBound = false;
      stopRefresh();
    },
    leave: (done) => {
      stopRefresh();
      if (!isBound) return done();
      round += 1;
      send(0, done);
    },
  };
}

/** What the registrar keeps of this device: for how long, and its GRUU where it gives one. */
function ownContact(
  answer: SipMessage,
  instance: string,
): { readonly expires: number | null; readonly gruu: string | null } | null {
  for (const value of headers(answer, "Contact")) {
    try {
      const contact: NameAddr = parseNameAddr(value);
      if (contact.params.get("+sip.instance")?.toLowerCase() !== instance.toLowerCase()) continue;
      const expires = Number(contact.params.get("expires"));
      const gruu = contact.params.get("pub-gruu");
      return {
        expires: expires > 0 ? expires : null,
        gruu: gruu === undefined ? null : formatSipUri(parseSipUri(gruu)),
      };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error; // somebody else's binding
    }
  }
  return null;
}
