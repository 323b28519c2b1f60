import { fc } from "../testing/fast-check.ts";
import { describe, expect, test } from "vitest";
import { ProtocolError } from "./errors.ts";
import { formatMultipart, parseContentType, parseMultipart, partHeader } from "./multipart.ts";

const refusal = (contentType: string, body: string): number | null => {
  try {
    parseMultipart(contentType, body);
    return null;
  } catch (error) {
    if (error instanceof ProtocolError) return error.status;
    throw error;
  }
};
const lines = (...all: readonly string[]): string => all.join("\r\n");

describe("what is read", () => {
  test("the body of RFC 5366 §6: SDP and a list", () => {
    const body = lines(
      "--boundary1",
      "Content-Type: application/sdp",
      "",
      "v=0",
      "--boundary1",
      "Content-Type: application/resource-lists+xml",
      "Content-Disposition: recipient-list",
      "",
      "<resource-lists/>",
      "--boundary1--",
    );
    const parts = parseMultipart('multipart/mixed;boundary="boundary1"', body);
    expect(parts.map((part) => part.body)).toEqual(["v=0", "<resource-lists/>"]);
    const [, list] = parts;
    expect(list === undefined ? null : partHeader(list, "content-disposition")).toBe("recipient-list");
  });

  test("preamble, epilogue, padding, folded fields, and a part without any field", () => {
    const body = lines("before", "--b  ", "X: a", "  b", "", "one", "--b", "", "two", "", "--b-- ", "after");
    expect(parseMultipart("Multipart/Mixed; boundary=b", body)).toEqual([
      { headers: [["X", "a b"]], body: "one" },
      { headers: [], body: "two\r\n" },
    ]);
  });

  test("a line that only begins like the delimiter is content", () => {
    const body = lines("--b", "", "--bb", "x--b", "--b x", "--b--");
    expect(parseMultipart("multipart/mixed;boundary=b", body)[0]?.body).toBe(lines("--bb", "x--b", "--b x"));
  });
});

describe("what is refused", () => {
  test.each([
    ["another type", "application/sdp", "", 415],
    ["no type", "", "", 400],
    ["no boundary", "multipart/mixed", lines("--b", "", "x", "--b--"), 400],
    ["an empty boundary", 'multipart/mixed;boundary=""', lines("--", "", "x", "----"), 400],
    ["a boundary of 71", `multipart/mixed;boundary=${"b".repeat(71)}`, "", 400],
    ["no closing delimiter", "multipart/mixed;boundary=b", lines("--b", "", "x"), 400],
    ["no delimiter at all", "multipart/mixed;boundary=b", "x", 400],
    ["a field that is none", "multipart/mixed;boundary=b", lines("--b", "hello", "", "x", "--b--"), 400],
    [
      "a control character in a field",
      "multipart/mixed;boundary=b",
      lines("--b", "X: \u0001", "", "--b--"),
      400,
    ],
    ["many parts", "multipart/mixed;boundary=b", `${lines("--b", "", "x", "").repeat(17)}--b--`, 400],
    [
      "many fields",
      "multipart/mixed;boundary=b",
      lines("--b", ...Array(40).fill("X: 1"), "", "x", "--b--"),
      400,
    ],
  ])("%s", (_name, contentType, body, status) => expect(refusal(contentType, body)).toBe(status));
});

test("what is written is read back", () => {
  const part = fc.record({
    headers: fc.array(
      fc.tuple(
        fc.constantFrom("Content-Type", "Content-ID", "X"),
        fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    body: fc.oneof(
      fc.string({ maxLength: 60 }),
      fc
        .array(fc.constantFrom("\r\n", "--", "--bound", "-", "x"), { maxLength: 12 })
        .map((all) => all.join("")),
    ),
  });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
      const { contentType, body } = formatMultipart(parts, "boundary-7");
      expect(parseMultipart(contentType, body)).toEqual(parts);
    }),
  );
});

test("nothing is written that would be read as something else", () => {
  expect(() => formatMultipart([{ headers: [], body: "x\r\n--b" }], "b")).toThrow(ProtocolError);
  expect(() => formatMultipart([{ headers: [["X", "a\r\nY: b"]], body: "" }], "b")).toThrow(ProtocolError);
  expect(() => formatMultipart([{ headers: [], body: "" }], "b ")).toThrow(ProtocolError);
});

test("a content type without its parameters and its case", () => {
  expect(parseContentType('Application/SDP; charset="utf-8"')).toEqual({
    type: "application/sdp",
    params: new Map([["charset", "utf-8"]]),
  });
});
