/**
 * The 1-1 sessions that stand, by leg, and those that our person lately closed: what an invitation that wants to
 * replace one is held against (`flow/authorise.ts`, decision 15).
 */
import {
  authorise,
  closedForMs,
  isNamed,
  type ClosedOneToOne,
  type OneToOne,
  type Verdict,
} from "../flow/authorise.ts";
import type { Clock } from "../flow/clock.ts";
import type { LegId } from "../flow/extend.ts";
import type { Agent, Incoming } from "../sip/agent.ts";

/** Ids of one 1-1 session, end to end. */
export type SessionIds = { readonly contributionId: string; readonly conversationId: string };

export interface OneToOnes {
  add(leg: LegId, peer: string, ids: SessionIds): void;
  /** It is over, or about to be; `byPerson`: our own person closed it. */
  remove(leg: LegId, byPerson: boolean): void;
  idsOf(leg: LegId): SessionIds | null;
  /** `Session-Replaces` names one that stands here, whatever its dialog is called elsewhere. */
  isHere(sessionReplaces: string): boolean;
  judge(incoming: Incoming): Verdict;
}

type Standing = { readonly peer: string; readonly ids: SessionIds };

export function createOneToOnes(self: string, clock: Clock, dialogOf: Agent["dialog"]): OneToOnes {
  const live = new Map<LegId, Standing>();
  let closed: readonly ClosedOneToOne[] = [];
  const seen = (leg: LegId, { peer, ids }: Standing): OneToOne => ({
    leg,
    peer,
    dialog: dialogOf(leg),
    contributionId: ids.contributionId,
    conversationId: ids.conversationId,
  });
  const fresh = (): readonly ClosedOneToOne[] =>
    closed.filter((one) => clock.now() - one.closedAtMs < closedForMs);
  return {
    add: (leg, peer, ids) => live.set(leg, { peer, ids }),
    remove: (leg, byPerson) => {
      const one = live.get(leg);
      if (one === undefined) return;
      live.delete(leg);
      if (byPerson) closed = [...fresh(), { ...seen(leg, one), closedAtMs: clock.now(), byPerson }];
    },
    idsOf: (leg) => live.get(leg)?.ids ?? null,
    isHere: (sessionReplaces) => [...live.values()].some(({ ids }) => isNamed(ids, sessionReplaces)),
    judge: (incoming) =>
      authorise(incoming, {
        address: self,
        live: [...live].map(([leg, one]) => seen(leg, one)),
        closed: fresh(),
        nowMs: clock.now(),
      }),
  };
}
