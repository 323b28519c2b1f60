/** Where a relay is reached: a WebSocket under `/msrp`, in the box and where the relay is alone (RFC 7977). */
import { webSocketFrames } from "./network/frame-socket.ts";
import type { RateLimits } from "./network/limits.ts";
import type { Relay } from "./network/relay.ts";
import type { SocketDoor } from "./web-sockets.ts";

export const msrpPath = "/msrp";

export const msrpDoor = (relay: Relay, rate: RateLimits): SocketDoor => ({
  path: msrpPath,
  subprotocol: "msrp",
  maxMessageBytes: relay.frameBytes,
  rate,
  accept: (socket, visitor) => relay.accept(webSocketFrames(socket), visitor),
});
