/**
 * One dialog as one of its ends knows it (RFC 3261 §12): who, where to, and the order of requests in it.
 *
 * Made by the 2xx or 1xx to a request of ours, or by a request that we answer. Its two CSeq counters move; the rest
 * stands, but for the remote target. Routers are loose (§16.12 is what everybody speaks). Refused with 400: a
 * request without Contact or From tag, since nothing could ever be sent back.
 */
import { ProtocolError } from "../../wire/errors.ts";
import {
  header,
  headers,
  type SipHeader,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from "../../wire/sip.ts";
import { addressOf, formatSipUri, parseCSeq, parseNameAddr } from "../../wire/sip-uri.ts";

export interface Dialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** A request in this dialog, without Via; each has the next CSeq. */
  request(
    method: string,
    more?: { readonly headers?: readonly SipHeader[]; readonly body?: string },
  ): SipRequest;
  /** The ACK of a 2xx to the INVITE with that CSeq. */
  ack(cseq: number): SipRequest;
  /** Notes the CSeq of a request that came in; false when it is older than one before (answer 500). */
  takes(request: SipRequest): boolean;
  /** It comes from the other end by name too (§12.2.1.1), or by the network's word: somebody else may know the ids. */
  isFromPeer(request: SipRequest): boolean;
  /** The peer is elsewhere now: Contact of a re-INVITE, or of the 2xx to one (§12.2). */
  retarget(message: SipMessage): void;
  /** All there is to know of it. */
  kept(): KeptDialog;
}

export type KeptDialog = {
  readonly callId: string;
  readonly local: string;
  readonly remote: string;
  readonly target: string;
  readonly routes: readonly string[];
  readonly localCSeq: number;
  readonly remoteCSeq: number | null;
};

/** One that was `kept` some time ago; requests since then are behind it (§12.2.1.1: CSeq may leap). */
export const laterDialog = (kept: KeptDialog): Dialog =>
  createDialog({ ...kept, localCSeq: kept.localCSeq + 1_000_000 });

/** The end that sent `request`. */
export const callerDialog = (request: SipRequest, response: SipResponse): Dialog =>
  createDialog({
    callId: header(request, "Call-ID") ?? "",
    local: header(request, "From") ?? "",
    remote: header(response, "To") ?? "",
    target: targetOf(response) ?? request.uri,
    routes: headers(response, "Record-Route").toReversed(),
    localCSeq: parseCSeq(header(request, "CSeq") ?? "").number,
    remoteCSeq: null,
  });

/** The end that received `request` and gives it `localTag`. Throws ProtocolError(400). */
export function calleeDialog(request: SipRequest, localTag: string): Dialog {
  const target = targetOf(request);
  if (target === null) throw new ProtocolError(400, "no Contact");
  if (tagOf(header(request, "From") ?? "") === null) throw new ProtocolError(400, "no From tag");
  return createDialog({
    callId: header(request, "Call-ID") ?? "",
    local: `${header(request, "To") ?? ""};tag=${localTag}`,
    remote: header(request, "From") ?? "",
    target,
    routes: headers(request, "Record-Route"),
    localCSeq: 0,
    remoteCSeq: parseCSeq(header(request, "CSeq") ?? "").number,
  });
}

/** What tells the dialogs of one user agent apart. */
export const dialogKey = (callId: string, localTag: string, remoteTag: string): string =>
  `${callId} ${localTag} ${remoteTag}`;

export const keyOf = (dialog: Dialog): string => dialogKey(dialog.callId, dialog.localTag, dialog.remoteTag);

/** The dialog a request that came in is for; null when its To has no tag. Throws ProtocolError(400). */
export function keyOfRequest(request: SipRequest): string | null {
  const localTag = tagOf(header(request, "To") ?? "");
  const remoteTag = tagOf(header(request, "From") ?? "") ?? "";
  return localTag === null ? null : dialogKey(header(request, "Call-ID") ?? "", localTag, remoteTag);
}

function createDialog(state: KeptDialog): Dialog {
  const { callId, local, remote, routes } = state;
  let { target, localCSeq, remoteCSeq } = state;

  const write = (
    method: string,
    cseq: number,
    more: { readonly headers?: readonly SipHeader[]; readonly body?: string } = {},
  ): SipRequest => ({
    kind: "request",
    method,
    uri: target,
    headers: [
      ...routes.map((route): SipHeader => ["Route", route]),
      ["Max-Forwards", "70"],
      ["From", local],
      ["To", remote],
      ["Call-ID", callId],
      ["CSeq", `${cseq} ${method}`],
      ...(more.headers ?? []),
    ],
    body: more.body ?? "",
  });

  return {
    callId,
    localTag: tagOf(local) ?? "",
    remoteTag: tagOf(remote) ?? "",
    request: (method, more) => write(method, (localCSeq += 1), more),
    ack: (cseq) => write("ACK", cseq),
    takes: (request) => {
      const { number } = parseCSeq(header(request, "CSeq") ?? "");
      if (remoteCSeq !== null && number < remoteCSeq) return false;
      remoteCSeq = number;
      return true;
    },
    isFromPeer: (request) =>
      [header(request, "From") ?? "", ...headers(request, "P-Asserted-Identity")]
        .map(personIn)
        .includes(personIn(remote)),
    retarget: (message) => {
      target = targetOf(message) ?? target;
    },
    kept: () => ({ callId, local, remote, target, routes, localCSeq, remoteCSeq }),
  };
}

const personIn = (address: string): string => addressOf(parseNameAddr(address).uri);
const tagOf = (address: string): string | null => parseNameAddr(address).params.get("tag") ?? null;

/** The Contact as a Request-URI: without the headers a URI may have (§19.1.1). */
function targetOf(message: SipMessage): string | null {
  const contact = header(message, "Contact");
  return contact === null ? null : formatSipUri({ ...parseNameAddr(contact).uri, headers: [] });
}
