/**
 * One record with one person: what was said between the two, and the session that carries it, if one stands.
 *
 * A session opens with the first text (`one-to-one-door.ts`) and then belongs to a talk (`talk.ts`). When it goes on as
 * a group this record stays what it was, without a row of its own until the two are alone again; a later session
 * is a new one in the same record (decisions 6, 7).
 */
import type { Conversation, LegId } from "../flow/extend.ts";
import type { Incoming, IncomingMessage } from "../sip/agent.ts";
import { uriOf } from "./addresses.ts";
import type { Content } from "./content.ts";
import type { Desk } from "./desk.ts";
import { createInHand } from "./in-hand.ts";
import type { MediaUser } from "./media.ts";
import type { Asked } from "./model.ts";
import { createOneToOneDoor } from "./one-to-one-door.ts";
import type { SessionIds } from "./one-to-ones.ts";
import { createPlainMessages, messageLine } from "./plain-messages.ts";
import { privateView } from "./private-view.ts";
import type { GroupChat, PrivateChat } from "./rooms.ts";
import { createTalk, type Talk } from "./talk.ts";
import { createThread } from "./thread.ts";
import { createWrittenRequest } from "./written-request.ts";

/** Nobody said no: there is no connection there, or one that was lost on the way. */
const isNotThere = (status: number): boolean => [408, 430, 480, 503].includes(status);

