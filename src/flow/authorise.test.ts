import { describe, expect, it } from "vitest";
import { authorise, closedForMs, type Asking, type OneToOne, type Own } from "./authorise.ts";

const withAlice: OneToOne = {
  leg: "alice-bob",
  dialog: { callId: "c1", localTag: "bob-tag", remoteTag: "alice-tag" },
  peer: "sip:alice@segue.example",
  contributionId: "c0ffee",
  conversationId: "talk-1",
};
const withDave: OneToOne = {
  leg: "dave-bob",
  dialog: { callId: "c2", localTag: "b2", remoteTag: "d2" },
  peer: "sip:dave@elsewhere.example",
  contributionId: "dada",
  conversationId: null,
};
const own: Own = {
  address: "sip:bob@segue.example",
  live: [withAlice, withDave],
  closed: [],
  nowMs: 100_000,
};
const replaces = { callId: "c1", toTag: "bob-tag", fromTag: "alice-tag", earlyOnly: false };
const asking: Asking = {
  assertedIdentity: "sip:conference-factory@segue.example",
  isFocus: true,
  conversationId: "talk-1",
  referredBy: { address: "sip:alice@segue.example" },
  replaces,
  sessionReplaces: "c0ffee",
};

const accepted = { is: "replaces", leg: "alice-bob" };
const refused = (status: number) => ({ is: "refused", status });

describe("who may replace a 1-1 (RFC 3891 §3, §8)", () => {
  it("accepts a focus of our network that acts for the other party, by either mark or both", () => {
    expect(authorise(asking, own)).toEqual(accepted);
    expect(authorise({ ...asking, sessionReplaces: null }, own)).toEqual(accepted);
    expect(authorise({ ...asking, replaces: null }, own)).toEqual(accepted);
    expect(authorise({ ...asking, replaces: null, sessionReplaces: " C0FFEE" }, own)).toEqual(accepted);
  });

  it("lets the other party's own network send the focus", () => {
    const forDave: Asking = {
      ...asking,
      assertedIdentity: "sip:conference-factory@elsewhere.example",
      referredBy: { address: "sip:dave@elsewhere.example" },
      replaces: { callId: "c2", toTag: "b2", fromTag: "d2", earlyOnly: false },
      sessionReplaces: null,
    };
    expect(authorise(forDave, own)).toEqual({ is: "replaces", leg: "dave-bob" });
    const third = "sip:conference-factory@third.example";
    expect(authorise({ ...forDave, assertedIdentity: third }, own)).toEqual(refused(403));
  });

  it.each<[string, Partial<Asking>]>([
    ["nobody vouches for the sender", { assertedIdentity: null }],
    ["the Contact is no focus", { isFocus: false }],
    ["nobody is named as the one who asked", { referredBy: null }],
    ["somebody else asked", { referredBy: { address: "sip:mallory@segue.example" } }],
    ["the focus belongs to a third network", { assertedIdentity: "sip:conference-factory@third.example" }],
    ["the conversation is another one", { conversationId: "talk-2" }],
  ])("403 when %s, whichever mark it carries", (_, wrong) => {
    expect(authorise({ ...asking, ...wrong }, own)).toEqual(refused(403));
    expect(authorise({ ...asking, ...wrong, replaces: null }, own)).toEqual(refused(403));
    expect(authorise({ ...asking, ...wrong, sessionReplaces: null }, own)).toEqual(refused(403));
  });

  it("compares Conversation-IDs only where both sides have one", () => {
    expect(authorise({ ...asking, conversationId: null }, own)).toEqual(accepted);
  });

  it("matches tags as the reader of the header sees them (REPL-1)", () => {
    const swapped = { ...replaces, toTag: "alice-tag", fromTag: "bob-tag" };
    expect(authorise({ ...asking, replaces: swapped }, own)).toEqual(refused(481));
  });

  it("answers 481 for no match or several, even where the other mark matches (REPL-5, REPL-6)", () => {
    expect(authorise({ ...asking, replaces: { ...replaces, callId: "c9" } }, own)).toEqual(refused(481));
    const twice = { ...own, live: [withAlice, { ...withDave, dialog: withAlice.dialog }] };
    expect(authorise({ ...asking, sessionReplaces: null }, twice)).toEqual(refused(481));
  });

  it("answers 603 for half a minute after our person closed that 1-1, else 481 (REPL-8)", () => {
    const closed = (ago: number, byPerson: boolean): Own => ({
      ...own,
      live: [],
      closed: [{ ...withAlice, closedAtMs: own.nowMs - ago, byPerson }],
    });
    expect(authorise(asking, closed(1_000, true))).toEqual(refused(603));
    expect(authorise(asking, closed(closedForMs, true))).toEqual(refused(481));
    expect(authorise(asking, closed(1_000, false))).toEqual(refused(481));
  });

  it("takes Session-Replaces alone without a match as an ordinary invitation", () => {
    expect(authorise({ ...asking, replaces: null, sessionReplaces: "beef" }, own)).toEqual({
      is: "ordinary",
    });
    expect(authorise({ ...asking, replaces: null, sessionReplaces: null }, own)).toEqual({ is: "ordinary" });
  });

  it("answers 400 when the marks name two different sessions, 486 to early-only (REPL-12)", () => {
    expect(authorise({ ...asking, sessionReplaces: "dada" }, own)).toEqual(refused(400));
    expect(authorise({ ...asking, replaces: { ...replaces, earlyOnly: true } }, own)).toEqual(refused(486));
  });
});

