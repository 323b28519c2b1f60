/**
 * Who hears what SIP says: each leg, subscription and MESSAGE has at most one who asked for it. What nobody waits for is
 * passed over.
 */
import type { LegId } from "../flow/extend.ts";
import type { AgentEvent } from "../sip/agent.ts";
import type { Desk, LegEvent } from "./desk.ts";

type OnLeg = Parameters<Desk["own"]>[1];
type OnRoster = Parameters<Desk["watch"]>[1];
type OnAnswer = Parameters<Desk["message"]>[1];
type Event<On extends AgentEvent["on"]> = Extract<AgentEvent, { readonly on: On }>;

export interface Hearing extends Pick<Desk, "own" | "watch"> {
  /** Once. */
  await(message: string, became: OnAnswer): void;
  onLeg(event: LegEvent): void;
  onNotified(event: Event<"notified">): void;
  onAnswered(event: Event<"answered">): void;
}

export function createHearing(): Hearing {
  const legs = new Map<LegId, NonNullable<OnLeg>>();
  const rosters = new Map<string, NonNullable<OnRoster>>();
  const messages = new Map<string, OnAnswer>();
  return {
    own: (leg, hear) => {
      if (hear === null) legs.delete(leg);
      else legs.set(leg, hear);
    },
    watch: (subscription, hear) => {
      if (hear === null) rosters.delete(subscription);
      else rosters.set(subscription, hear);
    },
    await: (message, became) => void messages.set(message, became),
    onLeg: (event) => legs.get(event.leg)?.(event),
    onNotified: ({ subscription, body, terminated }) => rosters.get(subscription)?.(body, terminated),
    onAnswered: ({ message, became, accept }) => {
      const hear = messages.get(message);
      messages.delete(message);
      hear?.(became, accept);
    },
  };
}
