/** What a measurement means: silence is no answer, and one fault is one line's to name. */
import { describe, expect, test } from "vitest";
import { hasFactory, judge, obstacle, outcomeOf } from "./judge.ts";
import type {
  AuthSeen,
  FactorySeen,
  LineId,
  Outcome,
  PageSeen,
  RegisterSeen,
  SocketSeen,
  Trouble,
} from "./seen.ts";

const page: PageSeen = {
  page: "https://chat.example.org",
  pageSpan: "public",
  urls: ["wss://chat.example.org/ws"],
  span: "public",
  permission: null,
  opened: null,
};
const socket: SocketSeen = {
  url: "wss://chat.example.org/ws",
  origin: "https://chat.example.org",
  subprotocol: "sip",
  span: "public",
  opened: true,
  ms: 1,
  trouble: null,
  reached: true,
  tls: null,
};
const failed = (
  is: Trouble["is"],
  status: number | null = null,
  reached: boolean | null = null,
): SocketSeen => ({
  ...socket,
  opened: false,
  reached,
  trouble: { is, text: "", status },
});
const registered: RegisterSeen = {
  status: 200,
  reason: "OK",
  isLost: false,
  isNonsense: false,
  isProven: false,
  isKept: true,
  rewritten: null,
  seconds: 600,
  hasGruu: true,
  otherDevices: 0,
};
const granted: AuthSeen = {
  status: 200,
  comment: "OK",
  offered: [],
  isLost: false,
  usePath: "msrps://relay.example.org:443/a;tcp",
  isUsable: true,
  isTls: true,
  isPathTls: true,
};
const factory: FactorySeen = {
  factory: "sip:conference-factory@example.org",
  status: 200,
  reason: "OK",
  isLost: false,
  isFocus: true,
  takesLists: true,
};

describe("the page", () => {
  test("that came over https may open wss, and ws to this machine alone", () => {
    expect(judge.page(page)).toBe(null);
    const open = { ...page, urls: ["wss://a.example/", "ws://b.example/"] };
    expect(judge.page(open)).toBe("mixed");
    expect(judge.page({ ...open, span: "loopback", pageSpan: "loopback" })).toBe(null);
    expect(judge.page({ ...open, page: "http://chat.example.org" })).toBe(null);
    expect(judge.page({ ...open, page: null })).toBe(null);
  });

  test("from the open net asks before it goes to a private address, and may have been told no", () => {
    const near = { ...page, span: "private" } as const;
    expect(judge.page({ ...near, permission: "prompt" })).toBe(null);
    expect(judge.page({ ...near, permission: "prompt", opened: false })).toBe("unanswered");
    expect(judge.page({ ...near, permission: "denied" })).toBe("denied");
    expect(judge.page({ ...near, permission: "denied", opened: true })).toBe(null);
    expect(judge.page({ ...near, page: "http://chat.example.org" })).toBe("not-asked");
    expect(judge.page({ ...near, pageSpan: "private", permission: "denied", opened: false })).toBe(null);
    // To the open net nobody is asked, whatever is said of other places.
    expect(judge.page({ ...page, permission: "denied", opened: false })).toBe(null);
  });

  test("that has a name may be anywhere: a no counts once a connection has failed", () => {
    const named = { ...page, pageSpan: "unknown", span: "private", permission: "denied" } as const;
    expect(judge.page(named)).toBe(null);
    expect(judge.page({ ...named, opened: false })).toBe("denied");
    expect(judge.page({ ...named, span: "unknown", opened: false })).toBe("denied");
    expect(judge.page({ ...named, span: "unknown", permission: "prompt", opened: false })).toBe(null);
    expect(judge.page({ ...named, page: "http://chat.example.org", opened: false })).toBe(null);
  });
});