export function createPrivateChat(desk: Desk, peer: string): PrivateChat {
  const { agent, media, clock, timers, self } = desk;
  /** Which talk a leg belongs to, also when that has gone on as a group. */
  const talks = new Map<LegId, Talk>();
  let talk: Talk | null = null;
  /** The group that is being started from here. */
  let starting: GroupChat | null = null;
  let isShown = true;
  let wished: { readonly people: readonly string[]; readonly subject: string | null } | null = null;
  let failure: readonly Asked[] | null = null;
  let shownAt = clock.now();
  /** Calls in a row that found nobody, after an outage. */
  let missed = 0;
  const request = createWrittenRequest();

  const hand = createInHand(() => desk.isSelected(peer), touch);
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
      if (isGoing()) return;
      if (!messages.isWay()) {
        if (desk.isOnline()) door.call();
      } else if (desk.isRegistered()) thread.feed({ on: "opened", line: messageLine });
    },
    changed: touch,
  });
  const door = createOneToOneDoor({
    desk,
    peer,
    mediaOf,
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
      const state = talk?.state();
      if (state?.is === "1-1" && door.carries(state.leg)) thread.feed({ on: "opened", line: state.leg });
    },
    changed: touch,
  });

  function isGoing(): boolean {
    const state = talk?.state().is;
    return state === "asking" || state === "joining";
  }

  /** From here on what is said here is private again. */
  function seal(): void {
    for (const group of desk.groups()) group.seal(chat);
  }

  function touch(): void {
    desk.touch(chat);
    for (const group of desk.groups()) if (group.continues() === chat) desk.touch(group);
  }

  // ── a session opens ─────────────────────────────────────────────────────────────────────────────────────

  function opened(leg: LegId, ids: SessionIds): void {
    missed = 0;
    desk.oneToOnes.add(leg, peer, ids);
    seal();
    stands(leg);
    messages.session();
    // What is on its way as a plain message arrives before what is written later.
    if (!messages.isBusy()) thread.feed({ on: "opened", line: leg });
    // It may have ended before the other end said that it had begun.
    if (!door.carries(leg)) lose(leg, "lost");
    addWished();
  }

  /** People picked while a session was being answered are added once it is known what became of that. */
  function addWished(): void {
    const people = wished;
    wished = null;
    if (people !== null) chat.add(people.people, people.subject);
  }

  function stands(leg: LegId): void {
    talk = createTalk(desk, chat);
    talks.set(leg, talk);
    talk.feed({ on: "opened", leg });
    show();
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
    addWished();
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
    const state = talk?.state();
    if (state !== undefined && state.is !== "1-1" && state.is !== "none")
      return agent.refuse(incoming.leg, 491);
    // Whoever calls anew has lost the session that stands here.
    if (state?.is === "1-1") lose(state.leg, "lost");
    desk.people.learn(peer, incoming.from.name);
    if (!isKnown()) show();
    door.called(incoming, isKnown());
  }

  /** What a stranger wrote makes nobody known before the person has said so. */
  const isKnown = (): boolean =>
    desk.people.knows(peer) || (!request.isOpen() && thread.items().some((item) => item.kind === "message"));

  // ── what comes by MESSAGE ───────────────────────────────────────────────────────────────────────────────

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
        if (talk === null) seal();
        if (desk.groups().some((group) => group.tookIn(chat))) return;
        show();
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

  // ── a session stands ────────────────────────────────────────────────────────────────────────────────────

  function mediaOf(leg: LegId): MediaUser {
    return {
      onMessage: (message) =>
        thread.receive(
          message,
          () => desk.people.of(peer),
          (from) => {
            desk.people.remember(from.address);
            // What was on its way when this became a group is read there.
            if (desk.groups().some((group) => group.tookIn(chat))) return;
            show();
            hand.came();
          },
        ),
      onReported: (id) => thread.feed({ on: "reported", id }),
      onFailed: (id, status) => thread.feed({ on: "refused", id, status }),
      onEnd: (why) => {
        door.ended(leg);
        const state = talk?.state();
        const how = why === "lost" ? "lost" : "gone";
        if (state?.is === "1-1" && state.leg === leg) lose(leg, how);
        else if (!isShown) thread.feed({ on: "drained", line: leg });
        // The dialog stays, since a group may yet take its place.
        else thread.feed({ on: "shut", line: leg, how });
      },
    };
  }

  /** The session is of no use any more; the next text opens another. */
  function lose(leg: LegId, how: "lost" | "gone"): void {
    const before = talk;
    talk = null;
    before?.feed({ on: "ended", leg });
    retire(leg, how);
  }

  /** Also of a session that is open again when another has taken its place. */
  function retire(leg: LegId, how: "lost" | "gone" = "lost"): void {
    agent.end(leg, null);
    desk.oneToOnes.remove(leg, false);
    drop(leg);
    thread.feed({ on: "shut", line: leg, how });
  }

  function drop(leg: LegId): void {
    talks.delete(leg);
    door.drop(leg);
  }

  /** For a moment, what is still on its way may arrive, at either end (decision 16). */
  function drain(leg: LegId): void {
    desk.after(timers.drainMs, () => {
      drop(leg);
      const isTakenOver = !isShown || isGoing();
      thread.feed(isTakenOver ? { on: "drained", line: leg } : { on: "shut", line: leg, how: "lost" });
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
    if (talk !== null && talk !== from) {
      if (after.is === "1-1" && isOpenAgain) retire(after.leg);
      return;
    }
    const wasGoing = before.is === "asking" || before.is === "joining";
    if (after.is === "group" && before.is !== "group") {
      talk = null;
      if (continues) {
        isShown = false;
        door.turnPage();
        thread.feed({ on: "replaced" });
      } else thread.wake();
    } else if ((after.is === "none" || after.is === "1-1") && (wasGoing || isOpenAgain)) {
      talk = after.is === "none" ? null : from;
      seal();
      show();
      resume(after.is === "1-1" ? after.leg : null);
    } else if (after.is === "none") talk = null;
    else if (after.is === "joining" || after.is === "asking") talk = from;
    touch();
  }

  /** What waited for what became of a group goes on, over this session where it is still good. */
  function resume(leg: LegId | null): void {
    if (leg !== null) door.close();
    const isGood = leg !== null && door.carries(leg);
    if (leg !== null && !isGood) lose(leg, "lost");
    thread.feed({ on: "resumed", line: isGood ? leg : null });
  }

  function show(): void {
    if (!isShown) shownAt = clock.now();
    isShown = true;
    touch();
  }

  const chat: PrivateChat = {
    id: peer,
    peer,
    thread,
    view: () =>
      isShown
        ? privateView({
            self,
            peer: desk.people.of(peer),
            talk: talk?.state() ?? null,
            door: door.state(),
            isAsking: request.isAsking(),
            isPlain: messages.isWay(),
            asked: starting?.asked() ?? [],
            items: thread.items(),
            unread: hand.unread(),
            shownAt,
            draft: hand.draft(),
            failure,
          })
        : null,
    has: (leg) => door.has(leg),
    handOver: () => hand.handOver(),
    setDraft: (text) => hand.setDraft(text),
    write: (text) => {
      answerRequest(true);
      seal();
      thread.write(text);
    },
    read: () => hand.read(),
    show,
    isIdle: () => talk === null && door.state().is === "closed",
    isDeclined: () => request.isDeclined(),
    called,
    messaged,
    talkOf: (leg) => talks.get(leg) ?? null,
    answer: (isYes) => {
      answerRequest(isYes);
      door.answer(isYes);
      if (!isYes) thread.feed({ on: "shut", line: "", how: "closed" });
    },
    close: () => {
      if (isGoing()) return;
      if (talk?.state().is === "1-1") return talk.feed({ on: "close" });
      door.close();
      thread.feed({ on: "shut", line: "", how: "closed" });
    },
    add: (people, subject) => {
      if (isGoing()) return;
      failure = null;
      if (door.state().is === "answering") {
        wished = { people, subject };
        return;
      }
      // A 1-1 that is not there yet can't be replaced; what waits for it waits until it is known what comes of this.
      door.close();
      talk ??= createTalk(desk, chat);
      starting = desk.newGroup({
        contributionId: desk.freshId(),
        conversationId: door.conversationId(),
        subject,
      });
      starting.begin(chat, [peer, ...people]);
      talk.add(starting, people);
      show();
    },
    askAgain: (address) => {
      starting?.askLater(address);
      touch();
    },
    cancelAsking: () => talk?.leave(),
    failed: (asked) => {
      failure = asked;
      touch();
    },
    interrupted: () => thread.line("interrupted"),
    wake: () => {
      // The answer to a call may be lost with the connection it was for, and the path that it offers is.
      if (desk.isOnline() && door.state().is === "calling") door.close();
      thread.wake();
    },
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
      drop(leg);
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
    goesOn: (leg) => {
      if (talk !== null) return retire(leg);
      stands(leg);
      resume(leg);
    },
  };
  return chat;
}
