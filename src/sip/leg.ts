/** What the agent can do with one INVITE dialog, and what a leg is made with. Commands that make no sense now do nothing. */
import type { Clock } from "../flow/clock.ts";
import type { AgentEvent } from "./agent.ts";
import type { EndWith } from "./session.ts";
import type { Stack } from "./stack.ts";

export interface Leg {
  cancel(): void;
  accept(sdp: string): void;
  refuse(status: number): void;
  end(reason: EndWith): void;
  moved(sdp: string | null): void;
  refer(people: readonly string[]): void;
  dialog(): { readonly callId: string; readonly localTag: string; readonly remoteTag: string } | null;
  /** The connection broke. What is to be sent over the next one, or null. */
  connectionLost(): (() => void) | null;
  /** Registered anew, on another connection. */
  reconnected(): void;
  /** Stops its timers; nothing is sent. */
  forget(): void;
}

export type LegOptions = {
  readonly stack: Stack;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly emit: (event: AgentEvent) => void;
  readonly gone: () => void;
};
