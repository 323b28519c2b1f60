/**
 * Why the focus says no, and the answer that says so: status, Warning (RFC 3261 §20.43) and what else belongs to it.
 */
import { ProtocolError } from "../../wire/errors.ts";
import { ListError } from "../../wire/resource-lists.ts";
import {
  headers,
  responseTo,
  tokens,
  type SipHeader,
  type SipRequest,
  type SipResponse,
} from "../../wire/sip.ts";
import { quote } from "../../wire/sip-params.ts";
import type { ServerTransaction } from "../sip/transactions.ts";

export class Refusal extends ProtocolError {
  readonly warning: number | null;
  readonly headers: readonly SipHeader[];

  constructor(
    status: number,
    reason: string,
    more: { readonly warning?: number; readonly headers?: readonly SipHeader[] } = {},
  ) {
    super(status, reason);
    this.name = "Refusal";
    this.warning = more.warning ?? null;
    this.headers = more.headers ?? [];
  }
}

/** Nobody who was not invited, or who was and has left for good (decision 33). */
export const notInvited = (): Refusal => new Refusal(403, "not invited", { warning: 127 });

/** A list is for the factory alone (RFC 5366 §3.2, decision 33). */
export const noListHere = (): Refusal =>
  new Refusal(420, "no list here", { headers: [["Unsupported", "recipient-list-invite"]] });

/**
 * In a group everybody is named to everybody. Throws Refusal(403) for whoever asks not to be (RFC 3323 §4.2, RFC 3325
 * §9.3): not to be let in is less than to be named all the same (RFC 4579 §6).
 */
export function refuseNameless(request: SipRequest): void {
  if (/(?:^|[;,\s])(?:id|user)(?:$|[;,\s])/i.test(headers(request, "Privacy").join(";")))
    throw new Refusal(403, "nobody is anonymous in a group", { warning: 119 });
}

/** Throws Refusal(420) when `request` requires what is not in `known` (decision 35). */
export function requireOnly(request: SipRequest, known: readonly string[]): void {
  const unknown = tokens(request, "Require").filter((option) => !known.includes(option.toLowerCase()));
  if (unknown.length > 0)
    throw new Refusal(420, "extension not supported", { headers: [["Unsupported", unknown.join(", ")]] });
}

export function refusalHeaders(error: ProtocolError, domain: string): readonly SipHeader[] {
  const warning = error instanceof Refusal || error instanceof ListError ? error.warning : null;
  return [
    ...(error instanceof Refusal ? error.headers : []),
    ...(warning === null ? [] : [["Warning", `${warning} ${domain} ${quote(error.message)}`] as const]),
  ];
}

/** The answer to a request that is no INVITE. */
export const refusalTo = (
  request: SipRequest,
  error: ProtocolError,
  domain: string,
  toTag: string,
): SipResponse => responseTo(request, error.status, { toTag, headers: refusalHeaders(error, domain) });

/** Answers `transaction` with what `run` throws, if it is a refusal. */
export function answering(
  transaction: ServerTransaction,
  {
    domain,
    freshId,
    count,
  }: {
    readonly domain: string;
    readonly freshId: () => string;
    readonly count: (reason: string) => void;
  },
  run: () => void,
): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    count(error.message);
    transaction.respond(refusalTo(transaction.request, error, domain, freshId()));
  }
}
