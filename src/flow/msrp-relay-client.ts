/**
 * A client of one MSRP relay, for the life of one connection: proves who it is and keeps paths in store.
 *
 * RFC 4976 §5.1, §9.1; RFC 7977 §5.3. Each AUTH yields one path, good for one session and on this connection
 * only. Some are kept ready, so that neither an INVITE nor an answer waits for the relay. AUTHs are not
 * pipelined (§9.1). A path in use is renewed before it expires; should the relay answer with another URI, the
 * session on the old one ends, since only a new offer could move it.
 *
 * A relay that has no more paths to give is asked again later. Refused: a relay that asks for anything but MD5 with qop=auth, or whose rspauth is wrong.
 */
import { headerOf, type MsrpRequest, type MsrpResponse } from "../wire/msrp.ts";
import type { Step } from "./machine.ts";
import { readUsePath, type MsrpPath } from "./msrp-path.ts";
import {
  isProven,
  nextNonce,
  readChallenge,
  relayUri,
  sign,
  type Challenge,
  type Proof,
  type RelayAccount,
} from "./relay-credentials.ts";

type Held = {
  readonly path: MsrpPath;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
  /** `spare` not given out yet, `taken` given out, `used` a session is on it. */
  readonly is: "spare" | "taken" | "used";
};

/** The AUTH that is out. `proof`: what its 200 must prove in turn. */
type Asking = { readonly tid: string; readonly own: string; readonly proof: Proof | null };

export type RelayClient = {
  readonly is: "closed" | "open" | "denied";
  readonly account: RelayAccount;
  readonly settings: { readonly sparePaths: number; readonly authMs: number };
  /** The relay has taken these credentials on this connection. */
  readonly proven: boolean;
  readonly challenge: Challenge | null;
  readonly asking: Asking | null;
  /** Fresh ids have been asked for; `own` is the URI to be renewed, null for a path more. */
  readonly wanting: { readonly own: string | null } | null;
  readonly held: readonly Held[];
};

export const relayClient = (account: RelayAccount, settings: RelayClient["settings"]): RelayClient => ({
  is: "closed",
  account,
  settings,
  proven: false,
  challenge: null,
  asking: null,
  wanting: null,
  held: [],
});

export type RelayClientInput =
  | { readonly on: "opened" }
  /** Fresh ids, as `want-ids` asked: 128 random bits each, lower-case hex. */
  | {
      readonly on: "ids";
      readonly tid: string;
      readonly cnonce: string;
      readonly name: string;
      readonly sessionId: string;
    }
  | { readonly on: "answer"; readonly frame: MsrpResponse; readonly nowMs: number }
  /** A spare path was given out. */
  | { readonly on: "take"; readonly own: string }
  /** A session stands on it. */
  | { readonly on: "use"; readonly own: string }
  /** That session is over; the path is not used again. */
  | { readonly on: "release"; readonly own: string }
  | { readonly on: "fired"; readonly timer: "auth" | "renew"; readonly nowMs: number }
  /** Is the relay still there? A path that waits is renewed, which it must answer. */
  | { readonly on: "look" }
  | { readonly on: "closed" };

export type RelayClientEffect =
  | { readonly do: "want-ids" }
  | { readonly do: "transmit"; readonly frame: MsrpRequest }
  /** There is a path to take. */
  | { readonly do: "ready" }
  /** The relay does not take these credentials. */
  | { readonly do: "denied"; readonly status: number }
  /** The relay does not answer, or not as a relay does: the connection is of no use. */
  | { readonly do: "give-up" }
  /** This path is no longer ours. */
  | { readonly do: "lapsed"; readonly own: string }
  | { readonly do: "start"; readonly timer: "auth" | "renew"; readonly ms: number }
  | { readonly do: "stop"; readonly timer: "auth" | "renew" };

type RelayClientStep = readonly [RelayClient, readonly RelayClientEffect[]];

