/**
 * The focus's connection to its MSRP relay: the same endpoint the browser runs, over a connection in memory or
 * an outgoing WebSocket (decision 23).
 */
import type { MsrpEndpointOptions, MsrpLink } from "../../flow/msrp-endpoint.ts";
import type { Relay } from "./relay.ts";

export type RelayLinkOptions = Omit<MsrpEndpointOptions, "connect" | "url">;

/** In one process with the relay. */
export declare function relayLinkInMemory(relay: Relay, url: string, options: RelayLinkOptions): MsrpLink;
/** To a relay elsewhere. */
export declare function relayLinkOverWebSocket(url: string, options: RelayLinkOptions): MsrpLink;
