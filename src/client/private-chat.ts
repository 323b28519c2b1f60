/**
 * One record with one person: what was said between the two, and the session that carries it, if one stands.
 *
 * A session opens with the first text (`one-to-one-door.ts`); what becomes of it then is `private-sessions.ts`. When it
 * goes on as a group this record stays what it was, without a row of its own until the two are alone again; a later
 * session is a new one in the same record (decisions 6, 7).
 */
import type { LegId } from "../flow/extend.ts";
import type { Incoming, IncomingMessage } from "../sip/agent.ts";
import { uriOf } from "./addresses.ts";
import type { Content } from "./content.ts";
import type { Desk } from "./desk.ts";
import { createInHand } from "./in-hand.ts";
import { createOneToOneDoor } from "./one-to-one-door.ts";
import type { SessionIds } from "./one-to-ones.ts";
import { createPlainMessages, messageLine } from "./plain-messages.ts";
import { createPrivateAdding } from "./private-adding.ts";
import { isGoing, isReadInGroup, seal, type PrivateNow, type PrivateParts } from "./private-parts.ts";
import { createPrivateSessions } from "./private-sessions.ts";
import { privateView } from "./private-view.ts";
import type { PrivateChat } from "./rooms.ts";
import { createThread } from "./thread.ts";
import { createWrittenRequest } from "./written-request.ts";

/** Nobody said no: there is no connection there, or one that was lost on the way. */
const isNotThere = (status: number): boolean => [408, 430, 480, 503].includes(status);