test("a WebSocket that does not open: what is told, and what a browser leaves open", () => {
  expect(judge.sip(socket)).toBe(null);
  expect(judge.sip(failed("refused"))).toBe("refused");
  expect(judge.sip(failed("http", 403))).toBe("origin");
  expect(judge.sip(failed("http", 404))).toBe("http");
  expect(judge.sip(failed("http", 200))).toBe("http");
  expect(judge.sip(failed("http", 400))).toBe("bad-request");
  for (const status of [301, 302, 307]) expect(judge.sip(failed("http", status))).toBe("elsewhere");
  expect(judge.sip(failed("http", 401))).toBe("sign-in");
  for (const status of [502, 503, 504]) expect(judge.relay(failed("http", status))).toBe("gateway");
  for (const is of ["silent", "mute", "closed", "no-http"] as const) expect(judge.sip(failed(is))).toBe(is);
  expect(judge.sip(failed("unknown", null, true))).toBe("other");
  expect(judge.sip(failed("unknown", null, false))).toBe("unknown");
  expect(judge.sip(failed("unknown", null, null))).toBe("unknown");
  expect(judge.relay(failed("certificate"))).toBe("certificate");
});

test("TLS: needed everywhere but on this machine", () => {
  expect(judge.tls(socket)).toBe(null);
  expect(judge.tls(failed("certificate"))).toBe("certificate");
  expect(judge.tls(failed("no-tls"))).toBe("no-tls");
  const open = { ...socket, url: "ws://chat.example.org/ws" };
  expect(judge.tls(open)).toBe("open");
  expect(judge.tls({ ...open, span: "private" })).toBe("open");
  expect(judge.tls({ ...open, span: "loopback" })).toBe(null);
});

test("one challenge that can be answered is enough; none is none", () => {
  const md5 = { algorithm: "MD5", qop: ["auth"] };
  const sha = { algorithm: "SHA-256", qop: ["auth"] };
  expect(judge.digest({ offered: [] })).toBe(null);
  expect(judge.digest({ offered: [sha, md5] })).toBe(null);
  expect(judge.digest({ offered: [sha] })).toBe("no-md5");
  expect(judge.digest({ offered: [null] })).toBe("no-md5");
  expect(judge.digest({ offered: [sha, { ...md5, qop: [] }] })).toBe("no-qop");
  expect(judge.digest({ offered: [{ ...md5, qop: ["auth-int"] }] })).toBe("no-qop");
});

test("REGISTER: what the status says, and that yes alone is not enough", () => {
  expect(judge.register(registered)).toBe(null);
  expect(judge.register({ ...registered, isKept: false })).toBe("not-kept");
  for (const [status, why] of [
    [401, "password"],
    [407, "password"],
    [403, "forbidden"],
    [404, "nobody"],
    [503, "busy"],
    [500, "refused"],
    [null, "silent"],
  ] as const)
    expect([status, judge.register({ ...registered, status, isKept: false })]).toEqual([status, why]);
  expect(judge.register({ ...registered, status: null, isLost: true })).toBe("lost");
  expect(judge.register({ ...registered, status: null, isNonsense: true })).toBe("nonsense");
  expect(judge.register({ ...registered, status: 403, isProven: true })).toBe("password");
});

test("the relay's path says TLS exactly where there is TLS", () => {
  expect(judge.auth(granted)).toBe(null);
  expect(judge.auth({ ...granted, isPathTls: false })).toBe("scheme");
  expect(judge.auth({ ...granted, isTls: false })).toBe("scheme");
  expect(judge.auth({ ...granted, isTls: false, isPathTls: false })).toBe(null);
  expect(judge.auth({ ...granted, usePath: null })).toBe("no-path");
  expect(judge.auth({ ...granted, isUsable: false })).toBe("no-path");
  expect(judge.auth({ ...granted, status: 401 })).toBe("password");
  expect(judge.auth({ ...granted, status: 501 })).toBe("refused");
  expect(judge.auth({ ...granted, status: null })).toBe("silent");
  expect(judge.auth({ ...granted, offered: [{ algorithm: "SHA-256", qop: ["auth"] }] })).toBe("no-md5");
});

