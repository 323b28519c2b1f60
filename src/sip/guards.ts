/**
 * What comes in from the network, read by our own parser first: SIP.js sees only what it can't stumble over.
 *
 * Measured in SIP.js 0.21.2: it throws at a bad CSeq, a `tel:` Request-URI and an Event-less NOTIFY, ignores
 * Require, takes an INVITE whose Replaces it can't read as an ordinary one, and takes SDP for something to show
 * when Content-Type is written another way. So here: 400, 403, 404, 415, 416, 420, 481, 489 are answered, OPTIONS too
 * (SIP.js would advertise what does not run), and the body of an INVITE or its answer becomes plain SDP.
 * RFC 3261 §8.2, §12.2.2, §18.3; RFC 3891 §3; RFC 5621 §3; RFC 6665 §4.1.3.
 */
import { parseChallenge } from "../wire/digest.ts";
import { ProtocolError } from "../wire/errors.ts";
import { parseReplaces } from "../wire/replaces.ts";
import { refusalOf } from "../wire/sip-salvage.ts";
import {
  header,
  headers,
  parseSip,
  responseTo,
  tokens,
  withHeader,
  withoutHeader,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from "../wire/sip.ts";
import { addressOf, parseCSeq, parseNameAddr, parseSipUri, parseVia } from "../wire/sip-uri.ts";
import { contentOf, messageTypes, type Content } from "./message-content.ts";
import { sdpOf } from "./reading.ts";
import { Refusal } from "./refusal.ts";
import { allowed } from "./sipjs-globals.ts";

export type Verdict =
  | { readonly is: "dropped"; readonly why: string }
  | { readonly is: "answered"; readonly response: SipResponse }
  /** `content`: of a MESSAGE, which is then passed without its body. */
  | { readonly is: "passed"; readonly message: SipMessage; readonly content: Content | null };

export type GuardOptions = {
  /** User part of our own addresses. */
  readonly user: string;
  readonly domain: string;
  readonly freshId: () => string;
  /** The address of the other end of the dialog with these ids, as this end sees them; null: there is none. */
  readonly peerOf: (callId: string, localTag: string, remoteTag: string) => string | null;
};

/** Option tags this end understands when somebody requires them of it. */
export const understood: readonly string[] = ["replaces"];
const acceptedTypes = "application/sdp, multipart/mixed";
const allTypes = [acceptedTypes, ...messageTypes].join(", ");

/** `body`: one that is no text, where `text` ends with the headers. */
export function guard(text: string, options: GuardOptions, body: Uint8Array | null = null): Verdict {
  let message: SipMessage;
  try {
    message = parseSip(text);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const response = refusalOf(text, error);
    return response === null ? dropped(error.message) : { is: "answered", response };
  }
  try {
    if (message.kind === "response") return passed(checkResponse(message));
    return checkRequest(message, options, body);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    if (message.kind === "response" || message.method === "ACK") return dropped(error.message);
    const more = error instanceof Refusal ? error.headers : [];
    const response = responseTo(message, error.status, { toTag: options.freshId(), headers: more });
    return { is: "answered", response };
  }
}

const passed = (message: SipMessage): Verdict => ({ is: "passed", message, content: null });
const dropped = (why: string): Verdict => ({ is: "dropped", why });

function checkResponse(response: SipResponse): SipResponse {
  const [via, second] = headers(response, "Via");
  if (second !== undefined) throw new ProtocolError(400, "a response for somebody else");
  checkAddresses(response, via ?? "");
  if (response.status === 401 || response.status === 407) return withOneChallenge(response);
  if (parseCSeq(header(response, "CSeq") ?? "").method !== "INVITE") return response;
  try {
    return withSdpAlone(response);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return withBody(response, null); // the call stands without a description, and its user ends it
  }
}

/** SIP.js reads the last challenge alone; the one it can answer is the one to leave (RFC 8760 §2.4). */
function withOneChallenge(response: SipResponse): SipResponse {
  const name = response.status === 401 ? "WWW-Authenticate" : "Proxy-Authenticate";
  const usable = headers(response, name).find((value) => {
    try {
      const { algorithm, qop } = parseChallenge(value);
      return (algorithm === null || algorithm.toUpperCase() === "MD5") && qop.includes("auth");
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return false;
    }
  });
  return usable === undefined ? withoutHeader(response, name) : withHeader(response, name, usable);
}

function checkRequest(request: SipRequest, options: GuardOptions, body: Uint8Array | null): Verdict {
  checkAddresses(request, header(request, "Via") ?? "");
  checkPeer(request, options);
  const { method } = request;
  if (method === "ACK") return passed(withSdpAlone(request));
  checkTarget(request, options.user);
  if (method === "CANCEL") return passed(request);
  const unknown = tokens(request, "Require").filter((option) => !understood.includes(option.toLowerCase()));
  if (unknown.length > 0)
    throw new Refusal(420, "an extension required", [["Unsupported", unknown.join(", ")]]);
  checkReplaces(request);
  if (method === "OPTIONS") return { is: "answered", response: abilities(request, options) };
  if (method === "NOTIFY") checkNotify(request);
  if (method === "MESSAGE") {
    if (isOfNoDialog(request, options)) throw new ProtocolError(481, "no such dialog");
    const content = contentOf(request, body);
    return { is: "passed", message: withBody(request, null), content };
  }
  if (body !== null) throw new Refusal(415, "a body that is no text", [["Accept", allTypes]]);
  if (method !== "INVITE") return passed(request);
  if (headers(request, "Contact").length !== 1) throw new ProtocolError(400, "an INVITE needs one Contact");
  return passed(withSdpAlone(request));
}

/** What SIP.js reads at once, or builds a dialog of. */
function checkAddresses(message: SipMessage, via: string): void {
  if (!parseVia(via).params.has("branch")) throw new ProtocolError(400, "a Via without branch");
  if (!parseNameAddr(header(message, "From") ?? "").params.has("tag"))
    throw new ProtocolError(400, "a From without tag");
  parseNameAddr(header(message, "To") ?? "");
  for (const route of headers(message, "Record-Route")) parseNameAddr(route);
  for (const contact of headers(message, "Contact"))
    if (contact !== "*" && parseNameAddr(contact).uri.scheme === "tel")
      throw new ProtocolError(400, "a Contact that is not SIP");
}

function checkTarget(request: SipRequest, user: string): void {
  if (!/^sip:/i.test(request.uri)) throw new ProtocolError(416, "another scheme than sip");
  if (parseSipUri(request.uri).user?.toLowerCase() !== user.toLowerCase())
    throw new ProtocolError(404, "nobody of that name here");
}

/** RFC 3891 §3: one, in an INVITE, not together with Join. Which session it names is the app's affair. */
function checkReplaces(request: SipRequest): void {
  const [value, second] = headers(request, "Replaces");
  if (value === undefined) return;
  if (second !== undefined) throw new ProtocolError(400, "two Replaces");
  if (request.method !== "INVITE") throw new ProtocolError(400, "Replaces belongs to INVITE");
  if (header(request, "Join") !== null) throw new ProtocolError(400, "Replaces and Join");
  parseReplaces(value);
}

function checkNotify(request: SipRequest): void {
  if (!/^[A-Za-z0-9.\-!%*_+`'~]{1,128}\s*(?:;|$)/.test(header(request, "Event") ?? ""))
    throw new ProtocolError(489, "which event");
  if (!/^[a-z]{1,32}\s*(?:;|$)/i.test(header(request, "Subscription-State") ?? ""))
    throw new ProtocolError(400, "a NOTIFY says how the subscription stands");
}

/**
 * Within a dialog the other end speaks, under its name (§12.2.1.1) or by the network's word: somebody else may have
 * learnt the ids. Names of other domains are not looked at: a B2BUA may have made them up for us alone.
 */
function checkPeer(request: SipRequest, options: GuardOptions): void {
  const peer = peerIn(request, options);
  if (typeof peer !== "string" || parseSipUri(peer).host !== options.domain) return;
  const named = [header(request, "From") ?? "", ...headers(request, "P-Asserted-Identity")];
  if (!named.some((value) => addressOf(parseNameAddr(value).uri) === peer))
    throw new ProtocolError(403, "somebody else in a dialog");
}

/** Its To names a dialog, and none stands that is meant. */
const isOfNoDialog = (request: SipRequest, options: GuardOptions): boolean =>
  peerIn(request, options) === null;

/** undefined: its To names no dialog. */
function peerIn(request: SipRequest, { peerOf }: GuardOptions): string | null | undefined {
  const toTag = parseNameAddr(header(request, "To") ?? "").params.get("tag");
  const fromTag = parseNameAddr(header(request, "From") ?? "").params.get("tag") ?? "";
  return toTag === undefined ? undefined : peerOf(header(request, "Call-ID") ?? "", toTag, fromTag);
}

function abilities(request: SipRequest, options: GuardOptions): SipResponse {
  if (isOfNoDialog(request, options)) return responseTo(request, 481);
  return responseTo(request, 200, {
    toTag: options.freshId(),
    headers: [
      ["Allow", allowed.join(", ")],
      ["Accept", allTypes],
      ["Supported", understood.join(", ")],
    ],
  });
}

/** Parts beside the description (a list of who else is asked) are left out: the roster tells the same. */
function withSdpAlone<M extends SipMessage>(message: M): M {
  if (message.body === "") return message;
  const encoding = header(message, "Content-Encoding");
  const sdp = encoding === null ? sdpOf(message) : null;
  const isOptional = /;\s*handling\s*=\s*optional/i.test(header(message, "Content-Disposition") ?? "");
  const isMultipart = /^\s*multipart\//i.test(header(message, "Content-Type") ?? "");
  if (message.kind === "request" && sdp === null && !isOptional && (encoding !== null || !isMultipart))
    throw new Refusal(415, "unsupported body", [["Accept", acceptedTypes]]);
  return withBody(message, sdp);
}

function withBody<M extends SipMessage>(message: M, sdp: string | null): M {
  const bare = ["Content-Type", "Content-Disposition", "Content-Encoding", "Content-Length"].reduce(
    (one, name) => withoutHeader(one, name),
    message,
  );
  return sdp === null
    ? { ...bare, body: "" }
    : { ...withHeader(bare, "Content-Type", "application/sdp"), body: sdp };
}
