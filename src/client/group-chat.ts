/**
 * One group as this person has it: its record, its roster, its row, and the way back in.
 *
 * What a talk comes to (`talk.ts`) is told here by `went` and `parted`; which step follows which is not decided
 * here, and what a parting means is `group-parting.ts`. How it looks is `group-view.ts`.
 */
import type { Conversation, LegId } from "../flow/extend.ts";
import type { Incoming } from "../sip/agent.ts";
import { bareAddress } from "./addresses.ts";
import type { Desk } from "./desk.ts";
import { createDialIn } from "./dial-in.ts";
import { createGroupAsking } from "./group-asking.ts";
import { createGroupName } from "./group-name.ts";
import { createGroupNews } from "./group-news.ts";
import { outcomeOf, outcomeOfRefusal, type Outcome, type Parting } from "./group-parting.ts";
import { createGroupPast } from "./group-past.ts";
import { createGroupRoster } from "./group-roster.ts";
import { groupView, type Stage } from "./group-view.ts";
import { createInHand } from "./in-hand.ts";
import type { KeptGroup } from "./kept-groups.ts";
import type { MediaUser } from "./media.ts";
import type { Person } from "./model.ts";
import { reasonOf, sentences } from "./reasons.ts";
import type { GroupChat, GroupOptions, PrivateChat } from "./rooms.ts";
import { createTalk, type Talk } from "./talk.ts";
import { createThread } from "./thread.ts";

