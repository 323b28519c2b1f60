/**
 * MESSAGE, out and in (RFC 3428): one request and its one answer, without a dialog.
 *
 * What goes out is measured first: whoever does not know the way to be all of TCP may send 1300 bytes (§8). What
 * comes in is answered at once by whoever reads it; compressed content is inflated before, and what comes meanwhile
 * waits behind it, so that nothing overtakes.
 */
import type { IncomingMessageRequest, IncomingResponse } from "sip.js/lib/core/index.js";
import { ProtocolError } from "../wire/errors.ts";
import { header, tokens } from "../wire/sip.ts";
import { parseCSeq } from "../wire/sip-uri.ts";
import { encodeUtf8 } from "../wire/utf8.ts";
import type { AgentEvent, Became, OutgoingMessage } from "./agent.ts";
import { inflate } from "./inflate.ts";
import type { Content } from "./message-content.ts";
import { senderOf } from "./reading.ts";
import { wellFormed, type Stack } from "./stack.ts";

export interface Messages {
  send(message: OutgoingMessage): void;
  came(request: IncomingMessageRequest): void;
  answer(id: string, status: number): void;
  connectionLost(): void;
}

export type MessagesOptions = {
  readonly stack: Stack;
  readonly freshId: () => string;
  readonly emit: (event: AgentEvent) => void;
  /** Somebody is there to read. */
  readonly isOn: () => boolean;
};

/** After inflating; what comes as it is can't be longer than a SIP message. */
const mostContentBytes = 65_536;
const mostWaiting = 64;

export function createMessages({ stack, freshId, emit, isOn }: MessagesOptions): Messages {
  const pending = new Set<string>();
  const unanswered = new Map<string, IncomingMessageRequest>();
  /** Ends when all that was inflated so far has been told. */
  let before: Promise<void> = Promise.resolve();
  let waiting = 0;

  function became(id: string, how: Became, accept: readonly string[] = []): void {
    if (pending.delete(id)) emit({ on: "answered", message: id, became: how, accept });
  }

  function final(id: string, { message }: IncomingResponse): void {
    const answer = stack.read(message);
    const status = message.statusCode ?? 500;
    // 503 of SIP.js: there was no socket to send it over.
    if (answer === null && status === 503) return became(id, "unsent");
    became(id, status, answer === null ? [] : tokens(answer, "Accept"));
  }

  function send({ id, to, contentType, body, headers, mostBytes }: OutgoingMessage): void {
    pending.add(id);
    const later = (how: Became): void => queueMicrotask(() => became(id, how));
    if (!stack.isOnline()) return later("unsent");
    try {
      const content = { contentDisposition: "render", contentType, content: wellFormed(body) };
      const request = stack.request("MESSAGE", { uri: to, to, callId: id, headers, body: content });
      // SIP.js has left that empty so far.
      const via = `SIP/2.0/WSS ${stack.core.configuration.viaHost};branch=z9hG4bK${freshId()}`;
      if (encodeUtf8(request.toString()).length + via.length > mostBytes) return later(513);
      const answered = (response: IncomingResponse): void => final(id, response);
      stack.core.request(request, { onAccept: answered, onRedirect: answered, onReject: answered });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      later(400); // no address
    }
  }

  function came(request: IncomingMessageRequest): void {
    const content = stack.content(request.message);
    if (content === null || !isOn() || waiting >= mostWaiting)
      return void request.reject({ statusCode: 480 });
    if (!content.isDeflated && waiting === 0) return tell(request, content, content.bytes);
    waiting += 1;
    before = before.then(async () => {
      try {
        const { bytes, isDeflated } = content;
        tell(request, content, isDeflated ? await inflate(bytes, mostContentBytes) : bytes);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        request.reject({ statusCode: error.status });
      } finally {
        waiting -= 1;
      }
    });
  }

  function tell(request: IncomingMessageRequest, { type }: Content, body: Uint8Array): void {
    const read = stack.read(request.message);
    if (read?.kind !== "request" || !isOn()) return void request.reject({ statusCode: 480 });
    const id = freshId();
    unanswered.set(id, request);
    emit({
      on: "message",
      message: {
        id,
        ...senderOf(read),
        callId: header(read, "Call-ID") ?? "",
        cseq: parseCSeq(header(read, "CSeq") ?? "").number,
        contentType: type,
        body,
      },
    });
    answer(id, 480);
  }

  function answer(id: string, status: number): void {
    const request = unanswered.get(id);
    if (request === undefined) return;
    unanswered.delete(id);
    if (status < 300) request.accept({ statusCode: status });
    else request.reject({ statusCode: status });
  }

  return {
    send,
    came,
    answer,
    connectionLost: () => {
      for (const id of pending) became(id, "lost");
    },
  };
}
