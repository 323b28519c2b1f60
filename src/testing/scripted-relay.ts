/**
 * An MSRP link without a relay: paths as long as a test leaves it any, and sessions that a test speaks for. A session
 * is known by the name in the far end's path, which is what `farSdp` is given.
 */
import type { MsrpLink, MsrpSessionOptions } from "../flow/msrp-link.ts";
import type { MsrpContent, MsrpEnd } from "../flow/msrp-session-state.ts";
import type { MsrpLinkOptions } from "../client/msrp-link.ts";
import { formatCpim } from "../wire/cpim.ts";
import { formatMsrpSdp } from "../wire/sdp.ts";
import { decodeUtf8, encodeUtf8 } from "../wire/utf8.ts";

export interface ScriptedSession {
  /** Message-IDs on their way, oldest first, each with its text. */
  readonly sent: { readonly id: string; readonly text: string }[];
  isOpen(): boolean;
  unreported(): number;
  /** Whether that text is on its way over it. */
  holds(id: string): boolean;
  /** The far end has the oldest text not yet reported. */
  reports(): void;
  fails(status: number): void;
  /** Answers the status that the client gives. */
  receives(content: MsrpContent, messageId?: string): number;
  says(text: string, from?: string, id?: string): number;
  ends(why: MsrpEnd): void;
}

export interface ScriptedRelay {
  readonly create: (options: MsrpLinkOptions) => MsrpLink;
  session(name: string): ScriptedSession;
  /** How many are open. */
  readonly sessions: () => number;
  /** Those that hold that text, unreported. */
  readonly holding: (id: string) => number;
  /** Every text that went over that session; none where there is no such session. */
  readonly sentOver: (name: string) => readonly string[];
  /** No path is to be had, or there are paths again. */
  hasPaths(are: boolean): void;
  ready(): void;
  /** The connection is lost, with every session. */
  lost(): void;
}

/** The far end's description; `name` is how its session is found. */
export const farSdp = (name: string): string =>
  formatMsrpSdp(
    {
      host: "far.example",
      port: 2855,
      tls: true,
      path: [`msrps://far.example:2855/${name};tcp`],
      setup: "passive",
      acceptTypes: ["message/cpim", "text/plain"],
      acceptWrappedTypes: ["text/plain"],
      chatroom: null,
      direction: "sendrecv",
    },
    1,
  );

export const cpimOf = (text: string, from: string, messageId: string): MsrpContent => ({
  contentType: "message/cpim",
  body: formatCpim({
    from: { displayName: "", uri: from },
    to: { displayName: "", uri: "sip:alice@segue.example" },
    dateTime: null,
    messageId,
    dispositionNotification: [],
    otherHeaders: [],
    contentType: "text/plain;charset=UTF-8",
    contentHeaders: [],
    body: encodeUtf8(text),
  }),
});

export function scriptedRelay(): ScriptedRelay {
  const sessions = new Map<string, ScriptedSession>();
  let options: MsrpLinkOptions | null = null;
  let paths = true;
  let next = 0;

  function open(name: string, session: MsrpSessionOptions): ReturnType<MsrpLink["open"]> {
    let isOpen = true;
    const unreported: string[] = [];
    const over = (): void => {
      isOpen = false;
      for (const id of unreported.splice(0)) session.onFailed?.(id, null);
    };
    const one: ScriptedSession = {
      sent: [],
      isOpen: () => isOpen,
      unreported: () => unreported.length,
      holds: (id) => unreported.includes(id),
      reports: () => {
        const id = unreported.shift();
        if (id === undefined) throw new Error(`${name}: nothing to report`);
        session.onReported?.(id);
      },
      fails: (status) => {
        const id = unreported.shift();
        if (id !== undefined) session.onFailed?.(id, status);
      },
      receives: (content, messageId = `transmission-${(next += 1)}`) => {
        if (!isOpen) return 481;
        return session.onMessage({ ...content, messageId }) ?? 200;
      },
      says: (text, from = "sip:bob@segue.example", id = `text-${(next += 1)}`) =>
        one.receives(cpimOf(text, from, id)),
      ends: (why) => {
        if (!isOpen) return;
        over();
        session.onEnd?.(why);
      },
    };
    sessions.set(name, one);
    return {
      send: (id, content) => {
        if (!isOpen) return session.onFailed?.(id, null);
        unreported.push(id);
        const text = (decodeUtf8(content.body) ?? "").split("\r\n\r\n").slice(2).join("\r\n\r\n");
        one.sent.push({ id, text });
      },
      unreported: () => unreported.length,
      look: () => {},
      close: over,
    };
  }

  const lose = (): void => {
    for (const one of sessions.values()) one.ends("lost");
  };
  return {
    create: (given) => {
      options = given;
      return {
        start: () => {},
        stop: lose,
        tryNow: () => {},
        takePath: () => {
          if (!paths) return null;
          const own = `msrps://relay.example:443/own-${(next += 1)};ws`;
          const usePath = ["msrps://relay.example:443/relay;tcp"];
          return { own, usePath, path: [...usePath, own], host: "relay.example", port: 443, tls: true };
        },
        open: (session) => open(/\/([^/;]+);tcp$/.exec(session.remotePath.at(-1) ?? "")?.[1] ?? "", session),
      };
    },
    session: (name) => {
      const found = sessions.get(name);
      if (found === undefined) throw new Error(`no session ${name} among ${[...sessions.keys()].join(", ")}`);
      return found;
    },
    sessions: () => [...sessions.values()].filter((one) => one.isOpen()).length,
    sentOver: (name) => sessions.get(name)?.sent.map((one) => one.text) ?? [],
    holding: (id) => [...sessions.values()].filter((one) => one.isOpen() && one.holds(id)).length,
    hasPaths: (are) => {
      paths = are;
    },
    ready: () => options?.onEvent({ on: "ready" }),
    lost: () => {
      lose();
      options?.onEvent({ on: "disconnected", retryAtMs: 1_000 });
    },
  };
}