/** Expires when the relay names none, and the share of its life after which a path is renewed. */
const defaultExpiresSeconds = 900;
const renewShare = 0.75;

export const relay: Step<RelayClient, RelayClientInput, RelayClientEffect> = (
  state,
  input,
): RelayClientStep => {
  if (input.on === "closed")
    return [
      relayClient(state.account, state.settings),
      [
        { do: "stop", timer: "auth" },
        { do: "stop", timer: "renew" },
      ],
    ];
  if (input.on === "opened") return want({ ...relayClient(state.account, state.settings), is: "open" }, []);
  if (state.is !== "open") return [state, []];
  switch (input.on) {
    case "ids":
      return authenticate(state, input);
    case "answer":
      return state.asking?.tid === input.frame.tid
        ? answered(state, state.asking, input.frame, input.nowMs)
        : [state, []];
    case "take":
      return want(mark(state, input.own, "taken"), []);
    case "use":
      return [mark(state, input.own, "used"), []];
    case "release":
      return [{ ...state, held: state.held.filter((h) => h.path.own !== input.own) }, []];
    case "look":
      return look(state);
    case "fired":
      return input.timer === "auth" ? [state, [{ do: "give-up" }]] : renew(state, input.nowMs);
  }
};

/** The path that `takePath` may give out now. */
export const sparePath = (state: RelayClient, not: ReadonlySet<string>): MsrpPath | null =>
  state.held.find((h) => h.is === "spare" && !not.has(h.path.own))?.path ?? null;

/** Asks for ids when something is to be had from the relay and no AUTH is out. */
function want(state: RelayClient, effects: readonly RelayClientEffect[]): RelayClientStep {
  const spare = state.held.filter((h) => h.is === "spare").length;
  if (state.asking !== null || state.wanting !== null || spare >= state.settings.sparePaths)
    return [state, effects];
  return [{ ...state, wanting: { own: null } }, [...effects, { do: "want-ids" }]];
}

function look(state: RelayClient): RelayClientStep {
  const spare = state.held.find((h) => h.is === "spare");
  if (spare === undefined || state.asking !== null || state.wanting !== null) return [state, []];
  return [{ ...state, wanting: { own: spare.path.own } }, [{ do: "want-ids" }]];
}

const mark = (state: RelayClient, own: string, is: Held["is"]): RelayClient => ({
  ...state,
  held: state.held.map((h) => (h.path.own === own ? { ...h, is } : h)),
});

function authenticate(state: RelayClient, ids: Extract<RelayClientInput, { on: "ids" }>): RelayClientStep {
  if (state.wanting === null || state.asking !== null) return [state, []];
  const { scheme, uri } = relayUri(state.account);
  const own = state.wanting.own ?? `${scheme}://${ids.name.slice(0, 16)}.invalid:2855/${ids.sessionId};ws`;
  const { challenge } = state;
  const signed = challenge === null ? null : sign(state.account, challenge, ids.cnonce.slice(0, 32));
  const frame: MsrpRequest = {
    kind: "request",
    tid: ids.tid.slice(0, 32),
    method: "AUTH",
    toPath: [uri],
    fromPath: [own],
    headers: signed === null ? [] : [["Authorization", signed.header]],
    contentType: null,
    body: null,
    continuation: "$",
  };
  const asking: Asking = { tid: frame.tid, own, proof: signed?.proof ?? null };
  const used = challenge === null ? null : { ...challenge, count: challenge.count + 1 };
  return [
    { ...state, wanting: null, challenge: used, asking },
    [
      { do: "transmit", frame },
      { do: "start", timer: "auth", ms: state.settings.authMs },
    ],
  ];
}

