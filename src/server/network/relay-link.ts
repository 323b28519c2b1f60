/**
 * The focus's connection to its MSRP relay: the endpoint that browsers run, over a connection in memory or an
 * outgoing WebSocket (decision 23).
 *
 * One connection carries every member of every group, so the window is each session's own here: somebody who
 * reads slowly must not hold up the others.
 */
import { WebSocket } from "ws";
import { createMsrpEndpoint } from "../../flow/msrp-endpoint.ts";
import {
  msrpLinkTimers,
  type MsrpEndpointOptions,
  type MsrpLink,
  type MsrpLinkTimers,
  type MsrpPipe,
  type MsrpPipeEvents,
} from "../../flow/msrp-link.ts";
import { memoryFrames, webSocketFrames, type FrameSocket } from "./frame-socket.ts";
import type { Relay } from "./relay.ts";

export type RelayLinkOptions = Omit<MsrpEndpointOptions, "connect">;

/** As for a browser, with the window per session and paths enough for a whole group at once. */
export const relayLinkTimers: MsrpLinkTimers = {
  ...msrpLinkTimers,
  sparePaths: 12,
  windowBytes: Infinity,
  sessionWindowBytes: 131_072,
};

/** In one process with the relay. */
export const relayLinkInMemory = (relay: Relay, options: RelayLinkOptions): MsrpLink =>
  createMsrpEndpoint({
    ...options,
    connect: (events) => {
      const [theirs, ours] = memoryFrames();
      relay.accept(theirs);
      setImmediate(events.opened);
      return pipe(ours, events);
    },
  });

/** To a relay elsewhere; `open` where more is to be done with the socket. */
export const relayLinkOverWebSocket = (
  options: RelayLinkOptions & { readonly open?: () => WebSocket },
): MsrpLink =>
  createMsrpEndpoint({
    ...options,
    connect: (events) => {
      const socket = options.open?.() ?? new WebSocket(options.url, "msrp", { perMessageDeflate: false });
      socket.on("open", events.opened);
      return pipe(webSocketFrames(socket), events);
    },
  });

function pipe(socket: FrameSocket, events: MsrpPipeEvents): MsrpPipe {
  socket.onFrame = events.received;
  socket.onClose = events.closed;
  return { send: (frame) => socket.send(frame), close: () => socket.close(1000, "") };
}
