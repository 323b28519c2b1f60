import { fc } from "../testing/fast-check.ts";
import { describe, expect, it } from "vitest";
import {
  digestResponse,
  formatChallenge,
  formatCredentials,
  ha1,
  parseChallenge,
  parseCredentials,
  rspauth,
} from "./digest.ts";
import { ProtocolError } from "./errors.ts";

describe("digest", () => {
  it("RFC 2617 §3.5: Mufasa's Circle Of Life", () => {
    const secret = ha1("Mufasa", "testrealm@host.com", "Circle Of Life");
    expect(secret).toBe("939e7578ed9e3c518a452acee763bce9");
    const input = {
      ha1: secret,
      method: "GET",
      uri: "/dir/index.html",
      nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
      nc: "00000001",
      cnonce: "0a4f113b",
      qop: "auth",
    } as const;
    expect(digestResponse(input)).toBe("6629fae49393a05397450978507c4ef1");
    expect(rspauth(input)).not.toBe(digestResponse(input));
    expect(rspauth(input)).toBe(digestResponse({ ...input, method: "" }));
  });

  it("reads the challenge and the credentials RFC 7977 §8.1.2 prints", () => {
    expect(
      parseChallenge(
        'Digest realm="example.com", nonce="UvtfpVL7XnnJ63EE244fXDthfLihlMHOY4+dd4A=", qop="auth"',
      ),
    ).toEqual({
      realm: "example.com",
      nonce: "UvtfpVL7XnnJ63EE244fXDthfLihlMHOY4+dd4A=",
      opaque: null,
      stale: false,
      algorithm: null,
      qop: ["auth"],
    });
    expect(
      parseCredentials(
        'Digest username="alice", realm="example.com", nonce="n+4A=", uri="msrps://alice@a.example.com:443;ws", response="5011d0d58fe975e0d0cdc007ae26f4b7", qop=auth, cnonce="zic5ml401prb", nc=00000001',
      ),
    ).toMatchObject({
      username: "alice",
      uri: "msrps://alice@a.example.com:443;ws",
      qop: "auth",
      nc: "00000001",
    });
  });

  it("hashes names and passwords as UTF-8 (RFC 7616 §4)", () => {
    expect(ha1("Jäsøn Doe", "api@example.org", "Secret, or not?")).toHaveLength(32);
    expect(ha1("ä", "r", "p")).not.toBe(ha1("a", "r", "p"));
  });

  it("round trips", () => {
    const text = fc.string({ minLength: 1, maxLength: 30 });
    const challenge = fc.record({
      realm: text,
      nonce: text,
      opaque: fc.option(text),
      stale: fc.boolean(),
      algorithm: fc.option(fc.constant("MD5")),
      qop: fc.subarray(["auth", "auth-int"]),
    });
    fc.assert(
      fc.property(challenge, (c) => {
        expect(parseChallenge(formatChallenge(c))).toEqual(c);
      }),
    );
    const credentials = fc.record({
      username: text,
      realm: text,
      nonce: text,
      uri: text,
      response: fc.stringMatching(/^[0-9a-f]{32}$/),
      opaque: fc.option(text),
      algorithm: fc.option(fc.constant("MD5")),
      qop: fc.option(fc.constant("auth")),
      nc: fc.option(fc.constant("0000000a")),
      cnonce: fc.option(text),
    });
    fc.assert(
      fc.property(credentials, (c) => {
        expect(parseCredentials(formatCredentials(c))).toEqual(c);
      }),
    );
  });

  it("refuses everything else with 400", () => {
    for (const value of [
      "",
      "Basic dGVzdA==",
      "Digest",
      'Digest realm="a"',
      'Digest realm="a", nonce="b", realm="c"',
      'Digest realm="a nonce="b"',
      `Digest realm="${"a".repeat(9000)}", nonce="b"`,
    ])
      expect(() => parseChallenge(value)).toThrow(ProtocolError);
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (value) => {
        expect(() => parseCredentials(`Digest ${value}`)).toThrow(ProtocolError);
      }),
    );
  });
});
