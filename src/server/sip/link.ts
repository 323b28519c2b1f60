/**
 * A link carries whole SIP messages as text, in order, between two elements: over a WebSocket (RFC 7118) or in
 * memory. Keep-alives (RFC 5626 §3.5.1) are answered below it and never seen above it.
 */
import type { WebSocket } from "ws";
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
export declare function memoryLinkPair(a: string, b: string, trace?: Trace): [Link, Link];

/** For accepted and for outgoing sockets; what is sent before `open` goes then. */
export declare function webSocketLink(
  socket: WebSocket,
  options: {
    readonly self: () => string;
    readonly peer: () => string;
    readonly secure: boolean;
    readonly trace?: Trace;
  },
): Link;
