/** Frames of MSRP: any of ours comes back as it was, anything else is read or refused, within limits. */
import { fc } from "../testing/fast-check.ts";
import { describe, expect, it } from "vitest";
import { request, statusOf } from "../testing/msrp-frames.ts";
import { clearTid, formatFrame, headerOf, parseFrame, type MsrpFrame, type MsrpRequest } from "./msrp.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

describe("round trip", () => {
  const ident = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9.\-+%=]{3,31}$/);
  const session = fc.stringMatching(/^[A-Za-z0-9._~+=/-]{1,40}$/);
  const path = fc.array(
    session.map((id) => `msrps://relay.example.com:2855/${id};tcp`),
    { minLength: 1, maxLength: 4 },
  );
  const value = fc
    .string({ unit: "binary", maxLength: 60 })
    // oxlint-disable-next-line no-control-regex
    .filter((text) => !/[\u0000-\u001f\u007f]/.test(text) && text === text.trim());
  const headers = fc.array(fc.tuple(fc.stringMatching(/^X-[A-Za-z]{1,20}$/), value), { maxLength: 5 });
  const frames: fc.Arbitrary<MsrpFrame> = fc.oneof(
    fc
      .record({
        tid: ident,
        toPath: path,
        fromPath: path,
        headers,
        body: fc.option(fc.uint8Array({ maxLength: 3000 })),
        continuation: fc.constantFrom("$" as const, "+" as const, "#" as const),
      })
      .map((parts) => ({
        ...parts,
        kind: "request" as const,
        method: "SEND",
        contentType: parts.body === null ? null : "application/octet-stream",
      })),
    fc
      .record({
        tid: ident,
        toPath: path,
        fromPath: path,
        headers,
        status: fc.integer({ min: 100, max: 699 }),
        comment: value,
      })
      .map((parts) => ({ ...parts, kind: "response" as const })),
  );

  it("holds for any frame", () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(parseFrame(formatFrame(frame))).toEqual(frame);
      }),
    );
  });

  it("of any bytes, read or refused, never anything else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(statusOf(() => parseFrame(bytes))).not.toBe(null);
      }),
    );
  });

  it("of a frame with one byte changed, read or refused, never anything else", () => {
    const good = formatFrame(request());
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const bytes = good.slice();
        bytes[at] = byte;
        expect([null, 400, 413]).toContain(statusOf(() => parseFrame(bytes)));
      }),
    );
  });
});

describe("bugs seen elsewhere", () => {
  it("takes binary frames of 128 KB and more", () => {
    const body = new Uint8Array(300_000).map((_, n) => n % 251);
    const frame = request({ body, contentType: "application/octet-stream" });
    const read = (parseFrame(formatFrame(frame)) as MsrpRequest).body ?? new Uint8Array();
    expect([read.length, read.findIndex((byte, n) => byte !== body[n])]).toEqual([body.length, -1]);
  });

  it("keeps half a character at a chunk border", () => {
    const half = encodeUtf8("é").subarray(0, 1);
    expect((parseFrame(formatFrame(request({ body: half }))) as MsrpRequest).body).toEqual(half);
  });

  it("takes a header called __proto__ as a header", () => {
    const frame = request({ headers: [["__proto__", "x"]] });
    const read = parseFrame(formatFrame(frame));
    expect(headerOf(read, "__proto__")).toBe("x");
    expect(headerOf(read, "toString")).toBe(null);
  });

  it("refuses a frame without To-Path, without From-Path, or with two", () => {
    const lines = decodeUtf8(formatFrame(request())) ?? "";
    const to = /To-Path: .*\r\n/.exec(lines)?.[0] ?? "";
    const from = /From-Path: .*\r\n/.exec(lines)?.[0] ?? "";
    expect(statusOf(() => parseFrame(encodeUtf8(lines.replace(to, ""))))).toBe(400);
    expect(statusOf(() => parseFrame(encodeUtf8(lines.replace(from, ""))))).toBe(400);
    expect(statusOf(() => parseFrame(encodeUtf8(lines.replace(to, to + to))))).toBe(400);
    expect(statusOf(() => parseFrame(encodeUtf8(lines.replace(to, "To-Path: \r\n"))))).toBe(400);
  });

  it("refuses an unknown continuation flag", () => {
    const lines = decodeUtf8(formatFrame(request())) ?? "";
    for (const flag of ["", "!", "$$", "-"])
      expect(statusOf(() => parseFrame(encodeUtf8(lines.replace(/\$\r\n$/, () => `${flag}\r\n`))))).toBe(400);
  });

  it("refuses transaction ids outside the grammar", () => {
    for (const tid of ["abc", "-abcd", "a".repeat(33), "ab cd"])
      expect(statusOf(() => parseFrame(formatFrame(request({ tid }))))).toBe(400);
  });

  it("chooses a transaction id whose end-line is not in the body", () => {
    const body = encodeUtf8("x-------abcd$ -------abcd0 ---------abcd1+");
    const tid = clearTid("abcd", body);
    expect(decodeUtf8(body)).not.toContain(`-------${tid}`);
    const frame = request({ tid, body });
    expect(parseFrame(formatFrame(frame))).toEqual(frame);
    expect(clearTid("wxyz", body)).toBe("wxyz");
    expect(clearTid("wxyz", null)).toBe("wxyz");
  });

  it("refuses a second frame in the same message", () => {
    const one = formatFrame(request());
    expect(statusOf(() => parseFrame(new Uint8Array([...one, ...one])))).toBe(400);
    const inside = request({ body: encodeUtf8("-------d93kswow+\r\nrest") });
    expect(statusOf(() => parseFrame(formatFrame(inside)))).toBe(400);
  });

  it("reads byte-range, missing and doubled spaces; writes the RFC's spelling", () => {
    const lines = (decodeUtf8(formatFrame(request())) ?? "")
      .replace("Byte-Range: ", "byte-range:")
      .replace("To-Path: ", "to-path:  ");
    const frame = parseFrame(encodeUtf8(lines));
    expect(headerOf(frame, "Byte-Range")).toBe("1-16/16");
    expect(decodeUtf8(formatFrame(frame))).toContain("\r\nByte-Range: 1-16/16\r\n");
  });

  it("a body that is nothing but dashes, which begin every end-line", () => {
    const body = new Uint8Array(20_000).fill(0x2d);
    expect(parseFrame(formatFrame(request({ body })))).toMatchObject({ body });
  });
});

