/**
 * REGISTER of a user agent of ours, with digest, and its renewal (RFC 3261 §10.2, §22; RFC 5626).
 *
 * For a Controlling Function that runs apart from its SIP server. Each new connection registers anew; a binding is
 * renewed well before it lapses. A wrong password is told, and not tried again before the next connection.
 */
import type { Clock } from "../../flow/clock.ts";
import { digestResponse, formatCredentials, ha1, parseChallenge } from "../../wire/digest.ts";
import { ProtocolError } from "../../wire/errors.ts";
import { header, headers, type SipHeader, type SipRequest, type SipResponse } from "../../wire/sip.ts";
import { parseNameAddr } from "../../wire/sip-uri.ts";
import type { UserAgent } from "./user-agent.ts";

export type RegistrationAccount = {
  readonly user: string;
  readonly password: string;
  readonly domain: string;
};

export type RegistrationEvent =
  /** `gruu`: an address of the domain that leads to this binding (RFC 5627), where the registrar gives one. */
  | { readonly on: "registered"; readonly gruu: string | null }
  /** The server does not take these credentials, or this contact. */
  | { readonly on: "denied"; readonly status: number }
  | { readonly on: "failed"; readonly status: number };

export interface Registration {
  /** Over the link that the user agent has now. */
  start(): void;
  stop(): void;
}

export function createRegistration(options: {
  readonly agent: UserAgent;
  readonly account: RegistrationAccount;
  /** A URI of this connection, `sip:x@….invalid;transport=ws`. */
  readonly contact: string;
  /** `urn:uuid:…`, the same for every connection (RFC 5626 §4.1). */
  readonly instance: string;
  readonly expiresSeconds: number;
  readonly retryMs: number;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly onEvent: (event: RegistrationEvent) => void;
}): Registration {
  const { agent, account, contact, instance, retryMs, clock, freshId, onEvent } = options;
  const { user, domain, password } = account;
  const address = `<sip:${user}@${domain}>`;
  const callId = freshId();
  let tag = freshId();
  let cseq = 0;
  let seconds = options.expiresSeconds;
  /** Counts starts: what an earlier one still has to say is not heard. */
  let round = 0;
  let stopTimer = (): void => {};

  const request = (more: readonly SipHeader[]): SipRequest => ({
    kind: "request",
    method: "REGISTER",
    uri: `sip:${domain}`,
    headers: [
      ["Max-Forwards", "70"],
      ["From", `${address};tag=${tag}`],
      ["To", address],
      ["Call-ID", callId],
      ["CSeq", `${(cseq += 1)} REGISTER`],
      ["Contact", `<${contact}>;reg-id=1;+sip.instance="<${instance}>"`],
      ["Expires", String(seconds)],
      ["Supported", "path, gruu, outbound"],
      ...more,
    ],
    body: "",
  });

  function ask(mine: number, more: readonly SipHeader[], hasProof: boolean): void {
    agent.send(request(more), {
      response: (response) => {
        if (mine === round && response.status >= 200) answered(mine, response, hasProof);
      },
      failed: (status) => {
        if (mine === round) later(mine, status);
      },
    });
  }

  function answered(mine: number, response: SipResponse, hasProof: boolean): void {
    const { status } = response;
    const proof = status === 401 ? proofFor(response) : null;
    if (status < 300) {
      const { expires, gruu } = granted(response);
      onEvent({ on: "registered", gruu });
      stopTimer = clock.after(Math.max(1, expires) * 750, () => ask(mine, [], false));
    } else if (proof !== null && !(hasProof && !isStale(response))) ask(mine, [proof], true);
    else if (status === 401 || status === 403) onEvent({ on: "denied", status });
    else {
      const least = header(response, "Min-Expires") ?? "";
      if (status === 423 && /^[0-9]{1,6}$/.test(least) && Number(least) > seconds) {
        seconds = Number(least);
        ask(mine, [], false);
      } else later(mine, status);
    }
  }

  function later(mine: number, status: number): void {
    onEvent({ on: "failed", status });
    stopTimer = clock.after(retryMs, () => ask(mine, [], false));
  }

  /** null: a challenge that can't be met. */
  function proofFor(response: SipResponse): SipHeader | null {
    for (const value of headers(response, "WWW-Authenticate"))
      try {
        const { realm, nonce, opaque, algorithm, qop } = parseChallenge(value);
        if ((algorithm ?? "MD5").toUpperCase() !== "MD5" || !qop.includes("auth")) continue;
        const input = {
          uri: `sip:${domain}`,
          nonce,
          nc: "00000001",
          cnonce: freshId(),
          qop: "auth" as const,
        };
        const answer = digestResponse({ ...input, ha1: ha1(user, realm, password), method: "REGISTER" });
        return [
          "Authorization",
          formatCredentials({ ...input, username: user, realm, response: answer, opaque, algorithm }),
        ];
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
      }
    return null;
  }

  function granted(response: SipResponse): { readonly expires: number; readonly gruu: string | null } {
    for (const value of headers(response, "Contact")) {
      const { params } = parseNameAddr(value);
      if (params.get("+sip.instance") === `<${instance}>`)
        return { expires: Number(params.get("expires") ?? seconds), gruu: params.get("pub-gruu") ?? null };
    }
    return { expires: Number(header(response, "Expires") ?? seconds), gruu: null };
  }

  return {
    start: () => {
      stopTimer();
      tag = freshId();
      ask((round += 1), [], false);
    },
    stop: () => {
      stopTimer();
      round += 1;
    },
  };
}

function isStale(response: SipResponse): boolean {
  try {
    return parseChallenge(header(response, "WWW-Authenticate") ?? "").stale;
  } catch {
    return false;
  }
}
