/**
 * A hand on one headless person's WebSockets: swallow a message, hold it back until told, say one in the place of the
 * network, or cut the line. The person's client is the product's own and knows nothing of it.
 */
import { WebSocket } from "ws";
import type { OpenSocket, Socket } from "../sip/agent.ts";
import { createBell, until } from "./headless-until.ts";

type Protocol = "sip" | "msrp";
/** As the person sees it. */
type Way = "in" | "out";
type Matches = (text: string) => boolean;

type Rule = {
  readonly protocol: Protocol;
  readonly way: Way;
  readonly matches: Matches;
  /** Takes the message in place of the one it was for. */
  readonly take: (pass: () => void) => void;
};

export type Held = {
  /** Resolves when so many messages are held. */
  readonly caught: (count?: number) => Promise<true>;
  /** Lets what is held go on, in order, and everything later pass. */
  release(): void;
};

/** Speaks in the place of the network: who listens can't tell it from the real one. */
export interface Impostor {
  say(message: string | Uint8Array): void;
  /** What the person answered to it, oldest first; the network has not seen it. */
  readonly heard: readonly string[];
  /** The first of them that fits; waits for it. */
  answer(fits: Matches): Promise<string>;
}

export interface Tap {
  readonly openSocket: OpenSocket;
  drop(protocol: Protocol, way: Way, matches: Matches): void;
  /** Only what matches waits: the rest overtakes it. */
  hold(protocol: Protocol, way: Way, matches: Matches): Held;
  /** The network goes without a word: every socket breaks, and no new one opens before `mend`. */
  cut(): void;
  mend(): void;
  /** `mine`: what the person sends that is meant for it. */
  pretend(protocol: Protocol, mine: Matches): Impostor;
  /** Reads nothing more on those sockets, as a browser that is too busy, until the function returned is called. */
  stall(protocol: Protocol): () => void;
}

/** Nobody listens on port 1: refused at once. */
const nowhere = "ws://127.0.0.1:1/";

/** `seen`: each message of SIP that passes, before it does. */
export function createTap(limitMs: number, seen: (way: Way, text: string) => void = () => {}): Tap {
  const rules = new Set<Rule>();
  const open = new Set<WebSocket>();
  /** How the newest socket of each kind is spoken to. */
  const listeners = new Map<string, (data: unknown) => void>();
  let isCut = false;

  function through(protocol: Protocol, way: Way, data: unknown, pass: () => void): void {
    const go = (): void => {
      if (protocol === "sip") seen(way, textOf(data));
      pass();
    };
    if (rules.size > 0) {
      const text = textOf(data);
      for (const rule of rules)
        if (rule.protocol === protocol && rule.way === way && rule.matches(text)) return rule.take(go);
    }
    go();
  }

  return {
    openSocket: (url, protocol) => {
      const socket = new WebSocket(isCut ? nowhere : url, protocol);
      open.add(socket);
      socket.on("close", () => open.delete(socket));
      // `ws` closes after each error; an error without a listener would end the process.
      socket.on("error", () => {});
      return tapped(
        socket,
        (way, data, pass) => through(protocol, way, data, pass),
        (listen) => listeners.set(protocol, listen),
      );
    },
    drop: (protocol, way, matches) => void rules.add({ protocol, way, matches, take: () => {} }),
    hold: (protocol, way, matches) => {
      const held: (() => void)[] = [];
      const bell = createBell();
      const take = (pass: () => void): void => {
        held.push(pass);
        bell.ring();
      };
      const rule: Rule = { protocol, way, matches, take };
      rules.add(rule);
      return {
        caught: (count = 1) =>
          until(bell, {
            find: () => held.length >= count,
            limitMs,
            what: `${count} held messages of ${protocol}, ${way}`,
            instead: () => `${held.length}`,
          }),
        release: () => {
          rules.delete(rule);
          for (const pass of held.splice(0)) pass();
        },
      };
    },
    pretend: (protocol, mine) => {
      const heard: string[] = [];
      const bell = createBell();
      // `take` is not told what it takes: `matches` is, last before it.
      let last = "";
      rules.add({
        protocol,
        way: "out",
        matches: (text) => {
          last = text;
          return mine(text);
        },
        take: () => {
          heard.push(last);
          bell.ring();
        },
      });
      return {
        say: (message) => listeners.get(protocol)?.(message),
        heard,
        answer: (fits) =>
          until(bell, {
            find: () => heard.find(fits),
            limitMs,
            what: `an answer of ${protocol}`,
            instead: () => heard.map((text) => text.split("\r\n")[0]).join(", "),
          }),
      };
    },
    cut: () => {
      isCut = true;
      for (const socket of open) socket.terminate();
    },
    mend: () => {
      isCut = false;
    },
    stall: (protocol) => {
      const stalled = [...open].filter((socket) => socket.protocol === protocol);
      for (const socket of stalled) socket.pause();
      return () => {
        for (const socket of stalled) socket.resume();
      };
    },
  };
}

function tapped(
  socket: WebSocket,
  through: (way: Way, data: unknown, pass: () => void) => void,
  listens: (listen: (data: unknown) => void) => void,
): Socket {
  return {
    get binaryType() {
      return socket.binaryType;
    },
    set binaryType(type) {
      socket.binaryType = type as "arraybuffer";
    },
    get readyState() {
      return socket.readyState;
    },
    send: (data) =>
      through("out", data, () => {
        // What was held may come after the end.
        if (socket.readyState === WebSocket.OPEN) socket.send(data);
      }),
    close: (code, reason) => socket.close(code, reason),
    addEventListener: (
      type: "open" | "close" | "error" | "message",
      listener: (event: { readonly data: unknown }) => void,
    ) => {
      if (type !== "message") socket.addEventListener(type, () => listener({ data: null }));
      else {
        socket.addEventListener(type, ({ data }) => through("in", data, () => listener({ data })));
        listens((data) => listener({ data }));
      }
    },
  };
}

function textOf(data: unknown): string {
  if (typeof data === "string") return data;
  if (data instanceof ArrayBuffer) return Buffer.from(data).toString("utf8");
  return data instanceof Uint8Array ? Buffer.from(data).toString("utf8") : "";
}
