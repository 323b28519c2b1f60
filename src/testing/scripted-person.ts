/**
 * Alice alone in a room: the whole client with a clock that a test moves, a SIP agent and a relay that a test speaks
 * for. Every order of what Bob, Carol and the focus X do can be played, and none of it takes time.
 */
import { createClient, type Client } from "../client/client.ts";
import type { Actions, AppState, Chat, Message } from "../client/model.ts";
import type { KeyValue } from "../client/storage.ts";
import type { Incoming, LegId } from "../sip/agent.ts";
import { formatConferenceInfo, type ConferenceUser } from "../wire/conference-info.ts";
import { manualClock, type ManualClock } from "./manual-clock.ts";
import { incoming, scriptedAgent, type ScriptedAgent } from "./scripted-agent.ts";
import { farSdp, scriptedRelay, type ScriptedRelay } from "./scripted-relay.ts";

export const alice = "sip:alice@segue.example";
export const bob = "sip:bob@segue.example";
export const carol = "sip:carol@segue.example";
export const dave = "sip:dave@segue.example";
export const stranger = "sip:mallory@elsewhere.example";
export const factory = "sip:conference-factory@segue.example";
export const conference = `${factory};conf=1`;

export interface ScriptedPerson {
  readonly client: Client;
  readonly actions: Actions;
  readonly agent: ScriptedAgent;
  readonly relay: ScriptedRelay;
  readonly clock: ManualClock;
  state(): AppState;
  /** The row of that person; throws where there is none. */
  row(peer: string): Chat;
  hasRow(id: string): boolean;
  groups(): readonly Chat[];
  /** The only group; throws where there are none or several. */
  group(): Chat;
  /** Both links stand. */
  online(): void;
  /** Writes, calls, is accepted: a 1-1 that stands, its first text reported. The session has the name given. */
  talksWith(peer: string, session: string, text?: string): LegId;
  /** That person's client answers our call. */
  isAccepted(leg: LegId, peer: string, session: string): void;
  /** Called and accepted by itself. */
  isCalled(leg: LegId, peer: string, different?: Partial<Incoming>): void;
  /** The focus invites; `by` as Referred-By. */
  isInvited(leg: LegId, by: string, different?: Partial<Incoming>): void;
  /** Adds people in the row of that peer; answers the leg to the focus. */
  asks(peer: string, others: readonly string[]): LegId;
  /** The focus answers 200. */
  isLetIn(leg: LegId, session: string): void;
  /** A full roster to the newest subscription: how each stands. */
  roster(...users: readonly Partial<ConferenceUser>[]): void;
}

export const user = (
  entity: string,
  status: ConferenceUser["status"],
  different: Partial<ConferenceUser> = {},
): Partial<ConferenceUser> => ({ entity, status, ...different });

export const declined = (entity: string, cause = 603): Partial<ConferenceUser> =>
  user(entity, "disconnected", {
    disconnectionMethod: "failed",
    reason: { cause, text: "" },
    invitedBy: alice,
  });

/** What a person reads in a chat: texts with how they stand, lines in brackets, the seam as `──`. */
export const reading = (chat: Chat): readonly string[] =>
  chat.items.map((item) => {
    if (item.kind === "seam") return "──";
    if (item.kind === "line") return `[${item.what}${item.whom.map((one) => ` ${one.name}`).join("")}]`;
    return item.mine ? `${item.text} (${item.is})` : `${item.from.name}: ${item.text}`;
  });

export const textsIn = (chat: Chat): readonly Message[] =>
  chat.items.filter((item): item is Message => item.kind === "message");

export function memoryStore(): KeyValue {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

const names = ["alice", "bob", "carol", "dave"];

export function scriptedPerson({
  isOnline = true,
  stores = { session: memoryStore(), local: memoryStore() },
} = {}): ScriptedPerson {
  const clock = manualClock(1_000_000);
  const agent = scriptedAgent();
  const relay = scriptedRelay();
  let made = 0;
  let version = 0;
  const client = createClient({
    config: {
      presets: [
        {
          name: "Box",
          domain: "segue.example",
          server: "wss://segue.example/sip",
          relay: "wss://segue.example/msrp",
          factory,
          demo: names.map((name) => ({
            address: `sip:${name}@segue.example`,
            name: name.replace(/^./, (first) => first.toUpperCase()),
            password: "secret",
          })),
        },
      ],
    },
    base: "https://segue.example/",
    openSocket: () => {
      throw new Error("nobody opens a socket here");
    },
    clock,
    freshId: () => (made += 1).toString(16).padStart(32, "0"),
    stores,
    links: { agent: agent.create, relay: relay.create },
  });
  const { actions, store } = client;
  const groups = (): readonly Chat[] =>
    Object.values(store.getState().chats).filter((chat) => chat.kind === "group");

  const person: ScriptedPerson = {
    client,
    actions,
    agent,
    relay,
    clock,
    state: store.getState,
    row: (peer) => {
      const found = store.getState().chats[peer];
      if (found === undefined) throw new Error(`no row ${peer} among ${store.getState().order.join(", ")}`);
      return found;
    },
    hasRow: (id) => store.getState().chats[id] !== undefined,
    groups,
    group: () => {
      const [one, ...more] = groups();
      if (one === undefined || more.length > 0) throw new Error(`${more.length + (one ? 1 : 0)} groups`);
      return one;
    },
    online: () => {
      relay.ready();
      agent.hears({ on: "registered" });
    },
    talksWith: (peer, session, text = "Hi.") => {
      actions.startChat(peer);
      actions.send(peer, text);
      const { leg } = agent.last("invite");
      person.isAccepted(leg, peer, session);
      relay.session(session).reports();
      return leg;
    },
    isAccepted: (leg, peer, session) =>
      agent.hears({
        on: "accepted",
        leg,
        contact: peer,
        isFocus: false,
        sdp: farSdp(session),
        contributionId: null,
      }),
    isCalled: (leg, peer, different) => {
      agent.hears({ on: "incoming", incoming: incoming(leg, peer, { sdp: farSdp(leg), ...different }) });
      if (agent.count("accept", leg) > 0) agent.hears({ on: "acked", leg });
    },
    isInvited: (leg, by, different) =>
      agent.hears({
        on: "incoming",
        incoming: incoming(leg, factory, {
          contact: conference,
          isFocus: true,
          referredBy: { address: by, name: "" },
          sdp: farSdp(leg),
          ...different,
        }),
      }),
    asks: (peer, others) => {
      actions.addPeople(peer, others, null);
      return agent.last("invite").leg;
    },
    isLetIn: (leg, session) =>
      agent.hears({
        on: "accepted",
        leg,
        contact: conference,
        isFocus: true,
        sdp: farSdp(session),
        contributionId: null,
      }),
    roster: (...users) =>
      agent.hears({
        on: "notified",
        subscription: agent.last("subscribe").subscription,
        terminated: null,
        body: formatConferenceInfo({
          entity: conference,
          state: "full",
          version: (version += 1),
          subject: null,
          maximumUserCount: null,
          usersState: "full",
          users: users.map((one) => ({
            entity: "",
            displayText: null,
            state: "full",
            status: null,
            joiningMethod: null,
            invitedBy: null,
            disconnectionMethod: null,
            reason: null,
            ...one,
          })),
        }),
      }),
  };
  actions.signIn({
    server: "wss://segue.example/sip",
    relay: "wss://segue.example/msrp",
    address: alice,
    password: "secret",
    factory,
    keep: false,
  });
  if (isOnline) person.online();
  return person;
}
