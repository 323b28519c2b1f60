/** What the scripted person often hears of SIP, in the words of who says it. */
import type { LegId } from "../sip/agent.ts";
import type { ScriptedPerson } from "./scripted-person.ts";

export const refused = (at: ScriptedPerson, leg: LegId, status: number): void =>
  at.agent.hears({ on: "refused", leg, status, reason: "", warning: null });

/** The newest call of ours. */
export const refusesCall = (at: ScriptedPerson, status: number): void =>
  refused(at, at.agent.last("invite").leg, status);

export const acked = (at: ScriptedPerson, leg: LegId): void => at.agent.hears({ on: "acked", leg });

/** The other end says goodbye; 200: a person did. */
export const bye = (
  at: ScriptedPerson,
  leg: LegId,
  cause: number | null = 200,
  text: string | null = null,
): void => at.agent.hears({ on: "ended", leg, by: "peer", cause, text });

/** Both links at once, with every session. */
export function loses(at: ScriptedPerson): void {
  at.relay.lost();
  at.agent.hears({ on: "disconnected", cause: "network", retryAtMs: at.clock.now() + 1_000 });
}
