/**
 * One running conversation: the machine `client` of `flow/extend.ts`, its effects done in SIP and MSRP, and what
 * they come to said to the two records it may concern, the 1-1 it began in and the group it goes on in.
 *
 * Which step follows which is not decided here. A leg of the 1-1 is the private chat's own for its media; a leg of
 * a group is the group's.
 */
import {
  client,
  type ClientEffect,
  type ClientInput,
  type Conversation,
  type LegId,
} from "../flow/extend.ts";
import { drive } from "../flow/machine.ts";
import type { Incoming } from "../sip/agent.ts";
import { uriOf } from "./addresses.ts";
import type { Desk, LegEvent } from "./desk.ts";
import type { Parting } from "./group-parting.ts";
import { groupOrder } from "./group-order.ts";
import type { GroupChat, PrivateChat } from "./rooms.ts";

export interface Talk {
  state(): Conversation;
  feed(input: ClientInput): void;
  /** The group that this person begins out of this talk, and whom it is for. */
  add(group: GroupChat, people: readonly string[]): void;
  /** The answer to our order is lost: the same once more. */
  again(): void;
  /** An invitation to a group. `replaces`: the leg of the 1-1 whose place it takes, already authorised. */
  invited(group: GroupChat, incoming: Incoming, replaces: LegId | null): void;
  /** The conference URI let us in over this leg. It then takes the place of the record this talk is of, if any. */
  entered(group: GroupChat, leg: LegId): void;
  /** The person leaves the group, or gives up starting it. */
  leave(): void;
  /** The media of that leg of the group broke, and its dialog is of no use alone. */
  broke(leg: LegId): void;
}

const completed = { cause: 200, text: "Call completed" };
const terminated = { cause: 487, text: "Request terminated" };

