/**
 * One record with one person: what was said between the two, and the session that carries it, if one stands.
 *
 * A session opens with the first text (`flow/opening.ts`) and then belongs to a talk (`talk.ts`). When it goes on as
 * a group this record stays what it was, without a row of its own until the two are alone again; a later session
 * is a new one in the same record (decisions 6, 7).
 */
import type { Conversation, LegId } from "../flow/extend.ts";
import { drive } from "../flow/machine.ts";
import { opening, type Opening, type OpeningEffect, type OpeningInput } from "../flow/opening.ts";
import type { Incoming } from "../sip/agent.ts";
import { uriOf } from "./addresses.ts";
import type { Desk, LegEvent, Row } from "./desk.ts";
import type { GroupChat } from "./group-chat.ts";
import { inviteHeaders } from "./headers.ts";
import type { MediaUser } from "./media.ts";
import type { Asked, Chat, Phase } from "./model.ts";
import type { SessionIds } from "./one-to-ones.ts";
import { shortName } from "./people.ts";
import { createTalk, type Talk } from "./talk.ts";
import { createThread, type Thread } from "./thread.ts";

export interface PrivateChat extends Row {
  readonly peer: string;
  readonly thread: Thread;
  /** A leg of a 1-1 session of this record, as long as something may come over it. */
  has(leg: LegId): boolean;
  /** Draft and unread count go on where the talk goes on. */
  handOver(): { readonly draft: string; readonly unread: number };
  setDraft(draft: string): void;
  write(text: string): void;
  read(): void;
  /** The row is there again. */
  show(): void;
  called(incoming: Incoming): void;
  /** The talk in which this leg is, or was, the 1-1. */
  talkOf(leg: LegId): Talk | null;
  /** Of a stranger's request. */
  answer(isYes: boolean): void;
  close(): void;
  add(people: readonly string[], subject: string | null): void;
  cancelAsking(): void;
  failed(asked: readonly Asked[] | null): void;
  /** The group this was to become is no more. */
  interrupted(): void;
  wake(): void;
  /** Ends the session without a word of the person's: the app is being left. */
  hangUp(): void;
  /** From the talk: it has gone from one state to another. */
  went(talk: Talk, before: Conversation, after: Conversation, continues: boolean, isOpenAgain: boolean): void;
  /** From the talk: we end this leg. */
  ends(leg: LegId, why: "replaced" | "closed"): void;
  /** From the talk: this leg has been ended. `goesOn`: the talk goes on elsewhere. */
  legEnded(leg: LegId, goesOn: boolean, byPerson: boolean): void;
  /** From the talk: the 1-1 was not replaced after all. */
  goesOn(leg: LegId): void;
}