test("a factory is missing only where an answer says so; then nobody can be added", () => {
  const of = (seen: Partial<FactorySeen>): readonly unknown[] => {
    const outcome = outcomeOf("factory", { ...factory, ...seen });
    return ["why" in outcome ? outcome.why : outcome, hasFactory(outcome)];
  };
  expect(of({})).toEqual([null, true]);
  for (const status of [404, 410, 416, 484, 604]) expect(of({ status })).toEqual(["missing", false]);
  expect(of({ factory: null })).toEqual(["none", false]);
  for (const status of [480, 408]) expect(of({ status })).toEqual(["absent", null]);
  // Who takes no OPTIONS, or is busy, may make groups all the same.
  for (const status of [302, 405, 486, 500, 501, 503, 600]) expect(of({ status })).toEqual(["unclear", null]);
  expect(of({ status: null })).toEqual(["silent", null]);
  expect(of({ status: null, isLost: true })).toEqual(["silent", null]);
  expect(of({ status: 403 })).toEqual(["refused", null]);
  expect(of({ isFocus: false })).toEqual(["no-focus", null]);
  expect(of({ takesLists: false })).toEqual(["no-lists", null]);
});

test("the server names the sender, and nobody else does", () => {
  const address = "sip:alice@example.org";
  const seen = { method: "INVITE", address, asserted: address, claims: [] };
  expect(judge.identity(seen)).toBe(null);
  expect(judge.identity({ ...seen, claims: null })).toBe(null);
  expect(judge.identity({ ...seen, asserted: null })).toBe("nobody");
  expect(judge.identity({ ...seen, asserted: "sip:somebody.else@example.org" })).toBe("another");
  expect(judge.identity({ ...seen, claims: ["Referred-By"] })).toBe("claims");
});

describe("what is in the way", () => {
  const known = (...all: readonly Outcome[]): ReadonlyMap<LineId, Outcome> =>
    new Map(all.map((one) => [one.id, one]));
  const wrongPassword = outcomeOf("register", { ...registered, status: 401 });

  test("is named by its own line, not by the one between", () => {
    const all = known(outcomeOf("register", { ...registered, status: 500 }), {
      id: "unchanged",
      is: "not-tried",
      because: "register",
    });
    expect(obstacle("size", all, false)).toBe("register");
    expect(obstacle("relay", all, true)).toBe(null);
    expect(obstacle("auth", all, true)).toBe(null);
  });

  test("who is turned away by the registrar is not asked for at the relay", () => {
    expect(obstacle("auth", known(wrongPassword), false)).toBe("register");
    const unknown = outcomeOf("register", { ...registered, status: 404 });
    expect(obstacle("auth", known(unknown), false)).toBe("register");
  });

  test("a header taken out says nothing of sizes; a request that never came does", () => {
    const seen = {
      method: "INVITE",
      status: 488,
      isLost: false,
      arrived: true,
      withoutReplaces: false,
      missing: ["Subject"],
      changed: [],
      isBodySame: true,
      bytes: 2_000,
    };
    expect(obstacle("size", known(outcomeOf("unchanged", seen)), false)).toBe(null);
    expect(obstacle("size", known(outcomeOf("unchanged", { ...seen, arrived: false })), false)).toBe(
      "unchanged",
    );
  });

  test("the way to one server is the way to the other only where they are the same", () => {
    const gone = known(outcomeOf("sip", failed("refused")));
    expect(obstacle("relay", gone, true)).toBe("sip");
    expect(obstacle("relay", gone, false)).toBe(null);
    for (const status of [400, 401, 404, 502])
      expect(obstacle("relay", known(outcomeOf("sip", failed("http", status))), true)).toBe(null);
    for (const is of ["silent", "mute", "no-http"] as const)
      expect(obstacle("relay", known(outcomeOf("sip", failed(is))), true)).toBe("sip");
    expect(obstacle("sip", known(outcomeOf("tls", failed("no-tls"))), true)).toBe("tls");
    expect(obstacle("sip", known(outcomeOf("tls", failed("certificate"))), true)).toBe("tls");
    const open = known(outcomeOf("tls", { ...socket, url: "ws://chat.example.org/" }));
    expect(obstacle("sip", open, true)).toBe(null);
  });
});
