import { fc } from "../testing/fast-check.ts";
import { describe, expect, test } from "vitest";
import { ProtocolError } from "./errors.ts";
import {
  addressOf,
  formatNameAddr,
  formatSipUri,
  formatVia,
  parseCSeq,
  parseNameAddr,
  parseSipUri,
  parseVia,
  type NameAddr,
  type SipUri,
} from "./sip-uri.ts";

const refused = (read: () => unknown): boolean => {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return true;
  }
  return false;
};

describe("URIs", () => {
  test.each([
    // RFC 3261 §19.1.3
    ["sip:alice@atlanta.com", { user: "alice", host: "atlanta.com" }],
    ["sips:alice@atlanta.com?subject=project%20x&priority=urgent", { scheme: "sips", user: "alice" }],
    ["sip:+1-212-555-1212@gateway.com;user=phone", { user: "+1-212-555-1212" }],
    ["sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com", { user: null, host: "atlanta.com" }],
    ["sip:alice;day=tuesday@atlanta.com", { user: "alice;day=tuesday", host: "atlanta.com" }],
    // RFC 4475 §3.1.1
    ["sip:sips%3Auser%40example.com@example.net", { user: "sips:user@example.com", host: "example.net" }],
    ["sip:null-%00-null@example.com", { user: "null-\u0000-null" }],
    ["sip:user;par=u%40example.net@example.com", { user: "user;par=u@example.net", host: "example.com" }],
    ["sip:alice@[2001:db8::9:1]:5070;lr", { host: "[2001:db8::9:1]", port: 5070 }],
  ])("%s", (text, expected) => {
    const uri = parseSipUri(text);
    expect(uri).toMatchObject(expected);
    expect(parseSipUri(formatSipUri(uri))).toEqual(uri);
  });

  test("headers and parameters are decoded", () => {
    const uri = parseSipUri(
      "sip:bob@example.com;method=INVITE?Session-Replaces=abc&Replaces=1a%40k.invalid%3Bto-tag%3Db%3Bfrom-tag%3Da",
    );
    expect(uri.params.get("method")).toBe("INVITE");
    expect(uri.headers).toEqual([
      ["Session-Replaces", "abc"],
      ["Replaces", "1a@k.invalid;to-tag=b;from-tag=a"],
    ]);
  });

  test.each([
    "",
    "sip:",
    "http://example.com",
    "sip:a@b@c.d",
    "sip:alice:secret@example.com",
    "sip:al ice@example.com",
    "sip:alice@example.com;lr;LR",
    "sip:alice@example.com;a=%zz",
    "sip:alice@example.com;a=%ff",
    "sip:alice@example.com:70000",
    "sip:alice@example.com:0",
    "sip:alice@exa mple.com",
    "sip:alice@",
    "sip:alice@example.com?=x",
    "sip:alice@example.com?a=b=c",
    `sip:${"a".repeat(3_000)}@example.com`,
    "tel:call-me",
  ])("refuses %j", (text) => {
    expect(refused(() => parseSipUri(text))).toBe(true);
  });

  test("a name from outside is never a property", () => {
    expect(parseSipUri("sip:a@b.c;__proto__=x;constructor").params.get("__proto__")).toBe("x");
  });

  test("one key for one person", () => {
    const keys = [
      "sip:Bob@Example.COM",
      "sips:bob@example.com:5061;transport=ws",
      "sip:%62ob@example.com?Subject=x",
    ].map((text) => addressOf(parseSipUri(text)));
    expect(new Set(keys)).toEqual(new Set(["sip:bob@example.com"]));
    expect(addressOf(parseSipUri("tel:+1-(201)-555.0123;phone-context=x"))).toBe("tel:+12015550123");
    expect(addressOf(parseSipUri("sip:EXAMPLE.com"))).toBe("sip:example.com");
  });
});

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
const arbitraryUri: fc.Arbitrary<SipUri> = fc.record({
  scheme: fc.constantFrom("sip", "sips"),
  user: fc.option(text),
  host: fc.constantFrom("example.com", "a.b-c.d", "127.0.0.1", "[::1]"),
  port: fc.option(fc.integer({ min: 1, max: 65_535 })),
  params: fc.array(fc.tuple(name, fc.oneof(text, fc.constant("")))).map((all) => new Map(all)),
  headers: fc.array(fc.tuple(name, text)),
});

