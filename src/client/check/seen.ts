/**
 * What "Check this server" looks at: its lines in their order, what is measured for each, and what may come of it.
 *
 * Pure data, shared by the screen and by `npm run check`. `judge.ts` says what a measurement means, `words.ts` how
 * that is told.
 */
import type { Span } from "./places.ts";

export const lineIds = [
  "page",
  "tls",
  "sip",
  "digest",
  "register",
  "relay",
  "auth",
  "loop",
  "factory",
  "unchanged",
  "identity",
  "size",
] as const;

export type LineId = (typeof lineIds)[number];

/** Why a WebSocket did not open, as far as it can be known: a browser tells nothing (`unknown`). */
export type Trouble = {
  readonly is:
    | "no-name"
    | "refused"
    | "no-way"
    | "silent"
    | "no-tls"
    | "certificate"
    | "mute"
    | "closed"
    | "no-http"
    | "http"
    | "subprotocol"
    | "other"
    | "unknown";
  /** In the words of whoever told. */
  readonly text: string;
  readonly status: number | null;
};

export type Tls = { readonly version: string; readonly name: string; readonly until: string };

export type PageSeen = {
  /** Where the app is served from; null: a program asks, no page. */
  readonly page: string | null;
  readonly pageSpan: Span;
  readonly urls: readonly string[];
  /** The closest of the servers' places. */
  readonly span: Span;
  /** What the browser says of such addresses; null: nothing. */
  readonly permission: "granted" | "denied" | "prompt" | null;
  /** Whether a connection came about; null: none was tried yet. */
  readonly opened: boolean | null;
};

export type SocketSeen = {
  readonly url: string;
  /** Of the page that asked; null: none did. */
  readonly origin: string | null;
  readonly subprotocol: "sip" | "msrp";
  readonly span: Span;
  readonly opened: boolean;
  readonly ms: number;
  readonly trouble: Trouble | null;
  /** The same host answers a plain request; null: that can't be found out. */
  readonly reached: boolean | null;
  readonly tls: Tls | null;
};

export type DigestSeen = {
  /** Each challenge: its algorithm and quality of protection; null: it can't be read. */
  readonly offered: readonly ({ readonly algorithm: string; readonly qop: readonly string[] } | null)[];
};

export type RegisterSeen = {
  /** null: no answer. */
  readonly status: number | null;
  readonly reason: string;
  readonly isLost: boolean;
  /** What came can't be read as SIP. */
  readonly isNonsense: boolean;
  /** It is an answer to credentials. */
  readonly isProven: boolean;
  readonly isKept: boolean;
  /** What stands in place of our own Contact; null: what we wrote. */
  readonly rewritten: string | null;
  readonly seconds: number | null;
  readonly hasGruu: boolean;
  readonly otherDevices: number;
};

export type AuthSeen = {
  readonly status: number | null;
  readonly comment: string;
  readonly offered: DigestSeen["offered"];
  readonly isLost: boolean;
  readonly usePath: string | null;
  readonly isUsable: boolean;
  readonly isTls: boolean;
  readonly isPathTls: boolean;
};

/** How something that was too much was refused. */
export type Refused = { readonly bytes: number; readonly by: number | "closed" | "silence" };

export type LoopSeen = {
  readonly bytes: number;
  readonly chunkBytes: number;
  readonly chunks: number;
  readonly ms: number;
  readonly arrived: "whole" | "altered" | "not";
  readonly isReported: boolean;
  readonly by: Refused["by"] | null;
  /** Content bytes of one SEND that the relay took, and that it did not. */
  readonly largest: number;
  readonly refused: Refused | null;
};

export type FactorySeen = {
  readonly factory: string | null;
  readonly status: number | null;
  readonly reason: string;
  readonly isLost: boolean;
  readonly isFocus: boolean;
  readonly takesLists: boolean;
};

export type UnchangedSeen = {
  readonly method: string;
  readonly status: number | null;
  readonly isLost: boolean;
  readonly arrived: boolean;
  /** It came when asked without `Replaces`. */
  readonly withoutReplaces: boolean;
  readonly missing: readonly string[];
  readonly changed: readonly string[];
  readonly isBodySame: boolean;
  readonly bytes: number;
};

export type IdentitySeen = {
  readonly method: string;
  readonly address: string;
  /** Whom the server names as its sender; null: nobody. */
  readonly asserted: string | null;
  /** Claims of the sender to be somebody else that came through; null: such a request did not. */
  readonly claims: readonly string[] | null;
};

export type SizeSeen = {
  readonly method: string;
  readonly largest: number;
  readonly refused: Refused | null;
  readonly people: number;
  readonly peopleBytes: number;
  /** How many people fit into the largest. */
  readonly room: number;
};

export type Seen = {
  readonly page: PageSeen;
  readonly tls: SocketSeen;
  readonly sip: SocketSeen;
  readonly digest: DigestSeen;
  readonly register: RegisterSeen;
  readonly relay: SocketSeen;
  readonly auth: AuthSeen;
  readonly loop: LoopSeen;
  readonly factory: FactorySeen;
  readonly unchanged: UnchangedSeen;
  readonly identity: IdentitySeen;
  readonly size: SizeSeen;
};

type SocketWhy =
  | "no-name"
  | "refused"
  | "no-way"
  | "silent"
  | "mute"
  | "closed"
  | "no-http"
  | "http"
  | "origin"
  | "elsewhere"
  | "sign-in"
  | "gateway"
  | "bad-request"
  | "subprotocol"
  | "other"
  | "unknown";

/** What may be wrong on each line. */
export type Why = {
  readonly page: "mixed" | "not-asked" | "denied" | "unanswered";
  readonly tls: "certificate" | "no-tls" | "open";
  readonly sip: SocketWhy;
  readonly digest: "no-md5" | "no-qop";
  readonly register:
    | "silent"
    | "nonsense"
    | "lost"
    | "password"
    | "forbidden"
    | "nobody"
    | "busy"
    | "refused"
    | "not-kept";
  readonly relay: SocketWhy | "certificate" | "no-tls";
  readonly auth: "silent" | "lost" | "password" | "refused" | "no-md5" | "no-path" | "scheme";
  readonly loop: "refused" | "closed" | "no-report" | "altered" | "not-there";
  readonly factory:
    | "none"
    | "missing"
    | "absent"
    | "unclear"
    | "refused"
    | "silent"
    | "no-focus"
    | "no-lists";
  readonly unchanged: "not-back" | "replaces" | "headers" | "body";
  readonly identity: "nobody" | "another" | "claims";
  readonly size: "small";
};

type Tried<Id extends LineId> = {
  readonly id: Id;
  readonly is: "passed" | "failed";
  /** null: it passed. */
  readonly why: Why[Id] | null;
  readonly seen: Seen[Id];
};

export type TriedLine = { readonly [Id in LineId]: Tried<Id> }[LineId];

/** What became of one line. */
export type Outcome =
  | TriedLine
  | { readonly id: LineId; readonly is: "waiting" | "trying" }
  /** `because`: which line failed before it. */
  | { readonly id: LineId; readonly is: "not-tried"; readonly because: LineId };
