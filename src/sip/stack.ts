/**
 * SIP.js's user agent core, dressed for this product: our ids, our Contact, our guards before its parser.
 *
 * The core and not the classes above it (`UserAgent`, `Inviter`, `Session`): those add an answer timeout, a media
 * layer, a REFER that is followed and a Replaces that is trusted, none of which is wanted here, and the core with
 * its transactions and dialogs is what has proved right. RFC 3261, 5626 and 5627 (Contact, GRUU), 7118 (Via).
 *
 * Nothing that comes in ever throws out of `receive`: a request that SIP.js can't take is answered 400 or 500.
 */
import {
  Grammar,
  IncomingRequestMessage,
  LoggerFactory,
  MessageUserAgentServer,
  Parser,
  UserAgentCore,
  type Body,
  type IncomingInviteRequest,
  type IncomingMessageRequest,
  type IncomingResponseMessage,
  type OutgoingRequestMessage,
  type URI,
} from "sip.js/lib/core/index.js";
import { formatSip, responseTo, type SipHeader, type SipMessage } from "../wire/sip.ts";
import { quote } from "../wire/sip-params.ts";
import { addressOf, parseSipUri } from "../wire/sip-uri.ts";
import type { AgentOptions } from "./agent.ts";
import { createCredentials } from "./credentials.ts";
import { guard, understood } from "./guards.ts";
import type { Content } from "./message-content.ts";
import { allowed, drawIdsFrom } from "./sipjs-globals.ts";

/** In step with package.json, which a test sees to. */
export const userAgent = "Segue/0.1.0";

const feature = '+g.3gpp.icsi-ref="urn%3Aurn-7%3A3gpp-service.ims.icsi.oma.cpm.session"';
export const allow: SipHeader = ["Allow", allowed.join(", ")];

type Incoming = IncomingRequestMessage | IncomingResponseMessage;

export type Outgoing = {
  readonly uri: string;
  readonly callId?: string;
  readonly cseq?: number;
  /** The address of record when absent. */
  readonly to?: string;
  readonly headers?: readonly SipHeader[];
  readonly body?: Body;
};

export interface Stack {
  readonly core: UserAgentCore;
  readonly domain: string;
  /** The binding: what is registered. */
  readonly binding: string;
  /** Dialogs name this device by it from now on; null: the binding itself. */
  gruu: string | null;
  /** What this device is good for, as a Contact parameter (RFC 3840). */
  readonly feature: string;
  /** For requests and answers that make or refresh dialogs. */
  contact(): SipHeader;
  /** Outside a dialog. Throws TypeError when an address can't be read. */
  request(method: string, outgoing: Outgoing): OutgoingRequestMessage;
  /** What is sent now has a way out. */
  isOnline(): boolean;
  /** Our own reading of what SIP.js hands over; null for answers it made up itself (408, 503). */
  read(message: Incoming): SipMessage | null;
  /** What a MESSAGE holds; SIP.js has it without. */
  content(message: Incoming): Content | null;
  /** `body`: one that is no text; `text` then ends with the headers. */
  receive(text: string, body?: Uint8Array | null): void;
  /** Forgets all transactions and dialogs, and their timers. */
  close(): void;
}