test("URIs that are written are read back", () => {
  fc.assert(
    fc.property(arbitraryUri, (uri) => {
      expect(parseSipUri(formatSipUri(uri))).toEqual(uri);
    }),
  );
});

describe("name-addr", () => {
  test.each([
    ['"A. G. Bell" <sip:agb@bell-telephone.com> ;tag=a48s', "A. G. Bell", "a48s"],
    ["sip:+12125551212@server.phone2net.com;tag=887s", null, "887s"],
    ["Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8", "Anonymous", "hyh8"],
    ['"a \\"quoted\\" <sip:not@this.one>" <sip:x@y.z>;tag=1', 'a "quoted" <sip:not@this.one>', "1"],
    ["<sip:x@y.z;lr>;tag=2", null, "2"],
  ])("%s", (value, displayName, tag) => {
    const address = parseNameAddr(value);
    expect(address.displayName).toBe(displayName);
    expect(address.params.get("tag")).toBe(tag);
    expect(parseNameAddr(formatNameAddr(address))).toEqual(address);
  });

  test("an instance id in quotes and a feature tag keep them", () => {
    const value =
      '<sip:x@k.invalid;transport=ws>;reg-id=1;+sip.instance="<urn:uuid:0f1e>";+g.3gpp.icsi-ref="urn%3Aurn-7"';
    expect(parseNameAddr(value).params.get("+sip.instance")).toBe("<urn:uuid:0f1e>");
    expect(formatNameAddr(parseNameAddr(value))).toBe(value);
  });

  test.each([
    "<sip:x@y.z",
    "sip:x@y.z>",
    "Bell, Alexander <sip:x@y.z>",
    '"never ends <sip:x@y.z>',
    "<sip:x@y.z>tag=1",
    "<sip:x@y.z>;tag=1;TAG=2",
    "<sip:x@y.z>;tag=a b",
    "sip:x@y.z?Route=a",
    '<sip:x@y.z>;p="a"b"',
  ])("refuses %j", (value) => {
    expect(refused(() => parseNameAddr(value))).toBe(true);
  });

  test("what is written is read back", () => {
    const address: fc.Arbitrary<NameAddr> = fc.record({
      displayName: fc.option(text),
      uri: arbitraryUri,
      params: fc.array(fc.tuple(name, fc.oneof(text, fc.constant("")))).map((all) => new Map(all)),
    });
    fc.assert(
      fc.property(address, (value) => {
        expect(parseNameAddr(formatNameAddr(value))).toEqual(value);
      }),
    );
  });

  test("whatever comes, only ProtocolError is thrown", () => {
    const piece = fc.constantFrom("<", ">", '"', "\\", ";", "sip:a@b.c", "tag=1", " ", ",", "%", "?", "=");
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
        const text = pieces.join("");
        for (const read of [parseNameAddr, parseSipUri, parseVia, parseCSeq])
          expect([true, false]).toContain(refused(() => read(text)));
      }),
    );
  });
});

describe("Via and CSeq", () => {
  test("a Via with everything", () => {
    const via = parseVia("SIP/2.0/wss k3f9.invalid:443;branch=z9hG4bKx1;rport;received=192.0.2.1");
    expect(via).toMatchObject({ transport: "WSS", host: "k3f9.invalid", port: 443 });
    expect(formatVia(via)).toBe("SIP/2.0/WSS k3f9.invalid:443;branch=z9hG4bKx1;rport;received=192.0.2.1");
  });

  test("white space around the port is allowed", () => {
    expect(parseVia("SIP / 2.0 / UDP first.example.com: 4000;ttl=16")).toMatchObject({ port: 4000 });
  });

  test.each([
    "SIP/3.0/UDP a.b",
    "SIP/2.0/UDP",
    "UDP a.b",
    "SIP/2.0/UDP a b;branch=1",
    "SIP/2.0/UDP a.b;branch=x;branch=y",
  ])("refuses %j", (value) => {
    expect(refused(() => parseVia(value))).toBe(true);
  });

  test("CSeq", () => {
    expect(parseCSeq("0009 INVITE")).toEqual({ number: 9, method: "INVITE" });
    for (const bad of ["INVITE", "1", "-1 ACK", "2147483648 ACK", "1 A B"])
      expect(refused(() => parseCSeq(bad))).toBe(true);
  });
});
