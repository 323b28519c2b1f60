/**
 * The browser's connection to its MSRP relay: the endpoint of `flow/msrp-endpoint.ts` over a WebSocket with
 * subprotocol `msrp` (RFC 7977 §4). Frames go out as binary and are taken as either kind.
 */
import { createMsrpEndpoint } from "../flow/msrp-endpoint.ts";
import type { MsrpEndpointOptions, MsrpLink, MsrpPipe, MsrpPipeEvents } from "../flow/msrp-link.ts";
import type { OpenSocket, Socket } from "../sip/agent.ts";
import { encodeUtf8 } from "../wire/utf8.ts";

export type MsrpLinkOptions = Omit<MsrpEndpointOptions, "connect"> & { readonly openSocket: OpenSocket };

export const createMsrpLink = (options: MsrpLinkOptions): MsrpLink =>
  createMsrpEndpoint({ ...options, connect: (events) => openPipe(options, events) });

const OPEN = 1;

export function openPipe(
  { url, openSocket, clock }: Pick<MsrpLinkOptions, "url" | "openSocket" | "clock">,
  events: MsrpPipeEvents,
): MsrpPipe {
  let socket: Socket;
  try {
    socket = openSocket(url, "msrp");
  } catch {
    // A URL that no socket can be made of; said later, as every other failure to connect is.
    const cancel = clock.after(0, events.closed);
    return { send: () => {}, close: cancel };
  }
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    events.closed();
  };
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", events.opened);
  socket.addEventListener("close", close);
  socket.addEventListener("error", close);
  socket.addEventListener("message", (event: { readonly data: unknown }) => {
    const bytes = bytesOf(event.data);
    if (bytes !== null && !closed) events.received(bytes);
  });
  return {
    send: (frame) => {
      if (socket.readyState === OPEN) socket.send(frame);
    },
    close: () => {
      closed = true;
      socket.close();
    },
  };
}

/** RFC 7977 §4.2: text frames hold bytes too. */
function bytesOf(data: unknown): Uint8Array | null {
  if (typeof data === "string") return encodeUtf8(data);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return data instanceof Uint8Array ? data : null;
}
