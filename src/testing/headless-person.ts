/**
 * Headless people: the real client in Node, over real sockets, signed in to a network in a box. What a test does is
 * what a person can do (`actions`), what it sees is what a screen would show (`state`).
 *
 * They never sleep and never poll: `until` looks at the store each time it changed.
 */
import { realLinks, type MakeLinks } from "../client/account.ts";
import { createClient, type Client } from "../client/client.ts";
import type { Actions, AppConfig, AppState, Chat, ChatId, Message } from "../client/model.ts";
import { sentences } from "../client/reasons.ts";
import type { KeyValue } from "../client/storage.ts";
import type { Box } from "../server/network-in-a-box.ts";
import { freshId, systemClock } from "../server/system.ts";
import { describeState, groupIn, messagesOf, oneToOne } from "./headless-state.ts";
import { createLine } from "./headless-line.ts";
import { createTap, type Tap } from "./headless-tap.ts";
import { createBell, until } from "./headless-until.ts";

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
  /** Every time the screen looks different, whichever page it is. */
  watch(look: (state: AppState) => void): () => void;
  /** The page goes without a word and comes back with what the browser kept. */
  reload(): Promise<void>;
  /** Its sockets stay open and carry nothing more; those to come work. */
  hush(): void;
  stop(): Promise<void>;
}

export type PeopleOptions = {
  /** How long each wait may take. Long: a machine may be busy, and a wait that is not in vain costs nothing. */
  readonly limitMs?: number;
  /** Lengths of time of the client that differ from its own. */
  readonly timers?: Readonly<Record<string, number>>;
  /** Each message of SIP at each of them: for networks that can't be looked into. */
  readonly onSip?: (user: string, way: "in" | "out", text: string) => void;
  /** Each message of SIP that is about to go out, or has come in and been read. */
  readonly atLine?: (user: string, way: "in" | "out", text: string) => void;
  /** "Keep me signed in". */
  readonly keep?: boolean;
  /** How often somebody presses the button whom the server did not answer in time (default once): where silence is found
   * soon and the machine is busy with much else, that says nothing. */
  readonly signInTries?: number;
  /** In place of the real SIP and MSRP: to look at them. */
  readonly links?: (user: string) => MakeLinks;
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
  const line = createLine(tap.openSocket, (way, text) => options.atLine?.(user, way, text));
  const stores = { session: memoryStorage(), local: memoryStorage() };
  const changes = createBell();
  let client = open();

  /** A page of its own, in the same browser. */
  function open(): Client {
    const page = createClient({
      config,
      base,
      openSocket: line.openSocket,
      clock: systemClock,
      freshId,
      stores,
      links: options.links?.(user) ?? realLinks,
    });
    page.store.subscribe(changes.ring);
    page.start();
    return page;
  }

  const person: HeadlessPerson = {
    user,
    address,
    get actions() {
      return client.actions;
    },
    tap,
    state: () => client.store.getState(),
    until: (what, find) =>
      until(changes, {
        find: () => find(person.state()),
        limitMs,
        what: `${what} at ${user}`,
        instead: () => describeState(person.state()),
      }),
    chatWith: (peer) => {
      const problem = person.actions.startChat(peer.address);
      const chat = oneToOne(person.state(), peer.address);
      if (chat === null) throw new Error(`${user} can't chat with ${peer.address}: ${problem ?? "no row"}`);
      return chat;
    },
    group: () => person.until("an open group", (state) => groupIn(state, "open")),
    say: ({ id }, text) => person.actions.send(id, text),
    read: (text) => person.until(`"${text}"`, (state) => messageIn(state, false, text)),
    sent: (text) =>
      person.until(`"${text}" sent`, (state) => {
        const message = messageIn(state, true, text);
        return (message?.is === "sent" || message?.is === "delivered") && message;
      }),
    signIn: async () => {
      const { server, factory, relay } = preset;
      for (let triesLeft = options.signInTries ?? 1; triesLeft > 0; triesLeft -= 1) {
        person.actions.signIn({ ...account, server, factory, relay, keep: options.keep ?? false });
        try {
          return await signedIn();
        } catch (error) {
          if (triesLeft === 1 || !isUnanswered(error)) throw error;
        }
      }
    },
    signOut: async () => {
      person.actions.signOut();
      await person.until("signing out", ({ session }) => session.is === "signed-out");
    },
    watch: (look) => changes.subscribe(() => look(person.state())),
    reload: async () => {
      const gone = client;
      tap.cut();
      void gone.stop();
      tap.mend();
      client = open();
      changes.ring();
      await signedIn();
    },
    hush: () => {
      // Not read either, so that nobody's ping is answered.
      tap.stall("sip");
      tap.stall("msrp");
      line.hush();
    },
    stop: async () => {
      await client.stop();
      // What was hushed is open still.
      tap.cut();
    },
  };
  return person;

  async function signedIn(): Promise<void> {
    await person.until("signing in", ({ session, connection }) => {
      if (session.is === "signed-out" && session.problem !== null) throw new Error(session.problem);
      return session.is === "signed-in" && (connection.is === "connected" || connection.is === "back");
    });
  }
}

const isUnanswered = (error: unknown): boolean =>
  error instanceof Error &&
  (error.message === sentences.noServer || error.message === sentences.serverSilent);

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
