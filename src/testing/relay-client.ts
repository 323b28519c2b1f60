/** The client side of a relay as a value, and a relay that answers as a test likes. */
import {
  relay,
  relayClient,
  type RelayClient,
  type RelayClientEffect,
  type RelayClientInput,
} from "../flow/msrp-relay-client.ts";
import type { MsrpHeader, MsrpRequest } from "../wire/msrp.ts";

export const account = { url: "wss://a.example.com/msrp", user: "alice", password: "secret" };

export type Client = {
  state: RelayClient;
  readonly log: RelayClientEffect[];
  readonly feed: (input: RelayClientInput) => readonly RelayClientEffect[];
  /** The AUTH that is out. */
  readonly out: () => MsrpRequest;
  readonly answer: (
    status: number,
    headers?: readonly MsrpHeader[],
    nowMs?: number,
  ) => readonly RelayClientEffect[];
  readonly is: (what: RelayClientEffect["do"]) => number;
};

/** A client whose wish for ids is granted at once. */
export function client(over = {}): Client {
  let ids = 0;
  const self: Client = {
    state: relayClient({ ...account, ...over }, { sparePaths: 2, authMs: 10_000 }),
    log: [],
    feed: (input) => {
      const [state, effects] = relay(self.state, input);
      self.state = state;
      self.log.push(...effects);
      const wanted = effects.some((e) => e.do === "want-ids");
      if (!wanted) return effects;
      ids += 1;
      const more = self.feed({
        on: "ids",
        tid: `tid${ids}xxxx`,
        cnonce: `cnonce${ids}`,
        name: `name${ids}`,
        sessionId: `own${ids}`,
      });
      return [...effects, ...more];
    },
    out: () => {
      const frame = self.log.flatMap((e) => (e.do === "transmit" ? [e.frame] : [])).at(-1);
      if (frame === undefined) throw new Error("nothing sent");
      return frame;
    },
    answer: (status, headers = [], nowMs = 0) => {
      const { tid, toPath, fromPath } = self.out();
      const frame = {
        kind: "response",
        tid,
        status,
        comment: "",
        toPath: fromPath,
        fromPath: toPath,
        headers,
      } as const;
      return self.feed({ on: "answer", frame, nowMs });
    },
    is: (what) => self.log.filter((e) => e.do === what).length,
  };
  return self;
}

export const challenge = (nonce = "n1", more = ""): readonly MsrpHeader[] => [
  ["WWW-Authenticate", `Digest realm="example.com", nonce="${nonce}", qop="auth"${more}`],
];
let issued = 0;
export const granted = (
  seconds: number | null = 900,
  uri = `msrps://a.example.com:2855/r${(issued += 1)};tcp`,
): readonly MsrpHeader[] => [
  ["Use-Path", uri],
  ...(seconds === null ? [] : [["Expires", String(seconds)] as const]),
];

/** Challenged once, then granted two paths. */
export function ready(seconds: number | null = 900): Client {
  const c = client();
  c.feed({ on: "opened" });
  c.answer(401, challenge());
  c.answer(200, granted(seconds));
  c.answer(200, granted(seconds));
  return c;
}
