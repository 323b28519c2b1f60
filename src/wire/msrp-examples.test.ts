/** Frames as the RFCs print them. */
import { describe, expect, it } from "vitest";
import { request } from "../testing/msrp-frames.ts";
import { formatFrame, headerOf, parseFrame, type MsrpRequest } from "./msrp.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

/** Text as printed in the RFCs: a line end stands for CRLF, `\` at one for a fold that is not in the frame. */
const wire = (text: string): Uint8Array =>
  encodeUtf8(
    text
      .trimStart()
      .replace(/ \\\n\s*/g, " ")
      .replace(/\n/g, "\r\n"),
  );

describe("examples of the RFCs", () => {
  it("RFC 4975 §11.1 (4): a basic SEND", () => {
    const bytes = wire(`
MSRP d93kswow SEND
To-Path: msrp://bob.example.com:8888/9di4eae923wzd;tcp
From-Path: msrp://alicepc.example.com:7777/iau39soe2843z;tcp
Message-ID: 12339sdqwer
Byte-Range: 1-16/16
Content-Type: text/plain

Hi, I'm Alice!

-------d93kswow$
`);
    expect(parseFrame(bytes)).toEqual(request());
    expect(formatFrame(request())).toEqual(bytes);
  });

  it("RFC 4975 §11.1 (5): its answer", () => {
    const bytes = wire(`
MSRP d93kswow 200 OK
To-Path: msrp://alicepc.example.com:7777/iau39soe2843z;tcp
From-Path: msrp://bob.example.com:8888/9di4eae923wzd;tcp
-------d93kswow$
`);
    const frame = parseFrame(bytes);
    expect(frame).toMatchObject({
      kind: "response",
      tid: "d93kswow",
      status: 200,
      comment: "OK",
      headers: [],
    });
    expect(formatFrame(frame)).toEqual(bytes);
  });

  it("RFC 4975 §11.4: a chunk of a CPIM message that goes on", () => {
    const frame = parseFrame(
      wire(`
MSRP d93kswow SEND
To-Path: msrp://bobpc.example.com:8888/9di4eae923wzd;tcp
From-Path: msrp://alicepc.example.com:7654/iau39soe2843z;tcp
Message-ID: 12339sdqwer
Byte-Range: 1-137/148
Content-Type: message/cpim

To: Bob <sip:bob@example.com>
From: Alice <sip:alice@example.com>
DateTime: 2006-05-15T15:02:31-03:00

Content-Type: text/plain

ABCD
-------d93kswow+
`),
    );
    expect(frame).toMatchObject({ continuation: "+", contentType: "message/cpim" });
    // The RFC says 137; its text as printed has 139. What counts is the body that came, never the header.
    expect(frame.kind === "request" && frame.body?.length).toBe(139);
  });

  it("RFC 4975 §11.6: a positive report", () => {
    const bytes = wire(`
MSRP dkei38sd REPORT
To-Path: msrp://alicepc.example.com:7777/iau39soe2843z;tcp
From-Path: msrp://bob.example.com:8888/9di4eae923wzd;tcp
Message-ID: 12339sdqwer
Byte-Range: 1-106/106
Status: 000 200 OK
-------dkei38sd$
`);
    const frame = parseFrame(bytes);
    expect(frame).toMatchObject({ method: "REPORT", contentType: null, body: null });
    expect(headerOf(frame, "status")).toBe("000 200 OK");
    expect(formatFrame(frame)).toEqual(bytes);
  });

  it("RFC 7977 §8.1.2: AUTH over WebSocket, challenged", () => {
    const frame = parseFrame(
      wire(`
MSRP 4rsxt9nz 401 Unauthorized
To-Path: msrps://df7jal23ls0d.invalid:2855/98cjs;ws
From-Path: msrps://alice@a.example.com:443;ws
WWW-Authenticate: Digest realm="example.com", \\
 nonce="UvtfpVL7XnnJ63EE244fXDthfLihlMHOY4+dd4A=", qop="auth"
-------4rsxt9nz$
`),
    );
    expect(headerOf(frame, "WWW-Authenticate")).toBe(
      'Digest realm="example.com", nonce="UvtfpVL7XnnJ63EE244fXDthfLihlMHOY4+dd4A=", qop="auth"',
    );
  });

  it("RFC 7977 §8.3.2: a path of three hops", () => {
    const frame = parseFrame(
      wire(`
MSRP kjh6 SEND
To-Path: msrps://a.example.com:2855/jui787s2f;tcp \\
         msrps://a.example.com:2855/iwnslt;tcp \\
         msrps://jk9awp14vj8x.invalid:2855/76qwe;ws
From-Path: msrps://df7jal23ls0d.invalid:2855/98cjs;ws
Success-Report: no
Byte-Range: 1-*/*
Message-ID: 87652
Content-Type: text/plain

Carol, I sent that file to Bob.
-------kjh6$
`),
    );
    expect(frame.toPath).toEqual([
      "msrps://a.example.com:2855/jui787s2f;tcp",
      "msrps://a.example.com:2855/iwnslt;tcp",
      "msrps://jk9awp14vj8x.invalid:2855/76qwe;ws",
    ]);
    expect(decodeUtf8((frame as MsrpRequest).body ?? new Uint8Array())).toBe(
      "Carol, I sent that file to Bob.",
    );
  });
});
