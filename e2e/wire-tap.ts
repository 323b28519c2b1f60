/**
 * A hand on one person's WebSockets: hold messages back, change them, cut the line.
 *
 * For the rows that need a slow or strange network. It sits between page and server, so the product is not
 * touched; the story itself runs without it.
 */
import type { Page, WebSocketRoute } from "@playwright/test";

type Protocol = "sip" | "msrp";
type Direction = "in" | "out";
type Data = string | Buffer;

type Act = { readonly do: "pass"; readonly text: string } | { readonly do: "drop" } | { readonly do: "hold" };

/** What a page hears when its network goes. */
const gone = { code: 1001, reason: "gone" };

type Rule = {
  readonly protocol: Protocol;
  readonly direction: Direction;
  readonly matches: (text: string) => boolean;
  readonly act: (text: string) => Act;
};

export type Held = {
  /** Resolves when the first message is held. */
  readonly caught: Promise<void>;
  /** Lets everything held go on, and everything later pass. */
  release(): void;
};

/** A SIP request of this method. */
export const request =
  (method: string, holds = "") =>
  (text: string): boolean =>
    text.startsWith(`${method} `) && text.includes(holds);

/** A SIP response of this status to this method. */
export const response =
  (status: number, method: string) =>
  (text: string): boolean =>
    text.startsWith(`SIP/2.0 ${status} `) && new RegExp(`^CSeq:\\s*\\d+\\s+${method}\\b`, "im").test(text);

/** An MSRP SEND with these words in it. */
export const send =
  (words: string) =>
  (text: string): boolean =>
    /^MSRP \S+ SEND\b/.test(text) && text.includes(words);

export class WireTap {
  #rules: Rule[] = [];
  #held: { readonly rule: Rule; readonly pass: () => void }[] = [];
  /** Each socket of the page, with its other end. */
  #open = new Map<WebSocketRoute, WebSocketRoute>();
  #down = false;

  static async on(page: Page): Promise<WireTap> {
    const tap = new WireTap();
    for (const protocol of ["sip", "msrp"] as const)
      await page.routeWebSocket(new RegExp(`/${protocol}(\\?|$)`), (socket) => tap.#route(protocol, socket));
    return tap;
  }

  /** Changes each matching message on its way; null drops it. */
  change(
    protocol: Protocol,
    direction: Direction,
    matches: (text: string) => boolean,
    how: (text: string) => string | null,
  ): void {
    const act = (text: string): Act => {
      const changed = how(text);
      return changed === null ? { do: "drop" } : { do: "pass", text: changed };
    };
    this.#rules.push({ protocol, direction, matches, act });
  }

  /** Holds matching messages and only those: later ones may overtake them. */
  hold(protocol: Protocol, direction: Direction, matches: (text: string) => boolean): Held {
    let caught = (): void => {};
    const first = new Promise<void>((resolve) => (caught = resolve));
    const rule: Rule = {
      protocol,
      direction,
      matches,
      act: () => {
        caught();
        return { do: "hold" };
      },
    };
    this.#rules.push(rule);
    return {
      caught: first,
      release: () => {
        this.#rules = this.#rules.filter((other) => other !== rule);
        const mine = this.#held.filter((held) => held.rule === rule);
        this.#held = this.#held.filter((held) => held.rule !== rule);
        for (const held of mine) held.pass();
      },
    };
  }

  /** The network goes: every socket closes, and no new one reaches the server until `mend`. */
  async cut(): Promise<void> {
    this.#down = true;
    const open = [...this.#open];
    this.#open.clear();
    for (const [page, server] of open) await Promise.all([page.close(gone), server.close()]);
  }

  mend(): void {
    this.#down = false;
  }

  #route(protocol: Protocol, socket: WebSocketRoute): void {
    if (this.#down) {
      void socket.close(gone);
      return;
    }
    const server = socket.connectToServer();
    this.#open.set(socket, server);
    socket.onMessage((data) => this.#pass(protocol, "out", data, (on) => server.send(on)));
    server.onMessage((data) => this.#pass(protocol, "in", data, (on) => socket.send(on)));
    socket.onClose(() => {
      this.#open.delete(socket);
      void server.close();
    });
  }

  #pass(protocol: Protocol, direction: Direction, data: Data, send: (data: Data) => void): void {
    const text = typeof data === "string" ? data : data.toString("utf8");
    const rule = this.#rules.find(
      (r) => r.protocol === protocol && r.direction === direction && r.matches(text),
    );
    if (rule === undefined) return send(data);
    const act = rule.act(text);
    if (act.do === "hold") this.#held.push({ rule, pass: () => send(data) });
    if (act.do === "pass") send(typeof data === "string" ? act.text : Buffer.from(act.text, "utf8"));
  }
}
