/**
 * One group as this person has it, put together: its record, its roster, its row, and the way back in.
 *
 * What a talk comes to (`talk.ts`) is told here by `went` and `parted`; which step follows which is not decided here.
 * What its parts do, `group-parts.ts` says; how it looks is `group-view.ts`.
 */
import type { LegId } from "../flow/extend.ts";
import { bareAddress } from "./addresses.ts";
import type { Desk } from "./desk.ts";
import { createDialIn } from "./dial-in.ts";
import { createGroupAsking } from "./group-asking.ts";
import { createGroupBecoming } from "./group-becoming.ts";
import { keptOf, recall } from "./group-kept.ts";
import { createGroupName } from "./group-name.ts";
import { createGroupNews } from "./group-news.ts";
import { giveUpText, tellNews, watchRoster, type GroupNow, type GroupParts } from "./group-parts.ts";
import { createGroupPast } from "./group-past.ts";
import { createGroupPeer } from "./group-peer.ts";
import { createGroupRoster } from "./group-roster.ts";
import { createGroupStanding } from "./group-standing.ts";
import { groupView } from "./group-view.ts";
import { createGroupWayIn } from "./group-way-in.ts";
import { createInHand } from "./in-hand.ts";
import type { MediaUser } from "./media.ts";
import type { Person } from "./model.ts";
import { reasonOf } from "./reasons.ts";
import type { GroupChat, GroupOptions } from "./rooms.ts";
import { createThread } from "./thread.ts";

export function createGroupChat(desk: Desk, options: GroupOptions): GroupChat {
  const { agent, media, clock, timers, self, people } = desk;
  const { contributionId, conversationId } = options;
  const id = `group:${contributionId}`;
  const now: GroupNow = {
    stage: { is: "hidden" },
    talk: null,
    line: null,
    shownAt: clock.now(),
    placeOf: null,
    recalled: null,
  };
  const touch = (): void => desk.touch(chat);
  const nameOf = (address: string): Person => people.of(address);
  const name = createGroupName(desk, options.subject);
  const hand = createInHand(() => desk.isLookedAt(id), touch);
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
      if (now.stage.is === "ended" || now.stage.is === "missed") giveUpText({ thread, now });
    },
    changed: touch,
  });
  const news = createGroupNews(desk, thread);
  const door = createDialIn({
    desk,
    ids: { contributionId, conversationId },
    mediaOf,
    entered: (leg, contact) => wayIn.entered(leg, contact),
    refused: (status) => becoming.notLetIn(status),
  });

  const asking = createGroupAsking({
    desk,
    talk: () => now.talk,
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
      onEnd: () => now.talk?.broke(leg),
    };
  }

  /** The focus has checked who it is; what is our own never comes back. */
  function authorOf(uri: string, displayName: string): Person | "group" | null {
    const address = bareAddress(uri);
    if (address === self.address) return null;
    const own = [roster.entity(), name.conference(), desk.factory];
    if (own.some((one) => one !== null && address === bareAddress(one))) return "group";
    // What the roster calls somebody goes before what they call themselves: that could be another's name.
    const isNamed = roster.members().some((one) => one.address === address && (one.name ?? "") !== "");
    if (!isNamed) people.learn(address, displayName);
    return nameOf(address);
  }

  function rosterChanged(): void {
    name.rename(roster.subject());
    if (now.stage.is === "open") {
      peer.look();
      tellNews(parts);
    }
    const record = asking.record();
    if (record !== null) desk.touch(record);
    touch();
  }

  const parts: GroupParts = {
    desk,
    now,
    chat: () => chat,
    name,
    hand,
    past,
    roster,
    thread,
    news,
    door,
    asking,
  };
  const peer = createGroupPeer(parts);
  const becoming = createGroupBecoming(parts, peer);
  const standing = createGroupStanding(parts, peer);
  const wayIn = createGroupWayIn(parts, becoming);

  const chat: GroupChat = {
    id,
    contributionId,
    conversationId,
    thread,
    view: () =>
      groupView({
        id,
        self,
        stage: now.stage,
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
        shownAt: now.shownAt,
        draft: hand.draft(),
        composer: hand.composer(),
        ringMs: timers.ringMs,
        nameOf,
      }),
    subject: () => name.subject(),
    hasBegun: () => past.seam() !== null || now.recalled !== null,
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
      if (now.stage.is === "hidden") asking.later(address);
    },
    isLost: (status) => asking.isLost(status),
    reachedAt: (contact) => {
      name.reachedAt(contact);
      roster.subscribe(contact);
      touch();
    },
    mediaOf,
    invited: (incoming, place) => wayIn.invited(incoming, place),
    turnedAway: (incoming, how) => {
      if (now.stage.is !== "hidden") return;
      name.learn(incoming);
      now.shownAt = clock.now();
      becoming.become({ is: "missed", how });
    },
    unwanted: () => {
      if (now.stage.is === "hidden") becoming.become({ is: "forgotten" });
    },
    went: (from, state, record) => standing.went(from, state, record),
    parted: (why, before, record) => becoming.parted(why, before, record),
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
    kept: () => keptOf(parts),
    recall: (kept) => recall(parts, becoming, kept),
    handOver: () => hand.handOver(),
    setDraft: (text) => hand.setDraft(text),
    read: () => hand.read(),
    join: () => wayIn.join(),
    leave: () => wayIn.leave(),
    add: (wanted) => {
      const is = now.talk?.state().is;
      if (is === "group" || is === "joining") now.talk?.add(chat, wanted);
      else thread.line("unreachable", { whom: wanted.map(nameOf), text: reasonOf(null) });
    },
    wake: () => {
      door.wake();
      asking.look();
      // A focus that is new there since then does not know who waits for an answer to the invitation.
      if (now.stage.is === "invited") {
        roster.unsubscribe();
        watchRoster(parts);
      }
    },
    hangUp: () => {
      const state = now.talk?.state();
      door.stop();
      roster.unsubscribe();
      if (state?.is === "invited" || state?.is === "joining" || state?.is === "group")
        agent.end(state.leg, null);
    },
  };
  return chat;
}
