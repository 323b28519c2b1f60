/**
 * The app without a face: one account on one server, what it knows as a store, what a person can do as actions.
 *
 * Everything it touches is handed in: sockets, clock, ids, storage. So it runs in a browser and headless in Node.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Clock } from "../flow/clock.ts";
import type { AgentEvent, OpenSocket } from "../sip/agent.ts";
import { createAccount, realLinks, type Account, type MakeLinks } from "./account.ts";
import { createChatActions } from "./actions.ts";
import type { CheckTarget } from "./check/run.ts";
import { startChecking, type Look } from "./checking.ts";
import { deniedCause } from "./connection.ts";
import { createConnectionWatch } from "./connection-watch.ts";
import { readGroups, writeGroups } from "./kept-groups.ts";
import type { Actions, AppConfig, AppState, Chat, ChatId, MessageId, SignIn } from "./model.ts";
import { forgetDrafts, readDrafts, writeDrafts } from "./drafts.ts";
import { createOneTab, type OtherTabs } from "./one-tab.ts";
import type { People } from "./people.ts";
import { sentences } from "./reasons.ts";
import {
  defaultSettings,
  forgetAccount,
  instanceId,
  readAccount,
  readRecent,
  readSettings,
  writeAccount,
  writeRecent,
  writeSettings,
  type Stores,
} from "./settings.ts";
import { demoSignIn, readSignIn, type ReadSignIn } from "./signing-in.ts";
import { timersWith } from "./timers.ts";

/** RFC 3428 §8: of one MESSAGE, where somebody on the way may use UDP. */
const safeMessageBytes = 1_300;

export type ClientOptions = {
  readonly config: AppConfig;
  /** http: or https: URL the app was served from; presets that name a path alone are resolved against it. */
  readonly base: string;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  /** At least 128 fresh random bits, as lower-case hex. */
  readonly freshId: () => string;
  readonly stores: Stores;
  /** Whom the page's address names (`?as=alice`): signed in at once, where that is an account anybody may use. */
  readonly as?: string | null;
  /** Tells what other tabs write to the local store; nothing: there are none. */
  readonly otherTabs?: OtherTabs;
  /** Others than over `openSocket`. */
  readonly links?: MakeLinks;
  /** What a browser tells of the way to a server; nothing: there is none. */
  readonly look?: Look;
};

export interface Client {
  readonly store: StoreApi<AppState>;
  readonly actions: Actions;
  /** Signs in again where the person asked for that. */
  start(): void;
  /** The machine woke, the network came back, the tab is seen again: look now instead of waiting. */
  wake(): void;
  /** Whether a person can see the page; what comes while it is behind other tabs is unread. */
  inSight(isInSight: boolean): void;
  /** The page is being left, perhaps for a while: another may have the account. */
  release(): void;
  /** Signs off and closes every socket, without a word to the store afterwards. */
  stop(): Promise<void>;
}

const signedOut = (config: AppConfig, problem: string | null, wasTried = false): AppState => ({
  config,
  session: { is: "signed-out", problem, ...(wasTried ? { tried: true } : {}) },
  connection: { is: "connecting", cause: sentences.connecting, isRelayAlone: false },
  chats: {},
  order: [],
  selected: null,
  firstNew: null,
  contacts: [],
  recent: [],
  settings: defaultSettings,
});

/** The oldest of those texts of others that are not read; null where none of them is left. */
function firstUnread({ items, unread }: Chat): MessageId | null {
  const texts = items.filter((item) => item.kind === "message" && !item.mine);
  return texts.at(-Math.min(unread, texts.length))?.id ?? null;
}

