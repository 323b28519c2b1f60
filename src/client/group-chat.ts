/**
 * One group as this person has it: its record, its roster, its row, and the way back in.
 *
 * What a talk comes to (`talk.ts`) is told here by `went` and `parted`; which step follows which is not decided
 * here. How it looks is `group-view.ts`.
 */
import type { Conversation, LegId } from "../flow/extend.ts";
import type { Incoming } from "../sip/agent.ts";
import { bareAddress } from "./addresses.ts";
import type { Desk, Row } from "./desk.ts";
import { createDialIn } from "./dial-in.ts";
import { askedOf } from "./group-members.ts";
import { createGroupRoster } from "./group-roster.ts";
import { groupView, type Stage } from "./group-view.ts";
import type { MediaUser } from "./media.ts";
import type { Asked, Person } from "./model.ts";
import { tidyName } from "./people.ts";
import type { PrivateChat } from "./private-chat.ts";
import { factoryReasonOf, isDeclined, reasonOf, sentences } from "./reasons.ts";
import { rosterLines, standing, type Standing } from "./roster-lines.ts";
import { createTalk, type Talk } from "./talk.ts";
import { createThread, type Thread } from "./thread.ts";

/** Why a talk leaves its group. `cause`, `text`: of the Reason or the refusal, where there was one. */
export type Parting = {
  readonly how: "refused" | "missed" | "own" | "sent-away" | "lost" | "glare";
  readonly cause: number | null;
  readonly text: string | null;
};

export interface GroupChat extends Row {
  readonly contributionId: string;
  readonly conversationId: string;
  readonly thread: Thread;
  subject(): string | null;
  /** It stands, or stood. */
  hasBegun(): boolean;
  /** The 1-1 whose place it took. */
  continues(): PrivateChat | null;
  /** Nothing that comes to that 1-1 from now on is shown above the seam. */
  seal(record: PrivateChat): void;
  /** Text has come to that 1-1: whether it is shown here, above the seam. */
  tookIn(record: PrivateChat): boolean;
  /** This person starts it, out of that record, with these people. */
  begin(record: PrivateChat, wanted: readonly string[]): void;
  /** How those stand who are to come. */
  asked(): readonly Asked[];
  reachedAt(contact: string): void;
  mediaOf(leg: LegId): MediaUser;
  /** An invitation to it. `place`: it takes the place of that leg's 1-1, already authorised. */
  invited(incoming: Incoming, place: { readonly talk: Talk; readonly leg: LegId } | null): void;
  /** An invitation that a rule refused without asking; one may still join. */
  turnedAway(incoming: Incoming, how: "refused" | "elsewhere"): void;
  /** The talk did not take that invitation. */
  unwanted(): void;
  went(talk: Talk, state: Conversation, record: PrivateChat | null): void;
  /** Answers whether the 1-1 is open again. */
  parted(why: Parting, before: Conversation, record: PrivateChat | null): boolean;
  /** The 1-1 was not replaced after all, and goes on in its own row. */
  partsWith(record: PrivateChat | null): void;
  /** Of two groups begun at once the other: what was said there is said here. */
  adopt(other: GroupChat): void;
  referred(to: string, status: number): void;
  handOver(): { readonly draft: string; readonly unread: number };
  setDraft(draft: string): void;
  read(): void;
  join(): void;
  leave(): void;
  add(people: readonly string[]): void;
  wake(): void;
  /** The app is being left: a ring goes on elsewhere, a member is away. */
  hangUp(): void;
}

export type GroupOptions = {
  readonly contributionId: string;
  readonly conversationId: string;
  readonly subject: string | null;
};

/** One line of a bounded length; null where nothing is left of it. */
const tidySubject = (subject: string | null): string | null => tidyName(subject ?? "") || null;

