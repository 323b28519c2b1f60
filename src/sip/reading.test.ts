/** What the app is told of a message. */
import { expect, test } from "vitest";
import { parseSip, type SipRequest } from "../wire/sip.ts";
import { contactOf, incomingOf, reasonOf, sdpOf } from "./reading.ts";

const request = (lines: readonly string[], body = ""): SipRequest => {
  const message = parseSip(
    [
      "INVITE sip:bob@segue.example SIP/2.0",
      "Via: SIP/2.0/WSS x;branch=z9hG4bK1",
      'From: "Alice \\"A\\"" <sip:Alice@Segue.example;x=y>;tag=1',
      "To: <sip:bob@segue.example>",
      "Call-ID: x",
      "CSeq: 1 INVITE",
      ...lines,
      "",
      body,
    ].join("\r\n"),
  );
  if (message.kind !== "request") throw new Error("no request");
  return message;
};

test("who calls, whom the network vouches for, and whose idea it was", () => {
  const incoming = incomingOf(
    request([
      "P-Asserted-Identity: <tel:+15550100>, <sip:Conference-Factory@segue.example;x>",
      'Referred-By: "Alice" <sip:alice@segue.example>',
      "Contact: <sip:conference-factory@segue.example;conf=1>;isfocus",
      "Session-Replaces: old",
      "Replaces: a@b;from-tag=f;to-tag=t;early-only",
    ]),
    "leg",
  );
  expect(incoming).toEqual({
    leg: "leg",
    from: { address: "sip:alice@segue.example", name: 'Alice "A"' },
    to: "sip:bob@segue.example",
    assertedIdentity: "sip:conference-factory@segue.example",
    contact: "sip:conference-factory@segue.example;conf=1",
    isFocus: true,
    subject: null,
    conversationId: null,
    contributionId: null,
    referredBy: { address: "sip:alice@segue.example", name: "Alice" },
    replaces: { callId: "a@b", toTag: "t", fromTag: "f", earlyOnly: true },
    sessionReplaces: "old",
    sdp: null,
  });
});

test("what can't be read is as if absent", () => {
  const incoming = incomingOf(
    request(["P-Asserted-Identity: <nonsense", "Referred-By: <<>", "Contact: <http://x>"]),
    "leg",
  );
  expect([incoming.assertedIdentity, incoming.referredBy, incoming.contact, incoming.isFocus]).toEqual([
    null,
    null,
    "",
    false,
  ]);
  expect(contactOf(request([]))).toBeNull();
});

test("the network's name for the caller goes before the caller's own", () => {
  const nameOf = (asserted: string): string =>
    incomingOf(request([`P-Asserted-Identity: ${asserted}`]), "leg").from.name;
  expect(nameOf('"Alice Moreau" <sip:alice@segue.example>')).toBe("Alice Moreau");
  expect(nameOf("<sip:alice@segue.example>")).toBe('Alice "A"');
  expect(nameOf('"Bob" <sip:bob@segue.example>')).toBe('Alice "A"');
});

test.each([
  ['SIP;cause=200;text="Call completed"', 200, "Call completed"],
  ['Q.850;cause=16;text="x", sip ; cause=410', 410, null],
  ["SIP;cause=9999", null, null],
  ['SIP;cause="200;text=', null, null],
  ["", null, null],
])("the reason %j", (value, cause, text) => {
  expect(reasonOf(request([`Reason: ${value}`]))).toEqual({ cause, text });
});

test("a description that is an attachment is not the session's", () => {
  const body =
    "--b\r\nContent-Type: application/sdp\r\nContent-Disposition: attachment\r\n\r\nno\r\n--b\r\nContent-Type: application/sdp\r\nContent-Disposition: session;handling=required\r\n\r\nyes\r\n--b--";
  expect(sdpOf(request(["Content-Type: multipart/mixed;boundary=b"], body))).toBe("yes");
});
