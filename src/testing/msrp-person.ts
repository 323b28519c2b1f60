/**
 * Somebody at a relay, with the endpoint that browsers and the focus run and no SIP at all: for tests that let two
 * people of a relay talk.
 */
import type { ClientOptions } from "ws";
import { WebSocket } from "ws";
import {
  msrpLinkTimers,
  type MsrpIncoming,
  type MsrpLink,
  type MsrpLinkEvent,
  type MsrpSessionHandle,
} from "../flow/msrp-link.ts";
import type { MsrpPath } from "../flow/msrp-path.ts";
import { relayLinkOverWebSocket } from "../server/network/relay-link.ts";
import { freshId, systemClock } from "../server/system.ts";

export interface MsrpPerson {
  readonly link: MsrpLink;
  /** The next event of that name. */
  when<On extends MsrpLinkEvent["on"]>(on: On): Promise<Extract<MsrpLinkEvent, { on: On }>>;
  path(): MsrpPath;
}

/** Signs in; stops with `link.stop()`. */
export function startMsrpPerson(
  url: string,
  user: string,
  { password = user, socket = {} }: { readonly password?: string; readonly socket?: ClientOptions } = {},
): MsrpPerson {
  const waiting: { readonly on: string; readonly done: (event: never) => void }[] = [];
  const link = relayLinkOverWebSocket({
    url,
    user,
    password,
    clock: systemClock,
    freshId,
    settings: { ...msrpLinkTimers, retryMinMs: 20, retryMaxMs: 100 },
    open: () => new WebSocket(url, "msrp", { perMessageDeflate: false, ...socket }),
    onEvent: (event) => {
      for (const one of waiting.splice(0))
        if (one.on === event.on) one.done(event as never);
        else waiting.push(one);
    },
  });
  link.start();
  return {
    link,
    when: (on) => new Promise((done) => waiting.push({ on, done })),
    path: () => {
      const path = link.takePath();
      if (path === null) throw new Error(`${user} has no path`);
      return path;
    },
  };
}

export type Talk = {
  /** One's own end. */
  readonly local: MsrpPath;
  readonly handle: MsrpSessionHandle;
  /** The next message that comes. */
  readonly next: Promise<MsrpIncoming>;
  /** The next of one's own that has been reported. */
  readonly reported: Promise<string>;
};

/** Both ends of one session. */
export function talkBetween(one: MsrpPerson, other: MsrpPerson): readonly [Talk, Talk] {
  const [mine, theirs] = [one.path(), other.path()];
  return [open(one, mine, theirs, true), open(other, theirs, mine, false)];
}

function open(person: MsrpPerson, local: MsrpPath, remote: MsrpPath, active: boolean): Talk {
  let take: (message: MsrpIncoming) => void = () => {};
  let report: (id: string) => void = () => {};
  const next = new Promise<MsrpIncoming>((resolve) => (take = resolve));
  const reported = new Promise<string>((resolve) => (report = resolve));
  const handle = person.link.open({
    local,
    remotePath: remote.path,
    acceptTypes: ["*"],
    remoteAcceptTypes: ["*"],
    active,
    onMessage: (message) => take(message),
    onReported: (id) => report(id),
  });
  return { local, handle, next, reported };
}
