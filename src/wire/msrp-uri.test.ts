import { fc } from "../testing/fast-check.ts";
import { describe, expect, it } from "vitest";
import { ProtocolError } from "./errors.ts";
import {
  formatByteRange,
  formatMsrpUri,
  parseByteRange,
  parseMsrpUri,
  sameMsrpUri,
  sessionIdOf,
} from "./msrp-uri.ts";

describe("MSRP URI", () => {
  it("reads what the RFCs print", () => {
    expect(parseMsrpUri("msrps://alice@intra.example.com;tcp")).toEqual({
      scheme: "msrps",
      user: "alice",
      host: "intra.example.com",
      port: null,
      sessionId: null,
      transport: "tcp",
    });
    expect(parseMsrpUri("msrps://df7jal23ls0d.invalid:2855/98cjs;ws")).toEqual({
      scheme: "msrps",
      user: null,
      host: "df7jal23ls0d.invalid",
      port: 2855,
      sessionId: "98cjs",
      transport: "ws",
    });
    expect(parseMsrpUri("MSRP://[2001:db8::1]:7/a/b+c=;TCP;x=y")).toMatchObject({
      scheme: "msrp",
      host: "[2001:db8::1]",
      sessionId: "a/b+c=",
      transport: "tcp",
    });
  });

  it("refuses everything else with 400", () => {
    for (const text of [
      "",
      "sip:bob@x",
      "msrp://;tcp",
      "msrp://h",
      "msrp://h:99999/s;tcp",
      "msrp://h/s t;tcp",
      `msrp://${"h".repeat(600)};tcp`,
    ])
      expect(() => parseMsrpUri(text)).toThrow(ProtocolError);
  });

  it("compares as RFC 4975 §6.1 says", () => {
    const uri = "msrp://host.example.com:8493/asfd34;tcp";
    expect(sameMsrpUri(uri, "MSRP://HOST.example.com:8493/asfd34;TCP")).toBe(true);
    expect(sameMsrpUri(uri, "msrp://user@host.example.com:8493/asfd34;tcp;param")).toBe(true);
    expect(sameMsrpUri(uri, "msrp://host.example.com:8493/ASFD34;tcp")).toBe(false);
    expect(sameMsrpUri(uri, "msrps://host.example.com:8493/asfd34;tcp")).toBe(false);
    expect(sameMsrpUri(uri, "msrp://host.example.com:8493/asfd34;ws")).toBe(false);
    expect(sameMsrpUri(uri, "msrp://host.example.com/asfd34;tcp")).toBe(false);
    expect(sameMsrpUri(uri, "nonsense")).toBe(false);
  });

  it("gives the session id, or null", () => {
    expect(sessionIdOf("msrp://h:1/abc;tcp")).toBe("abc");
    expect(sessionIdOf("msrp://h:1;tcp")).toBe(null);
    for (const text of ["x", "", "msrp://h/;tcp", "msrp://h;tcp/x", "msrp://h/x", "/x;tcp"])
      expect(sessionIdOf(text)).toBe(null);
    expect(sessionIdOf(undefined)).toBe(null);
  });

  it("round trips", () => {
    const uris = fc.record({
      scheme: fc.constantFrom("msrp" as const, "msrps" as const),
      user: fc.option(fc.stringMatching(/^[a-z0-9.]{1,20}$/)),
      host: fc.stringMatching(/^[a-z0-9.-]{1,40}$/),
      port: fc.option(fc.integer({ min: 1, max: 65535 })),
      sessionId: fc.option(fc.stringMatching(/^[A-Za-z0-9\-._~+=/]{1,40}$/)),
      transport: fc.constantFrom("tcp", "ws"),
    });
    fc.assert(
      fc.property(uris, (uri) => {
        expect(parseMsrpUri(formatMsrpUri(uri))).toEqual(uri);
        expect(sessionIdOf(formatMsrpUri(uri))).toBe(uri.sessionId);
        expect(sameMsrpUri(formatMsrpUri(uri), formatMsrpUri({ ...uri, user: null }))).toBe(true);
      }),
    );
  });
});

describe("Byte-Range", () => {
  it("reads and writes", () => {
    expect(parseByteRange("1-16/16")).toEqual({ start: 1, end: 16, total: 16 });
    expect(parseByteRange("138-*/*")).toEqual({ start: 138, end: null, total: null });
    expect(parseByteRange("1-0/0")).toEqual({ start: 1, end: 0, total: 0 });
    expect(formatByteRange({ start: 5, end: null, total: 9 })).toBe("5-*/9");
  });

  it("refuses nonsense with 400", () => {
    for (const text of ["", "0-1/2", "5-3/9", "1-2", "a-b/c", "1-2/3/4", "-1-2/3", `1-${"9".repeat(16)}/1`])
      expect(() => parseByteRange(text)).toThrow(ProtocolError);
  });
});
