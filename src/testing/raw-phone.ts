/**
 * A telephone made of a WebSocket and nothing else: sends what a test writes, shows what came. For tests of the
 * server that want to be ruder than SIP.js.
 */
import { WebSocket } from "ws";
import { digestResponse, formatCredentials, ha1, parseChallenge } from "../wire/digest.ts";
import {
  appendHeader,
  formatSip,
  header,
  headers,
  parseSip,
  responseTo,
  type SipHeader,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from "../wire/sip.ts";
import { ProtocolError } from "../wire/errors.ts";
import { parseCSeq } from "../wire/sip-uri.ts";

export interface Phone {
  readonly user: string;
  readonly contact: string;
  /** All that came, oldest first. */
  readonly received: readonly SipMessage[];
  readonly rawTexts: readonly string[];
  /** Ended by whom and how; null while open. */
  readonly closeCode: () => number | null;
  sendText(text: string): void;
  send(message: SipMessage): void;
  /** A request from this person with a Via of its own; `more` come before Max-Forwards. */
  request(method: string, uri: string, options?: RequestOptions): SipRequest;
  /** The first message not yet taken that fits, a 2xx to an INVITE only once; waits for it. */
  take<M extends SipMessage>(fits: (message: SipMessage) => message is M): Promise<M>;
  takeRequest(method: string): Promise<SipRequest>;
  /** A response with that CSeq method; of that status when given. */
  takeResponse(method: string, status?: number): Promise<SipResponse>;
  register(options?: {
    readonly more?: readonly SipHeader[];
    readonly password?: string;
  }): Promise<SipResponse>;
  ack(invite: SipRequest, ok: SipResponse): SipRequest;
  close(): Promise<void>;
}

export type RequestOptions = {
  readonly to?: string;
  readonly from?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly branch?: string;
  readonly more?: readonly SipHeader[];
  readonly body?: string;
  readonly maxForwards?: number;
};

let counter = 0;
/** Not random: a test's failure shall look the same twice. */
const fresh = (): string => `t${(counter += 1).toString(36)}x`;

/** What a telephone hangs on: a WebSocket, or one end of a link in memory. */
export interface PhoneWire {
  send(text: string): void;
  close(): void;
  onText: ((text: string) => void) | null;
  onClose: ((code?: number) => void) | null;
}

export type PhoneOptions = {
  readonly instance?: string;
  readonly domain?: string;
  /** Where the server has its WebSocket; `/sip` as in the box. */
  readonly path?: string;
};

export async function openPhone(port: number, user: string, options: PhoneOptions = {}): Promise<Phone> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${options.path ?? "/sip"}`, "sip");
  const wire: PhoneWire = {
    send: (text) => socket.send(text),
    close: () => socket.terminate(),
    onText: null,
    onClose: null,
  };
  socket.on("message", (data: Buffer) => wire.onText?.(data.toString("utf8")));
  socket.on("close", (code) => wire.onClose?.(code));
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return phoneOver(wire, user, options);
}

export function phoneOver(wire: PhoneWire, user: string, options: PhoneOptions = {}): Phone {
  const domain = options.domain ?? "segue.example";
  const place = `${fresh()}.invalid`;
  const contact = `sip:${user}-${fresh()}@${place};transport=ws`;
  const tag = fresh();
  const registration = fresh();
  const received: SipMessage[] = [];
  const rawTexts: string[] = [];
  const untaken: SipMessage[] = [];
  const accepted = new Set<string>();
  const waiting: (() => void)[] = [];
  let closeCode: number | null = null;
  let cseq = 0;
  const wakeAll = (): void => {
    for (const wake of waiting.splice(0)) wake();
  };
  wire.onText = (text) => {
    rawTexts.push(text);
    const message = readable(text);
    if (message !== null) {
      received.push(message);
      if (!isSaidAgain(message, text)) untaken.push(message);
    }
    wakeAll();
  };
  wire.onClose = (code = 1000) => {
    closeCode = code;
    wakeAll();
  };

  /** A 2xx is, until its ACK has come (RFC 3261 §13.3.1.4), and that answers nothing later. */
  function isSaidAgain(message: SipMessage, text: string): boolean {
    if (message.kind === "request" || Math.trunc(message.status / 100) !== 2) return false;
    if (header(message, "CSeq")?.endsWith(" INVITE") !== true) return false;
    if (accepted.has(text)) return true;
    accepted.add(text);
    return false;
  }

  const contactHeader = (): SipHeader => {
    const instance = options.instance;
    return [
      "Contact",
      instance === undefined ? `<${contact}>` : `<${contact}>;reg-id=1;+sip.instance="<${instance}>"`,
    ];
  };
  const phone: Phone = {
    user,
    contact,
    received,
    rawTexts,
    closeCode: () => closeCode,
    sendText: (text) => wire.send(text),
    send: (message) => wire.send(formatSip(message)),
    request: (method, uri, more = {}) => ({
      kind: "request",
      method,
      uri,
      headers: [
        ["Via", `SIP/2.0/WS ${place};branch=${more.branch ?? `z9hG4bK${fresh()}`}`],
        ...(more.more ?? []),
        ["Max-Forwards", String(more.maxForwards ?? 70)],
        ["From", more.from ?? `<sip:${user}@${domain}>;tag=${tag}`],
        ["To", more.to ?? `<${uri}>`],
        ["Call-ID", more.callId ?? fresh()],
        ["CSeq", `${more.cseq ?? (cseq += 1)} ${method}`],
      ],
      body: more.body ?? "",
    }),
    take: async <M extends SipMessage>(fits: (message: SipMessage) => message is M): Promise<M> => {
      for (;;) {
        const at = untaken.findIndex(fits);
        const [found] = at < 0 ? [] : untaken.splice(at, 1);
        if (found !== undefined && fits(found)) return found;
        if (closeCode !== null) throw new Error(`${user}: closed with ${closeCode}`);
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
    takeRequest: (method) =>
      phone.take((one): one is SipRequest => one.kind === "request" && one.method === method),
    takeResponse: (method, status) =>
      phone.take(
        (one): one is SipResponse =>
          one.kind === "response" &&
          parseCSeq(header(one, "CSeq") ?? "").method === method &&
          (status === undefined ? one.status >= 200 : one.status === status),
      ),
    register: async ({ more = [], password = user } = {}) => {
      const ask = (extra: readonly SipHeader[]): SipRequest =>
        phone.request("REGISTER", `sip:${domain}`, {
          to: `<sip:${user}@${domain}>`,
          callId: registration,
          more: [
            ...(more.some(([name]) => name === "Contact") ? [] : [contactHeader()]),
            ["Supported", "path, gruu, outbound"],
            ...more,
            ...extra,
          ],
        });
      phone.send(ask([]));
      const first = await phone.takeResponse("REGISTER");
      if (first.status !== 401) return first;
      const { realm, nonce } = parseChallenge(header(first, "WWW-Authenticate") ?? "");
      const input = { uri: `sip:${domain}`, nonce, nc: "00000001", cnonce: fresh(), qop: "auth" as const };
      const response = digestResponse({ ...input, ha1: ha1(user, realm, password), method: "REGISTER" });
      const value = formatCredentials({
        ...input,
        username: user,
        realm,
        response,
        opaque: null,
        algorithm: "MD5",
      });
      phone.send(ask([["Authorization", value]]));
      return phone.takeResponse("REGISTER");
    },
    ack: (invite, ok) =>
      phone.request("ACK", targetOf(ok), {
        to: header(ok, "To") ?? "",
        from: header(ok, "From") ?? "",
        callId: header(ok, "Call-ID") ?? "",
        cseq: parseCSeq(header(invite, "CSeq") ?? "").number,
        more: routesOf(headers(ok, "Record-Route").toReversed()),
      }),
    close: async () => {
      wire.close();
      while (closeCode === null) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
  return phone;
}

/** Null for keep-alives, and for the answer to what could not be read: it copies that (RFC 3261 §8.2.6.2). */
function readable(text: string): SipMessage | null {
  if (text.trim() === "") return null;
  try {
    return parseSip(text);
  } catch (error) {
    if (error instanceof ProtocolError && /^SIP\/2\.0 [45]/.test(text)) return null;
    throw error;
  }
}

/** Contact of the other end, without brackets. */
export const targetOf = (message: SipMessage): string =>
  /<([^>]*)>/.exec(header(message, "Contact") ?? "")?.[1] ?? "";

export const routesOf = (routes: readonly string[]): readonly SipHeader[] =>
  routes.map((route): SipHeader => ["Route", route]);

/** The answer of a user agent: Contact, tag, and the Record-Route it was asked by. */
export function answerTo(phone: Phone, request: SipRequest, status: number, contact?: string): SipResponse {
  const routes = headers(request, "Record-Route").map((route): SipHeader => ["Record-Route", route]);
  return appendHeader(
    responseTo(request, status, { toTag: `tag-${phone.user}`, headers: routes }),
    "Contact",
    `<${contact ?? phone.contact}>`,
  );
}