export function createTalk(desk: Desk, own: PrivateChat | null): Talk {
  const { agent, media } = desk;
  const groups = new Map<LegId, GroupChat>();
  const invitations = new Map<LegId, Incoming>();
  /** Why the group is being left, said before the machine is told. */
  let parting: Parting = { how: "lost", cause: null, text: null };
  /** Whether the group is to take the place of the 1-1, as a mark said. */
  let continues = false;
  let last: Conversation = { is: "none" };

  const machine = drive<Conversation, ClientInput, ClientEffect>(client, { is: "none" }, perform, changed);

  function perform(effect: ClientEffect): void {
    switch (effect.do) {
      case "invite":
        return invite(effect);
      case "accept":
        return accept(effect.leg);
      case "refuse":
        agent.refuse(effect.leg, effect.status);
        return drop(effect.leg);
      case "cancel":
        return cancel(effect.leg);
      case "end":
        return end(effect.leg, effect.why);
      case "refer":
        return agent.refer(effect.leg, effect.people.map(uriOf));
      case "part":
        own?.goesOn(effect.leg);
        groupIn(machine.state())?.partsWith(own);
    }
  }

  /** Step 1. */
  function invite({ leg, id, people, replaces, instead }: Extract<ClientEffect, { do: "invite" }>): void {
    const group = groups.get(leg);
    if (group === undefined || desk.factory === null) return refused(leg, 404, null);
    if (instead === null) continues = replaces !== null;
    const { factory } = desk;
    const order = groupOrder(desk, group, { id, peer: own?.peer ?? null, replaces, people });
    media.offer(leg, "group", (sdp) => {
      if (typeof sdp === "number") {
        if (instead !== null) cancel(instead);
        return refused(leg, sdp, null);
      }
      agent.invite({ leg, to: factory, sdp, ...order });
      // Not before: a focus that has the first order then knows the second for the same.
      if (instead !== null) cancel(instead);
    });
  }

  /** The leg is heard on: its last word is still to come. */
  function cancel(leg: LegId): void {
    if (media.withdraw(leg)) drop(leg);
    else agent.cancel(leg);
  }

  function accept(leg: LegId): void {
    const group = groups.get(leg);
    const incoming = invitations.get(leg);
    if (group === undefined || incoming === undefined) return;
    media.answer(leg, "group", incoming.sdp, group.mediaOf(leg), (sdp) => {
      if (typeof sdp !== "number") return agent.accept(leg, sdp);
      agent.refuse(leg, sdp);
      drop(leg);
      parting = { how: "lost", cause: sdp, text: null };
      machine.feed({ on: "cancelled", leg });
    });
  }

  function end(leg: LegId, why: Extract<ClientEffect, { do: "end" }>["why"]): void {
    const byPerson = why === "closed";
    if (own?.has(leg) === true) own.ends(leg, why === "replaced" ? "replaced" : "closed");
    else media.close(leg);
    desk.oneToOnes.remove(leg, byPerson);
    agent.end(leg, why === "cancelled" || why === "glare" ? terminated : completed);
  }

  function drop(leg: LegId): void {
    invitations.delete(leg);
    media.close(leg);
    desk.own(leg, null);
  }

  const groupIn = (state: Conversation): GroupChat | null =>
    state.is === "none" || state.is === "1-1" ? null : (groups.get(state.leg) ?? null);

  function changed(state: Conversation): void {
    const before = last;
    last = state;
    const [was, is] = [groupIn(before), groupIn(state)];
    let isOpenAgain = state.is === "1-1" && before.is === "group";
    if (was !== null && was !== is) {
      if (is !== null && was.hasBegun()) is.adopt(was);
      const why: Parting = is === null ? parting : { how: "glare", cause: null, text: null };
      isOpenAgain = was.parted(why, before, own) || isOpenAgain;
    }
    own?.went(talk, before, state, continues, isOpenAgain);
    is?.went(talk, state, continues ? own : null);
  }

  function hear(event: LegEvent): void {
    const state = machine.state();
    switch (event.on) {
      case "progress":
        if (event.isFocus && event.contact !== null) groups.get(event.leg)?.reachedAt(event.contact);
        return;
      case "accepted": {
        const group = groups.get(event.leg);
        const isWanted = state.is === "asking" && state.leg === event.leg;
        if (isWanted && group !== undefined) {
          if (!media.answered(event.leg, event.sdp, group.mediaOf(event.leg))) {
            agent.end(event.leg, { cause: 488, text: "No usable MSRP" });
            return refused(event.leg, 488, null);
          }
          group.reachedAt(event.contact);
        }
        return machine.feed({ on: "accepted", leg: event.leg });
      }
      case "refused":
        return refused(event.leg, event.status, event.warning);
      case "acked":
        return machine.feed({ on: "acked", leg: event.leg });
      case "unacked":
        drop(event.leg);
        parting = { how: "lost", cause: null, text: null };
        return machine.feed({ on: "unacked", leg: event.leg });
      case "cancelled":
        drop(event.leg);
        parting = { how: "missed", cause: event.cause, text: null };
        return machine.feed({ on: "cancelled", leg: event.leg });
      case "ended":
        return ended(event);
      case "closed":
        desk.own(event.leg, null);
        return machine.feed({ on: "closed", leg: event.leg });
      case "referred":
        groups.get(event.leg)?.referred(event.to, event.status);
        return;
    }
  }

  function refused(leg: LegId, status: number, warning: string | null): void {
    drop(leg);
    const state = machine.state();
    if (state.is === "asking" && state.leg === leg && groups.get(leg)?.isLost(status) === true) return;
    parting = { how: "refused", cause: status, text: warning };
    machine.feed({ on: "refused", leg, status });
  }

  function ended({ leg, by, cause, text }: Extract<LegEvent, { on: "ended" }>): void {
    const state = machine.state();
    desk.own(leg, null);
    if (own?.has(leg) === true) {
      desk.oneToOnes.remove(leg, false);
      own.legEnded(leg, state.is !== "1-1", by === "peer" && cause === 200);
    } else {
      drop(leg);
      parting = { how: by === "peer" ? "sent-away" : "lost", cause, text };
    }
    machine.feed({ on: "ended", leg });
  }

  const talk: Talk = {
    state: () => machine.state(),
    feed: (input) => {
      if (input.on === "opened") desk.own(input.leg, hear);
      machine.feed(input);
    },
    add: (group, people) => {
      const leg = desk.freshId();
      const state = machine.state();
      if (state.is === "none" || state.is === "1-1") {
        groups.set(leg, group);
        desk.own(leg, hear);
      }
      machine.feed({ on: "add", leg, id: group.contributionId, people });
    },
    again: () => {
      const state = machine.state();
      const group = groupIn(state);
      if (state.is !== "asking" || group === null) return;
      const leg = desk.freshId();
      groups.set(leg, group);
      desk.own(leg, hear);
      machine.feed({ on: "again", leg });
    },
    invited: (group, incoming, replaces) => {
      const { leg } = incoming;
      groups.set(leg, group);
      invitations.set(leg, incoming);
      desk.own(leg, hear);
      const isTaken = continues;
      if (replaces !== null || (own !== null && machine.state().is === "none")) continues = true;
      machine.feed({ on: "invited", leg, id: group.contributionId, replaces });
      if (groupIn(machine.state()) === group) return;
      continues = isTaken;
      group.unwanted();
    },
    entered: (group, leg) => {
      groups.set(leg, group);
      desk.own(leg, hear);
      if (machine.state().is === "none") continues = own !== null;
      machine.feed({ on: "dialled-in", leg, id: group.contributionId });
    },
    leave: () => {
      parting = { how: "own", cause: null, text: null };
      const state = machine.state();
      if (state.is === "asking") machine.feed({ on: "cancel" });
      else if (state.is === "invited") machine.feed({ on: "decline" });
      else machine.feed({ on: "leave" });
    },
    broke: (leg) => {
      agent.end(leg, null);
      drop(leg);
      parting = { how: "broke", cause: null, text: null };
      machine.feed({ on: "ended", leg });
    },
  };
  return talk;
}
