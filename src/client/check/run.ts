/**
 * "Check this server", from the first line to the last: each is tried when nothing before it is in its way, and shown
 * as soon as something is known.
 *
 * It registers as a device of its own for as long as it takes, shows nothing to anybody, and leaves nothing behind.
 */
import type { Clock } from "../../flow/clock.ts";
import type { OpenSocket } from "../../sip/agent.ts";
import { createProbe } from "../../sip/create-probe.ts";
import type { SipProbe } from "../../sip/probe.ts";
import { userOf } from "../addresses.ts";
import { uuidOf } from "../settings.ts";
import { hasFactory } from "./judge.ts";
import { closest, spanOf, type Span } from "./places.ts";
import type { Opening, Platform } from "./platform.ts";
import { createRelayLines, type RelayLines } from "./relay-lines.ts";
import type { Outcome, PageSeen, SocketSeen } from "./seen.ts";
import { createSheet, Stopped, type Sheet } from "./sheet.ts";
import {
  digestSeen,
  lookAtFactory,
  lookAtIdentity,
  lookAtOwnRequest,
  lookAtSize,
  registerSeen,
} from "./sip-lines.ts";

export type CheckTarget = {
  readonly address: string;
  readonly password: string;
  /** ws: or wss: URLs. */
  readonly server: string;
  readonly relay: string;
  readonly factory: string | null;
  readonly behindB2bua: boolean;
};

export type CheckOptions = {
  readonly target: CheckTarget;
  readonly platform: Platform;
  readonly clock: Clock;
  readonly freshId: () => string;
  /** Of one SEND, as the client is set. */
  readonly chunkBytes: number;
  /** How long each step may take. */
  readonly limitMs?: number;
  /** All lines, each time one of them changed. */
  readonly changed: (all: readonly Outcome[]) => void;
  /** Whether groups can be started: told only when an answer says so. */
  readonly factoryFound?: (isThere: boolean) => void;
};

export type Running = {
  /** The lines at the end; of what was stopped, as they were then. */
  readonly done: Promise<readonly Outcome[]>;
  readonly stop: () => void;
};

const defaultLimitMs = 8_000;

type World = CheckOptions & {
  readonly sheet: Sheet;
  readonly limitMs: number;
  readonly openSocket: OpenSocket;
  /** The newest for that subprotocol. */
  readonly opening: (subprotocol: string) => Opening | null;
};

export function runCheck(options: CheckOptions): Running {
  const { target, platform } = options;
  const sheet = createSheet(placeOf(target.server) === placeOf(target.relay), options.changed);
  const openings = new Map<string, Opening>();
  const world: World = {
    ...options,
    sheet,
    limitMs: options.limitMs ?? defaultLimitMs,
    openSocket: (url, subprotocol) => {
      const opening = platform.open(url, subprotocol);
      openings.set(subprotocol, opening);
      return opening.socket;
    },
    opening: (subprotocol) => openings.get(subprotocol) ?? null,
  };
  const instanceId = uuidOf(options.freshId());
  const probe = createProbe({ ...target, ...world, name: userOf(target.address), instanceId });
  const relay = createRelayLines({ ...world, ...target, url: target.relay, user: userOf(target.address) });

  const through = async (): Promise<readonly Outcome[]> => {
    try {
      await walk(world, probe, relay, instanceId);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    } finally {
      relay.stop();
      await probe.leave();
    }
    return sheet.all();
  };
  return {
    done: through(),
    stop: () => {
      sheet.stop();
      relay.stop();
      void probe.leave();
    },
  };
}

async function walk(world: World, probe: SipProbe, relay: RelayLines, instanceId: string): Promise<void> {
  const { sheet, target, platform } = world;
  const spanAt = async (url: string): Promise<Span> => {
    const host = hostOf(url);
    return host === null ? "unknown" : spanOf(host, await platform.addresses(host));
  };
  const [serverSpan, relaySpan] = [await spanAt(target.server), await spanAt(target.relay)];
  const page = await pageSeen(world, [serverSpan, relaySpan], spanAt);
  if (sheet.mayTry("page")) sheet.settle("page", page);

  await sipSocket(world, page, serverSpan, () => probe.open());
  if (sheet.mayTry("register")) await register(world, probe, instanceId);
  else sheet.mayTry("digest");

  await sheet.step("relay", () => socketSeen(world, target.relay, "msrp", relaySpan, () => relay.open()));
  await sheet.step("auth", () => relay.authenticate());
  await sheet.step("loop", () => relay.loop());

  const sip = { ...world, ...target, probe, instanceId };
  /** A server that closes the connection over one request is asked the next one all the same. */
  const comeBack = async (): Promise<boolean> => {
    if (probe.isOpen) return true;
    return (await probe.open()) && ((await probe.register()).answer?.status ?? 500) < 300;
  };
  const again = async <T>(look: () => Promise<T>): Promise<T> => {
    await comeBack();
    return look();
  };
  const found = await sheet.step("factory", () => again(() => lookAtFactory(sip)));
  if (found !== null) tellFactory(world);
  const own = await sheet.step("unchanged", () => again(() => lookAtOwnRequest(sip)));
  const hasReplaces = !target.behindB2bua && own?.withoutReplaces !== true;
  await sheet.step("identity", () => again(() => lookAtIdentity(sip, hasReplaces)));
  await sheet.step("size", () => again(() => lookAtSize(sip, hasReplaces, comeBack)));
}

