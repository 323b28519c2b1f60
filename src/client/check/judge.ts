/**
 * What a measurement means: passed, or why not. Pure, one function a line.
 *
 * Two rules. A line is not held against a server for what another line names already: those that need what has failed
 * are not tried (`needs`). And silence is never taken for an answer: only a status says that something is not there.
 */
import { lineIds, type LineId, type Outcome, type Seen, type SocketSeen, type Why } from "./seen.ts";

type Judge = { readonly [Id in LineId]: (seen: Seen[Id]) => Why[Id] | null };

/** Statuses by which an address says that no factory is there, and those by which it is not there just now. */
const notThere = [404, 410, 416, 484, 604];
const away = [408, 430, 480];

export const judge: Judge = {
  page: ({ page, pageSpan, urls, span, permission, opened }) => {
    if (page === null) return null;
    const isOpen = urls.some((url) => url.startsWith("ws:"));
    // ws: to this very machine is allowed from anywhere.
    if (page.startsWith("https:") && isOpen && span !== "loopback") return "mixed";
    const isNear = span === "private" || span === "loopback";
    if (!page.startsWith("https:")) return pageSpan === "public" && isNear ? "not-asked" : null;
    // A browser knows where a name leads, and this page does not; that it was stopped shows when it has tried.
    if (pageSpan === "private" || pageSpan === "loopback" || span === "public") return null;
    const isCertain = pageSpan === "public" && isNear;
    if (permission === "denied" && (opened === false || (isCertain && opened === null))) return "denied";
    return permission === "prompt" && opened === false && isNear ? "unanswered" : null;
  },
  tls: ({ url, span, trouble }) => {
    if (trouble?.is === "certificate" || trouble?.is === "no-tls") return trouble.is;
    return url.startsWith("wss:") || span === "loopback" ? null : "open";
  },
  sip: (seen) => {
    const why = socketWhy(seen);
    return why === "certificate" || why === "no-tls" ? "other" : why;
  },
  digest: ({ offered }) => digestWhy(offered),
  register: ({ status, isLost, isNonsense, isProven, isKept }) => {
    if (status === null) return isNonsense ? "nonsense" : isLost ? "lost" : "silent";
    if (status >= 200 && status < 300) return isKept ? null : "not-kept";
    if (status === 401 || status === 407) return "password";
    // Some say 403 to a wrong password (RFC 3261 §22.1 has them say 401).
    if (status === 403) return isProven ? "password" : "forbidden";
    if (status === 404 || status === 604) return "nobody";
    return status === 503 || status === 480 || status === 486 ? "busy" : "refused";
  },
  relay: socketWhy,
  auth: ({ status, offered, isLost, usePath, isUsable, isTls, isPathTls }) => {
    if (digestWhy(offered) !== null) return "no-md5";
    if (status === null) return isLost ? "lost" : "silent";
    if (status === 401) return "password";
    if (status !== 200) return "refused";
    if (usePath === null || !isUsable) return "no-path";
    return isTls === isPathTls ? null : "scheme";
  },
  loop: ({ arrived, isReported, by }) => {
    if (arrived === "altered") return "altered";
    if (typeof by === "number") return "refused";
    if (by === "closed") return "closed";
    if (arrived === "not") return "not-there";
    return isReported ? null : "no-report";
  },
  factory: ({ factory, status, isFocus, takesLists }) => {
    if (factory === null) return "none";
    if (status === null) return "silent";
    if (notThere.includes(status)) return "missing";
    if (away.includes(status)) return "absent";
    if (status >= 300) return status === 403 || status === 401 || status === 407 ? "refused" : "unclear";
    if (!isFocus) return "no-focus";
    return takesLists ? null : "no-lists";
  },
  unchanged: ({ arrived, withoutReplaces, missing, changed, isBodySame }) => {
    if (!arrived) return withoutReplaces ? "replaces" : "not-back";
    if (missing.length > 0 || changed.length > 0) return "headers";
    return isBodySame ? null : "body";
  },
  identity: ({ address, asserted, claims }) => {
    if (asserted === null) return "nobody";
    if (asserted !== address) return "another";
    return claims === null || claims.length === 0 ? null : "claims";
  },
  size: ({ room, people }) => (room >= people ? null : "small"),
};

