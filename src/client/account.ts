/**
 * One signed-in account: its links to SIP server and relay, its chats, and where each thing that happens goes, one turn
 * at a time (`turns.ts`).
 */
import type { Clock } from "../flow/clock.ts";
import type { MsrpLink, MsrpLinkEvent } from "../flow/msrp-link.ts";
import type { Agent, AgentEvent, AgentOptions, OpenSocket } from "../sip/agent.ts";
import { createAgent } from "../sip/create-agent.ts";
import { bareAddress, domainOf, userOf } from "./addresses.ts";
import { createChats } from "./chats.ts";
import type { Desk } from "./desk.ts";
import { createHearing } from "./hearing.ts";
import { createMedia } from "./media.ts";
import type { KeptGroup } from "./kept-groups.ts";
import type { Chat, ChatId, Person } from "./model.ts";
import { createMsrpLink, type MsrpLinkOptions } from "./msrp-link.ts";
import { createOneToOnes } from "./one-to-ones.ts";
import { createPeople, type People } from "./people.ts";
import { createReach } from "./reach.ts";
import { receive, receiveMessage } from "./reception.ts";
import type { GroupChat, PrivateChat } from "./rooms.ts";
import { agentTimers, type ClientTimers } from "./timers.ts";
import { createTurns } from "./turns.ts";

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
  readonly isLookedAt: (id: ChatId) => boolean;
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
  const hearing = createHearing();
  const chats = createChats(() => desk);
  const wakePrivates = (): void => {
    for (const chat of chats.privates()) chat.wake();
  };
  const reach = createReach({
    clock,
    settleMs: timers.settleMs,
    registered: wakePrivates,
    online: () => {
      for (const group of chats.groups()) group.wake();
      wakePrivates();
    },
  });
  let stopped = false;
  const turns = createTurns({
    rows: () => chats.all(),
    rowOf: (id) => chats.privateIn(id) ?? chats.groupIn(id),
    peopleChanged: () => options.peopleChanged(people),
    shown: (changed) => {
      options.shown(changed);
      options.keep(chats.groups().flatMap((group) => group.kept() ?? []));
    },
    isStopped: () => stopped,
  });
  const turn: Account["turn"] = (run) => turns.turn(run);
  const people = createPeople({
    self,
    contacts: options.contacts,
    recent: options.recent,
    changed: () => turns.touchAll(),
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
        return receive(desk, (leg) => chats.talkOf(leg), event.incoming);
      case "message":
        return agent.answer(event.message.id, receiveMessage(desk, event.message));
      case "answered":
        return hearing.onAnswered(event);
      case "moving":
        return media.moving(event.leg, event.sdp, (sdp) =>
          agent.moved(event.leg, typeof sdp === "string" ? sdp : null),
        );
      case "notified":
        return hearing.onNotified(event);
      default:
        hearing.onLeg(event);
    }
  }

  function heardRelay(event: MsrpLinkEvent): void {
    const isReady = event.on === "ready";
    if (isReady) media.pathsCame();
    reach.is("relay", isReady);
    options.onRelay(event);
  }

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
    own: (leg, hear) => hearing.own(leg, hear),
    watch: (subscription, hear) => hearing.watch(subscription, hear),
    message: (message, became) => {
      hearing.await(message.id, became);
      agent.message(message);
    },
    touch: (row) => turns.touch(row),
    isSelected: options.isSelected,
    isLookedAt: options.isLookedAt,
    reselect: options.reselect,
    ...chats,
  };

  return {
    self,
    people,
    factory,
    start: () => {
      turn(() => {
        for (const one of options.kept) chats.newGroup(one).recall(one);
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
      for (const row of chats.all()) row.hangUp();
      link.stop();
      await agent.stop();
    },
    turn,
    open: (address) => chats.open(address),
    privateIn: (id) => chats.privateIn(id),
    groupIn: (id) => chats.groupIn(id),
    isConference: (address) =>
      factory !== null && bareAddress(address) === bareAddress(factory) && domainOf(address) !== "",
  };
}
