/** The parts of a check that touch no network: places, the ladder, the request that comes round, the report. */
import { expect, test } from "vitest";
import { encodeUtf8 } from "../../wire/utf8.ts";
import { outcomeOf, waiting } from "./judge.ts";
import { findLargest, roomFor, rungs } from "./largest.ts";
import { bytesOfPerson, compare, ownRequest, type OwnRequest } from "./own-request.ts";
import { spanOf } from "./places.ts";
import { lineOf, lineText, reportOf, summaryOf } from "./words.ts";

test("an address is this machine's, a private network's or the open net's", () => {
  for (const host of ["localhost", "a.localhost", "127.0.0.1", "127.8.8.8", "[::1]", "::ffff:127.0.0.1"])
    expect([host, spanOf(host, null)]).toEqual([host, "loopback"]);
  for (const host of [
    "10.0.0.7",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.1.1",
    "100.64.0.1",
    "[fd00::1]",
    "pbx.local",
  ])
    expect([host, spanOf(host, null)]).toEqual([host, "private"]);
  for (const host of ["8.8.8.8", "172.32.0.1", "192.169.0.1", "[2001:db8::1]"])
    expect([host, spanOf(host, null)]).toEqual([host, "public"]);
  expect(spanOf("chat.example.org", null)).toBe("unknown");
  expect(spanOf("chat.example.org", ["203.0.113.7", "10.0.0.7"])).toBe("private");
});

test("the largest that passes is found to within a kilobyte, and each size is tried once", async () => {
  for (const limit of [3_000, 8_192, 9_000, 20_000, 33_000, 61_440, 99_999]) {
    const tried: number[] = [];
    const { largest, refused } = await findLargest(2_000, (bytes) => {
      tried.push(bytes);
      return Promise.resolve(bytes <= limit ? null : 513);
    });
    expect(largest).toBeLessThanOrEqual(limit);
    expect((refused?.bytes ?? largest) - largest).toBeLessThanOrEqual(1_024);
    expect([limit, refused?.by ?? null]).toEqual([limit, limit < (rungs.at(-1) ?? 0) ? 513 : null]);
    expect(new Set(tried).size).toBe(tried.length);
    expect(tried.length).toBeLessThanOrEqual(rungs.length + 4);
  }
});

test("a filler makes the request longer by as much, and people fit into what is left", () => {
  const options = {
    method: "INVITE",
    uri: "sip:alice@example.org;gr=1",
    address: "sip:alice@example.org",
    freshId: () => "0".repeat(32),
    hasReplaces: true,
  } as const;
  const bytesOf = ({ asked }: OwnRequest): number => encodeUtf8(asked.body?.content ?? "").length;
  const bare = bytesOf(ownRequest(options));
  for (const fillerBytes of [0, 10, 500, 5_000])
    expect(bytesOf(ownRequest({ ...options, fillerBytes }))).toBe(bare + fillerBytes);
  const each = bytesOfPerson(options.address);
  // As Add people writes each (`group-order.ts`), or too many would be said to fit.
  expect(ownRequest({ ...options, fillerBytes: each }).asked.body?.content).toMatch(
    / {4}<entry cp:copyControl="to" uri="sip:[^"]*@example\.org"\/>\r\n/,
  );
  expect(roomFor(bare + 7 * each, bare, each)).toBe(7);
  expect(roomFor(bare + 8 * each - 1, bare, each)).toBe(7);
  expect(roomFor(0, bare, each)).toBe(0);
});

test("what came is compared with what went: headers by value, the body by every byte", () => {
  const request = ownRequest({
    method: "INVITE",
    uri: "sip:alice@example.org",
    address: "sip:alice@example.org",
    freshId: () => "1".repeat(32),
    hasReplaces: true,
  });
  const arrive = (change: (text: string) => string): string => {
    const { headers, body } = request.asked;
    const lines = [
      "INVITE sip:alice@example.org SIP/2.0",
      "Via: SIP/2.0/WSS a.invalid;branch=z9hG4bK1",
      "From: <sip:alice@example.org>;tag=1",
      "To: <sip:alice@example.org>",
      "Call-ID: 1",
      "CSeq: 1 INVITE",
      ...headers.map(([name, value]) => `${name}: ${value}`),
      `Content-Type: ${body?.contentType ?? ""}`,
      "",
      body?.content ?? "",
    ];
    return change(lines.join("\r\n"));
  };
  expect(
    compare(
      request,
      arrive((text) => text),
    ),
  ).toEqual({ missing: [], changed: [], isBodySame: true });
  const without = (name: string) => (text: string) => text.replace(new RegExp(`\n${name}: .*\r\n`), "\n");
  for (const name of ["Session-Replaces", "Replaces", "X-Segue-Check", "Require", "Conversation-ID"])
    expect(compare(request, arrive(without(name))).missing).toEqual([name]);
  expect(
    compare(
      request,
      arrive((text) => text.replace("naïve", "naive")),
    ).changed,
  ).toEqual(["X-Segue-Check"]);
  expect(
    compare(
      request,
      arrive((text) => text.replace("boundary=", "Boundary=")),
    ).changed,
  ).toEqual(["Content-Type"]);
  expect(
    compare(
      request,
      arrive((text) => text.replace("v=0\r\n", "v=0\n")),
    ).isBodySame,
  ).toBe(false);
  expect(
    compare(
      request,
      arrive((text) => text.replace("CSeq", "C Seq")),
    ).changed[0],
  ).toMatch(/^everything/);
});

test("the report has every line and no password", () => {
  const target = {
    address: "sip:alice@example.org",
    server: "wss://example.org/ws",
    relay: "wss://example.org/ws",
    factory: null,
    password: "correct horse",
  };
  const none = outcomeOf("factory", {
    factory: null,
    status: null,
    reason: "",
    isLost: false,
    isFocus: false,
    takesLists: false,
  });
  const lines = waiting.map((one) => lineOf(one.id === "factory" ? none : one));
  const report = reportOf(target, lines);
  for (const { name } of lines) expect(report).toContain(name);
  expect(report).toContain("failed     Conference factory: None set");
  expect(report).toContain("No conference factory is set, so no group can be started.");
  expect(report).not.toContain("correct horse");
  expect(summaryOf(lines)).toBe("0 of 12 checks passed, 1 failed.");
  expect(lineText(lineOf({ id: "loop", is: "not-tried", because: "auth" }))).toContain(
    "A path through the relay",
  );
});
