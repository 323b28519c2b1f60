import { expect, test } from "vitest";
import { ProtocolError } from "./errors.ts";
import { refusalOf } from "./sip-salvage.ts";
import { formatSip, headers, parseSip } from "./sip.ts";

const lines = (...all: readonly string[]): string => all.join("\r\n");
const error = new ProtocolError(400, "bad start line");
const good = ["f: <sip:a@b.c>;tag=1", "To: <sip:d@e.f>", "i: x", "CSeq: 1 INVITE"];

test("a request that can be answered is answered, all Vias in order", () => {
  const text = lines(
    "INVITE sip:a b SIP/2.0",
    "Via: SIP/2.0/WS x;branch=1",
    "v: SIP/2.0/WS y;branch=2",
    ...good,
    "",
    "",
  );
  const answer = refusalOf(text, error);
  expect(answer?.status).toBe(400);
  if (answer === null) throw new Error("no answer");
  const back = parseSip(formatSip(answer));
  expect(back).toMatchObject({ reason: "Bad Request: bad start line" });
  expect(headers(back, "Via")).toEqual(["SIP/2.0/WS x;branch=1", "SIP/2.0/WS y;branch=2"]);
});

test.each([
  ["an ACK", lines("ACK sip:a SIP/2.0", "Via: SIP/2.0/WS x;branch=1", ...good, "", "")],
  ["a response", lines("SIP/2.0 999 OK", "Via: SIP/2.0/WS x;branch=1", ...good, "", "")],
  ["no Via", lines("INVITE sip:a SIP/2.0", ...good, "", "")],
  [
    "a Via with a control character",
    lines("INVITE sip:a SIP/2.0", "Via: SIP/2.0/WS x\n;branch=1", ...good, "", ""),
  ],
  ["a Via in the body only", lines("INVITE sip:a SIP/2.0", ...good, "", "Via: SIP/2.0/WS x", "")],
  ["noise", "\u0000\u0001"],
])("%s is not", (_name, text) => {
  expect(refusalOf(text, error)).toBeNull();
});