export function createGroupChat(desk: Desk, options: GroupOptions): GroupChat {
  const { agent, media, clock, timers, self, people } = desk;
  const { contributionId, conversationId } = options;
  const id = `group:${contributionId}`;
  let stage: Stage = { is: "hidden" };
  let talk: Talk | null = null;
  let line: LegId | null = null;
  let shownAt = clock.now();
  /** The 1-1 whose place it takes, or was to take, when the way in broke. */
  let placeOf: PrivateChat | null = null;
  /** What an earlier page knew of it. */
  let recalled: KeptGroup | null = null;
  let stopOverdue: (() => void) | null = null;

  const touch = (): void => desk.touch(chat);
  const nameOf = (address: string): Person => people.of(address);
  const name = createGroupName(desk, options.subject);
  const hand = createInHand(() => desk.isSelected(id), touch);
  const past = createGroupPast(desk, touch);
  const roster = createGroupRoster(desk, rosterChanged);
  const thread = createThread({
    self,
    clock,
    freshId: desk.freshId,
    reported: "sent",
    to: () => ({ displayName: "", uri: name.uri(roster.entity()) }),
    send: (leg, message, content) => media.send(leg, message, content),
    // A group that stands has its line, and one that is away comes back by itself. To no other is anything sent.
    open: () => {
      if (stage.is === "ended" || stage.is === "missed") giveUpText();
    },
    changed: touch,
  });
  const news = createGroupNews(desk, thread);
  const door = createDialIn({
    desk,
    ids: { contributionId, conversationId },
    mediaOf,
    entered: (leg, contact) => {
      name.reachedAt(contact);
      const state = talk?.state().is;
      if (state !== "asking" && state !== "group") talk = talkOfPlace();
      placeOf = null;
      talk?.entered(chat, leg);
    },
    refused: notLetIn,
  });

  const asking = createGroupAsking({
    desk,
    talk: () => talk,
    roster,
    door,
    conference: () => name.conference(),
    nameOf,
  });

  function mediaOf(leg: LegId): MediaUser {
    return {
      onMessage: (message) =>
        thread.receive(
          message,
          (from) => (from === null ? null : authorOf(from.uri, from.displayName)),
          (from) => {
            people.remember(from.address);
            hand.came();
          },
        ),
      onReported: (message) => thread.feed({ on: "reported", id: message }),
      onFailed: (message, status) => thread.feed({ on: "refused", id: message, status }),
      onEnd: () => talk?.broke(leg),
    };
  }

  /** Out of the 1-1 whose place is still to be taken, where nothing else has begun there. */
  function talkOfPlace(): Talk {
    const place = placeOf?.isIdle() === true ? placeOf : null;
    placeOf = null;
    return createTalk(desk, place);
  }

  /** The focus has checked who it is; what is our own never comes back. */
  function authorOf(uri: string, displayName: string): Person | "group" | null {
    const address = bareAddress(uri);
    if (address === self.address) return null;
    const own = [roster.entity(), name.conference(), desk.factory];
    if (own.some((one) => one !== null && address === bareAddress(one))) return "group";
    people.learn(address, displayName);
    return nameOf(address);
  }

  // ── the roster ──────────────────────────────────────────────────────────────────────────────────────────

  function watch(): void {
    const conference = name.conference();
    if (conference !== null) roster.subscribe(conference);
  }

  function rosterChanged(): void {
    name.rename(roster.subject());
    if (stage.is === "open") {
      lookAfterPeer();
      tell();
    }
    const record = asking.record();
    if (record !== null) desk.touch(record);
    touch();
  }

  /** The other party of a 1-1 that is to end: not coming after all, or here and late to end it? */
  function lookAfterPeer(isLate = false): void {
    const state = talk?.state();
    const record = past.record();
    if (record === null || state?.is !== "group" || state.old === null) return;
    const { peer } = record;
    const member = roster.members().find((one) => one.address === peer);
    const isOut = member !== undefined && ["declined", "unreachable", "left"].includes(member.is);
    // 491 announces an invitation of the peer's own, which may still be on its way here (decision 17).
    if (isOut && (isLate || member.status !== 491)) return talk?.feed({ on: "stayed" });
    if (member?.is === "in" && isLate) return talk?.feed({ on: "overdue" });
    if (member?.is === "in" || isOut) stopOverdue ??= desk.after(timers.overdueMs, () => lookAfterPeer(true));
  }

  function tell(): void {
    const peer = past.record()?.peer;
    news.tell(roster.members(), peer === undefined ? [] : [peer]);
  }

  // ── what the talk comes to ──────────────────────────────────────────────────────────────────────────────

  function went(from: Talk, state: Conversation, record: PrivateChat | null): void {
    talk = from;
    if (state.is === "invited") {
      shownAt = clock.now();
      stage = { is: "invited", ringFrom: shownAt };
      // Who is in it may be known before one says yes.
      watch();
    }
    // Whoever moves over from a 1-1 sees that until the group stands.
    if (state.is === "joining" && record === null) stage = { is: "joining" };
    if (state.is === "group" && stage.is !== "open") stands(state.leg, record);
    else if (state.is === "group" && line !== null && state.leg !== line) moves(line, state.leg);
    touch();
  }

  function stands(leg: LegId, record: PrivateChat | null): void {
    stage = { is: "open" };
    line = leg;
    watch();
    if (past.seam() === null && recalled === null) standsFirst(record);
    thread.feed({ on: "opened", line: leg });
    lookAfterPeer();
    tell();
    const later = asking.takeLater();
    if (later.length > 0) talk?.add(chat, later);
  }

  /** Two ways in led to it at once, and the focus keeps the later. */
  function moves(from: LegId, to: LegId): void {
    media.close(from);
    desk.own(from, null);
    thread.feed({ on: "shut", line: from, how: "lost" });
    line = to;
    thread.feed({ on: "opened", line: to });
  }

  function standsFirst(record: PrivateChat | null): void {
    shownAt = clock.now();
    past.begin(record);
    if (record !== null) takePlaceOf(record);
    const own = asking.record();
    if (record === null && own !== null) desk.reselect(own.id, id);
    if (own !== null) return;
    if (record !== null) news.know(name.invitedBy(), "in");
    else {
      news.takeAsKnown(roster.members());
      thread.line("added", { who: nameOf(name.invitedBy()), whom: [self] });
    }
  }

  /** Its place in the list, what was in hand there, its reader. */
  function takePlaceOf(record: PrivateChat): void {
    const now = shownAt;
    shownAt = record.thread.lastAt();
    hand.take(record.handOver());
    hand.relabel("to everyone", now + timers.inertMs);
    desk.reselect(record.id, id);
  }

  function parted(why: Parting, before: Conversation, record: PrivateChat | null): boolean {
    stopOverdue?.();
    stopOverdue = null;
    if (before.is === "asking" && why.how === "refused" && why.cause !== 487)
      asking.failed(why.cause, why.text);
    const isHidden = stage.is === "hidden";
    const outcome = outcomeOf(why, { before: before.is, isHidden, hasRecord: record !== null });
    const hadToEnd = before.is === "group" && before.old !== null;
    if (outcome.is === "away" && (before.is === "joining" || hadToEnd)) placeOf = record;
    if (outcome.is === "taken-back") takenBack(record, why.how !== "glare");
    else become(outcome);
    // Whoever asked is no more, and the person has said yes: in by the conference URI.
    if (outcome.is === "missed" && before.is === "joining" && why.how === "lost" && why.cause === null)
      chat.join();
    if (before.is === "joining") return record !== null;
    return why.how !== "glare" && (before.is === "asking" || outcome.is === "taken-back");
  }

  /** The 1-1 has its row again; what was said here meanwhile is not thrown away with it, or said elsewhere. */
  function takenBack(record: PrivateChat | null, isByHost: boolean): void {
    const hasText = thread.items().some((item) => item.kind === "message");
    become(isByHost && hasText ? { is: "ended", how: "closed" } : { is: "forgotten" });
    record?.show();
    if (isByHost) record?.interrupted();
    desk.reselect(id, record?.id ?? null);
  }

  function notLetIn(status: number): void {
    if (talk?.state().is === "group") return;
    // 404: it is over already.
    if (talk?.state().is === "asking")
      return status === 403 || status === 404 ? asking.giveUp() : asking.look();
    const outcome = outcomeOfRefusal(status, stage.is === "away");
    if (outcome.is === "ended" && outcome.how === "closed" && placeOf !== null && isUnseen()) {
      become({ is: "forgotten" });
      return desk.reselect(id, placeOf.id);
    }
    become(outcome);
    if (outcome.is === "missed") thread.line("note", { text: `${reasonOf(status)}.` });
    if (outcome.is !== "ended" || outcome.how !== "closed") return;
    // The focus has lost it, but two of its people still have each other (decision 27).
    const peer = recalled?.continues ?? null;
    const record = past.record() ?? (peer === null ? null : desk.privateChat(peer));
    record?.interrupted();
    record?.show();
  }

  /** It never stood here, and nothing was said in it. */
  const isUnseen = (): boolean => !chat.hasBegun() && thread.items().every((item) => item.kind !== "message");

  function become(outcome: Outcome): void {
    roster.unsubscribe();
    if (outcome.is === "away") goAway();
    else if (outcome.is === "forgotten") {
      stage = { is: "hidden" };
      door.stop();
      desk.forget(chat);
    } else {
      stage = outcome;
      door.stop();
      if (outcome.is === "ended") thread.line(outcome.how, outcome.how === "removed" ? { whom: [self] } : {});
      giveUpText();
    }
    touch();
  }

  /** Text waits, and one comes back by oneself. */
  function goAway(): void {
    const conference = name.conference();
    if (stage.is !== "away") thread.feed({ on: "shut", line: line ?? "", how: "lost" });
    stage = { is: "away", cause: sentences.groupSilent };
    if (conference !== null) door.soon(conference);
  }

  /** Text fails visibly, once there is no group for it to wait for. */
  function giveUpText(): void {
    thread.feed({ on: "shut", line: line ?? "", how: "closed" });
  }

  // ── who comes in ────────────────────────────────────────────────────────────────────────────────────────

  function invited(incoming: Incoming, place: { readonly talk: Talk; readonly leg: LegId } | null): void {
    if (name.isAnothers(incoming)) return agent.refuse(incoming.leg, 403);
    name.learn(incoming);
    const state = talk?.state();
    // Whoever is invited anew is not in it any more, as the focus sees it; who was, or is on the way, comes back.
    const isComing =
      state?.is === "group" || stage.is === "away" || (stage.is === "joining" && state?.is !== "joining");
    if (state?.is === "group" || state?.is === "invited") talk?.broke(state.leg);
    door.stop();
    const busy = state?.is === "joining" ? talk : null;
    const taking = place?.talk ?? busy ?? talkOfPlace();
    taking.invited(chat, incoming, place?.leg ?? null);
    const isWelcome = desk.joinsByItself() && name.isFriends(incoming);
    if (place === null && (isComing || isWelcome)) taking.feed({ on: "join" });
  }

  function leave(): void {
    const state = talk?.state();
    if (stage.is === "invited" || state?.is === "group" || state?.is === "joining") talk?.leave();
    else if (stage.is === "away") become({ is: "ended", how: "you-left" });
    else if (stage.is === "joining") become({ is: "missed", how: "missed" });
  }

  const chat: GroupChat = {
    id,
    contributionId,
    conversationId,
    thread,
    view: () =>
      groupView({
        id,
        self,
        stage,
        subject: name.subject(),
        conference: name.conference(),
        invitedBy: nameOf(name.invitedBy()),
        roster: roster.members(),
        rings: roster.rings(),
        limit: roster.limit(),
        seam: past.seam(),
        earlier: past.view(),
        items: thread.items(),
        unread: hand.unread(),
        shownAt,
        draft: hand.draft(),
        composer: hand.composer(),
        ringMs: timers.ringMs,
        nameOf: nameOf,
      }),
    subject: () => name.subject(),
    hasBegun: () => past.seam() !== null || recalled !== null,
    continues: () => past.record(),
    seal: (record) => past.seal(record),
    tookIn: (record) => {
      if (!past.isOpenTo(record)) return false;
      hand.came();
      return true;
    },
    begin: (record, wanted) => {
      asking.begin(record, wanted);
      name.ours();
    },
    asked: () => asking.asked(),
    askLater: (address) => {
      if (stage.is === "hidden") asking.later(address);
    },
    isLost: (status) => asking.isLost(status),
    reachedAt: (contact) => {
      name.reachedAt(contact);
      roster.subscribe(contact);
      touch();
    },
    mediaOf,
    invited,
    turnedAway: (incoming, how) => {
      if (stage.is !== "hidden") return;
      name.learn(incoming);
      shownAt = clock.now();
      become({ is: "missed", how });
    },
    unwanted: () => {
      if (stage.is === "hidden") become({ is: "forgotten" });
    },
    went,
    parted,
    partsWith: (record) => {
      if (record === null || !past.partsWith(record)) return;
      const known = roster.members().find((member) => member.address === record.peer);
      if (known !== undefined) news.know(record.peer, known.is);
      const text = known?.is === "unreachable" ? reasonOf(known.status) : null;
      thread.line("stayed", { whom: [nameOf(record.peer)], text });
    },
    adopt: (other) => {
      thread.adopt(other.thread.items());
      hand.take(other.handOver());
    },
    referred: (to, status) => {
      if (status < 300) return;
      thread.line("unreachable", { whom: [nameOf(bareAddress(to))], text: reasonOf(status) });
    },
    kept: () => {
      const conference = name.conference();
      const wasAsked = stage.is === "invited" || (stage.is === "missed" && stage.how === "missed");
      // Hidden: it is being begun here, or is about to take the place of a 1-1.
      const isIn =
        stage.is === "open" || stage.is === "away" || stage.is === "joining" || stage.is === "hidden";
      if (conference === null || (!wasAsked && !isIn)) return null;
      return {
        conference,
        contributionId,
        conversationId,
        subject: name.subject(),
        invitedBy: name.invitedBy(),
        focus: name.focus(),
        continues: (past.record() ?? asking.record())?.peer ?? recalled?.continues ?? null,
        is: wasAsked ? "asked" : "in",
      };
    },
    recall: (kept) => {
      name.recall(kept);
      if (kept.is === "asked") return become({ is: "missed", how: "missed" });
      recalled = kept;
      news.takeAsKnown([]);
      thread.line("note", { text: sentences.textsGone });
      stage = { is: "away", cause: sentences.loadedAnew };
      door.now(kept.conference);
      touch();
    },
    handOver: () => hand.handOver(),
    setDraft: (text) => hand.setDraft(text),
    read: () => hand.read(),
    join: () => {
      const conference = name.conference();
      if (stage.is === "invited") talk?.feed({ on: "join" });
      else if (stage.is === "missed" && conference !== null) {
        stage = { is: "joining" };
        door.now(conference);
        touch();
      }
    },
    leave,
    add: (wanted) => {
      const is = talk?.state().is;
      if (is === "group" || is === "joining") talk?.add(chat, wanted);
      else thread.line("unreachable", { whom: wanted.map(nameOf), text: reasonOf(null) });
    },
    wake: () => {
      door.wake();
      asking.look();
      // A focus that is new there since then does not know who waits for an answer to the invitation.
      if (stage.is === "invited") {
        roster.unsubscribe();
        watch();
      }
    },
    hangUp: () => {
      const state = talk?.state();
      door.stop();
      roster.unsubscribe();
      if (state?.is === "invited" || state?.is === "joining" || state?.is === "group")
        agent.end(state.leg, null);
    },
  };
  return chat;
}