export function createClient(options: ClientOptions): Client {
  const { config, clock, freshId, stores } = options;
  const timers = timersWith(config.timers);
  const store = createStore<AppState>(() => signedOut(config, null));
  const watch = createConnectionWatch(store, clock, timers.backMs);
  let account: Account | null = null;
  /** Signed in for the first time on this page, and not let in yet: a failure leads back to the form. */
  let isTrying = false;
  /** What this tab signed in with, or would where another had not the account. */
  let current: SignIn | null = null;
  /** What was tried last, to be looked into where it failed. */
  let tried: CheckTarget | null = null;
  /** The page was left, and may be shown again as it was. */
  let isReleased = false;
  let isInSight = true;
  const { otherTabs } = options;
  const tabs =
    otherTabs === undefined
      ? null
      : createOneTab({
          local: stores.local,
          otherTabs,
          clock,
          freshId,
          askMs: timers.otherTabMs,
          lost: elsewhere,
        });

  function signIn(given: SignIn, isResumed: boolean, how: "ask" | "take" = "ask"): void {
    const read = readSignIn(given, config, options.base);
    if ("problem" in read) return signedOutWith(read.problem);
    const { address } = read.self;
    leave();
    current = { ...given, address };
    tried = read.target;
    const enterWith = (): void => enter(given, read, isResumed);
    if (tabs === null) return enterWith();
    store.setState({ ...signedOut(config, null), session: { is: "signing-in", address } });
    tabs.claim(address, how, (isHere) => (isHere ? enterWith() : elsewhere()));
  }

  function enter(given: SignIn, { self, target, preset }: ReadSignIn, isResumed: boolean): void {
    const { address } = self;
    isTrying = !isResumed;
    const on = createAccount({
      ...target,
      links: options.links ?? realLinks,
      self,
      messageBytes: preset?.messageBytes ?? safeMessageBytes,
      instanceId: instanceId(stores.local, address, freshId),
      contacts: (preset?.demo ?? [])
        .filter((one) => one.address !== address)
        .map((one) => ({ address: one.address, name: one.name })),
      recent: readRecent(stores.local, address),
      kept: readGroups(stores.local, address),
      keep: (groups) => writeGroups(stores.local, address, groups),
      timers,
      openSocket: options.openSocket,
      clock,
      freshId,
      joinsByItself: () => store.getState().settings.joinByItself,
      isSelected: (id) => store.getState().selected === id,
      isLookedAt: (id) => isInSight && store.getState().selected === id,
      reselect: (from, to) => {
        if (store.getState().selected !== from) return;
        store.setState({ selected: to });
        read();
      },
      shown,
      peopleChanged: (people) => peopleChanged(address, people),
      onSip: (event) => heardSip(event, given),
      onRelay: (event) => watch.heardRelay(event),
    });
    account = on;
    store.setState({
      ...signedOut(config, null),
      session: isResumed
        ? { is: "signed-in", ...self, hasFactory: target.factory !== null }
        : { is: "signing-in", address },
      contacts: on.people.contacts,
      recent: on.people.recent(),
      settings: readSettings(stores.local, address),
    });
    on.start();
    restoreDrafts(on);
  }

  function restoreDrafts(on: Account): void {
    for (const { chat, text } of readDrafts(stores.session, on.self.address)) {
      const group = on.groupIn(chat);
      if (group !== null) on.turn(() => group.setDraft(text));
      else if ("address" in actions.checkAddress(chat, null)) on.turn(() => on.open(chat).setDraft(text));
    }
  }

  function keepDrafts(): void {
    if (account !== null)
      writeDrafts(stores.session, account.self.address, Object.values(store.getState().chats));
  }

  /** Another tab has the account. */
  function elsewhere(): void {
    if (current === null) return;
    const given = current;
    leave();
    current = given;
    store.setState(
      { ...signedOut(config, null), session: { is: "elsewhere", address: given.address } },
      true,
    );
  }

  /** `wasTried`: at the server, so that it can be looked into. */
  function signedOutWith(problem: string | null, wasTried = false): void {
    leave();
    if (!wasTried) tried = null;
    store.setState(signedOut(config, problem, wasTried), true);
  }

  function leave(): void {
    watch.stop();
    void account?.stop();
    account = null;
    current = null;
    tabs?.release();
  }

  function heardSip(event: AgentEvent, given: SignIn): void {
    if (isTrying && event.on === "denied") return signedOutWith(deniedCause(event.status), true);
    if (isTrying && event.on === "disconnected")
      return signedOutWith(event.cause === "server" ? sentences.serverSilent : sentences.noServer, true);
    if (event.on === "registered") {
      if (isTrying) letIn(given);
      isTrying = false;
    }
    watch.heardSip(event);
  }

  /** A check has had an answer; who is not answered is no reason to take anything away. */
  function factoryFound(isThere: boolean): void {
    const { session } = store.getState();
    if (session.is === "signed-in" && tried?.factory !== null)
      store.setState({ session: { ...session, hasFactory: isThere } });
  }

  function letIn(given: SignIn): void {
    if (account === null) return;
    writeAccount(stores.session, { ...given, address: account.self.address });
    store.setState({
      session: { is: "signed-in", ...account.self, hasFactory: given.factory !== null },
    });
  }

  function shown(rows: ReadonlyMap<ChatId, Chat | null>): void {
    const chats: Record<ChatId, Chat> = { ...store.getState().chats };
    for (const [id, chat] of rows)
      if (chat === null) delete chats[id];
      else chats[id] = chat;
    const order = Object.values(chats)
      .toSorted((a, b) => b.lastAt - a.lastAt)
      .map((chat) => chat.id);
    const { selected } = store.getState();
    store.setState({ chats, order, selected: selected !== null && chats[selected] ? selected : null });
  }

  function peopleChanged(address: string, people: People): void {
    writeRecent(stores.local, address, people.recent());
    store.setState({ recent: people.recent() });
  }

  function select(id: ChatId | null): void {
    if (id !== store.getState().selected) store.setState({ selected: id, firstNew: null });
    read();
  }

  /** What is unread in the chat that is open has been seen, if the page is. */
  function read(): void {
    const { selected: id, chats } = store.getState();
    if (id === null || !isInSight) return;
    const chat = chats[id];
    if (chat !== undefined && chat.unread > 0) store.setState({ firstNew: firstUnread(chat) });
    account?.turn(() => (account?.groupIn(id) ?? account?.privateIn(id))?.read());
  }

  const actions: Actions = {
    ...createChatActions(() => account, store.getState, select),
    signIn: (given) => signIn(given, false),
    signOut: () => {
      if (current !== null) {
        forgetAccount(stores.session, current.address);
        forgetDrafts(stores.session, current.address);
      }
      signedOutWith(null);
    },
    useHere: () => {
      if (current !== null && account === null) signIn(current, true, "take");
    },
    tryNow: () => account?.tryNow(),
    select,
    checkServer: (show) =>
      tried === null
        ? () => {}
        : startChecking(
            tried,
            { ...options, look: options.look ?? null, chunkBytes: timers.chunkBytes, factoryFound },
            show,
          ),
    setSettings: (settings) => {
      if (account !== null) writeSettings(stores.local, account.self.address, settings);
      store.setState({ settings });
    },
  };

  return {
    store,
    actions,
    start: () => {
      const kept = readAccount(stores.session)?.signIn ?? null;
      const named = demoSignIn(config, options.as ?? null);
      if (kept !== null && (named === null || named.address === kept.address)) signIn(kept, true);
      else if (named !== null) signIn(named, false);
    },
    wake: () => {
      if (isReleased && current !== null)
        tabs?.claim(current.address, "ask", (isHere) => {
          if (!isHere) elsewhere();
        });
      isReleased = false;
      account?.tryNow();
    },
    inSight: (is) => {
      isInSight = is;
      if (!is) keepDrafts();
      read();
    },
    release: () => {
      isReleased = true;
      keepDrafts();
      tabs?.release();
    },
    stop: async () => {
      const on = account;
      account = null;
      watch.stop();
      tabs?.release();
      await on?.stop();
    },
  };
}
