/**
 * How sessions with one person come to stand: the machine of `flow/opening.ts`, its effects done in SIP and MSRP.
 *
 * It keeps what is known of each leg until that is dropped. Once a session stands it belongs to a talk, and what SIP
 * says of it is heard there.
 */
import type { LegId } from "../flow/extend.ts";
import { drive } from "../flow/machine.ts";
import { opening, type Opening, type OpeningEffect, type OpeningInput } from "../flow/opening.ts";
import type { Incoming } from "../sip/agent.ts";
import { uriOf } from "./addresses.ts";
import type { Desk, LegEvent } from "./desk.ts";
import { inviteHeaders } from "./headers.ts";
import type { MediaUser } from "./media.ts";
import type { SessionIds } from "./one-to-ones.ts";

export type OneToOneDoorOptions = {
  readonly desk: Desk;
  readonly peer: string;
  readonly mediaOf: (leg: LegId) => MediaUser;
  readonly opened: (leg: LegId, ids: SessionIds) => void;
  /** Ours could not be opened, or theirs was not answered to the end. */
  readonly failed: (status: number) => void;
  /** Whoever called has gone again; what waits may call. */
  readonly gone: () => void;
  readonly changed: () => void;
};

export interface OneToOneDoor {
  state(): Opening;
  /** Does nothing while one is under way. */
  call(): void;
  /** `isKnown`: accepted without asking the person. */
  called(incoming: Incoming, isKnown: boolean): void;
  answer(isYes: boolean): void;
  /** What is under way is wanted no more. */
  close(): void;
  has(leg: LegId): boolean;
  /** Its MSRP session stands. */
  carries(leg: LegId): boolean;
  /** Its MSRP session has ended. */
  ended(leg: LegId): void;
  drop(leg: LegId): void;
  /** The next session belongs to another conversation. */
  turnPage(): void;
  conversationId(): string;
}

export function createOneToOneDoor(options: OneToOneDoorOptions): OneToOneDoor {
  const { desk, peer, mediaOf } = options;
  const { agent, media } = desk;
  const carrying = new Set<LegId>();
  const ids = new Map<LegId, SessionIds>();
  const invitations = new Map<LegId, Incoming>();
  let conversationId = desk.freshId();

  const machine = drive<Opening, OpeningInput, OpeningEffect>(
    opening,
    { is: "closed" },
    perform,
    options.changed,
  );

  function perform(effect: OpeningEffect): void {
    switch (effect.do) {
      case "call":
        return invite(effect.leg, { contributionId: effect.id, conversationId });
      case "accept":
        return accept(effect.leg);
      case "refuse":
        agent.refuse(effect.leg, effect.status);
        return drop(effect.leg);
      case "cancel":
        // The leg is heard on: its last word is still to come.
        return media.withdraw(effect.leg) ? drop(effect.leg) : agent.cancel(effect.leg);
      case "end":
        agent.end(effect.leg, null);
        return drop(effect.leg);
      case "opened": {
        const { leg } = effect;
        const mine = ids.get(leg) ?? { contributionId: leg, conversationId };
        conversationId = mine.conversationId;
        invitations.delete(leg);
        return options.opened(leg, mine);
      }
      case "failed":
        return options.failed(effect.status);
    }
  }

  function invite(leg: LegId, mine: SessionIds): void {
    ids.set(leg, mine);
    desk.own(leg, hear);
    media.offer(leg, "1-1", (sdp) => {
      if (typeof sdp === "number") {
        drop(leg);
        return machine.feed({ on: "refused", leg, status: sdp });
      }
      const headers = inviteHeaders(desk.self.address, "1-1", mine);
      agent.invite({ leg, to: uriOf(peer), sdp, headers, recipientList: null });
    });
  }

  function accept(leg: LegId): void {
    const theirs = invitations.get(leg)?.sdp ?? null;
    media.answer(leg, "1-1", theirs, mediaOf(leg), (sdp) => {
      if (typeof sdp !== "number") {
        carrying.add(leg);
        return agent.accept(leg, sdp);
      }
      agent.refuse(leg, sdp);
      drop(leg);
      machine.feed({ on: "gone", leg });
    });
  }

  function drop(leg: LegId): void {
    carrying.delete(leg);
    ids.delete(leg);
    invitations.delete(leg);
    media.close(leg);
    desk.own(leg, null);
  }

  /** What SIP says of a leg that is no session yet. */
  function hear(event: LegEvent): void {
    const { leg } = event;
    switch (event.on) {
      case "accepted":
        if (media.answered(leg, event.sdp, mediaOf(leg))) {
          carrying.add(leg);
          return machine.feed({ on: "accepted", leg });
        }
        agent.end(leg, { cause: 488, text: "No usable MSRP" });
        drop(leg);
        return machine.feed({ on: "refused", leg, status: 488 });
      case "refused":
        drop(leg);
        return machine.feed({ on: "refused", leg, status: event.status });
      case "acked":
        return machine.feed({ on: "acked", leg });
      case "unacked":
      case "cancelled":
      case "ended":
        drop(leg);
        machine.feed({ on: "gone", leg });
        return options.gone();
      case "closed":
      case "progress":
      case "referred":
    }
  }

  return {
    state: () => machine.state(),
    call: () => machine.feed({ on: "call", leg: desk.freshId(), id: desk.freshId() }),
    called: (incoming, isKnown) => {
      const { leg, contributionId } = incoming;
      invitations.set(leg, incoming);
      ids.set(leg, {
        contributionId: contributionId ?? desk.freshId(),
        conversationId: incoming.conversationId ?? conversationId,
      });
      desk.own(leg, hear);
      machine.feed({ on: "called", leg, id: contributionId ?? "", known: isKnown });
    },
    answer: (isYes) => machine.feed({ on: isYes ? "yes" : "no" }),
    close: () => machine.feed({ on: "close" }),
    has: (leg) => ids.has(leg),
    carries: (leg) => carrying.has(leg),
    ended: (leg) => void carrying.delete(leg),
    drop,
    turnPage: () => {
      conversationId = desk.freshId();
    },
    conversationId: () => conversationId,
  };
}
