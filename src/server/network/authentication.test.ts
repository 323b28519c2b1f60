import { beforeEach, describe, expect, test } from "vitest";
import { manualClock, type ManualClock } from "../../testing/manual-clock.ts";
import { digestResponse, formatCredentials, ha1, parseChallenge } from "../../wire/digest.ts";
import type { SipRequest } from "../../wire/sip.ts";
import { createAccounts, demoPeople } from "./accounts.ts";
import { createAuthentication, type Authentication, type Verdict } from "./authentication.ts";

const realm = "segue.example";
let clock: ManualClock;
let authentication: Authentication;

beforeEach(() => {
  let ids = 0;
  clock = manualClock();
  authentication = createAuthentication({
    realm,
    accounts: createAccounts(realm, demoPeople, { password: "f" }),
    clock,
    freshId: () => `nonce${(ids += 1)}`,
    timers: { nonceMs: 1_000 },
  });
});

const register = (authorization: string | null): SipRequest => ({
  kind: "request",
  method: "REGISTER",
  uri: `sip:${realm}`,
  headers: authorization === null ? [] : [["Authorization", authorization]],
  body: "",
});
function nonce(): string {
  const verdict = authentication.check(register(null));
  return verdict.is === "challenged" ? parseChallenge(verdict.challenge).nonce : "";
}
type Proof = {
  nonce: string;
  nc?: string;
  uri?: string;
  user?: string;
  algorithm?: string | null;
  qop?: string;
};
function prove({
  nonce: of,
  nc = "00000001",
  uri = `sip:${realm}`,
  user = "alice",
  algorithm = "MD5",
  qop = "auth",
}: Proof): Verdict {
  const input = { uri, nonce: of, nc, cnonce: "c", qop: "auth" as const };
  const response = digestResponse({ ...input, method: "REGISTER", ha1: ha1(user, realm, user) });
  const credentials = { ...input, username: user, realm, response, opaque: null, algorithm, qop };
  return authentication.check(register(formatCredentials(credentials)));
}
const isStale = (verdict: Verdict): boolean =>
  verdict.is === "challenged" && parseChallenge(verdict.challenge).stale;

describe("a nonce", () => {
  test("proves, and may be used again with a higher count only", () => {
    const of = nonce();
    expect(prove({ nonce: of })).toMatchObject({
      is: "proven",
      account: { user: "alice", name: "Alice Moreau" },
    });
    expect(isStale(prove({ nonce: of }))).toBe(true);
    expect(prove({ nonce: of, nc: "00000002" }).is).toBe("proven");
    expect(isStale(prove({ nonce: of, nc: "0" }))).toBe(true);
  });

  test("that is old, invented or pushed out by eight others is stale", () => {
    const of = nonce();
    clock.advance(1_001);
    expect(isStale(prove({ nonce: of }))).toBe(true);
    expect(isStale(prove({ nonce: "invented" }))).toBe(true);
    const first = nonce();
    for (let one = 0; one < 8; one++) nonce();
    expect(isStale(prove({ nonce: first }))).toBe(true);
  });
});

describe("a proof", () => {
  test("for another URI is refused", () => {
    expect(prove({ nonce: nonce(), uri: "sip:elsewhere.example" }).is).toBe("refused");
  });
  test("of nobody we know is refused like a wrong one", () => {
    expect(prove({ nonce: nonce(), user: "zoe" }).is).toBe("refused");
  });
  test("by other means than MD5 and qop=auth is challenged again", () => {
    expect(prove({ nonce: nonce(), algorithm: "SHA-256" }).is).toBe("challenged");
    expect(prove({ nonce: nonce(), qop: "auth-int" }).is).toBe("challenged");
    expect(prove({ nonce: nonce(), algorithm: null }).is).toBe("proven");
  });
});
