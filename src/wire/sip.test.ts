import { fc } from "../testing/fast-check.ts";
import { describe, expect, test } from "vitest";
import { ProtocolError } from "./errors.ts";
import {
  appendHeader,
  formatSip,
  hasToken,
  header,
  headers,
  parseSip,
  prependHeader,
  responseTo,
  withHeader,
  withoutHeader,
  type SipHeader,
  type SipRequest,
} from "./sip.ts";
import { parseNameAddr, parseVia } from "./sip-uri.ts";
import { encodeUtf8 } from "./utf8.ts";

const lines = (...all: readonly string[]): string => all.join("\r\n");

const statusOf = (text: string): number => {
  try {
    parseSip(text);
  } catch (error) {
    if (error instanceof ProtocolError) return error.status;
    throw error;
  }
  return 0;
};

// RFC 3261 §24.2, F1
const invite = lines(
  "INVITE sip:bob@biloxi.com SIP/2.0",
  "Via: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKnashds8",
  "Max-Forwards: 70",
  "To: Bob <sip:bob@biloxi.com>",
  "From: Alice <sip:alice@atlanta.com>;tag=1928301774",
  "Call-ID: a84b4c76e66710",
  "CSeq: 314159 INVITE",
  "Contact: <sip:alice@pc33.atlanta.com>",
  "Content-Type: application/sdp",
  "Content-Length: 4",
  "",
  "v=0\n",
);

const change = (from: string, to: string): string => {
  expect(invite).toContain(from);
  return invite.replace(from, to);
};

describe("RFC 3261 §24.2", () => {
  test("the INVITE is read", () => {
    const message = parseSip(invite);
    expect(message).toMatchObject({
      kind: "request",
      method: "INVITE",
      uri: "sip:bob@biloxi.com",
      body: "v=0\n",
    });
    expect(header(message, "call-id")).toBe("a84b4c76e66710");
    expect(parseSip(formatSip(message))).toEqual(message);
  });

  test("the 200 of F11 is read, its three Vias in order", () => {
    const message = parseSip(
      lines(
        "SIP/2.0 200 OK",
        "Via: SIP/2.0/UDP bigbox3.site3.atlanta.com;branch=z9hG4bK77ef4c2312983.1;received=192.0.2.2",
        "Via: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKnashds8;received=192.0.2.1",
        "To: Bob <sip:bob@biloxi.com>;tag=a6c85cf",
        "From: Alice <sip:alice@atlanta.com>;tag=1928301774",
        "Call-ID: a84b4c76e66710",
        "CSeq: 314159 INVITE",
        "Contact: <sip:bob@192.0.2.4>",
        "Content-Length: 0",
        "",
        "",
      ),
    );
    expect(message).toMatchObject({ kind: "response", status: 200, reason: "OK" });
    expect(headers(message, "Via").map((via) => parseVia(via).host)).toEqual([
      "bigbox3.site3.atlanta.com",
      "pc33.atlanta.com",
    ]);
  });
});

