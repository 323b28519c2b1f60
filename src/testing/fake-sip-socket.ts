/**
 * A WebSocket with a test at its other end, which writes what it likes. For what no server would do.
 */
import type { OpenSocket, Socket } from "../sip/agent.ts";
import { formatSip, parseSip, responseTo, type SipHeader, type SipRequest } from "../wire/sip.ts";

export interface FakeSocket extends Socket {
  /** All that was sent, oldest first. */
  readonly sent: readonly string[];
  /** Whether it was closed from this side. */
  readonly isClosed: boolean;
  opens(): void;
  closes(): void;
  says(data: unknown): void;
  /** The newest request of that method that was sent. */
  request(method: string): SipRequest;
  /** Answers the newest request of that method. */
  answers(
    method: string,
    status: number,
    more?: { readonly headers?: readonly SipHeader[]; readonly body?: string; readonly toTag?: string },
  ): void;
  /** The statuses of what was sent in answer to that Call-ID, as far as it can be read. */
  statuses(callId: string): readonly number[];
}

export function fakeSockets(): { readonly openSocket: OpenSocket; readonly all: readonly FakeSocket[] } {
  const all: FakeSocket[] = [];
  return {
    all,
    openSocket: () => {
      const socket = fakeSocket();
      all.push(socket);
      return socket;
    },
  };
}

function fakeSocket(): FakeSocket {
  const listeners: {
    readonly type: string;
    readonly listener: (event: { readonly data: unknown }) => void;
  }[] = [];
  const sent: string[] = [];
  const tell = (type: string, data: unknown): void => {
    for (const one of listeners) if (one.type === type) one.listener({ data });
  };
  const requests = (): readonly SipRequest[] =>
    sent.flatMap((text) => {
      if (text.trim() === "") return [];
      const message = parseSip(text);
      return message.kind === "request" ? [message] : [];
    });
  let readyState = 0;
  let isClosed = false;
  const socket: FakeSocket = {
    binaryType: "",
    get readyState() {
      return readyState;
    },
    get isClosed() {
      return isClosed;
    },
    sent,
    send: (data) => void sent.push(typeof data === "string" ? data : "binary"),
    close: () => {
      isClosed = true;
      readyState = 3;
    },
    addEventListener: (type: string, listener: (event: { readonly data: unknown }) => void) =>
      void listeners.push({ type, listener }),
    opens: () => {
      readyState = 1;
      tell("open", undefined);
    },
    closes: () => {
      readyState = 3;
      tell("close", undefined);
    },
    says: (data) => tell("message", data),
    request: (method) => {
      const found = requests().findLast((request) => request.method === method);
      if (found === undefined) throw new Error(`no ${method} was sent`);
      return found;
    },
    answers: (method, status, more = {}) =>
      socket.says(formatSip(responseTo(socket.request(method), status, { toTag: "server", ...more }))),
    statuses: (callId) =>
      sent.flatMap((text) => {
        const [, status] = /^SIP\/2\.0 ([0-9]{3}) /.exec(text) ?? [];
        return status !== undefined && text.includes(`\r\nCall-ID: ${callId}\r\n`) ? [Number(status)] : [];
      }),
  };
  return socket;
}
