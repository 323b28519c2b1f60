/**
 * The MSRP relay of the box (RFC 4976, RFC 7977).
 */
import type { Clock } from "../../flow/clock.ts";
import type { FrameSocket } from "./frame-socket.ts";

export type RelayTimers = {
  /** No answer from the next hop: REPORT 408 (RFC 4976 §6.4.1). */
  readonly answerMs: number;
  /** A connection that has not authenticated by then is closed (§6.1). */
  readonly probationMs: number;
  readonly defaultExpiresSeconds: number;
  readonly minExpiresSeconds: number;
  readonly maxExpiresSeconds: number;
};

export const relayTimers: RelayTimers = {
  answerMs: 30_000,
  probationMs: 30_000,
  defaultExpiresSeconds: 900,
  minExpiresSeconds: 60,
  maxExpiresSeconds: 86_400,
};

export type RelayTraceRow = {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
};

export type RelayOptions = {
  /** What Use-Path says: a name and the port where this relay is reached. */
  readonly host: string;
  readonly port: number;
  /** TLS outside: `msrps` and TCP/TLS/MSRP (decision 23). */
  readonly tls: boolean;
  readonly realm: string;
  /** HA1 of that user in `realm`, or null when there is no such user. */
  readonly ha1: (user: string) => string | null;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly timers?: RelayTimers;
  readonly trace?: (row: RelayTraceRow) => void;
};

export interface Relay {
  /** Takes over a connection just accepted with subprotocol `msrp`. */
  accept(socket: FrameSocket): void;
  /** Why frames and connections were refused, and how often. */
  readonly refused: ReadonlyMap<string, number>;
  /** Closes every connection. */
  close(): void;
}

export declare function createRelay(options: RelayOptions): Relay;