export function createPrivateChat(desk: Desk, peer: string): PrivateChat {
  const { agent, media, clock, timers, self } = desk;
  /** Legs whose MSRP session stands. */
  const sessions = new Set<LegId>();
  const ids = new Map<LegId, SessionIds>();
  /** Which talk a leg belongs to, also when that has gone on as a group. */
  const talks = new Map<LegId, Talk>();
  const invitations = new Map<LegId, Incoming>();
  let conversationId = desk.freshId();
  let talk: Talk | null = null;
  /** The group that is being started from here. */
  let starting: GroupChat | null = null;
  let isShown = true;
  let draft = "";
  let unread = 0;
  let failure: readonly Asked[] | null = null;
  let shownAt = clock.now();

  const thread = createThread({
    self,
    clock,
    freshId: desk.freshId,
    reported: "delivered",
    to: () => ({ displayName: desk.people.of(peer).name, uri: uriOf(peer) }),
    send: (line, id, content) => media.send(line, id, content),
    open: call,
    changed: touch,
  });
  const door = drive<Opening, OpeningInput, OpeningEffect>(opening, { is: "closed" }, perform, touch);

  /** From here on what is said here is private again. */
  function seal(): void {
    for (const group of desk.groups()) group.seal(chat);
  }

  function touch(): void {
    desk.touch(chat);
    for (const group of desk.groups()) if (group.continues() === chat) desk.touch(group);
  }

  // ── a session opens ─────────────────────────────────────────────────────────────────────────────────────

  /** Only when both links stand, and not while this 1-1 is on its way to become a group. */
  function call(): void {
    const state = talk?.state().is;
    if (!desk.isOnline() || state === "asking" || state === "joining") return;
    door.feed({ on: "call", leg: desk.freshId(), id: desk.freshId() });
  }

  function perform(effect: OpeningEffect): void {
    switch (effect.do) {
      case "call": {
        const { leg } = effect;
        const mine: SessionIds = { contributionId: effect.id, conversationId };
        ids.set(leg, mine);
        desk.own(leg, hear);
        media.offer(leg, "1-1", (sdp) => {
          if (typeof sdp === "number") return door.feed({ on: "refused", leg, status: sdp });
          const headers = inviteHeaders(self.address, "1-1", mine);
          agent.invite({ leg, to: uriOf(peer), sdp, headers, recipientList: null });
        });
        return;
      }
      case "accept": {
        const { leg } = effect;
        const theirs = invitations.get(leg)?.sdp ?? null;
        media.answer(leg, "1-1", theirs, mediaOf(leg), (sdp) => {
          if (typeof sdp !== "number") {
            sessions.add(leg);
            return agent.accept(leg, sdp);
          }
          agent.refuse(leg, sdp);
          drop(leg);
          door.feed({ on: "gone", leg });
        });
        return;
      }
      case "refuse":
        agent.refuse(effect.leg, effect.status);
        return drop(effect.leg);
      case "cancel":
        // The leg is heard on: its last word is still to come.
        return media.withdraw(effect.leg) ? drop(effect.leg) : agent.cancel(effect.leg);
      case "end":
        agent.end(effect.leg, null);
        return drop(effect.leg);
      case "opened":
        return opened(effect.leg);
      case "failed":
        return couldNotOpen(effect.status);
    }
  }

  function opened(leg: LegId): void {
    const mine = ids.get(leg) ?? { contributionId: leg, conversationId };
    conversationId = mine.conversationId;
    invitations.delete(leg);
    desk.oneToOnes.add(leg, peer, mine);
    seal();
    talk = createTalk(desk, chat);
    talks.set(leg, talk);
    talk.feed({ on: "opened", leg });
    thread.feed({ on: "opened", line: leg });
    show();
  }

  function couldNotOpen(status: number): void {
    if (status === 491) {
      desk.after(timers.againMs, () => thread.wake());
      return;
    }
    // While the connection is away everything fails; text waits for its return instead.
    if (desk.isOnline()) thread.feed({ on: "unreachable", status });
  }

  function drop(leg: LegId): void {
    sessions.delete(leg);
    ids.delete(leg);
    talks.delete(leg);
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
          sessions.add(leg);
          return door.feed({ on: "accepted", leg });
        }
        agent.end(leg, { cause: 488, text: "No usable MSRP" });
        drop(leg);
        return door.feed({ on: "refused", leg, status: 488 });
      case "refused":
        drop(leg);
        return door.feed({ on: "refused", leg, status: event.status });
      case "acked":
        return door.feed({ on: "acked", leg });
      case "unacked":
      case "cancelled":
      case "ended":
        drop(leg);
        door.feed({ on: "gone", leg });
        return thread.wake();
      case "closed":
        return desk.own(leg, null);
      case "progress":
      case "referred":
    }
  }

  function called(incoming: Incoming): void {
    const { leg } = incoming;
    const state = talk?.state();
    if (state !== undefined && state.is !== "1-1" && state.is !== "none") {
      agent.refuse(leg, 491);
      return;
    }
    // Whoever calls anew has lost the session that stands here.
    if (state?.is === "1-1") lose(state.leg, "lost");
    desk.people.learn(peer, incoming.from.name);
    invitations.set(leg, incoming);
    ids.set(leg, {
      contributionId: incoming.contributionId ?? desk.freshId(),
      conversationId: incoming.conversationId ?? conversationId,
    });
    desk.own(leg, hear);
    const isKnown = desk.people.knows(peer) || thread.items().some((item) => item.kind === "message");
    if (!isKnown) show();
    door.feed({ on: "called", leg, id: incoming.contributionId ?? "", known: isKnown });
  }

  // ── a session stands ────────────────────────────────────────────────────────────────────────────────────

  const mediaOf = (leg: LegId): MediaUser => ({
    onMessage: (message) =>
      thread.receive(
        message,
        () => desk.people.of(peer),
        (from) => {
          desk.people.remember(from.address);
          // What was on its way when this became a group is read there.
          if (desk.groups().some((group) => group.tookIn(chat))) return;
          show();
          if (!desk.isSelected(chat.id)) unread += 1;
        },
      ),
    onReported: (id) => thread.feed({ on: "reported", id }),
    onFailed: (id, status) => thread.feed({ on: "refused", id, status }),
    onEnd: (why) => {
      sessions.delete(leg);
      const state = talk?.state();
      const how = why === "lost" ? "lost" : "gone";
      if (state?.is === "1-1" && state.leg === leg) lose(leg, how);
      else if (!isShown) thread.feed({ on: "drained", line: leg });
      // The dialog stays, since a group may yet take its place.
      else thread.feed({ on: "shut", line: leg, how });
    },
  });

  /** The session is of no use any more; the next text opens another. */
  function lose(leg: LegId, how: "lost" | "gone"): void {
    agent.end(leg, null);
    desk.oneToOnes.remove(leg, false);
    drop(leg);
    const before = talk;
    talk = null;
    before?.feed({ on: "ended", leg });
    thread.feed({ on: "shut", line: leg, how });
  }

  /** It goes on as a group, or is about to. */
  function isTakenOver(): boolean {
    const state = talk?.state().is;
    return !isShown || state === "asking" || state === "joining";
  }

  /** For a moment, what is still on its way may arrive, at either end (decision 16). */
  function drain(leg: LegId): void {
    desk.after(timers.drainMs, () => {
      drop(leg);
      thread.feed(isTakenOver() ? { on: "drained", line: leg } : { on: "shut", line: leg, how: "lost" });
      seal();
      touch();
    });
  }

  function went(
    from: Talk,
    before: Conversation,
    after: Conversation,
    continues: boolean,
    isOpenAgain: boolean,
  ): void {
    if (talk !== null && talk !== from) return;
    const wasGoing = before.is === "asking" || before.is === "joining";
    if (after.is === "group" && before.is !== "group") {
      talk = null;
      if (continues) {
        isShown = false;
        conversationId = desk.freshId();
        thread.feed({ on: "replaced" });
      } else thread.wake();
    } else if ((after.is === "none" || after.is === "1-1") && (wasGoing || isOpenAgain)) {
      talk = after.is === "none" ? null : from;
      seal();
      show();
      const line = after.is === "1-1" && sessions.has(after.leg) ? after.leg : null;
      if (after.is === "1-1" && line === null) lose(after.leg, "lost");
      thread.feed({ on: "resumed", line });
    } else if (after.is === "none") talk = null;
    else if (after.is === "joining" || after.is === "asking") talk = from;
    touch();
  }

  function goesOn(leg: LegId): void {
    talk = createTalk(desk, chat);
    talks.set(leg, talk);
    talk.feed({ on: "opened", leg });
    show();
    if (!sessions.has(leg)) lose(leg, "lost");
    thread.feed({ on: "resumed", line: sessions.has(leg) ? leg : null });
  }

  function show(): void {
    if (!isShown) shownAt = clock.now();
    isShown = true;
    touch();
  }

  // ── the screen ──────────────────────────────────────────────────────────────────────────────────────────

  function phase(): Phase {
    const state = talk?.state();
    switch (state?.is) {
      case "asking":
        return { is: "asking", asked: starting?.asked() ?? [] };
      case "1-1":
      case "joining":
        return { is: "open" };
      default:
    }
    const { is } = door.state();
    if (is === "asked") return { is: "request", from: desk.people.of(peer) };
    return is === "closed" ? { is: "idle" } : { is: "opening" };
  }

  const chat: PrivateChat = {
    id: peer,
    peer,
    thread,
    view: () => {
      if (!isShown) return null;
      const person = desk.people.of(peer);
      const now = phase();
      return {
        id: peer,
        kind: "1-1",
        title: person.name === "" ? peer.replace(/^sips?:/, "") : person.name,
        subject: null,
        address: peer,
        members: [
          { ...self, is: "in", reason: null, status: null, self: true },
          { ...person, is: "in", reason: null, status: null, self: false },
        ],
        phase: now,
        items: thread.items(),
        unread,
        lastAt: Math.max(thread.lastAt(), thread.items().length === 0 ? shownAt : 0),
        draft,
        composer: { label: now.is === "asking" ? `to ${shortName(person)}` : null, inertUntil: 0 },
        failure,
        limit: null,
      } satisfies Chat;
    },
    has: (leg) => ids.has(leg),
    handOver: () => {
      const handed = { draft, unread };
      draft = "";
      unread = 0;
      return handed;
    },
    setDraft: (text) => {
      draft = text;
      touch();
    },
    write: (text) => {
      seal();
      thread.write(text);
    },
    read: () => {
      if (unread === 0) return;
      unread = 0;
      touch();
    },
    show,
    called,
    talkOf: (leg) => talks.get(leg) ?? null,
    answer: (isYes) => {
      door.feed({ on: isYes ? "yes" : "no" });
      if (!isYes) thread.feed({ on: "shut", line: "", how: "closed" });
    },
    close: () => {
      const state = talk?.state().is;
      if (state === "1-1") return talk?.feed({ on: "close" });
      if (state === "asking" || state === "joining") return;
      door.feed({ on: "close" });
      thread.feed({ on: "shut", line: "", how: "closed" });
    },
    add: (people, subject) => {
      if (talk?.state().is === "asking" || talk?.state().is === "joining") return;
      failure = null;
      // A 1-1 that is not there yet can't be replaced; what waits for it waits until it is known what comes of this.
      door.feed({ on: "close" });
      talk ??= createTalk(desk, chat);
      starting = desk.newGroup({ contributionId: desk.freshId(), conversationId, subject });
      starting.begin(chat, [peer, ...people]);
      talk.add(starting, people);
      touch();
    },
    cancelAsking: () => talk?.leave(),
    failed: (asked) => {
      failure = asked;
      touch();
    },
    interrupted: () => thread.line("interrupted"),
    wake: () => thread.wake(),
    hangUp: () => {
      const [state, waiting] = [talk?.state(), door.state()];
      const legs = [
        waiting.is === "closed" ? null : waiting.leg,
        state === undefined || state.is === "none" ? null : state.leg,
        state?.is === "asking" || state?.is === "joining" ? state.old : null,
      ];
      for (const leg of legs) if (leg !== null) agent.end(leg, null);
    },
    went,
    ends: (leg, why) => {
      if (why === "replaced") return drain(leg);
      thread.line("chat-ended", { who: self });
      thread.feed({ on: "shut", line: leg, how: "closed" });
      sessions.delete(leg);
      ids.delete(leg);
      talks.delete(leg);
      media.close(leg);
    },
    legEnded: (leg, isGoingOn, byPerson) => {
      if (isGoingOn) {
        // Nothing new goes over it; what is on its way may still arrive. Another session here is not meant.
        if (talk !== null && talk === talks.get(leg)) thread.feed({ on: "replaced" });
        return drain(leg);
      }
      if (byPerson) thread.line("chat-ended", { who: desk.people.of(peer) });
      drop(leg);
      thread.feed({ on: "shut", line: leg, how: byPerson ? "gone" : "lost" });
    },
    goesOn,
  };
  return chat;
}
