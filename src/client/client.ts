/**
 * The app without a face: one account on one server, what it knows as a store, what a person can do as actions.
 *
 * Everything it touches is handed in: sockets, clock, ids, storage. So it runs in a browser and headless in Node.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Clock } from "../flow/clock.ts";
import type { MsrpLinkEvent } from "../flow/msrp-link.ts";
import type { AgentEvent, OpenSocket } from "../sip/agent.ts";
import { createAccount, realLinks, type Account, type MakeLinks } from "./account.ts";
import { createChatActions } from "./actions.ts";
import type { CheckTarget } from "./check/run.ts";
import { domainOf, notAnAddress, readAddress, userOf } from "./addresses.ts";
import { startChecking, type Look } from "./checking.ts";
import { connectionOf, deniedCause, noLinks, type Link, type Links } from "./connection.ts";
import { readGroups, writeGroups } from "./kept-groups.ts";
import type { Actions, AppConfig, AppState, Chat, ChatId, Connection, Preset, SignIn } from "./model.ts";
import { createOneTab, type OtherTabs } from "./one-tab.ts";
import { tidyName, type People } from "./people.ts";
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
  contacts: [],
  recent: [],
  settings: defaultSettings,
});

/** `/sip` on the host that served the app; anything else must be a WebSocket URL already. */
function socketUrl(given: string, base: string): string | null {
  try {
    const url = new URL(given.trim(), base);
    if (url.protocol === "http:" || url.protocol === "https:")
      url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url.protocol === "ws:" || url.protocol === "wss:" ? url.href : null;
  } catch {
    return null;
  }
}

