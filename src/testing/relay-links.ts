/**
 * A relay in memory, and people with real links to it: what one says the other hears, through every frame in between.
 * Time stands still until a test moves it; `relay` may be put in the place of another.
 */
import type {
  MsrpLink,
  MsrpLinkEvent,
  MsrpLinkTimers,
  MsrpSessionHandle,
  MsrpSessionOptions,
} from "../flow/msrp-link.ts";
import type { MsrpPath } from "../flow/msrp-path.ts";
import type { Visitor } from "../server/network/admission.ts";
import { relayLinkInMemory, relayLinkTimers } from "../server/network/relay-link.ts";
import { createRelay, type Relay, type RelayOptions, type RelayTraceRow } from "../server/network/relay.ts";
import { ha1 } from "../wire/digest.ts";
import { decodeUtf8, encodeUtf8 } from "../wire/utf8.ts";
import { manualClock, type ManualClock } from "./manual-clock.ts";

let ids = 0;
const fresh = (): string => (ids += 1).toString(16).padStart(8, "0") + "0".repeat(24);

export type LinkPerson = {
  readonly link: MsrpLink;
  readonly events: MsrpLinkEvent[];
  readonly said: () => readonly string[];
};

export interface LinkGround {
  readonly clock: ManualClock;
  readonly rows: RelayTraceRow[];
  relay: Relay;
  open(over?: Partial<RelayOptions>): Relay;
  /** Whose name is the password, unless told otherwise. */
  person(user: string, settings?: Partial<MsrpLinkTimers>, password?: string, visitor?: Visitor): LinkPerson;
  /** Alice and Bob, with paths in store. */
  two(settings?: Partial<MsrpLinkTimers>): Promise<[LinkPerson, LinkPerson]>;
  settle(rounds?: number): Promise<void>;
}

export function linkGround(): LinkGround {
  const clock = manualClock();
  const rows: RelayTraceRow[] = [];
  const open = (over: Partial<RelayOptions> = {}): Relay =>
    createRelay({
      host: "localhost",
      port: 5080,
      tls: false,
      realm: "segue.example",
      ha1: (user) => ha1(user, "segue.example", user),
      clock,
      freshId: fresh,
      trace: (row) => rows.push(row),
      ...over,
    });
  const ground: LinkGround = {
    clock,
    rows,
    relay: open(),
    open,
    person: (user, settings = {}, password = user, visitor) => {
      const events: MsrpLinkEvent[] = [];
      const link = relayLinkInMemory(
        { ...ground.relay, accept: (socket) => ground.relay.accept(socket, visitor) },
        {
          url: "ws://localhost:5080/msrp",
          user,
          password,
          clock,
          freshId: fresh,
          settings: { ...relayLinkTimers, sparePaths: 2, ...settings },
          onEvent: (event) => events.push(event),
        },
      );
      return { link, events, said: () => events.map((e) => e.on) };
    },
    two: async (settings) => {
      const a = ground.person("alice", settings);
      const b = ground.person("bob", settings);
      a.link.start();
      b.link.start();
      await ground.settle();
      return [a, b];
    },
    settle: async (rounds = 40) => {
      for (let n = 0; n < rounds; n += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        clock.advance(0);
      }
    },
  };
  return ground;
}

export const take = (one: LinkPerson): MsrpPath => {
  const path = one.link.takePath();
  if (path === null) throw new Error("no path");
  return path;
};

export type Chat = {
  readonly handle: MsrpSessionHandle;
  readonly texts: string[];
  readonly reported: string[];
  readonly failed: [string, number | null][];
  readonly ended: string[];
  verdict: number;
};

export function chat(
  one: LinkPerson,
  local: MsrpPath,
  remote: MsrpPath,
  over: Partial<MsrpSessionOptions> = {},
): Chat {
  const texts: string[] = [];
  const reported: string[] = [];
  const failed: [string, number | null][] = [];
  const ended: string[] = [];
  const self: Chat = {
    texts,
    reported,
    failed,
    ended,
    verdict: 200,
    handle: one.link.open({
      local,
      remotePath: remote.path,
      acceptTypes: ["text/plain"],
      remoteAcceptTypes: ["text/plain"],
      active: false,
      onMessage: ({ body }) => {
        texts.push(decodeUtf8(body) ?? "?");
        return self.verdict;
      },
      onReported: (id) => reported.push(id),
      onFailed: (id, status) => failed.push([id, status]),
      onEnd: (why) => ended.push(why),
      ...over,
    }),
  };
  return self;
}

export const text = (value: string): { contentType: string; body: Uint8Array } => ({
  contentType: "text/plain",
  body: encodeUtf8(value),
});
