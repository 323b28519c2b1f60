/**
 * A look at a SIP server by one of its users: a connection that registers, asks, and sees its own requests come back.
 *
 * It is made of what the agent is made of (connection, guards, stack, registration), so that what it finds holds for
 * the agent. Unlike it, it tries once, keeps each answer as it came, and is nobody's phone: whatever else comes for
 * this person is answered 480 and left to their other devices.
 */
import type { IncomingResponse, OutgoingRequestMessage } from "sip.js/lib/core/index.js";
import { ProtocolError } from "../wire/errors.ts";
import {
  formatSip,
  header,
  headers,
  parseSip,
  responseTo,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from "../wire/sip.ts";
import { encodeUtf8 } from "../wire/utf8.ts";
import { createConnection } from "./connection.ts";
import type { ProbeOptions, SipProbe } from "./probe.ts";
import { createRegistration } from "./registration.ts";
import { allow, createStack } from "./stack.ts";

type Waiting = { arrived: string | null; sentBytes: number; isLost: boolean; lost: () => void };

/** How long leaving waits for its answer. */
const leaveMs = 1_000;
/** As the agent asks for. */
const probeSeconds = 600;

/** Throws ProtocolError or TypeError when the account's own address is no SIP address. */
export function createProbe(options: ProbeOptions): SipProbe {
  const { clock, freshId, limitMs } = options;
  /** By Call-ID. */
  const waiting = new Map<string, Waiting>();
  let isOpen = false;
  let hasLeft = false;
  let opened = (_isOpen: boolean): void => {};
  const nothingYet = () => ({
    challenges: [] as string[],
    isProven: false,
    answer: null as SipResponse | null,
    isNonsense: false,
  });
  let registering = nothingYet();
  let registerEnds = (_isLost: boolean): void => {};

  const stack = createStack(options, {
    send: (text) => {
      tapOut(text);
      return connection.send(text);
    },
    // Neither gets so far: `take` has answered it.
    invited: (invite) => void invite.reject({ statusCode: 480 }),
    messaged: (message) => void message.reject({ statusCode: 480 }),
    isOnline: () => isOpen,
  });
  const registration = createRegistration({
    ...options,
    stack,
    registerSeconds: probeSeconds,
    registered: () => registerEnds(false),
    denied: () => registerEnds(false),
    failed: () => registerEnds(false),
  });
  const connection = createConnection({
    ...options,
    timers: {
      keepAliveMs: 25_000,
      pongMs: limitMs,
      retryMinMs: limitMs,
      retryMaxMs: limitMs,
      registerSeconds: probeSeconds,
    },
    connecting: () => {},
    opened: () => {
      isOpen = true;
      opened(true);
    },
    lost: () => over(),
    received: tapIn,
    ask: () => void stack.core.request(stack.request("OPTIONS", { uri: `sip:${stack.domain}` })),
  });

  /** Once is enough: nothing is opened anew by itself, and who waits is told. */
  function over(): void {
    isOpen = false;
    connection.close();
    registration.halt();
    opened(false);
    registerEnds(true);
    for (const one of waiting.values()) one.lost();
  }

  function tapOut(text: string): void {
    const message = read(text);
    if (message?.kind !== "request") return;
    if (message.method === "REGISTER" && header(message, "Authorization") !== null)
      registering.isProven = true;
    const one = waiting.get(header(message, "Call-ID") ?? "");
    if (one !== undefined && message.method !== "ACK" && message.method !== "CANCEL")
      one.sentBytes = encodeUtf8(text).length;
  }

  function tapIn(text: string, body: Uint8Array | null): void {
    const message = read(text);
    if (isNonsense(text, message)) {
      registering.isNonsense = true;
      return registerEnds(false);
    }
    if (message?.kind === "request") return take(message, text);
    if (message !== null && /\sREGISTER$/i.test(header(message, "CSeq") ?? "")) {
      const challenges = [...headers(message, "WWW-Authenticate"), ...headers(message, "Proxy-Authenticate")];
      if (registering.challenges.length === 0) registering.challenges = challenges;
      registering.answer = message;
    }
    stack.receive(text, body);
  }

  /** Our own request has come round, or somebody calls who is not for us. */
  function take(request: SipRequest, text: string): void {
    if (request.method === "ACK") return;
    const own = waiting.get(header(request, "Call-ID") ?? "");
    if (own !== undefined && request.method !== "CANCEL") own.arrived = text;
    const status =
      request.method === "CANCEL" ? 481 : own === undefined ? 480 : request.method === "INVITE" ? 488 : 200;
    connection.send(formatSip(responseTo(request, status, { toTag: freshId() }))).catch(() => {});
  }

  /** What `begin` is told first, or null when nothing came in time. */
  function within<T>(begin: (done: (value: T) => void) => void): Promise<T | null> {
    return new Promise((resolve) => {
      const stop = clock.after(limitMs, () => resolve(null));
      begin((value) => {
        stop();
        resolve(value);
      });
    });
  }

  return {
    binding: stack.binding,
    get gruu() {
      return stack.gruu;
    },
    get isOpen() {
      return isOpen;
    },
    open: async () => {
      const is = await within<boolean>((done) => {
        opened = done;
        connection.tryNow();
      });
      if (is === null) connection.close();
      return is === true;
    },
    register: async () => {
      registering = nothingYet();
      const isLost = await within<boolean>((done) => {
        registerEnds = done;
        registration.begin();
      });
      return { ...registering, isLost: isLost === true };
    },
    ask: async ({ method, uri, headers: more, body }) => {
      const callId = freshId();
      const request = stack.request(method, {
        uri,
        callId,
        to: uri,
        headers: [stack.contact(), allow, ...more],
        ...(body === null ? {} : { body: { ...body, contentDisposition: "session" } }),
      });
      const own: Waiting = { arrived: null, sentBytes: 0, isLost: false, lost: () => {} };
      let cancel = (): void => {};
      const answer = await within<SipResponse | null>((done) => {
        own.lost = () => {
          own.isLost = true;
          done(null);
        };
        waiting.set(callId, own);
        cancel = send(request, ({ message }) => {
          const heard = stack.read(message);
          done(heard?.kind === "response" ? heard : null);
        });
      });
      waiting.delete(callId);
      const { arrived, sentBytes, isLost } = own;
      if (answer === null && !isLost) cancel();
      return { answer, arrived, sentBytes, isLost };
    },
    leave: async () => {
      if (hasLeft) return;
      hasLeft = true;
      if (isOpen)
        await new Promise<void>((resolve) => {
          const stop = clock.after(leaveMs, resolve);
          registration.leave(() => {
            stop();
            resolve();
          });
        });
      over();
      stack.close();
    },
  };

  /** Answers how to take it back. */
  function send(
    request: OutgoingRequestMessage,
    final: (response: Pick<IncomingResponse, "message">) => void,
  ): () => void {
    if (request.method !== "INVITE") {
      stack.core.request(request, { onAccept: final, onRedirect: final, onReject: final });
      return () => {};
    }
    const invite = stack.core.invite(request, {
      onAccept: (response) => {
        // Somebody took it for a call; it is none.
        response.ack();
        response.session.bye();
        final(response);
      },
      onRedirect: final,
      onReject: final,
    });
    return () => invite.cancel();
  }
}

/** No line of SIP in front; or REGISTER, which nobody sends to a telephone but who sends back what he gets. */
function isNonsense(text: string, message: SipMessage | null): boolean {
  if (message !== null) return message.kind === "request" && message.method === "REGISTER";
  const [first = ""] = text.trimStart().split("\r\n", 1);
  return first !== "" && !first.includes("SIP/2.0");
}

function read(text: string): SipMessage | null {
  try {
    return parseSip(text);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return null;
  }
}