/** What a connection never came to says nothing of: TLS, while nobody answered. */
async function sipSocket(
  world: World,
  page: PageSeen,
  span: Span,
  open: () => Promise<boolean>,
): Promise<void> {
  const { sheet, target, platform } = world;
  if (!sheet.mayTry("tls") || !sheet.mayTry("sip")) return void sheet.mayTry("sip");
  const seen = await socketSeen(world, target.server, "sip", span, open);
  // The browser may have been asked meanwhile, and have said no.
  if (!seen.opened && seen.trouble?.is === "unknown" && page.page !== null) {
    const permission = await platform.permission(page.span);
    sheet.settle("page", { ...page, permission, opened: false });
    if (!sheet.mayTry("tls") || !sheet.mayTry("sip")) return void sheet.mayTry("sip");
  }
  const isAnswered =
    seen.reached === true ||
    ["no-tls", "certificate", "http", "subprotocol"].includes(seen.trouble?.is ?? "");
  const isTlsKnown = isAnswered || seen.tls !== null || target.server.startsWith("ws:");
  if (isTlsKnown) sheet.settle("tls", seen);
  if (sheet.mayTry("sip")) sheet.settle("sip", seen);
  if (!isTlsKnown) sheet.mayTry("tls");
}

async function register({ sheet }: World, probe: SipProbe, instanceId: string): Promise<void> {
  sheet.mayTry("digest");
  const heard = await probe.register();
  const seen = registerSeen(heard, { probe, instanceId });
  const isTold = heard.challenges.length > 0 || (seen.status !== null && seen.status < 300);
  if (isTold) sheet.settle("digest", digestSeen(heard.challenges));
  if (sheet.mayTry("register")) sheet.settle("register", seen);
  // Nobody asked for a password, and nobody was let in: it was never reached.
  if (!isTold) sheet.mayTry("digest");
}

async function pageSeen(
  { platform, target }: World,
  spans: readonly Span[],
  spanAt: (url: string) => Promise<Span>,
): Promise<PageSeen> {
  const { page } = platform;
  const span = closest(spans);
  return {
    page: page === null ? null : new URL(page).origin,
    pageSpan: page === null ? "unknown" : await spanAt(page),
    urls: [target.server, target.relay],
    span,
    permission: page === null ? null : await platform.permission(span),
    opened: null,
  };
}

/** Whether it opened is what `open` says; the rest is what this platform can tell. */
async function socketSeen(
  { platform, clock, opening }: World,
  url: string,
  subprotocol: "sip" | "msrp",
  span: Span,
  open: () => Promise<boolean>,
): Promise<SocketSeen> {
  const began = clock.now();
  const isOpen = await open();
  const ms = clock.now() - began;
  const made = opening(subprotocol);
  const spoken = made?.socket.protocol;
  const isSpoken = spoken === undefined || spoken === subprotocol;
  const untold = { is: "unknown", text: "it did not open", status: null } as const;
  const other = { is: "subprotocol", text: `it answers the subprotocol “${spoken}”`, status: null } as const;
  return {
    url,
    origin: platform.page === null ? null : new URL(platform.page).origin,
    subprotocol,
    span,
    opened: isOpen && isSpoken,
    ms,
    trouble: !isOpen ? (made?.trouble() ?? untold) : isSpoken ? null : other,
    reached: isOpen ? true : await platform.reaches(url),
    tls: made?.tls() ?? null,
  };
}

function tellFactory({ sheet, factoryFound }: World): void {
  const outcome = sheet.all().find(({ id }) => id === "factory");
  const isThere = outcome === undefined ? null : hasFactory(outcome);
  if (isThere !== null) factoryFound?.(isThere);
}

const hostOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).hostname : null);
/** Host and port: what is wrong with the way there is wrong for whoever else is there. */
const placeOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);
