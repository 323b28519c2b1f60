/**
 * What the box is in one process, out of parts that none of us wrote, and ours: Kamailio, the Controlling Function as
 * a user agent of it, and a web server that has the app and its `config.json` and nothing else.
 *
 * Tests and browser specs take it in place of a box: `url` is where the app is.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startFocusAlone, type FocusAlone } from "../server/focus-alone.ts";
import type { Focus, FocusOptions } from "../server/focus/focus.ts";
import { focusLimits } from "../server/focus/limits.ts";
import { createHttpHandler } from "../server/http.ts";
import { demoPeople, focusUser, type Person } from "../server/network/accounts.ts";
import { freshId, systemClock } from "../server/system.ts";
import { serverTimers, type ServerTimers } from "../server/timers.ts";
import { createTrace, type Trace } from "../server/trace.ts";
import { header, parseSip } from "../wire/sip.ts";
import { parseNameAddr } from "../wire/sip-uri.ts";
import { doorPaths, openDoor, type Told } from "./kamailio-door.ts";
import { startKamailio, type Kamailio, type KamailioOptions } from "./kamailio.ts";
import { startRelayBeside, withoutRelay, type RelayBeside } from "./relay-beside.ts";

export type KamailioNetworkOptions = {
  /** The built app; null or nothing: only `config.json` is served. */
  readonly distDir?: string | null;
  readonly people?: readonly Person[];
  readonly maxMembers?: number;
  readonly contact?: "domain" | "flow";
  /** Where the focus keeps its groups; nothing: in memory. */
  readonly dataDir?: string;
  readonly timers?: ServerTimers;
  /** Browsers come by the app's own host, `/sip` and `/msrp`, as with a web server in front; what they say is told. */
  readonly doors?: boolean;
  /** SIP over TCP too, for user agents of others. */
  readonly tcp?: boolean;
  readonly change?: KamailioOptions["change"];
  /** `npm run relay` beside a Kamailio whose own relay is off. */
  readonly relayBeside?: boolean;
  /** `https://chat.example.org`: pages of a web server in front of both, which has TLS. */
  readonly behind?: string;
  /** What the focus, and people who tell, send and get, as it happens. */
  readonly onRow?: (row: string) => void;
  /** In place of the machine of a group: for tests that want one that misbehaves. */
  readonly focusStep?: NonNullable<FocusOptions["step"]>;
  readonly say?: (line: string) => void;
};

export interface KamailioNetwork {
  /** Of the app. */
  readonly url: string;
  readonly domain: string;
  readonly kamailio: Kamailio;
  /** Where one runs beside it. */
  readonly relay: RelayBeside | null;
  /** Kamailio ends, or is killed; `meanwhile` it is gone; then it begins anew where it was and knows nothing of before. */
  restart(meanwhile?: () => Promise<void>, how?: "stop" | "kill"): Promise<void>;
  /** The focus ends as an operator ends it; `meanwhile` it is gone; then another begins. */
  restartFocus(meanwhile: () => Promise<void>): Promise<void>;
  readonly focus: Focus;
  /** The program that it runs in. */
  readonly program: FocusAlone;
  /** The hops at the focus and at people who tell, named as in a box: Kamailio is everybody's participating function. */
  readonly trace: Trace;
  readonly told: Told;
  stop(): Promise<void>;
}

const domain = "segue.example";

