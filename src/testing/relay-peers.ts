/**
 * A relay in memory with a clock that a test moves, and peers made of frames alone: for tests that look at each frame,
 * and that want to be ruder than the endpoint of `flow`.
 */
import { memoryFrames, type FrameSocket } from "../server/network/frame-socket.ts";
import {
  createRelay,
  relayTimers,
  type Relay,
  type RelayOptions,
  type RelayTraceRow,
} from "../server/network/relay.ts";
import { digestResponse, formatCredentials, ha1, parseChallenge } from "../wire/digest.ts";
import {
  formatFrame,
  headerOf,
  parseFrame,
  type MsrpFrame,
  type MsrpHeader,
  type MsrpRequest,
  type MsrpResponse,
} from "../wire/msrp.ts";
import { encodeUtf8 } from "../wire/utf8.ts";
import { manualClock, type ManualClock } from "./manual-clock.ts";

export const realm = "segue.example";
export const relayUri = "msrp://localhost:5080;ws";

let ids = 0;
export const fresh = (): string => (ids += 1).toString(16).padStart(32, "0");

export interface RelayGround {
  readonly clock: ManualClock;
  readonly relay: Relay;
  readonly rows: RelayTraceRow[];
  peer(user: string): RelayPeer;
  /** Alice and Bob, with a path each. */
  pair(): Promise<[RelayEnd, RelayEnd]>;
}

/** Alice, Bob and Carol have their names for passwords. */
export function relayGround(over: Partial<RelayOptions> = {}): RelayGround {
  const clock = manualClock();
  const rows: RelayTraceRow[] = [];
  const relay = createRelay({
    host: "localhost",
    port: 5080,
    tls: false,
    realm,
    ha1: (user) => (["alice", "bob", "carol"].includes(user) ? ha1(user, realm, user) : null),
    clock,
    freshId: fresh,
    timers: { ...relayTimers, minExpiresSeconds: 10, maxExpiresSeconds: 1000 },
    trace: (row) => rows.push(row),
    ...over,
  });
  const peer = (user: string): RelayPeer => new RelayPeer(user, relay);
  return {
    clock,
    relay,
    rows,
    peer,
    pair: async () => [await peer("alice").path(), await peer("bob").path()],
  };
}

/** Everything in flight arrives. */
export const settle = async (): Promise<void> => {
  for (let n = 0; n < 12; n += 1) await new Promise((resolve) => setImmediate(resolve));
};

export const authFrame = (own: string, headers: readonly MsrpHeader[]): MsrpFrame => ({
  kind: "request",
  tid: fresh(),
  method: "AUTH",
  toPath: [relayUri],
  fromPath: [own],
  headers,
  contentType: null,
  body: null,
  continuation: "$",
});

export class RelayPeer {
  readonly got: MsrpFrame[] = [];
  readonly socket: FrameSocket;
  closed = false;
  nonce = "";
  count = 0;
  readonly user: string;
  constructor(user: string, relay: Relay) {
    this.user = user;
    const [theirs, ours] = memoryFrames();
    relay.accept(theirs);
    this.socket = ours;
    ours.onFrame = (bytes) => this.got.push(parseFrame(bytes));
    ours.onClose = () => (this.closed = true);
  }
  async say(frame: MsrpFrame | Uint8Array): Promise<readonly MsrpFrame[]> {
    const before = this.got.length;
    this.socket.send(frame instanceof Uint8Array ? frame : formatFrame(frame));
    await settle();
    return this.got.slice(before);
  }
  auth(own: string, headers: readonly MsrpHeader[]): Promise<readonly MsrpFrame[]> {
    return this.say(authFrame(own, headers));
  }
  /** `spelled`: the same user, written otherwise. */
  credentials(
    over: {
      password?: string;
      nc?: string;
      nonce?: string;
      user?: string;
      spelled?: string;
      uri?: string;
    } = {},
  ): MsrpHeader {
    this.count += 1;
    const user = over.user ?? this.user;
    const nc = over.nc ?? this.count.toString(16).padStart(8, "0");
    const input = {
      nonce: over.nonce ?? this.nonce,
      uri: over.uri ?? relayUri,
      nc,
      cnonce: "c0ffee",
      qop: "auth",
    } as const;
    const response = digestResponse({
      ...input,
      method: "AUTH",
      ha1: ha1(user, realm, over.password ?? user),
    });
    return [
      "Authorization",
      formatCredentials({
        ...input,
        username: over.spelled ?? user,
        realm,
        response,
        opaque: null,
        algorithm: null,
      }),
    ];
  }
  async challenged(): Promise<void> {
    const answer = (await this.auth(`msrp://x.invalid:2855/${fresh()};ws`, [])).at(-1) as MsrpResponse;
    this.nonce = parseChallenge(headerOf(answer, "WWW-Authenticate") ?? "").nonce;
    this.count = 0;
  }
  /** A path for one session: the own URI and the relay's. */
  async path(): Promise<{ own: string; via: string; peer: RelayPeer }> {
    if (this.nonce === "") await this.challenged();
    const own = `msrp://${this.user}.invalid:2855/${fresh()};ws`;
    const [answer] = await this.auth(own, [this.credentials()]);
    if (answer?.kind !== "response" || answer.status !== 200) throw new Error("no path");
    return { own, via: headerOf(answer, "Use-Path") ?? "", peer: this };
  }
}

export type RelayEnd = Awaited<ReturnType<RelayPeer["path"]>>;

/** A SEND through both. */
export const send = (
  from: RelayEnd,
  to: RelayEnd,
  over: Partial<MsrpRequest> = {},
  headers: readonly MsrpHeader[] = [],
): MsrpRequest => ({
  kind: "request",
  tid: fresh(),
  method: "SEND",
  toPath: [from.via, to.via, to.own],
  fromPath: [from.own],
  headers: [["Message-ID", "m1"], ["Byte-Range", "1-5/5"], ...headers],
  contentType: "text/plain",
  body: encodeUtf8("hello"),
  continuation: "$",
  ...over,
});

export const statusOf = (frames: readonly MsrpFrame[]): readonly number[] =>
  frames.flatMap((f) => (f.kind === "response" ? [f.status] : []));
/** What the REPORTs among them say. */
export const reports = (frames: readonly MsrpFrame[]): readonly string[] =>
  frames.flatMap((f) => (f.kind === "request" && f.method === "REPORT" ? [headerOf(f, "Status") ?? ""] : []));
export const answer = (frame: MsrpFrame | undefined, status: number): MsrpResponse => ({
  kind: "response",
  tid: frame?.tid ?? "",
  status,
  comment: "",
  toPath: frame?.fromPath.slice(0, 1) ?? [],
  fromPath: frame?.toPath.slice(0, 1) ?? [],
  headers: [],
});
