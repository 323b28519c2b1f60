/** What the factory takes and what it refuses, before anybody is invited. */
import { describe, expect, test } from "vitest";
import { formatMultipart, type Part } from "../../wire/multipart.ts";
import { formatResourceLists, listType, type ListEntry } from "../../wire/resource-lists.ts";
import {
  appendHeader,
  header,
  withHeader,
  withoutHeader,
  type SipHeader,
  type SipRequest,
} from "../../wire/sip.ts";
import { ProtocolError } from "../../wire/errors.ts";
import { callerOf, readOrder } from "./factory.ts";
import { refusalHeaders } from "./refusal.ts";

const factory = "sip:conference-factory@segue.example";
const sdp = [
  "v=0",
  "o=- 1 1 IN IP4 relay.example",
  "s=-",
  "c=IN IP4 relay.example",
  "t=0 0",
  "m=message 2855 TCP/TLS/MSRP *",
  "a=setup:active",
  "a=accept-types:message/cpim",
  "a=path:msrps://relay.example:2855/r1;tcp msrps://a.invalid:2855/s1;ws",
  "",
].join("\r\n");
const entry = (user: string, more: Partial<ListEntry> = {}): ListEntry => ({
  address: `sip:${user}@segue.example`,
  replaces: null,
  sessionReplaces: null,
  copyControl: "to",
  ...more,
});
const sdpPart: Part = { headers: [["Content-Type", "application/sdp"]], body: sdp };
const listPart = (body: string, type = listType): Part => ({
  headers: [
    ["Content-Type", type],
    ["Content-Disposition", "recipient-list"],
  ],
  body,
});
const list = (...entries: readonly ListEntry[]): Part => listPart(formatResourceLists(entries));

function invite(parts: readonly Part[]): SipRequest {
  const { contentType, body } = formatMultipart(parts, "b1");
  return {
    kind: "request",
    method: "INVITE",
    uri: factory,
    headers: [
      ["From", "<sip:alice@segue.example>;tag=a"],
      ["To", `<${factory}>`],
      ["P-Asserted-Identity", '"Alice Moreau" <sip:Alice@segue.example>'],
      ["Require", "recipient-list-invite"],
      ["Content-Type", contentType],
    ],
    body,
  };
}
const good = invite([sdpPart, list(entry("bob"), entry("carol"))]);
const read = (request: SipRequest, maxPeople = 10): ReturnType<typeof readOrder> =>
  readOrder(request, { factory, maxPeople });

function thrown(request: SipRequest): readonly SipHeader[] {
  try {
    read(request);
  } catch (error) {
    if (error instanceof ProtocolError) return refusalHeaders(error, "segue.example");
    throw error;
  }
  return [];
}

describe("what it takes", () => {
  test("the caller as the network names it, the others with their marks, the ids as they are", () => {
    const request = [
      ["Subject", "Lunch"],
      ["Conversation-ID", "c1"],
      ["Contribution-ID", "g1"],
    ].reduce(
      (one, [name = "", value = ""]) => appendHeader(one, name, value),
      invite([sdpPart, list(entry("alice"), entry("bob", { sessionReplaces: "old" }), entry("carol"))]),
    );
    expect(read(request)).toMatchObject({
      caller: { address: "sip:alice@segue.example", name: "Alice Moreau" },
      people: [
        { who: "sip:bob@segue.example", mark: { replaces: null, sessionReplaces: "old" } },
        { who: "sip:carol@segue.example", mark: null },
      ],
      media: { path: ["msrps://relay.example:2855/r1;tcp", "msrps://a.invalid:2855/s1;ws"] },
      subject: "Lunch",
      conversationId: "c1",
      contributionId: "g1",
    });
  });

  test("ids and subject that are not there", () => {
    expect(read(good)).toMatchObject({ subject: null, conversationId: null, contributionId: null });
  });

  test("a number that the network asserts beside the address", () => {
    const request = withHeader(good, "P-Asserted-Identity", "<tel:+491234>");
    expect(callerOf(appendHeader(request, "P-Asserted-Identity", "<sip:alice@x>")).address).toBe(
      "sip:alice@x",
    );
    expect(() => callerOf(request)).toThrow("nobody vouches for the caller");
  });
});

describe("what it refuses", () => {
  const noCpim = sdp.replace("message/cpim", "text/plain");
  const cases: readonly (readonly [string, SipRequest, number, number | null])[] = [
    ["nobody vouches", withoutHeader(good, "P-Asserted-Identity"), 403, null],
    ["an unknown extension", appendHeader(good, "Require", "teleport"), 420, null],
    ["a mark on the INVITE itself", appendHeader(good, "Replaces", "c;to-tag=1;from-tag=2"), 481, null],
    ["a caller who would not be named", appendHeader(good, "Privacy", "id;critical"), 403, 119],
    ["no body", { ...good, body: "" }, 403, 129],
    ["SDP alone", withHeader({ ...good, body: sdp }, "Content-Type", "application/sdp"), 403, 129],
    ["an empty list", invite([sdpPart, list()]), 403, 129],
    ["the caller alone", invite([sdpPart, list(entry("alice"))]), 403, 129],
    ["a list without SDP", invite([list(entry("bob"))]), 488, null],
    ["SDP without cpim", invite([{ ...sdpPart, body: noCpim }, list(entry("bob"))]), 488, null],
    ["the factory in the list", invite([sdpPart, list(entry("conference-factory"))]), 403, null],
    ["two lists", invite([sdpPart, list(entry("bob")), list(entry("carol"))]), 400, null],
    ["a list of another kind", invite([sdpPart, listPart("bob", "text/plain")]), 415, null],
    ["a compressed body", appendHeader(good, "Content-Encoding", "gzip"), 415, null],
    [
      "a nested list",
      invite([
        sdpPart,
        listPart(
          '<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list><list/></list></resource-lists>',
        ),
      ]),
      403,
      null,
    ],
    ["a DOCTYPE", invite([sdpPart, listPart("<!DOCTYPE x><x/>")]), 400, null],
    ["an id with a space", appendHeader(good, "Contribution-ID", "a b"), 400, null],
    ["too many", invite([sdpPart, list(...Array.from({ length: 10 }, (_, n) => entry(`p${n}`)))]), 486, 102],
    [
      "marks on two",
      invite([
        sdpPart,
        list(entry("bob", { sessionReplaces: "a" }), entry("carol", { sessionReplaces: "b" })),
      ]),
      400,
      null,
    ],
  ];
  test.each(cases)("%s", (_name, request, status, warning) => {
    let refused: ProtocolError | null = null;
    try {
      read(request);
    } catch (error) {
      if (error instanceof ProtocolError) refused = error;
      else throw error;
    }
    expect(refused?.status).toBe(status);
    const headers = refused === null ? [] : refusalHeaders(refused, "segue.example");
    const given = headers.find(([name]) => name === "Warning")?.[1] ?? null;
    expect(given === null ? null : Number(given.split(" ")[0])).toBe(warning);
  });

  test.each([
    ["Unsupported", "teleport", appendHeader(good, "Require", "teleport")],
    [
      "Accept",
      `application/sdp, ${listType}, multipart/mixed`,
      appendHeader(good, "Content-Encoding", "gzip"),
    ],
  ])("and says what it would take: %s", (name, value, request) => {
    expect(thrown(request)).toContainEqual([name, value]);
  });

  test("as many as there is room for", () => {
    const nine = invite([sdpPart, list(...Array.from({ length: 9 }, (_, n) => entry(`p${n}`)))]);
    expect(read(nine).people).toHaveLength(9);
    expect(header(nine, "Require")).toBe("recipient-list-invite");
  });
});
