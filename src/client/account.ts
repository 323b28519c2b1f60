/**
 * One signed-in account: its links to SIP server and relay, its chats, and where each thing that happens goes.
 *
 * Whatever comes in, from a socket, a timer or a person, is one turn: all its consequences are drawn first, then the
 * screen is told once.
 */
import type { Clock } from "../flow/clock.ts";
import type { LegId } from "../flow/extend.ts";
import type { MsrpLink, MsrpLinkEvent } from "../flow/msrp-link.ts";
import type { Agent, AgentEvent, AgentOptions, Became, OpenSocket } from "../sip/agent.ts";
import { createAgent } from "../sip/create-agent.ts";
import { bareAddress, domainOf, userOf } from "./addresses.ts";
import { groupIdOf, type Desk, type LegEvent, type Row } from "./desk.ts";
import { createGroupChat } from "./group-chat.ts";
import { createListRoom } from "./list-room.ts";
import { createMedia } from "./media.ts";
import type { KeptGroup } from "./kept-groups.ts";
import type { Chat, ChatId, Person } from "./model.ts";
import { createMsrpLink, type MsrpLinkOptions } from "./msrp-link.ts";
import { createOneToOnes } from "./one-to-ones.ts";
import { createPeople, type People } from "./people.ts";
import { createPrivateChat } from "./private-chat.ts";
import { createReach } from "./reach.ts";
import { receive, receiveMessage } from "./reception.ts";
import type { GroupChat, GroupOptions, PrivateChat } from "./rooms.ts";
import type { Talk } from "./talk.ts";
import { agentTimers, type ClientTimers } from "./timers.ts";

/** How SIP and MSRP are reached. */
export type MakeLinks = {
  readonly agent: (options: AgentOptions) => Agent;
  readonly relay: (options: MsrpLinkOptions) => MsrpLink;
};

export const realLinks: MakeLinks = { agent: createAgent, relay: createMsrpLink };

export type AccountOptions = {
  readonly links: MakeLinks;
  readonly self: Person;
  readonly password: string;
  /** ws: or wss: URLs. */
  readonly server: string;
  readonly relay: string;
  readonly factory: string | null;
  readonly behindB2bua: boolean;
  readonly messageBytes: number;
  readonly instanceId: string;
  readonly contacts: readonly Person[];
  readonly recent: readonly Person[];
  /** Groups that an earlier page was in. */
  readonly kept: readonly KeptGroup[];
  readonly keep: (groups: readonly KeptGroup[]) => void;
  readonly timers: ClientTimers;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  readonly freshId: () => string;
  readonly joinsByItself: () => boolean;
  readonly isSelected: (id: ChatId) => boolean;
  readonly reselect: (from: ChatId, to: ChatId | null) => void;
  /** At the end of a turn: the rows that look different; null: gone. */
  readonly shown: (rows: ReadonlyMap<ChatId, Chat | null>) => void;
  readonly peopleChanged: (people: People) => void;
  readonly onSip: (event: AgentEvent) => void;
  readonly onRelay: (event: MsrpLinkEvent) => void;
};

export interface Account {
  readonly self: Person;
  readonly people: People;
  readonly factory: string | null;
  start(): void;
  tryNow(): void;
  stop(): Promise<void>;
  /** Everything a person does is a turn. */
  turn<T>(run: () => T): T;
  /** Opens the row of that person, new or old. */
  open(address: string): PrivateChat;
  privateIn(id: ChatId): PrivateChat | null;
  groupIn(id: ChatId): GroupChat | null;
  isConference(address: string): boolean;
}

