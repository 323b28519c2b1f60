/**
 * Headless people: the real client in Node, over real sockets, signed in to a network in a box. What a test does is
 * what a person can do (`actions`), what it sees is what a screen would show (`state`).
 *
 * They never sleep and never poll: `until` looks at the store each time it changed.
 */
import { createClient } from "../client/client.ts";
import type { Actions, AppConfig, AppState, Chat, ChatId, Message } from "../client/model.ts";
import type { KeyValue } from "../client/settings.ts";
import type { Box } from "../server/network-in-a-box.ts";
import { freshId, systemClock } from "../server/system.ts";
import { describeState, groupIn, messagesOf, oneToOne } from "./headless-state.ts";
import { createTap, type Tap } from "./headless-tap.ts";
import { until } from "./headless-until.ts";

export interface HeadlessPerson {
  readonly user: string;
  readonly address: string;
  readonly actions: Actions;
  /** A hand on this person's sockets. */
  readonly tap: Tap;
  state(): AppState;
  /** What `find` finds, as soon as it does; rejects with the state when it never does. */
  until<T>(what: string, find: (state: AppState) => T | null | undefined | false): Promise<T>;
  /** The private chat with this person, a new row if need be. */
  chatWith(peer: { readonly address: string }): Chat;
  /** The group, once it is open. */
  group(): Promise<Chat>;
  say(chat: { readonly id: ChatId }, text: string): void;
  /** Somebody else's message with that text, in whatever chat. */
  read(text: string): Promise<Message>;
  /** One's own message, once the other end has it. */
  sent(text: string): Promise<Message>;
  signIn(): Promise<void>;
  signOut(): Promise<void>;
  stop(): Promise<void>;
}

export type PeopleOptions = {
  /** How long each wait may take. Long: a machine may be busy, and a wait that is not in vain costs nothing. */
  readonly limitMs?: number;
  /** Lengths of time of the client that differ from its own. */
  readonly timers?: Readonly<Record<string, number>>;
  /** Each message of SIP at each of them: for networks that can't be looked into. */
  readonly onSip?: (user: string, way: "in" | "out", text: string) => void;
};

export const defaultLimitMs = 15_000;

/** Signed in, in the order named. Their passwords are in the box's own `config.json`, as for the app. */
export async function startPeople<const Users extends readonly string[]>(
  box: Pick<Box, "url">,
  users: Users,
  options: PeopleOptions = {},
): Promise<{ readonly [Each in keyof Users]: HeadlessPerson }> {
  const response = await fetch(new URL("config.json", box.url));
  const config = { ...((await response.json()) as AppConfig), timers: options.timers ?? {} };
  const people = users.map((user) => startPerson(config, box.url, user, options));
  try {
    await Promise.all(people.map((person) => person.signIn()));
  } catch (error) {
    await stopPeople(people);
    throw error;
  }
  return people as { readonly [Each in keyof Users]: HeadlessPerson };
}

export async function stopPeople(people: readonly HeadlessPerson[]): Promise<void> {
  await Promise.all(people.map((person) => person.stop()));
}

function startPerson(config: AppConfig, base: string, user: string, options: PeopleOptions): HeadlessPerson {
  const { limitMs = defaultLimitMs, onSip } = options;
  const [preset] = config.presets;
  const account = preset?.demo.find(({ address }) => address.startsWith(`sip:${user}@`));
  if (preset === undefined || account === undefined) throw new Error(`the box has no account ${user}`);
  const { address } = account;
  const tap = createTap(limitMs, (way, text) => onSip?.(user, way, text));
  const client = createClient({
    config,
    base,
    openSocket: tap.openSocket,
    clock: systemClock,
    freshId,
    stores: { session: memoryStorage(), local: memoryStorage() },
  });
  const { store, actions } = client;
  client.start();

  const person: HeadlessPerson = {
    user,
    address,
    actions,
    tap,
    state: store.getState,
    until: (what, find) =>
      until(store, {
        find: () => find(store.getState()),
        limitMs,
        what: `${what} at ${user}`,
        instead: () => describeState(store.getState()),
      }),
    chatWith: (peer) => {
      const problem = actions.startChat(peer.address);
      const chat = oneToOne(store.getState(), peer.address);
      if (chat === null) throw new Error(`${user} can't chat with ${peer.address}: ${problem ?? "no row"}`);
      return chat;
    },
    group: () => person.until("an open group", (state) => groupIn(state, "open")),
    say: ({ id }, text) => actions.send(id, text),
    read: (text) => person.until(`"${text}"`, (state) => messageIn(state, false, text)),
    sent: (text) =>
      person.until(`"${text}" sent`, (state) => {
        const message = messageIn(state, true, text);
        return (message?.is === "sent" || message?.is === "delivered") && message;
      }),
    signIn: async () => {
      const { server, factory, relay } = preset;
      actions.signIn({ ...account, server, factory, relay, keep: false });
      await person.until("signing in", ({ session, connection }) => {
        if (session.is === "signed-out" && session.problem !== null) throw new Error(session.problem);
        return session.is === "signed-in" && (connection.is === "connected" || connection.is === "back");
      });
    },
    signOut: async () => {
      actions.signOut();
      await person.until("signing out", ({ session }) => session.is === "signed-out");
    },
    stop: () => client.stop(),
  };
  return person;
}

function messageIn(state: AppState, mine: boolean, text: string): Message | undefined {
  return Object.values(state.chats)
    .flatMap(messagesOf)
    .find((message) => message.mine === mine && message.text === text);
}

function memoryStorage(): KeyValue {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}
