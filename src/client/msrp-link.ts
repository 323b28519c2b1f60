/**
 * The browser's connection to its MSRP relay: `flow/msrp-endpoint.ts` over a WebSocket (RFC 7977 §4).
 */
import type { Clock } from "../flow/clock.ts";
import type { MsrpLink, MsrpLinkEvent, MsrpLinkTimers } from "../flow/msrp-endpoint.ts";
import type { OpenSocket } from "../sip/agent.ts";

export type MsrpLinkOptions = {
  /** ws: or wss: URL of the relay. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly settings: MsrpLinkTimers;
  readonly onEvent: (event: MsrpLinkEvent) => void;
};

export declare function createMsrpLink(options: MsrpLinkOptions): MsrpLink;