describe("RFC 4475", () => {
  test("3.1.1.1 wsinv: a short tortuous INVITE", () => {
    const message = parseSip(
      lines(
        "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0",
        "TO :",
        " sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n",
        'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>',
        "  ;",
        "  tag = 98asjd8",
        "MaX-fOrWaRdS: 0068",
        "Call-ID: wsinv.ndaksdj@192.0.2.1",
        "Content-Length   : 10",
        "cseq: 0009",
        "  INVITE",
        "Via  : SIP  /   2.0",
        " /UDP",
        "    192.0.2.2;branch=390skdjuw",
        "s :",
        "NewFangledHeader:   newfangled value",
        " continued newfangled value",
        "UnknownHeaderWithUnusualValue: ;;,,;;,;",
        "Content-Type: application/sdp",
        "Route:",
        " <sip:services.example.com;lr;unknownwith=value;unknown-no-value>",
        "v:  SIP  / 2.0  / TCP     spindle.example.com   ;",
        "  branch  =   z9hG4bK9ikj8  ,",
        " SIP  /    2.0   / UDP  192.168.255.111   ; branch=",
        " z9hG4bK30239",
        'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =',
        "      newvalue ;",
        "  secondparam ; q = 0.33",
        "",
        "v=0\r\no=a\r\nmore that does not belong to it",
      ),
    );
    expect(message.body).toBe("v=0\r\no=a\r\n");
    expect(parseNameAddr(header(message, "To") ?? "").params.get("tag")).toBe("1918181833n");
    expect(parseNameAddr(header(message, "From") ?? "").displayName).toBe('J Rosenberg \\"');
    expect(header(message, "Subject")).toBe("");
    expect(header(message, "NewFangledHeader")).toBe("newfangled value continued newfangled value");
    const vias = headers(message, "Via").map(parseVia);
    expect(vias.map((via) => [via.transport, via.host, via.params.get("branch")])).toEqual([
      ["UDP", "192.0.2.2", "390skdjuw"],
      ["TCP", "spindle.example.com", "z9hG4bK9ikj8"],
      ["UDP", "192.168.255.111", "z9hG4bK30239"],
    ]);
    const contact = parseNameAddr(header(message, "Contact") ?? "");
    expect([...contact.params]).toEqual([
      ["newparam", "newvalue"],
      ["secondparam", ""],
      ["q", "0.33"],
    ]);
  });

  test("3.1.1.2 intmeth: a method of all token characters", () => {
    const method = "!interesting-Method0123456789_*+`.%indeed'~".slice(0, 32);
    const message = parseSip(
      change("INVITE sip:bob", `${method} sip:bob`).replace("314159 INVITE", `1 ${method}`),
    );
    expect(message).toMatchObject({ method });
  });

  test.each([
    [
      "3.1.2.2 clerr: Content-Length larger than the body",
      change("Content-Length: 4", "Content-Length: 9999"),
      400,
    ],
    ["3.1.2.3 ncl: negative Content-Length", change("Content-Length: 4", "Content-Length: -999"), 400],
    ["3.1.2.4 scalar02: CSeq too large", change("314159 INVITE", "36893488147419103232 INVITE"), 400],
    ["3.1.2.4 scalar02: Max-Forwards over 255", change("Max-Forwards: 70", "Max-Forwards: 300"), 400],
    [
      "3.1.2.7 ltgtruri: <> around the Request-URI",
      change("sip:bob@biloxi.com SIP", "<sip:bob@biloxi.com> SIP"),
      400,
    ],
    [
      "3.1.2.8 lwsruri: white space in the Request-URI",
      change("sip:bob@biloxi.com SIP", "sip:bob@biloxi.com; lr SIP"),
      400,
    ],
    ["3.1.2.9 lwsstart: two spaces in the start line", change("INVITE sip:bob", "INVITE  sip:bob"), 400],
    ["3.1.2.10 trws: space after the version", change("SIP/2.0\r\nVia", "SIP/2.0 \r\nVia"), 400],
    ["3.1.2.16 badvers: version 7.0", change("com SIP/2.0\r\nVia", "com SIP/7.0\r\nVia"), 505],
    ["3.1.2.17 mismatch01: CSeq of another method", change("314159 INVITE", "314159 OPTIONS"), 400],
    ["3.3.1 insuf: no Call-ID", change("Call-ID: a84b4c76e66710\r\n", ""), 400],
    ["3.3.8 multi01: two From", change("CSeq:", "From: <sip:x@y.z>;tag=1\r\nCSeq:"), 400],
    ["3.3.9 mcl01: two Content-Lengths", change("Content-Length: 4", "Content-Length: 4\r\nl: 3"), 400],
  ])("%s", (_name, text, status) => {
    expect(statusOf(text)).toBe(status);
  });
});

describe("hostile input", () => {
  test.each([
    ["a line feed alone inside a header", change("Max-Forwards: 70", "Max-Forwards: 70\nEvil: 1")],
    ["a carriage return alone", change("To: Bob", "To: Bo\rb")],
    ["NUL", change("To: Bob", "To: B\u0000b")],
    ["a header without colon", change("Max-Forwards: 70", "Max-Forwards 70")],
    ["no end of headers", invite.slice(0, 200)],
    ["nothing", ""],
    [
      "an empty element in a Via list",
      change("branch=z9hG4bKnashds8", "branch=z9hG4bKnashds8,,SIP/2.0/TCP x"),
    ],
    ["a start line of neither kind", change("INVITE sip:bob@biloxi.com SIP/2.0", "HELLO")],
    ["a folded start line", ` ${invite}`],
    ["too many headers", change("Max-Forwards: 70", "X: 1\r\n".repeat(300) + "Max-Forwards: 70")],
    ["a header that never ends", change("Max-Forwards: 70", `X: ${"a".repeat(9_000)}\r\nMax-Forwards: 70`)],
    [
      "many short folds",
      change("Max-Forwards: 70", `X: 1\r\n${" aaaaaaaa\r\n".repeat(2_000)}Max-Forwards: 70`),
    ],
  ])("%s: 400", (_name, text) => {
    expect(statusOf(text)).toBe(400);
  });

  test("a message that is too large: 513", () => {
    expect(statusOf(change("v=0\n", "x".repeat(70_000)))).toBe(513);
  });

  test("whatever comes, only ProtocolError is thrown", () => {
    const piece = fc.constantFrom(
      "\r\n",
      "\r\n\r\n",
      ":",
      " ",
      "INVITE",
      "SIP/2.0",
      "Via: a",
      '"',
      "<",
      ",",
      "\\",
      "é",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), fc.nat(invite.length), (junk, at) => {
        const texts = [junk.join(""), invite.slice(0, at) + junk.join("") + invite.slice(at)];
        expect(texts.map(statusOf).every((status) => [0, 400, 505].includes(status))).toBe(true);
      }),
    );
  });

  test("nothing that would be two header fields is written", () => {
    const message = withHeader(parseSip(invite), "Subject", "a\r\nReferred-By: <sip:x@y.z>");
    expect(() => formatSip(message)).toThrow(ProtocolError);
  });
});