function answered(state: RelayClient, asking: Asking, frame: MsrpResponse, nowMs: number): RelayClientStep {
  const rest: RelayClient = { ...state, asking: null };
  const done: RelayClientEffect = { do: "stop", timer: "auth" };
  if (frame.status === 401) {
    const challenge = readChallenge(frame);
    if (challenge === null) return [rest, [done, { do: "give-up" }]];
    // Signed with the nonce just given, and refused all the same: the password is wrong.
    if (asking.proof?.nc === "00000001" && !challenge.stale)
      return [{ ...rest, is: "denied" }, [done, { do: "denied", status: 401 }]];
    return [
      {
        ...rest,
        challenge: { ...challenge, count: 0 },
        wanting: { own: isHeld(state, asking.own) ? asking.own : null },
      },
      [done, { do: "want-ids" }],
    ];
  }
  // Whoever was let in has as many paths as the relay gives: what stands goes on, and more is asked for later.
  if (frame.status === 403 && state.proven)
    return [rest, [done, { do: "start", timer: "renew", ms: state.settings.authMs }]];
  if (frame.status !== 200)
    return frame.status === 403
      ? [{ ...rest, is: "denied" }, [done, { do: "denied", status: 403 }]]
      : [rest, [done, { do: "give-up" }]];
  const path = readUsePath(frame, asking.own);
  if (path === null || !isProven(frame, asking.proof)) return [rest, [done, { do: "give-up" }]];
  return granted(rest, path, frame, nowMs);
}

function granted(state: RelayClient, path: MsrpPath, frame: MsrpResponse, nowMs: number): RelayClientStep {
  const seconds = Number(/^[0-9]{1,9}$/.exec(headerOf(frame, "Expires") ?? "")?.[0] ?? defaultExpiresSeconds);
  const old = state.held.find((h) => h.path.own === path.own);
  const changed = old !== undefined && old.path.usePath.join(" ") !== path.usePath.join(" ");
  const next: Held = {
    path,
    renewAtMs: nowMs + seconds * 1000 * renewShare,
    expiresAtMs: nowMs + seconds * 1000,
    is: old?.is ?? "spare",
  };
  const others = state.held.filter((h) => h !== old);
  const lapsed = changed && next.is !== "spare";
  const held = lapsed ? others : [...others, next];
  const [wanting, effects] = want(
    { ...state, proven: true, held, challenge: nextNonce(state.challenge, frame) },
    [],
  );
  return [
    wanting,
    [
      { do: "stop", timer: "auth" },
      ...(lapsed ? [{ do: "lapsed", own: path.own } as const] : []),
      ...(old === undefined ? [{ do: "ready" } as const] : []),
      ...schedule(held, nowMs),
      ...effects,
    ],
  ];
}

/** Renews what is due, one at a time; what was given out and never used is left to expire. */
function renew(state: RelayClient, nowMs: number): RelayClientStep {
  const gone = state.held.filter((h) => h.expiresAtMs <= nowMs);
  const held = state.held.filter((h) => h.expiresAtMs > nowMs);
  const lapsed = gone.map((h): RelayClientEffect => ({ do: "lapsed", own: h.path.own }));
  const due = held.find((h) => h.renewAtMs <= nowMs && h.is !== "taken");
  const rest = { ...state, held };
  if (due === undefined) {
    const [next, effects] = want(rest, lapsed);
    return [next, [...effects, ...schedule(held, nowMs)]];
  }
  // An AUTH is out, or about to be: come back soon.
  if (state.asking !== null || state.wanting !== null)
    return [rest, [...lapsed, { do: "start", timer: "renew", ms: state.settings.authMs }]];
  return [{ ...rest, wanting: { own: due.path.own } }, [...lapsed, { do: "want-ids" }]];
}

function schedule(held: readonly Held[], nowMs: number): readonly RelayClientEffect[] {
  const at = Math.min(...held.map((h) => (h.is === "taken" ? h.expiresAtMs : h.renewAtMs)));
  return Number.isFinite(at)
    ? [{ do: "start", timer: "renew", ms: Math.max(0, at - nowMs) }]
    : [{ do: "stop", timer: "renew" }];
}

const isHeld = (state: RelayClient, own: string): boolean => state.held.some((h) => h.path.own === own);