export function createAccount(options: AccountOptions): Account {
  const { self, clock, freshId, timers, factory } = options;
  const privates = new Map<string, PrivateChat>();
  const groups = new Map<string, GroupChat>();
  const heard = new Map<LegId, (event: LegEvent) => void>();
  const watched = new Map<string, (body: string, terminated: string | null) => void>();
  const sent = new Map<string, (how: Became, accept: readonly string[]) => void>();
  const touched = new Set<Row>();
  /** Rows that the person has opened by hand. */
  const opened = new Set<string>();
  const reach = createReach({
    clock,
    settleMs: timers.settleMs,
    registered: () => {
      for (const chat of privates.values()) chat.wake();
    },
    online: () => {
      for (const group of groups.values()) group.wake();
      for (const chat of privates.values()) chat.wake();
    },
  });
  let depth = 0;
  let peopleAreNew = false;
  let stopped = false;

  function turn<T>(run: () => T): T {
    depth += 1;
    try {
      return run();
    } finally {
      depth -= 1;
      if (depth === 0) show();
    }
  }

  function show(): void {
    if (stopped) return;
    if (peopleAreNew) {
      peopleAreNew = false;
      for (const row of [...privates.values(), ...groups.values()]) touched.add(row);
      options.peopleChanged(people);
    }
    if (touched.size === 0) return;
    const rows = new Map<ChatId, Chat | null>();
    for (const { id } of touched) rows.set(id, (privates.get(id) ?? groups.get(id))?.view() ?? null);
    touched.clear();
    options.shown(rows);
    options.keep([...groups.values()].flatMap((group) => group.kept() ?? []));
  }

  const people = createPeople({
    self,
    contacts: options.contacts,
    recent: options.recent,
    changed: () => {
      peopleAreNew = true;
    },
  });

  // ── the links ───────────────────────────────────────────────────────────────────────────────────────────

  const agent = options.links.agent({
    address: self.address,
    name: self.name,
    password: options.password,
    server: options.server,
    instanceId: options.instanceId,
    openSocket: options.openSocket,
    freshId,
    clock,
    timers: agentTimers(timers),
    onEvent: (event) => {
      if (!stopped) turn(() => heardSip(event));
    },
  });
  const link = options.links.relay({
    url: options.relay,
    user: userOf(self.address),
    password: options.password,
    openSocket: options.openSocket,
    clock,
    freshId,
    settings: timers,
    onEvent: (event) => {
      if (!stopped) turn(() => heardRelay(event));
    },
  });
  const media = createMedia({ link, clock, pathMs: timers.pathMs, turn });

  function heardSip(event: AgentEvent): void {
    switch (event.on) {
      case "registered":
        reach.is("sip", true);
        return options.onSip(event);
      case "disconnected":
        // What took the one connection may have taken the other, without a word.
        link.tryNow();
        reach.is("sip", false);
        return options.onSip(event);
      case "denied":
        reach.is("sip", false);
        return options.onSip(event);
      case "connecting":
        return options.onSip(event);
      case "incoming":
        return receive(desk, talkOf, event.incoming);
      case "message":
        return agent.answer(event.message.id, receiveMessage(desk, event.message));
      case "answered": {
        const became = sent.get(event.message);
        sent.delete(event.message);
        return became?.(event.became, event.accept);
      }
      case "moving":
        return media.moving(event.leg, event.sdp, (sdp) =>
          agent.moved(event.leg, typeof sdp === "string" ? sdp : null),
        );
      case "notified":
        return watched.get(event.subscription)?.(event.body, event.terminated);
      default:
        heard.get(event.leg)?.(event);
    }
  }

  function heardRelay(event: MsrpLinkEvent): void {
    const isReady = event.on === "ready";
    if (isReady) media.pathsCame();
    reach.is("relay", isReady);
    options.onRelay(event);
  }

  const talkOf = (leg: LegId): Talk | null =>
    [...privates.values()].map((chat) => chat.talkOf(leg)).find((talk) => talk !== null) ?? null;

  // ── what the chats share ────────────────────────────────────────────────────────────────────────────────

  const knownGroup = (contributionId: string): GroupChat | undefined =>
    [...groups.values()].find((group) => group.contributionId === contributionId);

  const room = createListRoom({
    groups: () => [...groups.values()],
    privates: () => [...privates.values()],
    knows: (address) => people.knows(address),
    isSelected: options.isSelected,
    isOpened: (address) => opened.has(address),
    forgetGroup: (group) => desk.forget(group),
    forgetPrivate: (chat) => {
      privates.delete(chat.peer);
      touched.add(chat);
    },
  });

  const desk: Desk = {
    self,
    factory,
    behindB2bua: options.behindB2bua,
    messageBytes: options.messageBytes,
    agent,
    media,
    clock,
    timers,
    people,
    oneToOnes: createOneToOnes(self.address, clock, (leg) => agent.dialog(leg)),
    freshId,
    isRegistered: () => !stopped && reach.isRegistered(),
    isOnline: () => !stopped && reach.isOnline(),
    isSettling: () => reach.isSettling(),
    joinsByItself: options.joinsByItself,
    after: (ms, run) =>
      clock.after(ms, () => {
        if (!stopped) turn(run);
      }),
    own: (leg, hear) => {
      if (hear === null) heard.delete(leg);
      else heard.set(leg, hear);
    },
    message: (message, became) => {
      sent.set(message.id, became);
      agent.message(message);
    },
    watch: (subscription, hear) => {
      if (hear === null) watched.delete(subscription);
      else watched.set(subscription, hear);
    },
    touch: (row) => void touched.add(row),
    isSelected: options.isSelected,
    reselect: options.reselect,
    privateChat: (address) => {
      const known = privates.get(address);
      if (known !== undefined) return known;
      const created = createPrivateChat(desk, address);
      privates.set(address, created);
      touched.add(created);
      return created;
    },
    knownChat: (address) => privates.get(address) ?? null,
    hasRoom: (by) => {
      if ("caller" in by) return room.forCaller(by.caller);
      return knownGroup(by.group) !== undefined || room.forGroup();
    },
    groupFor: (incoming) => {
      const contributionId = groupIdOf(incoming);
      return (
        knownGroup(contributionId) ??
        desk.newGroup({
          contributionId,
          conversationId: incoming.conversationId ?? freshId(),
          subject: incoming.subject,
        })
      );
    },
    newGroup: (begun: GroupOptions) => {
      const group = createGroupChat(desk, begun);
      groups.set(group.id, group);
      return group;
    },
    groups: () => [...groups.values()],
    forget: (group) => {
      groups.delete(group.id);
      touched.add(group);
    },
  };

  return {
    self,
    people,
    factory,
    start: () => {
      turn(() => {
        for (const one of options.kept) desk.newGroup(one).recall(one);
      });
      agent.start();
      link.start();
    },
    tryNow: () => {
      agent.tryNow();
      link.tryNow();
    },
    stop: async () => {
      stopped = true;
      for (const chat of [...privates.values(), ...groups.values()]) chat.hangUp();
      link.stop();
      await agent.stop();
    },
    turn,
    open: (address) => {
      opened.add(address);
      const chat = desk.privateChat(address);
      chat.show();
      return chat;
    },
    privateIn: (id) => privates.get(id) ?? null,
    groupIn: (id) => groups.get(id) ?? null,
    isConference: (address) =>
      factory !== null && bareAddress(address) === bareAddress(factory) && domainOf(address) !== "",
  };
}