export function createPrivateChat(desk: Desk, peer: string): PrivateChat {
  const { agent, media, clock, timers, self } = desk;
  const now: PrivateNow = { talk: null, isShown: true, shownAt: clock.now() };
  /** Calls in a row that found nobody, after an outage. */
  let missed = 0;
  const request = createWrittenRequest();

  const hand = createInHand(() => desk.isLookedAt(peer), touch);
  const thread = createThread({
    self,
    clock,
    freshId: desk.freshId,
    reported: "delivered",
    to: () => ({ displayName: desk.people.of(peer).name, uri: uriOf(peer) }),
    send: (line, id, content) => {
      if (line !== messageLine) media.send(line, id, content);
      else if (desk.isRegistered()) messages.write(id);
      else thread.feed({ on: "shut", line, how: "lost" });
    },
    // Not while this 1-1 is on its way to become a group.
    open: () => {
      if (isGoing(now)) return;
      if (!messages.isWay()) {
        if (desk.isOnline()) door.call();
      } else if (desk.isRegistered()) thread.feed({ on: "opened", line: messageLine });
    },
    changed: touch,
  });
  const door = createOneToOneDoor({
    desk,
    peer,
    mediaOf: (leg) => sessions.mediaOf(leg),
    opened,
    failed: couldNotOpen,
    gone: () => thread.wake(),
    changed: touch,
  });

  const messages = createPlainMessages({
    desk,
    peer,
    thread,
    conversationId: () => door.conversationId(),
    waitMs,
    // A session that came meanwhile carries what is written from now on.
    idle: () => {
      const state = now.talk?.state();
      if (state?.is === "1-1" && door.carries(state.leg)) thread.feed({ on: "opened", line: state.leg });
    },
    changed: touch,
  });

  function touch(): void {
    desk.touch(chat);
    for (const group of desk.groups()) if (group.continues() === chat) desk.touch(group);
  }

  const parts: PrivateParts = { desk, peer, now, chat: () => chat, hand, thread, door, touch };
  const sessions = createPrivateSessions(parts);
  const adding = createPrivateAdding(parts);

  function opened(leg: LegId, ids: SessionIds): void {
    missed = 0;
    desk.oneToOnes.add(leg, peer, ids);
    seal(parts);
    sessions.stands(leg);
    messages.session();
    // What is on its way as a plain message arrives before what is written later.
    if (!messages.isBusy()) thread.feed({ on: "opened", line: leg });
    // It may have ended before the other end said that it had begun.
    if (!door.carries(leg)) sessions.lose(leg, "lost");
    adding.addWished();
  }

  function couldNotOpen(status: number): void {
    if (status === 491) {
      desk.after(timers.againMs, () => thread.wake());
      return;
    }
    const ms = waitMs(status);
    if (ms !== null) desk.after(ms, () => thread.wake());
    // While the connection is away everything fails; text waits for its return instead.
    else if (desk.isOnline()) messages.noSession(status);
    adding.addWished();
  }

  /** After an outage, others are not back yet: text waits that long and goes again. null: it has failed. */
  function waitMs(status: number): number | null {
    if (!isNotThere(status) || !desk.isSettling()) {
      missed = 0;
      return null;
    }
    missed += 1;
    return Math.min(timers.rejoinMaxMs, timers.rejoinMinMs * 2 ** Math.min(missed - 1, 16));
  }

  function called(incoming: Incoming): void {
    const state = now.talk?.state();
    if (state !== undefined && state.is !== "1-1" && state.is !== "none")
      return agent.refuse(incoming.leg, 491);
    // Whoever calls anew has lost the session that stands here.
    if (state?.is === "1-1") sessions.lose(state.leg, "lost");
    desk.people.learn(peer, incoming.from.name);
    if (!isKnown()) chat.show();
    door.called(incoming, isKnown());
  }

  /** What a stranger wrote makes nobody known before the person has said so. */
  const isKnown = (): boolean =>
    desk.people.knows(peer) || (!request.isOpen() && thread.items().some((item) => item.kind === "message"));

  function messaged(message: IncomingMessage, content: Content): number {
    if (content.notification !== null) return messages.notified(content);
    const isStranger = !isKnown();
    const refusal = isStranger ? request.refusal() : null;
    if (refusal !== null) return refusal;
    desk.people.learn(peer, message.from.name);
    const status = thread.take(
      content,
      () => desk.people.of(peer),
      () => {
        messages.wrote(content);
        if (isStranger) request.hold(content);
        else {
          desk.people.remember(peer);
          messages.received(content);
        }
        if (now.talk === null) seal(parts);
        if (isReadInGroup(parts)) return;
        chat.show();
        hand.came();
      },
    );
    // Whether a person will ever read it is not known yet (RFC 3428 §7).
    return status === 200 && isStranger ? 202 : status;
  }

  function answerRequest(isYes: boolean): void {
    const waited = request.answer(isYes);
    if (waited.length > 0) desk.people.remember(peer);
    for (const content of waited) messages.received(content);
    touch();
  }

  const chat: PrivateChat = {
    id: peer,
    peer,
    thread,
    view: () =>
      now.isShown
        ? privateView({
            self,
            peer: desk.people.of(peer),
            talk: now.talk?.state() ?? null,
            door: door.state(),
            isAsking: request.isAsking(),
            isPlain: messages.isWay(),
            asked: adding.asked(),
            items: thread.items(),
            unread: hand.unread(),
            shownAt: now.shownAt,
            draft: hand.draft(),
            failure: adding.failure(),
          })
        : null,
    has: (leg) => door.has(leg),
    handOver: () => hand.handOver(),
    setDraft: (text) => hand.setDraft(text),
    write: (text) => {
      answerRequest(true);
      seal(parts);
      thread.write(text);
    },
    read: () => hand.read(),
    show: () => {
      if (!now.isShown) now.shownAt = clock.now();
      now.isShown = true;
      touch();
    },
    isIdle: () => now.talk === null && door.state().is === "closed",
    isDeclined: () => request.isDeclined(),
    called,
    messaged,
    talkOf: (leg) => sessions.talkOf(leg),
    answer: (isYes) => {
      answerRequest(isYes);
      door.answer(isYes);
      if (!isYes) thread.feed({ on: "shut", line: "", how: "closed" });
    },
    close: () => {
      if (isGoing(now)) return;
      if (now.talk?.state().is === "1-1") return now.talk.feed({ on: "close" });
      door.close();
      thread.feed({ on: "shut", line: "", how: "closed" });
    },
    add: (people, subject) => adding.add(people, subject),
    askAgain: (address) => adding.askAgain(address),
    cancelAsking: () => now.talk?.leave(),
    failed: (asked) => adding.failed(asked),
    interrupted: () => thread.line("interrupted"),
    wake: () => {
      // The answer to a call may be lost with the connection it was for, and the path that it offers is.
      if (desk.isOnline() && door.state().is === "calling") door.close();
      thread.wake();
    },
    hangUp: () => {
      const [state, waiting] = [now.talk?.state(), door.state()];
      const legs = [
        waiting.is === "closed" ? null : waiting.leg,
        state === undefined || state.is === "none" ? null : state.leg,
        state?.is === "asking" || state?.is === "joining" ? state.old : null,
      ];
      for (const leg of legs) if (leg !== null) agent.end(leg, null);
    },
    went: sessions.went,
    ends: sessions.ends,
    legEnded: sessions.legEnded,
    goesOn: sessions.goesOn,
  };
  return chat;
}