export function createClient(options: ClientOptions): Client {
  const { config, clock, freshId, stores } = options;
  const timers = timersWith(config.timers);
  const store = createStore<AppState>(() => signedOut(config, null));
  let account: Account | null = null;
  let links: Links = noLinks;
  /** Signed in for the first time on this page, and not let in yet: a failure leads back to the form. */
  let isTrying = false;
  let stopBack = (): void => {};
  /** What this tab signed in with, or would where another had not the account. */
  let current: SignIn | null = null;
  /** What was tried last, to be looked into where it failed. */
  let tried: CheckTarget | null = null;
  /** The page was left, and may be shown again as it was. */
  let isReleased = false;
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

  // ── signing in and out ──────────────────────────────────────────────────────────────────────────────────

  function signIn(given: SignIn, isResumed: boolean, how: "ask" | "take" = "ask"): void {
    const read = readAddress(given.address, "");
    const server = socketUrl(given.server, options.base);
    const relay = socketUrl(given.relay, options.base);
    if ("problem" in read) return signedOutWith(read.problem);
    // A number alone says no domain, and here there is none yet to put it in.
    if (domainOf(read.address) === "") return signedOutWith(notAnAddress);
    if (server === null || relay === null) return signedOutWith(sentences.notAUrl);
    const { address } = read;
    const urls = { server, relay };
    const preset = presetOf(given);
    const known = preset?.demo.find((one) => one.address === address)?.name;
    const names = [given.name, known, userOf(address)].map((name) => tidyName(name ?? ""));
    const self = { address, name: names.find((name) => name !== "") ?? "" };
    leave();
    current = { ...given, address };
    const { password, factory } = given;
    tried = { address, password, ...urls, factory, behindB2bua: preset?.behindB2bua ?? false };
    const begin = (isHere: boolean): void => (isHere ? enter() : elsewhere());
    if (tabs === null) return enter();
    store.setState({ ...signedOut(config, null), session: { is: "signing-in", address } });
    return tabs.claim(address, how, begin);

    function enter(): void {
      isTrying = !isResumed;
      const on = createAccount({
        links: options.links ?? realLinks,
        self,
        password: given.password,
        ...urls,
        factory: given.factory,
        behindB2bua: preset?.behindB2bua ?? false,
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
        reselect: (from, to) => {
          if (store.getState().selected === from) select(to);
        },
        shown,
        peopleChanged: (people) => peopleChanged(address, people),
        onSip: (event) => heardSip(event, given),
        onRelay: heardRelay,
      });
      account = on;
      store.setState({
        ...signedOut(config, null),
        session: isResumed
          ? { is: "signed-in", ...self, hasFactory: given.factory !== null }
          : { is: "signing-in", address },
        contacts: on.people.contacts,
        recent: on.people.recent(),
        settings: readSettings(stores.local, address),
      });
      on.start();
    }
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

  const presetOf = (given: SignIn): Preset | null =>
    config.presets.find((preset) => preset.server === given.server && preset.relay === given.relay) ?? null;

  function demoSignIn(as: string | null): SignIn | null {
    if (as === null) return null;
    for (const { demo, domain, server, relay, factory } of config.presets) {
      const read = readAddress(as, domain);
      const account = "address" in read ? demo.find((one) => one.address === read.address) : undefined;
      if (account !== undefined) return { ...account, server, relay, factory, keep: false };
    }
    return null;
  }

  /** `wasTried`: at the server, so that it can be looked into. */
  function signedOutWith(problem: string | null, wasTried = false): void {
    leave();
    if (!wasTried) tried = null;
    store.setState(signedOut(config, problem, wasTried), true);
  }

  function leave(): void {
    stopBack();
    void account?.stop();
    account = null;
    current = null;
    tabs?.release();
    links = noLinks;
  }

  // ── the connection ──────────────────────────────────────────────────────────────────────────────────────

  function heardSip(event: AgentEvent, given: SignIn): void {
    switch (event.on) {
      case "connecting":
        return linked({ sip: { is: "connecting" } });
      case "registered":
        if (isTrying) letIn(given);
        isTrying = false;
        return linked({ sip: { is: "up" } });
      case "denied":
        if (isTrying) return signedOutWith(deniedCause(event.status), true);
        return linked({ sip: { is: "denied", status: event.status } });
      case "disconnected":
        if (isTrying)
          return signedOutWith(event.cause === "server" ? sentences.serverSilent : sentences.noServer, true);
        return linked({ sip: down(event.cause, event.retryAtMs, links.sip) });
      default:
    }
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

  function heardRelay(event: MsrpLinkEvent): void {
    switch (event.on) {
      case "connecting":
        return linked({ relay: { is: "connecting" } });
      case "ready":
        return linked({ relay: { is: "up" } });
      case "disconnected":
        return linked({ relay: down("network", event.retryAtMs, links.relay) });
      case "denied":
        return linked({ relay: { is: "denied", status: event.status } });
    }
  }

  const down = (cause: "network" | "server", retryAt: number, before: Link): Link => ({
    is: "down",
    cause,
    since: before.is === "down" ? before.since : clock.now(),
    retryAt,
  });

  function linked(change: Partial<Links>): void {
    links = { ...links, ...change };
    const before = store.getState().connection;
    const connection = connectionOf(links, before, clock.now());
    if (connection !== before) store.setState({ connection });
    if (connection.is === "back" && before.is !== "back") backUntil(connection);
  }

  function backUntil(back: Connection): void {
    stopBack();
    stopBack = clock.after(timers.backMs, () => {
      if (store.getState().connection === back) store.setState({ connection: { is: "connected" } });
    });
  }

  // ── the rows ────────────────────────────────────────────────────────────────────────────────────────────

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
    store.setState({ selected: id });
    if (id !== null) account?.turn(() => (account?.groupIn(id) ?? account?.privateIn(id))?.read());
  }

  const actions: Actions = {
    ...createChatActions(() => account, store.getState, select),
    signIn: (given) => signIn(given, false),
    signOut: () => {
      if (current !== null) forgetAccount(stores.session, current.address);
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
      const named = demoSignIn(options.as ?? null);
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
    release: () => {
      isReleased = true;
      tabs?.release();
    },
    stop: async () => {
      const on = account;
      account = null;
      stopBack();
      tabs?.release();
      await on?.stop();
    },
  };
}
