/**
 * A link carries whole SIP messages as text, in order, between two elements: over a WebSocket (RFC 7118) or in
 * memory. Keep-alives (RFC 5626 §3.5.1) are answered below it and never seen above it.
 *
 * Refuses binary that is not UTF-8, and a peer that reads so slowly that megabytes wait for it.
 */
import type { RawData, WebSocket } from "ws";
import { decodeUtf8 } from "../../wire/utf8.ts";
import type { Trace } from "../trace.ts";

export interface Link {
  /** Does nothing once closed. */
  send(text: string): void;
  close(): void;
  onText: ((text: string) => void) | null;
  /** Once, also when `close` was called here. */
  onClose: (() => void) | null;
  readonly isOpen: boolean;
  /** Who is at the other end, as the trace names it. */
  readonly peer: string;
  /** What Via says of it. */
  readonly transport: "WS" | "WSS" | "TCP";
}

/** Two ends in one process: text arrives asynchronously and in order. The first is held by `a` and leads to `b`. */
export function memoryLinkPair(a: string, b: string, trace?: Trace): [Link, Link] {
  let open = true;
  const end = (self: string, peer: string, other: () => Link): Link => {
    const link: Link = {
      send: (text) => {
        if (!open) return;
        trace?.sipHop(self, peer, text);
        setImmediate(() => {
          if (open) other().onText?.(text);
        });
      },
      close: () => {
        setImmediate(() => {
          if (!open) return;
          open = false;
          link.onClose?.();
          other().onClose?.();
        });
      },
      onText: null,
      onClose: null,
      get isOpen() {
        return open;
      },
      peer,
      transport: "TCP",
    };
    return link;
  };
  const first: Link = end(a, b, () => second);
  const second: Link = end(b, a, () => first);
  return [first, second];
}

const maxWaitingBytes = 4_194_304;

/** For accepted and for outgoing sockets; what is sent before `open` goes then. */
export function webSocketLink(
  socket: WebSocket,
  options: {
    readonly peer: () => string;
    readonly secure: boolean;
    /** Sees each message before it is handled or sent. */
    readonly hop?: (direction: "in" | "out", text: string) => void;
  },
): Link {
  const { peer, secure, hop } = options;
  const early: string[] = [];
  let closed = false;

  const write = (text: string): void => {
    hop?.("out", text);
    socket.send(text, { binary: false, compress: false }, () => {});
    if (socket.bufferedAmount > maxWaitingBytes) socket.terminate();
  };
  const link: Link = {
    send: (text) => {
      if (socket.readyState === socket.OPEN) write(text);
      else if (socket.readyState === socket.CONNECTING) early.push(text);
    },
    close: () => socket.close(1000),
    onText: null,
    onClose: null,
    get isOpen() {
      return socket.readyState === socket.OPEN || socket.readyState === socket.CONNECTING;
    },
    get peer() {
      return peer();
    },
    transport: secure ? "WSS" : "WS",
  };
  socket.on("open", () => {
    for (const text of early.splice(0)) write(text);
  });
  socket.on("message", (data: RawData) => {
    if (socket.readyState !== socket.OPEN) return; // closed here, and the other end takes its time
    const text = textOf(data);
    if (text === null) socket.close(1007, "not UTF-8");
    else if (text === "\r\n\r\n") socket.send("\r\n", { binary: false }, () => {});
    else if (text.trim() !== "") {
      hop?.("in", text);
      link.onText?.(text);
    }
  });
  socket.on("close", () => {
    if (closed) return;
    closed = true;
    link.onClose?.();
  });
  // `ws` closes after each error; an error without a listener would end the process.
  socket.on("error", () => {});
  return link;
}

/** RFC 7118 §4.2: text or binary, UTF-8 both. */
function textOf(data: RawData): string | null {
  const bytes = Array.isArray(data)
    ? Buffer.concat(data)
    : data instanceof ArrayBuffer
      ? new Uint8Array(data)
      : data;
  return decodeUtf8(bytes);
}
