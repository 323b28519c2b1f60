import { fc } from "../testing/fast-check.ts";
import { describe, expect, it } from "vitest";
import { formatCpim, parseCpim, type Cpim } from "./cpim.ts";
import { ProtocolError } from "./errors.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

const wire = (text: string): Uint8Array => encodeUtf8(text.trimStart().replace(/\n/g, "\r\n"));

const statusOf = (run: () => unknown): number | null => {
  try {
    run();
  } catch (error) {
    if (error instanceof ProtocolError) return error.status;
    throw error;
  }
  return null;
};

const hello: Cpim = {
  from: { displayName: "Alice", uri: "sip:alice@segue.example" },
  to: { displayName: "", uri: "sip:bob@segue.example" },
  dateTime: "2026-11-24T09:30:00.000Z",
  messageId: "34jk324j",
  dispositionNotification: ["positive-delivery", "display"],
  otherHeaders: [],
  contentType: "text/plain; charset=utf-8",
  contentHeaders: [],
  body: encodeUtf8("hello"),
};

describe("CPIM", () => {
  it("RFC 3862 §5.1, as printed: its Require names what nobody here understands", () => {
    const text = `
From: MR SANDERS <im:piglet@100akerwood.com>
To: Depressed Donkey <im:eeyore@100akerwood.com>
DateTime: 2000-12-13T13:40:00-08:00
Subject: the weather will be fine today
Subject:;lang=fr beau temps prevu pour aujourd'hui
NS: MyFeatures <mid:MessageFeatures@id.foo.com>
Require: MyFeatures.VitalMessageOption
MyFeatures.VitalMessageOption: Confirmation-requested
MyFeatures.WackyMessageOption: Use-silly-font

Content-type: text/xml; charset=utf-8
Content-ID: <1234567890@foo.com>

<body>
Here is the text of my message.
</body>`;
    expect(statusOf(() => parseCpim(wire(text)))).toBe(415);
    const cpim = parseCpim(wire(text.replace(/Require.*\n/, "")));
    expect(cpim).toMatchObject({
      from: { displayName: "MR SANDERS", uri: "im:piglet@100akerwood.com" },
      to: { displayName: "Depressed Donkey", uri: "im:eeyore@100akerwood.com" },
      dateTime: "2000-12-13T13:40:00-08:00",
      messageId: null,
      otherHeaders: [
        ["Subject", "the weather will be fine today"],
        ["Subject;lang=fr", "beau temps prevu pour aujourd'hui"],
        ["NS", "MyFeatures <mid:MessageFeatures@id.foo.com>"],
        ["MyFeatures.VitalMessageOption", "Confirmation-requested"],
        ["MyFeatures.WackyMessageOption", "Use-silly-font"],
      ],
      contentType: "text/xml; charset=utf-8",
      contentHeaders: [["Content-ID", "<1234567890@foo.com>"]],
    });
    expect(decodeUtf8(cpim.body)).toBe("<body>\r\nHere is the text of my message.\r\n</body>");
    expect(parseCpim(formatCpim(cpim))).toEqual(cpim);
  });

  it("writes what it says it writes", () => {
    expect(decodeUtf8(formatCpim(hello))).toBe(
      decodeUtf8(
        wire(`
From: "Alice" <sip:alice@segue.example>
To: <sip:bob@segue.example>
DateTime: 2026-11-24T09:30:00.000Z
NS: imdn <urn:ietf:params:imdn>
imdn.Message-ID: 34jk324j
imdn.Disposition-Notification: positive-delivery, display

Content-Type: text/plain; charset=utf-8

hello`),
      ),
    );
  });

  it("finds the IMDN headers under any prefix (RFC 5438 §6.1)", () => {
    const bytes = wire(`
From: <sip:a@x>
To: <sip:b@x>
NS: i <urn:ietf:params:imdn>
i.Message-ID: 42xy

Content-Type: text/plain

x`);
    expect(parseCpim(bytes).messageId).toBe("42xy");
  });

  it("round trips, hostile names and bytes included", () => {
    const uri = fc.stringMatching(/^sip:[a-z0-9.]{1,20}@[a-z0-9.]{1,20}$/);
    const party = fc.record({ displayName: fc.string({ unit: "binary", maxLength: 30 }), uri });
    const cpim = fc.record({
      from: party,
      to: party,
      dateTime: fc.option(fc.constant("2026-11-24T09:30:00Z")),
      messageId: fc.option(fc.stringMatching(/^[A-Za-z0-9]{4,32}$/)),
      dispositionNotification: fc.subarray(["positive-delivery", "negative-delivery", "display"]),
      otherHeaders: fc.constantFrom<Cpim["otherHeaders"][number][][]>(
        [],
        [["Subject", "x"]],
        [["imdn.Original-To", "<sip:c@x>"]],
      ),
      contentType: fc.constantFrom("text/plain", "message/imdn+xml", 'text/plain; charset="utf-8"'),
      contentHeaders: fc.constantFrom<Cpim["contentHeaders"][number][][]>(
        [],
        [["Content-Disposition", "notification"]],
      ),
      body: fc.uint8Array({ maxLength: 200 }),
    });
    fc.assert(
      fc.property(cpim, (c) => {
        expect(parseCpim(formatCpim(c))).toEqual(c);
      }),
    );
  });

  it("of any change of one byte, reads or refuses, never anything else", () => {
    const good = formatCpim(hello);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const bytes = good.slice();
        bytes[at] = byte;
        expect([null, 400, 403, 415]).toContain(statusOf(() => parseCpim(bytes)));
      }),
    );
  });
});

