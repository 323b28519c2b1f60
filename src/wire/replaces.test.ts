import { fc } from "../testing/fast-check.ts";
import { describe, expect, test } from "vitest";
import { ProtocolError } from "./errors.ts";
import { formatReplaces, parseReplaces } from "./replaces.ts";

describe("Replaces (RFC 3891 §6.1)", () => {
  test.each([
    [
      "98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff",
      { callId: "98732@sip.example.com", toTag: "ff87ff", fromTag: "r33th4x0r", earlyOnly: false },
    ],
    [
      "12adf2f34456gs5;to-tag=12345 ; from-tag=54321;early-only",
      { callId: "12adf2f34456gs5", toTag: "12345", fromTag: "54321", earlyOnly: true },
    ],
    ["a;to-tag=1;from-tag=0;other=x", { callId: "a", toTag: "1", fromTag: "0", earlyOnly: false }],
  ])("%s", (text, id) => expect(parseReplaces(text)).toEqual(id));

  test.each([
    "",
    "a",
    "a;to-tag=1",
    "a;from-tag=1",
    "a;to-tag=1;to-tag=2;from-tag=3",
    "a;to-tag=1;from-tag=2;from-tag=2",
    "a;to-tag;from-tag=2",
    "a;to-tag=;from-tag=2",
    "a@b@c;to-tag=1;from-tag=2",
    "a b;to-tag=1;from-tag=2",
    "a;to-tag=1;from-tag=2,b;to-tag=1;from-tag=2",
    "a\r\nX: 1;to-tag=1;from-tag=2",
  ])("REPL-2: refuses %j", (text) => expect(() => parseReplaces(text)).toThrow(ProtocolError));

  test("what is written is read back", () => {
    const token = fc.stringMatching(/^[A-Za-z0-9\-.!%*_+`'~]{1,40}$/);
    const id = fc.record({ callId: token, toTag: token, fromTag: token, earlyOnly: fc.boolean() });
    fc.assert(
      fc.property(id, (value) => {
        expect(parseReplaces(formatReplaces(value))).toEqual(value);
      }),
    );
  });
});