describe("the order of the rules, and their edges", () => {
  const byAlice = { ...withAlice, closedAtMs: own.nowMs - 1_000, byPerson: true };
  const both: Own = { ...own, live: [withAlice, { ...withDave, contributionId: "c0ffee" }] };
  it.each<[id: string, what: string, asking: Partial<Asking>, own: Own, verdict: unknown]>([
    ["REPL-1", "a tag compares exactly", { replaces: { ...replaces, toTag: "BOB-TAG" } }, own, refused(481)],
    [
      "REPL-1",
      "a 1-1 that SIP has no more",
      {},
      { ...own, live: [{ ...withAlice, dialog: null }] },
      refused(481),
    ],
    ["REPL-5", "an id of two 1-1s is as good as none", { replaces: null }, both, { is: "ordinary" }],
    [
      "REPL-6",
      "no match is said before no right",
      { replaces: { ...replaces, callId: "c9" }, isFocus: false },
      own,
      refused(481),
    ],
    [
      "REPL-8",
      "closed, and others stand",
      { replaces },
      { ...own, live: [withDave], closed: [byAlice] },
      refused(603),
    ],
    [
      "REPL-8",
      "closed, by an id alone",
      { replaces: null },
      { ...own, live: [], closed: [byAlice] },
      { is: "ordinary" },
    ],
    [
      "REPL-10",
      "no right, whatever the other mark says",
      { sessionReplaces: "beef", referredBy: null },
      own,
      refused(403),
    ],
    [
      "REPL-4",
      "contradiction is said before early-only",
      { sessionReplaces: "dada", replaces: { ...replaces, earlyOnly: true } },
      own,
      refused(400),
    ],
    [
      "REPL-12",
      "early-only is said before no right",
      { referredBy: null, replaces: { ...replaces, earlyOnly: true } },
      own,
      refused(486),
    ],
    ["REPL-13", "the other mark names nothing", { sessionReplaces: "beef" }, own, accepted],
    [
      "SEC-1",
      "our network, for a party of another",
      {
        replaces: null,
        sessionReplaces: "dada",
        conversationId: null,
        referredBy: { address: withDave.peer },
      },
      own,
      { is: "replaces", leg: "dave-bob" },
    ],
    [
      "SEC-1",
      "a focus whose domain only ends like ours",
      { assertedIdentity: "sip:x@evil-segue.example" },
      own,
      refused(403),
    ],
    [
      "SEC-1",
      "a focus whose user part looks like ours",
      { assertedIdentity: "sip:segue.example@evil.example" },
      own,
      refused(403),
    ],
    ["SEC-1", "an identity without a host", { assertedIdentity: "tel:+33612345678" }, own, refused(403)],
  ])("%s: %s", (_id, _what, wrong, mine, verdict) => {
    expect(authorise({ ...asking, ...wrong }, mine)).toEqual(verdict);
  });
});