describe("values", () => {
  test("line breaks before the start line are skipped (§7.5)", () => {
    expect(parseSip(`\r\n\r\n${invite}`)).toEqual(parseSip(invite));
  });

  test("without Content-Length the rest is the body", () => {
    expect(parseSip(change("Content-Length: 4\r\n", "")).body).toBe("v=0\n");
  });

  test("Content-Length counts bytes", () => {
    const message = { ...parseSip(invite), body: "grüß 🙂" };
    expect(formatSip(message)).toContain(`Content-Length: ${encodeUtf8("grüß 🙂").length}\r\n`);
    expect(parseSip(formatSip(message)).body).toBe("grüß 🙂");
    expect(statusOf(formatSip(message).replace(/Content-Length: .*/, "Content-Length: 3"))).toBe(400);
  });

  test("commas in quotes and brackets do not split a list", () => {
    const message = parseSip(
      change("Contact: <sip:alice@pc33.atlanta.com>", 'm: "A, B" <sip:a@b.c;x=1,2>;q=1, <sip:d@e.f>'),
    );
    expect(headers(message, "Contact")).toEqual(['"A, B" <sip:a@b.c;x=1,2>;q=1', "<sip:d@e.f>"]);
  });

  test("headers are put first, last, in place, away", () => {
    const message = parseSip(invite);
    expect(prependHeader(message, "Via", "new").headers[0]).toEqual(["Via", "new"]);
    expect(appendHeader(message, "X", "1").headers.at(-1)).toEqual(["X", "1"]);
    expect(withHeader(message, "MAX-FORWARDS", "69").headers[1]).toEqual(["MAX-FORWARDS", "69"]);
    expect(header(withoutHeader(message, "to"), "To")).toBeNull();
    expect(hasToken(appendHeader(message, "Supported", "gruu, Outbound"), "supported", "outbound")).toBe(
      true,
    );
    expect(hasToken(message, "Supported", "outbound")).toBe(false);
  });

  test("a response takes over what §8.2.6 says, and a tag only where there is none", () => {
    const request = parseSip(invite) as SipRequest;
    const response = responseTo(request, 486, { toTag: "t1", headers: [["Retry-After", "5"]] });
    expect(response.reason).toBe("Busy Here");
    expect(header(response, "To")).toBe("Bob <sip:bob@biloxi.com>;tag=t1");
    expect(header(response, "Max-Forwards")).toBeNull();
    const tagged = withHeader(request, "To", "<sip:bob@biloxi.com>;tag=old");
    expect(header(responseTo(tagged, 200, { toTag: "t1" }), "To")).toBe("<sip:bob@biloxi.com>;tag=old");
    expect(header(responseTo(request, 100, { toTag: "t1" }), "To")).toBe("Bob <sip:bob@biloxi.com>");
  });

  test("what is written is read back", () => {
    const token = fc.stringMatching(/^[A-Za-z0-9\-.!%*_+`'~]{1,20}$/);
    const value = fc.stringMatching(/^[!-~\u00a0-\u02ff](?:[ -~\u00a0-\u02ff]{0,40}[!-~\u00a0-\u02ff])?$/);
    const field = fc.tuple(
      token.map((name) => `X-${name}`),
      value,
    );
    fc.assert(
      fc.property(token, fc.array(field), fc.string({ unit: "grapheme" }), (method, more, body) => {
        const fields: readonly SipHeader[] = [
          ["Via", "SIP/2.0/WS x.invalid;branch=z9hG4bK1"],
          ["From", "<sip:a@b.c>;tag=1"],
          ["To", "<sip:d@e.f>"],
          ["Call-ID", "c"],
          ["CSeq", `7 ${method}`],
          ...more.filter(([name]) => name.length > 2),
        ];
        const request: SipRequest = { kind: "request", method, uri: "sip:d@e.f", headers: fields, body };
        const back = parseSip(formatSip(request));
        expect(withoutHeader(back, "Content-Length")).toEqual(request);
      }),
    );
  });
});