describe("shape", () => {
  it("writes Content-Type last and MIME headers only with a body", () => {
    const headers = [
      ["Content-Disposition", "notification"],
      ["Message-ID", "12339sdqwer"],
    ] as const;
    const full = decodeUtf8(formatFrame(request({ headers }))) ?? "";
    expect(full).toMatch(
      /Message-ID: 12339sdqwer\r\nContent-Disposition: notification\r\nContent-Type: text\/plain\r\n\r\n/,
    );
    expect(decodeUtf8(formatFrame(request({ headers, body: null })))).not.toMatch(/Content-/);
  });

  it("tells no body from an empty one", () => {
    const empty = request({ body: new Uint8Array() });
    expect(parseFrame(formatFrame(empty))).toEqual(empty);
    const none = request({ body: null, contentType: null });
    expect(parseFrame(formatFrame(none))).toEqual(none);
  });

  it("takes an empty body without its line end, and a blank line before nothing", () => {
    const lines = decodeUtf8(formatFrame(request({ body: new Uint8Array() }))) ?? "";
    expect(parseFrame(encodeUtf8(lines.replace("\r\n\r\n\r\n", "\r\n\r\n")))).toMatchObject({
      body: new Uint8Array(),
    });
    const bare = lines.replace("Content-Type: text/plain\r\n", "").replace("\r\n\r\n\r\n", "\r\n\r\n");
    expect(parseFrame(encodeUtf8(bare))).toMatchObject({ body: null, contentType: null });
  });

  it("refuses a body without Content-Type, a response with a body, control characters, what is no UTF-8", () => {
    const lines = decodeUtf8(formatFrame(request())) ?? "";
    expect(statusOf(() => parseFrame(encodeUtf8(lines.replace("Content-Type: text/plain\r\n", ""))))).toBe(
      400,
    );
    expect(statusOf(() => parseFrame(encodeUtf8(lines.replace("SEND", "200 OK"))))).toBe(400);
    expect(statusOf(() => parseFrame(encodeUtf8(lines.replace("1-16/16", "1-16/16\n"))))).toBe(400);
    const bytes = formatFrame(request());
    bytes[lines.indexOf("12339")] = 0xff;
    expect(statusOf(() => parseFrame(bytes))).toBe(400);
    expect(statusOf(() => formatFrame(request({ headers: [["X-A", "b\r\nTo-Path: evil"]] })))).toBe(400);
  });

  it("refuses with 413 what is over its limits", () => {
    const limits = { frameBytes: 1000, headerBytes: 400, headers: 8, pathUris: 4 };
    expect(statusOf(() => parseFrame(formatFrame(request({ body: new Uint8Array(1000) })), limits))).toBe(
      413,
    );
    const long = request({ headers: [["X-A", "b".repeat(450)]] });
    expect(statusOf(() => parseFrame(formatFrame(long), limits))).toBe(413);
    const many = request({ headers: Array.from({ length: 9 }, () => ["X-A", "b"] as const) });
    expect(statusOf(() => parseFrame(formatFrame(many), limits))).toBe(413);
  });
});