export async function startKamailioNetwork(options: KamailioNetworkOptions = {}): Promise<KamailioNetwork> {
  const { people = demoPeople, onRow, say = () => {} } = options;
  let config = "";
  const web = createServer(
    createHttpHandler({
      distDir: options.distDir ?? null,
      config: () => config,
      socketPaths: options.doors === true ? doorPaths : new Set(),
    }),
  );
  const port = await listen(web);
  const password = freshId();
  const server: KamailioOptions = {
    domain,
    focusUser,
    tcp: options.tcp ?? false,
    change: (file, text) => {
      const changed = options.change?.(file, text) ?? text;
      return options.relayBeside === true ? withoutRelay(file, changed) : changed;
    },
    ...(options.timers === undefined ? {} : { answerMs: options.timers.proxy.answerMs }),
    people: [...people, { user: focusUser, name: "", password }],
    origins: [
      ...["127.0.0.1", "localhost"].map((host) => `http://${host}:${port}`),
      ...(options.behind === undefined ? [] : [options.behind]),
    ],
  };
  const { origins } = server;
  const relay =
    options.relayBeside === true
      ? await startRelayBeside({
          domain,
          people,
          focusPassword: password,
          origins,
          ...(options.behind === undefined ? {} : { behind: options.behind }),
        }).catch(endWeb)
      : null;
  let kamailio = await startKamailio(server).catch(async (error: unknown) => {
    await relay?.stop();
    return endWeb(error);
  });
  const relayUrl = (): string => relay?.url ?? kamailio.url;
  config = configFor(options.doors === true ? ["/sip", "/msrp"] : [kamailio.url, relayUrl()], people);
  const trace = createTrace({
    keep: true,
    now: () => systemClock.now(),
    ...(onRow === undefined ? {} : { onRow }),
  });
  const told: Told = (user, way, text) => {
    if (text.trim() === "") return; // a keep-alive is no message
    if (way === "out") trace.sipHop(user, `PF ${user}`, text);
    else trace.sipHop(`PF ${user}`, user, text);
  };
  if (options.doors === true)
    openDoor(web, (protocol) => (protocol === "sip" ? kamailio.url : relayUrl()), told);
  try {
    const start = (): Promise<FocusAlone> =>
      readyFocus([kamailio.url, relayUrl()], { ...options, say }, password, trace);
    let program = await start();
    return {
      url: `http://127.0.0.1:${port}/`,
      domain,
      get kamailio() {
        return kamailio;
      },
      relay,
      restart: async (meanwhile = async () => {}, how = "stop") => {
        const { ports } = kamailio;
        await kamailio[how]();
        await meanwhile();
        kamailio = await startKamailio({ ...server, ports });
      },
      restartFocus: async (meanwhile) => {
        await program.stop();
        await meanwhile();
        program = await start();
      },
      get focus() {
        return program.focus;
      },
      get program() {
        return program;
      },
      trace,
      told,
      stop: async () => {
        await program.stop();
        await stop(web, kamailio, relay);
      },
    };
  } catch (error) {
    await stop(web, kamailio, relay);
    throw error;
  }

  function endWeb(error: unknown): never {
    web.close();
    throw error;
  }
}

/** What the app finds under `/config.json`. */
function configFor([server, relay]: readonly [string, string], people: readonly Person[]): string {
  const demo = people.map(({ user, name, password }) => ({
    address: `sip:${user}@${domain}`,
    name,
    password,
  }));
  const factory = `sip:${focusUser}@${domain}`;
  return JSON.stringify({
    presets: [{ name: "Segue on Kamailio", domain, server, factory, relay, demo, messageBytes: 16_384 }],
  });
}

const readyFocus = (
  [server, relay]: readonly [string, string],
  options: KamailioNetworkOptions & { readonly say: (line: string) => void },
  password: string,
  trace: Trace,
): Promise<FocusAlone> =>
  new Promise((resolve, reject) => {
    const focus = startFocusAlone({
      server,
      relay,
      user: focusUser,
      domain,
      password,
      limits: { ...focusLimits, people: options.maxMembers ?? focusLimits.people },
      contact: options.contact ?? "domain",
      dataDir: options.dataDir ?? null,
      timers: options.timers ?? serverTimers,
      say: options.say,
      onHop: (direction, text) => {
        const peer = `PF ${peerOf(text)}`;
        if (direction === "in") trace.sipHop(peer, "X", text);
        else trace.sipHop("X", peer, text);
      },
      onEstablished: (_conference, members) => trace.note("X", `group established: ${members.join(" ")}`),
      ...(options.focusStep === undefined ? {} : { step: options.focusStep }),
      onReady: () => resolve(focus),
      onDenied: (why) => {
        void focus.stop();
        reject(new Error(why));
      },
    });
  });

/** The other end of the dialog that a message of the focus belongs to. */
function peerOf(text: string): string {
  const message = parseSip(text);
  const users = ["From", "To"].map((name) => parseNameAddr(header(message, name) ?? "").uri.user ?? "");
  return users.find((user) => user !== focusUser) ?? focusUser;
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });

async function stop(web: Server, kamailio: Kamailio, relay: RelayBeside | null): Promise<void> {
  web.closeAllConnections();
  await Promise.all([new Promise((done) => web.close(done)), kamailio.stop(), relay?.stop()]);
}