describe("refused (CPIM-1, SEC-9)", () => {
  const text = decodeUtf8(formatCpim(hello)) ?? "";
  const refused = (from: string | RegExp, to: string): number | null => {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    return statusOf(() => parseCpim(encodeUtf8(changed)));
  };
  const cases: readonly (readonly [string, string | RegExp, string, number])[] = [
    ["two From", "To:", "From: <sip:mallory@x>\r\nTo:", 400],
    ["several To", "DateTime", "To: <sip:carol@segue.example>\r\nDateTime", 403],
    ["two Message-ID", "imdn.Message-ID", "imdn.Message-ID: x\r\nimdn.Message-ID", 400],
    ["two DateTime", "DateTime", "DateTime: x\r\nDateTime", 400],
    ["no From", /From.*\r\n/, "", 400],
    ["no To", /To.*\r\n/, "", 400],
    ["from in lower case", "From:", "from:", 400],
    ["no space after the colon", "From: ", "From:", 400],
    ["two spaces after the colon", "From: ", "From:  ", 400],
    ["a space at the end of a line", "<sip:alice@segue.example>", "<sip:alice@segue.example> ", 400],
    ["a bare LF", "\r\nTo", "\nTo", 400],
    ["a control character", "34jk324j", "34jk\u0001324j", 400],
    ["a prefix not declared", /NS.*\r\n/, "", 400],
    ["a prefix bound again", "imdn.Message", "NS: imdn <urn:evil>\r\nimdn.Message", 400],
    ["imdn bound to something else", "urn:ietf:params:imdn", "urn:evil", 400],
    ["another default namespace", "To:", "NS: <urn:evil>\r\nTo:", 400],
    ["no Content-Type", /Content-Type.*/, "Content-ID: <x>", 400],
    ["two Content-Type", "Content-Type", "Content-Type: text/html\r\nContent-Type", 400],
    ["no content", /\r\n\r\nContent[^]*/, "\r\n\r\n", 400],
    ["an address that is none", "sip:alice@segue.example", "alice", 400],
    ["a name that breaks out", '"Alice"', '"Alice" <sip:x@y> "', 400],
    ["too many headers", "DateTime", `${"X: y\r\n".repeat(80)}DateTime`, 400],
    ["oversized headers", "34jk324j", "3".repeat(20_000), 400],
  ];
  it.each(cases)("%s", (_, from, to, status) => {
    expect(refused(from, to)).toBe(status);
  });

  it("writes no line the values could break", () => {
    expect(statusOf(() => formatCpim({ ...hello, messageId: "x\r\nFrom: <sip:m@x>" }))).toBe(400);
    expect(
      statusOf(() => formatCpim({ ...hello, to: { displayName: "", uri: "sip:b@x>\r\nTo: <sip:c@x" } })),
    ).toBe(400);
    const sly = formatCpim({ ...hello, from: { displayName: 'A" <sip:m@x>\r\nTo: "', uri: "sip:a@x" } });
    expect(parseCpim(sly).from).toEqual({ displayName: 'A" <sip:m@x>\r\nTo: "', uri: "sip:a@x" });
  });
});