function socketWhy({ opened, trouble, reached }: SocketSeen): Why["relay"] | null {
  if (opened) return null;
  if (trouble === null || trouble.is === "unknown") return reached === true ? "other" : "unknown";
  return trouble.is === "http" ? httpWhy(trouble.status) : trouble.is;
}

/** A web server's answer in place of a WebSocket. */
function httpWhy(status: number | null): Why["relay"] {
  switch (status) {
    case 400:
      return "bad-request";
    case 401:
      return "sign-in";
    case 403:
      return "origin";
    case 502:
    case 503:
    case 504:
      return "gateway";
    default:
      return status !== null && status >= 300 && status < 400 ? "elsewhere" : "http";
  }
}

/** One that this client can answer is enough; none at all is no matter of digest. */
function digestWhy(offered: Seen["digest"]["offered"]): Why["digest"] | null {
  const md5 = offered.filter((one) => one !== null && /^md5$/i.test(one.algorithm));
  if (offered.length === 0 || md5.some((one) => one?.qop.includes("auth") === true)) return null;
  return md5.length > 0 ? "no-qop" : "no-md5";
}

export function outcomeOf<Id extends LineId>(id: Id, seen: Seen[Id]): Outcome {
  const why = judge[id](seen);
  // The compiler does not see that a line's parts belong together.
  return { id, is: why === null ? "passed" : "failed", why, seen } as unknown as Outcome;
}

const needs: Readonly<Record<LineId, readonly LineId[]>> = {
  page: [],
  tls: ["page", "sip"],
  sip: ["page", "tls"],
  digest: ["sip", "register"],
  register: ["sip", "digest"],
  relay: ["page"],
  auth: ["relay"],
  loop: ["auth"],
  factory: ["register"],
  unchanged: ["register"],
  identity: ["unchanged"],
  size: ["unchanged"],
};

/**
 * Which line keeps `id` from being tried, as things stand; null: none. `isSameHost`: the relay is where the SIP server
 * is, so what is wrong with the way there is wrong for both.
 */
export function obstacle(id: LineId, all: ReadonlyMap<LineId, Outcome>, isSameHost: boolean): LineId | null {
  const blocks = (other: LineId): LineId | null => {
    const outcome = all.get(other);
    if (outcome?.is === "not-tried") return outcome.because;
    return outcome?.is === "failed" && isInTheWay(id, outcome) ? other : null;
  };
  const first = needs[id].map(blocks).find((one) => one !== null) ?? null;
  if (first !== null) return first;
  // Who is not let in by one is not asked for by the other: that is wrong once.
  if (id === "auth" && isTurnedAway(all.get("register"))) return "register";
  if (id !== "relay" || !isSameHost) return null;
  return ["tls", "sip"].map((other) => blocks(other as LineId)).find((one) => one !== null) ?? null;
}

const isTurnedAway = (outcome: Outcome | undefined): boolean =>
  outcome?.id === "register" &&
  outcome.is === "failed" &&
  (outcome.why === "password" || outcome.why === "forbidden" || outcome.why === "nobody");

/** What a server says of one WebSocket and not of the way to it. */
const aboutOneOnly: readonly Why["sip"][] = [
  "subprotocol",
  "bad-request",
  "http",
  "gateway",
  "sign-in",
  "closed",
  "other",
];

/** A connection in the open carries all the same, and headers taken out say nothing of senders and sizes. */
function isInTheWay(id: LineId, outcome: Outcome): boolean {
  if (outcome.is !== "failed") return false;
  if (outcome.id === "tls") return outcome.why !== "open";
  if (outcome.id === "unchanged") return outcome.why === "not-back";
  // What the way there is like has nothing to do with what the server says on it.
  if (outcome.id === "sip" && id === "relay")
    return outcome.why !== null && !aboutOneOnly.includes(outcome.why);
  return true;
}

/** What the factory's line says about Add people: false only where an answer said that there is none. */
export function hasFactory(outcome: Outcome): boolean | null {
  if (outcome.id !== "factory" || (outcome.is !== "passed" && outcome.is !== "failed")) return null;
  if (outcome.why === null) return true;
  return outcome.why === "missing" || outcome.why === "none" ? false : null;
}

export const waiting: readonly Outcome[] = lineIds.map((id) => ({ id, is: "waiting" }));