export function createStack(
  options: Pick<AgentOptions, "address" | "name" | "password" | "server" | "freshId" | "log">,
  network: {
    readonly send: (text: string) => Promise<void>;
    readonly invited: (invite: IncomingInviteRequest) => void;
    /** A MESSAGE, within a dialog or not; nothing: they are refused. */
    readonly messaged?: (message: IncomingMessageRequest) => void;
    readonly isOnline: () => boolean;
  },
): Stack {
  const { freshId } = options;
  drawIdsFrom(freshId);
  const own = parseSipUri(options.address);
  const user = own.user ?? "";
  const host = `${freshId()}.invalid`;
  const address = uriOf(`sip:${user}@${own.host}`);
  const binding = `sip:${user}@${host};transport=ws`;
  const readings = new WeakMap<Incoming, SipMessage>();
  const contents = new WeakMap<Incoming, Content>();
  const loggerFactory = new LoggerFactory();
  loggerFactory.builtinEnabled = false;
  if (options.log !== undefined) {
    const { log } = options;
    loggerFactory.connector = (level, category, _label, content) => log(`${level} ${category} ${content}`);
  }

  const stack: Stack = {
    core: new UserAgentCore(
      {
        aor: address,
        contact: {
          get pubGruu() {
            return stack.gruu === null ? undefined : uriOf(stack.gruu);
          },
          tempGruu: undefined,
          uri: uriOf(binding),
          toString: () => stack.contact()[1],
        },
        displayName: quote(oneLine(options.name)).slice(1, -1),
        loggerFactory,
        hackViaTcp: false,
        routeSet: [],
        sipjsId: "",
        supportedOptionTags: [...understood, "outbound"],
        supportedOptionTagsResponse: [...understood],
        userAgentHeaderFieldValue: userAgent,
        viaForceRport: false,
        viaHost: host,
        authenticationFactory: () => createCredentials(user, options.password, freshId),
        transportAccessor: () => ({
          protocol: /^wss:/i.test(options.server) ? "WSS" : "WS",
          send: network.send,
        }),
      },
      {
        onInvite: (invite) => {
          // Its own tag comes from Math.random, and a tag of a dialog is a secret (RFC 3891 §8).
          Object.assign(invite, { toTag: freshId() });
          network.invited(invite);
        },
        onNotify: (notify) => void notify.reject({ statusCode: 481, toTag: freshId() }),
      },
    ),
    domain: own.host,
    binding,
    gruu: null,
    feature,
    contact: () => ["Contact", `<${stack.gruu ?? `${binding};ob`}>;${feature}`],
    request: (method, { uri, callId, cseq, to, headers, body }) =>
      stack.core.makeOutgoingRequestMessage(
        method,
        uriOf(uri),
        address,
        to === undefined ? address : uriOf(to),
        { callId: callId ?? freshId(), fromTag: freshId(), cseq: cseq ?? 1 },
        (headers ?? []).map(lineOf),
        body,
      ),
    isOnline: network.isOnline,
    read: (message) => readings.get(message) ?? null,
    content: (message) => contents.get(message) ?? null,
    receive,
    close: () => {
      // SIP.js forgets these, but not that they wait for a NOTIFY.
      for (const subscriber of stack.core.subscribers.values()) subscriber.waitNotifyStop();
      stack.core.dispose();
    },
  };

  const { core } = stack;
  const replyStateless = core.replyStateless.bind(core);
  core.replyStateless = (message, more) => replyStateless(message, { toTag: freshId(), ...more });

  // A dialog of SIP.js that nobody has set up for it answers a MESSAGE 200 by itself, and the text is lost.
  const receiveRequest = (Reflect.get(core, "receiveRequest") as (read: IncomingRequestMessage) => void).bind(
    core,
  );
  Object.assign(core, {
    receiveRequest: (read: IncomingRequestMessage): void => {
      if (read.method !== "MESSAGE") return receiveRequest(read);
      const message = new MessageUserAgentServer(core, read) as IncomingMessageRequest;
      if (!read.toTag) Object.assign(message, { toTag: freshId() });
      if (network.messaged === undefined) message.reject({ statusCode: 480 });
      else network.messaged(message);
    },
  });

  function receive(text: string, body: Uint8Array | null = null): void {
    const peerOf = (callId: string, localTag: string, remoteTag: string): string | null => {
      const dialog = core.dialogs.get(callId + localTag + remoteTag);
      return dialog === undefined ? null : addressOf(parseSipUri(dialog.remoteURI.toString()));
    };
    const verdict = guard(text, { user, domain: own.host, freshId, peerOf }, body);
    if (verdict.is === "dropped") loggerFactory.getLogger("guards").warn(verdict.why);
    else if (verdict.is === "answered") answer(verdict.response);
    else pass(verdict.message, verdict.content);
  }

  function answer(message: SipMessage): void {
    network.send(formatSip(message)).catch(() => {});
  }

  function pass(message: SipMessage, content: Content | null): void {
    const refuse = (status: number): void => {
      if (message.kind === "request" && message.method !== "ACK")
        answer(responseTo(message, status, { toTag: freshId() }));
    };
    try {
      const read = Parser.parseMessage(formatSip(message), loggerFactory.getLogger("parser"));
      if (read === undefined) return refuse(400);
      readings.set(read, message);
      if (content !== null) contents.set(read, content);
      if (read instanceof IncomingRequestMessage) core.receiveIncomingRequestFromTransport(read);
      else core.receiveIncomingResponseFromTransport(read);
    } catch (error) {
      loggerFactory.getLogger("stack").error(String(error));
      refuse(500);
    }
  }

  return stack;
}

/** Throws TypeError. */
export function uriOf(text: string): URI {
  const uri = Grammar.URIParse(text);
  if (uri === undefined) throw new TypeError(`not a SIP URI: ${text}`);
  return uri;
}

/** A value can't begin a line of its own, whatever a person typed. */
// oxlint-disable-next-line no-control-regex -- that is what it looks for
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f\ud800-\udfff]+/gu, " ");

export const lineOf = ([name, value]: SipHeader): string => `${name}: ${oneLine(value)}`;

/** Half a character has no UTF-8, and SIP.js throws at it with its timers running. */
export const wellFormed = (text: string): string => text.replace(/[\ud800-\udfff]/gu, "\ufffd");

export const sdpBody = (sdp: string): Body => ({
  contentDisposition: "session",
  contentType: "application/sdp",
  content: wellFormed(sdp),
});