/** The first that CPIM can carry as an address: what names a group comes from its focus. */
const conferenceUri = (candidates: readonly (string | null)[]): string =>
  candidates.find((uri) => uri !== null && /^[A-Za-z][A-Za-z0-9+.-]*:[^<>\s"]+$/.test(uri)) ?? "";

export function createGroupChat(desk: Desk, options: GroupOptions): GroupChat {
  const { media, clock, timers, self } = desk;
  const { contributionId, conversationId } = options;
  const id = `group:${contributionId}`;
  let subject = tidySubject(options.subject);
  let conference: string | null = null;
  let stage: Stage = { is: "hidden" };
  let talk: Talk | null = null;
  let line: LegId | null = null;
  let invitedBy = self.address;
  /** Who vouches for it, as the network says; null: nobody has said. */
  let focus: string | null = null;
  let begun: { readonly record: PrivateChat; readonly wanted: readonly string[] } | null = null;
  let seam: { readonly at: number; readonly fresh: boolean } | null = null;
  let earlier: { readonly record: PrivateChat; readonly until: number | null } | null = null;
  /** How people stood when the thread last said something about it; null: the next document says nothing new. */
  let told: Standing | null = new Map();
  let draft = "";
  let label: string | null = null;
  let inertUntil = 0;
  let unread = 0;
  let shownAt = clock.now();
  let stopOverdue: (() => void) | null = null;

  const touch = (): void => desk.touch(chat);
  const nameOf = (address: string): Person => desk.people.of(address);
  const roster = createGroupRoster(desk, rosterChanged);
  const thread = createThread({
    self,
    clock,
    freshId: desk.freshId,
    reported: "sent",
    to: () => ({ displayName: "", uri: conferenceUri([roster.entity(), conference]) }),
    send: (leg, message, content) => media.send(leg, message, content),
    // A group that stands has its line, and one that is away comes back by itself. To no other is anything sent.
    open: () => {
      if (stage.is === "ended" || stage.is === "missed") giveUpText();
    },
    changed: touch,
  });
  const door = createDialIn({
    desk,
    ids: { contributionId, conversationId },
    mediaOf,
    entered: (leg, contact) => {
      conference = contact;
      talk = createTalk(desk, null);
      talk.entered(chat, leg);
    },
    refused: notLetIn,
  });

  function mediaOf(leg: LegId): MediaUser {
    return {
      onMessage: (message) =>
        thread.receive(
          message,
          (from) => (from === null ? null : authorOf(from.uri, from.displayName)),
          (from) => {
            desk.people.remember(from.address);
            if (!desk.isSelected(id)) unread += 1;
          },
        ),
      onReported: (message) => thread.feed({ on: "reported", id: message }),
      onFailed: (message, status) => thread.feed({ on: "refused", id: message, status }),
      onEnd: () => talk?.broke(leg),
    };
  }

  /** The focus has checked who it is; what is our own never comes back. */
  function authorOf(uri: string, displayName: string): Person | null {
    const address = bareAddress(uri);
    if (address === self.address) return null;
    desk.people.learn(address, displayName);
    return nameOf(address);
  }

  // ── the roster ──────────────────────────────────────────────────────────────────────────────────────────

  function rosterChanged(): void {
    subject = tidySubject(roster.subject()) ?? subject;
    if (stage.is === "open") {
      lookAfterPeer();
      tell();
    }
    if (begun !== null) desk.touch(begun.record);
    touch();
  }

  /** The other party of a 1-1 that is to end: not coming after all, or here and late to end it? */
  function lookAfterPeer(isLate = false): void {
    const state = talk?.state();
    if (earlier === null || state?.is !== "group" || state.old === null) return;
    const { peer } = earlier.record;
    const member = roster.members().find((one) => one.address === peer);
    const isOut = member !== undefined && ["declined", "unreachable", "left"].includes(member.is);
    // 491 announces an invitation of the peer's own, which may still be on its way here (decision 17).
    if (isOut && (isLate || member.status !== 491)) return talk?.feed({ on: "stayed" });
    if (member?.is === "in" && isLate) return talk?.feed({ on: "overdue" });
    if (member?.is === "in" || isOut) stopOverdue ??= desk.after(timers.overdueMs, () => lookAfterPeer(true));
  }

  function tell(): void {
    const members = roster.members();
    if (members.length === 0) return;
    const before = [self.address, ...(earlier === null ? [] : [earlier.record.peer])];
    const lines = told === null ? [] : rosterLines(told, members, { self: self.address, before });
    told = standing(members);
    for (const { what, who, whom, text } of lines)
      thread.line(what, { who: who === null ? null : nameOf(who), whom: whom.map(nameOf), text });
  }

  // ── what the talk comes to ──────────────────────────────────────────────────────────────────────────────

  function learn(incoming: Incoming): void {
    conference = incoming.contact;
    focus = incoming.assertedIdentity;
    subject = tidySubject(incoming.subject) ?? subject;
    const inviter = incoming.referredBy ?? {
      address: incoming.assertedIdentity ?? incoming.from.address,
      name: incoming.from.name,
    };
    invitedBy = inviter.address;
    desk.people.learn(invitedBy, inviter.name);
  }

  /** Contribution-IDs are no secret: whoever knows one must not take the group over. */
  const isAnotherFocus = ({ assertedIdentity }: Incoming): boolean =>
    focus !== null && assertedIdentity !== null && assertedIdentity !== focus;

  function went(from: Talk, state: Conversation, record: PrivateChat | null): void {
    talk = from;
    if (state.is === "invited") {
      shownAt = clock.now();
      stage = { is: "invited", ringFrom: shownAt };
      // Who is in it may be known before one says yes.
      if (conference !== null) roster.subscribe(conference);
    }
    // Whoever moves over from a 1-1 sees that until the group stands.
    if (state.is === "joining" && record === null) stage = { is: "joining" };
    if (state.is === "group" && stage.is !== "open") stands(state.leg, record);
    touch();
  }

  function stands(leg: LegId, record: PrivateChat | null): void {
    stage = { is: "open" };
    line = leg;
    if (conference !== null) roster.subscribe(conference);
    if (seam === null) standsFirst(record);
    thread.feed({ on: "opened", line: leg });
    lookAfterPeer();
    tell();
  }

  function standsFirst(record: PrivateChat | null): void {
    shownAt = clock.now();
    seam = { at: shownAt, fresh: true };
    desk.after(timers.seamMs, () => {
      if (seam !== null) seam = { ...seam, fresh: false };
      touch();
    });
    if (record !== null) takePlaceOf(record);
    else if (begun !== null) desk.reselect(begun.record.id, id);
    if (begun !== null) return;
    if (record !== null) told = new Map([[invitedBy, "in"]]);
    else {
      // To somebody new what is there already is no news, but who brought us in is.
      told = roster.members().length === 0 ? null : standing(roster.members());
      thread.line("added", { who: nameOf(invitedBy), whom: [self] });
    }
  }

  /** Its place in the list, its draft, its reader. */
  function takePlaceOf(record: PrivateChat): void {
    earlier = { record, until: null };
    const now = shownAt;
    shownAt = record.thread.lastAt();
    const handed = record.handOver();
    unread += handed.unread;
    if (draft === "") draft = handed.draft;
    if (draft !== "") {
      label = "to everyone";
      inertUntil = now + timers.inertMs;
    }
    desk.reselect(record.id, id);
  }

  function parted(why: Parting, before: Conversation, record: PrivateChat | null): boolean {
    stopOverdue?.();
    stopOverdue = null;
    switch (before.is) {
      case "asking":
        if (why.how === "refused" && why.cause !== 487) begun?.record.failed(failedAsked(why));
        forget();
        return why.how !== "glare";
      case "invited":
        if (why.how === "own") missed("declined");
        else missed(why.how === "missed" && why.cause === 200 ? "elsewhere" : "missed");
        return false;
      case "joining":
        if (stage.is === "hidden") forget();
        else if (why.how === "own") over("you-left");
        else missed("missed");
        return record !== null;
      case "group":
        return left(why, record);
      default:
        return false;
    }
  }

  function left(why: Parting, record: PrivateChat | null): boolean {
    const isSentAway = why.how === "sent-away";
    if (why.how === "own") over("you-left");
    else if (why.how === "glare" || (isSentAway && why.cause === 487 && record !== null)) {
      // Whoever began it took it back, or the other of two wins: the 1-1 has its row again.
      if (why.how === "glare" || !thread.items().some((item) => item.kind === "message")) forget();
      else over("closed");
      record?.show();
      if (why.how !== "glare") record?.interrupted();
      desk.reselect(id, record?.id ?? null);
      return why.how !== "glare";
    } else if (isSentAway && (why.cause === 410 || why.cause === 487)) over("closed");
    else if (isSentAway && why.cause === 200) over("removed");
    else away();
    return false;
  }

  /** What the roster does not say of somebody, the answer of the factory does. */
  function failedAsked(why: Parting): readonly Asked[] {
    const status = why.cause ?? 480;
    return chat.asked().map((one) => {
      if (one.is === "declined" || one.is === "unreachable") return one;
      const is = isDeclined(status) ? "declined" : "unreachable";
      const reason = factoryReasonOf(status, why.text);
      return { ...one, is, reason, status, ringFrom: null, ringUntil: null };
    });
  }

  function missed(how: Extract<Stage, { is: "missed" }>["how"]): void {
    stage = { is: "missed", how };
    roster.unsubscribe();
    giveUpText();
    touch();
  }

  function giveUpText(): void {
    thread.feed({ on: "shut", line: line ?? "", how: "closed" });
  }

  function away(): void {
    stage = { is: "away", cause: sentences.groupSilent };
    roster.unsubscribe();
    thread.feed({ on: "shut", line: line ?? "", how: "lost" });
    if (conference !== null) door.soon(conference);
    touch();
  }

  /** Text that waits for the group fails visibly, once there is no group to wait for. */
  function over(how: "you-left" | "removed" | "closed"): void {
    stage = { is: "ended", how };
    roster.unsubscribe();
    door.stop();
    if (how === "removed") thread.line("removed", { whom: [self] });
    else thread.line(how);
    giveUpText();
    touch();
  }

  function notLetIn(status: number): void {
    if (status === 403) over("removed");
    else if (status === 404 || status === 410 || status === 481) {
      over("closed");
      // The focus has lost it, but two of its people still have each other (decision 27).
      earlier?.record.interrupted();
      earlier?.record.show();
    } else if (stage.is === "away" && conference !== null) door.soon(conference);
    else {
      missed("missed");
      thread.line("note", { text: `${reasonOf(status)}.` });
    }
  }

  function forget(): void {
    stage = { is: "hidden" };
    roster.unsubscribe();
    door.stop();
    desk.forget(chat);
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
        subject,
        conference,
        invitedBy: nameOf(invitedBy),
        roster: roster.members(),
        rings: roster.rings(),
        limit: roster.limit(),
        seam,
        earlier:
          earlier === null
            ? null
            : {
                peer: nameOf(earlier.record.peer),
                items: earlier.record.thread.items(),
                until: earlier.until,
              },
        items: thread.items(),
        unread,
        shownAt,
        draft,
        composer: { label, inertUntil },
        ringMs: timers.ringMs,
        nameOf,
      }),
    subject: () => subject,
    hasBegun: () => seam !== null,
    continues: () => earlier?.record ?? null,
    seal: (record) => {
      if (earlier?.record !== record || earlier.until !== null) return;
      earlier = { record, until: record.thread.lastAt() };
    },
    tookIn: (record) => {
      if (earlier?.record !== record || earlier.until !== null) return false;
      if (!desk.isSelected(id)) unread += 1;
      touch();
      return true;
    },
    begin: (record, wanted) => {
      begun = { record, wanted };
      focus = desk.factory === null ? null : bareAddress(desk.factory);
    },
    asked: () => askedOf(begun?.wanted ?? [], roster.members(), self.address, roster.rings(), nameOf),
    reachedAt: (contact) => {
      conference = contact;
      roster.subscribe(contact);
    },
    mediaOf,
    invited: (incoming, place) => {
      if (isAnotherFocus(incoming)) return desk.agent.refuse(incoming.leg, 403);
      learn(incoming);
      const state = talk?.state();
      // Whoever is invited anew is not in it any more, as the focus sees it; who was, or is on the way, comes back.
      const isComing =
        state?.is === "group" || stage.is === "away" || (stage.is === "joining" && state?.is !== "joining");
      if (state?.is === "group" || state?.is === "invited") talk?.broke(state.leg);
      door.stop();
      const busy = state?.is === "joining" ? talk : null;
      const taking = place?.talk ?? busy ?? createTalk(desk, null);
      taking.invited(chat, incoming, place?.leg ?? null);
      const isFriend = desk.people.recent().some((person) => person.address === invitedBy);
      if (place === null && (isComing || (isFriend && desk.joinsByItself()))) taking.feed({ on: "join" });
    },
    turnedAway: (incoming, how) => {
      if (stage.is !== "hidden") return;
      learn(incoming);
      shownAt = clock.now();
      missed(how);
    },
    unwanted: () => {
      if (stage.is === "hidden") forget();
    },
    went,
    parted,
    partsWith: (record) => {
      if (record === null || earlier?.record !== record) return;
      earlier = null;
      const known = roster.members().find((member) => member.address === record.peer);
      if (known !== undefined && told !== null) told = new Map([...told, [record.peer, known.is]]);
      const text = known?.is === "unreachable" ? reasonOf(known.status) : null;
      thread.line("stayed", { whom: [nameOf(record.peer)], text });
    },
    adopt: (other) => {
      thread.adopt(other.thread.items());
      const handed = other.handOver();
      draft = handed.draft;
      unread += handed.unread;
    },
    referred: (to, status) => {
      if (status < 300) return;
      thread.line("unreachable", { whom: [nameOf(bareAddress(to))], text: reasonOf(status) });
    },
    handOver: () => {
      const handed = { draft, unread };
      draft = "";
      unread = 0;
      return handed;
    },
    setDraft: (text) => {
      draft = text;
      // The label stays until what was begun for somebody else is sent or cleared.
      if (text === "") label = null;
      touch();
    },
    read: () => {
      if (unread === 0) return;
      unread = 0;
      touch();
    },
    join: () => {
      if (stage.is === "invited") talk?.feed({ on: "join" });
      else if (stage.is === "missed" && conference !== null) {
        stage = { is: "joining" };
        door.now(conference);
        touch();
      }
    },
    leave: () => {
      const state = talk?.state();
      if (stage.is === "invited" || state?.is === "group" || state?.is === "joining") talk?.leave();
      else if (stage.is === "away") over("you-left");
      else if (stage.is === "joining") {
        door.stop();
        missed("missed");
      }
    },
    add: (people) => {
      const is = talk?.state().is;
      if (is === "group" || is === "joining") talk?.add(chat, people);
      else thread.line("unreachable", { whom: people.map(nameOf), text: reasonOf(null) });
    },
    wake: () => door.wake(),
    hangUp: () => {
      const state = talk?.state();
      door.stop();
      roster.unsubscribe();
      if (state?.is === "invited" || state?.is === "joining" || state?.is === "group")
        desk.agent.end(state.leg, null);
    },
  };
  return chat;
}
