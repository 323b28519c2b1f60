import { fc } from "../testing/fast-check.ts";
import { describe, expect, test } from "vitest";
import { ProtocolError } from "./errors.ts";
import { formatReplaces } from "./replaces.ts";
import {
  formatResourceLists,
  ListError,
  parseListUri,
  parseResourceLists,
  type ListEntry,
} from "./resource-lists.ts";

const entry = (address: string, more: Partial<ListEntry> = {}): ListEntry => ({
  address,
  replaces: null,
  sessionReplaces: null,
  copyControl: null,
  ...more,
});
const document = (inside: string): string =>
  `<?xml version="1.0"?><resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists" xmlns:cp="urn:ietf:params:xml:ns:copycontrol">${inside}</resource-lists>`;
const list = (...uris: readonly string[]): string =>
  document(`<list>${uris.map((uri) => `<entry uri="${uri}"/>`).join("")}</list>`);
const refusal = (xml: string): readonly [number, number | null] | null => {
  try {
    parseResourceLists(xml);
    return null;
  } catch (error) {
    if (error instanceof ListError) return [error.status, error.warning];
    if (error instanceof ProtocolError) return [error.status, null];
    throw error;
  }
};

describe("what is read", () => {
  test("the list of RFC 5366 Figure 3, whose two namespaces differ by a capital", () => {
    const xml = `<?xml version="1.0" encoding="UTF-8"?>
      <resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"
                      xmlns:cp="urn:ietf:params:xml:ns:copyControl">
        <list>
          <entry uri="sip:bill@example.com" cp:copyControl="to" />
          <entry uri="sip:randy@example.net" cp:copyControl="to" cp:anonymize="true"/>
          <entry uri="sip:eddy@example.com" cp:copyControl="to" cp:anonymize="true"/>
          <entry uri="sip:joe@example.org" cp:copyControl="cc" />
          <entry uri="sip:carol@example.net" cp:copyControl="cc" cp:anonymize="true"/>
          <entry uri="sip:ted@example.net" cp:copyControl="bcc" />
          <entry uri="sip:andy@example.com" cp:copyControl="bcc" />
        </list>
      </resource-lists>`;
    const people = parseResourceLists(xml);
    expect(people.map((one) => one.copyControl)).toEqual(["to", "to", "to", "cc", "cc", "bcc", "bcc"]);
    expect(people[3]).toEqual(entry("sip:joe@example.org", { copyControl: "cc" }));
    expect(people.map((one) => one.copyControl)).toEqual(
      parseResourceLists(xml.replace('copyControl"', 'copycontrol"')).map((one) => one.copyControl),
    );
  });

  test("the flat list of RFC 4826 §3.4, names aside", () => {
    const xml = document(
      `<list name="friends"><display-name>Friends</display-name>
        <entry uri="sip:bill@example.com"><display-name xml:lang="en">Bill Doe</display-name></entry></list>
       <list><entry uri="sip:Joe@Example.com;transport=tcp"/></list>`,
    );
    expect(parseResourceLists(xml)).toEqual([entry("sip:bill@example.com"), entry("sip:joe@example.com")]);
  });

  test("both marks of step 1, decoded", () => {
    const uri =
      "sip:bob@example.com;method=INVITE?Session-Replaces=0123456789abcdef&amp;Replaces=1a2b3c%40k3f9.invalid%3Bto-tag%3Db42%3Bfrom-tag%3Da17";
    expect(parseResourceLists(list(uri, "sip:carol@example.com"))).toEqual([
      entry("sip:bob@example.com", {
        sessionReplaces: "0123456789abcdef",
        replaces: "1a2b3c@k3f9.invalid;to-tag=b42;from-tag=a17",
      }),
      entry("sip:carol@example.com"),
    ]);
  });

  test("one person several times is one person, with the strongest copyControl and the one mark", () => {
    const xml = document(
      `<list><entry uri="sip:bob@example.com" cp:copyControl="bcc"/></list>
       <list><entry uri="sip:BOB@example.com?Session-Replaces=abc" cp:copyControl="to"/>
             <entry uri="sip:bob@example.com?Session-Replaces=abc" cp:copyControl="cc"/></list>`,
    );
    expect(parseResourceLists(xml)).toEqual([
      entry("sip:bob@example.com", { sessionReplaces: "abc", copyControl: "to" }),
    ]);
  });

  test("elements of other namespaces are nobody", () => {
    const xml = document('<list><x:entry xmlns:x="urn:x" uri="sip:eve@x"/><entry uri="sip:bob@x"/></list>');
    expect(parseResourceLists(xml)).toEqual([entry("sip:bob@x")]);
  });
});

describe("what is refused", () => {
  const replaces = "c%3Bto-tag%3D1%3Bfrom-tag%3D2";
  test.each([
    ["no XML", "hello", 400, null],
    ["a DOCTYPE", `<!DOCTYPE x>${list("sip:bob@x")}`, 400, null],
    ["another document", "<resource-lists/>", 400, null],
    ["no list", document(""), 403, 129],
    ["an empty list", document("<list/>"), 403, 129],
    ["too many people", list(...Array.from({ length: 501 }, (_, n) => `sip:p${n}@x`)), 486, 102],
    ["a nested list", document('<list><list><entry uri="sip:bob@x"/></list></list>'), 403, null],
    ["an external list", document('<list><external anchor="http://x/y"/></list>'), 403, null],
    ["a reference", document('<list><entry-ref ref="x/y"/></list>'), 403, null],
    ["an entry without URI", document("<list><entry/></list>"), 400, null],
    ["another scheme", list("http://x/"), 400, null],
    ["another method", list("sip:bob@x;method=BYE"), 400, null],
    ["a Route in the URI", list("sip:bob@x?Route=%3Csip:evil%3E"), 400, null],
    ["a From in the URI", list("sip:bob@x?From=sip:eve%40x"), 400, null],
    ["a body in the URI", list("sip:bob@x?body=hello"), 400, null],
    ["a line break in a mark", list("sip:bob@x?Session-Replaces=a%0D%0ARoute:%20x"), 400, null],
    ["a line break in Replaces", list(`sip:bob@x?Replaces=${replaces}%0D%0ARoute:x`), 400, null],
    ["Replaces without tags", list("sip:bob@x?Replaces=c"), 400, null],
    ["Replaces twice", list(`sip:bob@x?Replaces=${replaces}&amp;replaces=${replaces}`), 400, null],
    [
      "marks on two people",
      list("sip:bob@x?Session-Replaces=a", "sip:carol@x?Session-Replaces=a"),
      400,
      null,
    ],
    [
      "two marks on one person",
      list("sip:bob@x?Session-Replaces=a", "sip:bob@x?Session-Replaces=b"),
      400,
      null,
    ],
  ])("%s", (_name, xml, status, warning) => expect(refusal(xml)).toEqual([status, warning]));

  test("a name that is a name of Object.prototype is a person", () => {
    expect(parseResourceLists(list("sip:__proto__@x"))).toEqual([entry("sip:__proto__@x")]);
  });
});

test("what is written is read back", () => {
  const word = fc.stringMatching(/^[a-z0-9._~-]{1,12}$/);
  const dialog = fc
    .record({
      callId: fc.stringMatching(/^[A-Za-z0-9\-.!%*_+`'~()<>:\\"/[\]?{}]{1,20}(@[a-z0-9.]{1,10})?$/),
      toTag: word,
      fromTag: word,
      earlyOnly: fc.boolean(),
    })
    .map(formatReplaces);
  const person = fc.record({
    address: fc
      .tuple(word, word)
      .map(([user, host]) => `sip:${user}@h${host.replace(/[^a-z0-9]/g, "")}.example`),
    replaces: fc.constant(null),
    sessionReplaces: fc.constant(null),
    copyControl: fc.constantFrom("to", "cc", "bcc", null),
  });
  const people = fc.uniqueArray(person, { selector: (one) => one.address, minLength: 1, maxLength: 6 });
  const mark = fc.record({
    replaces: fc.option(dialog),
    sessionReplaces: fc.option(fc.stringMatching(/^[!-~]{1,40}$/)),
  });
  fc.assert(
    fc.property(people, mark, (all, marked) => {
      const entries = all.map((one, at): ListEntry => (at === 0 ? { ...one, ...marked } : one));
      expect(parseResourceLists(formatResourceLists(entries))).toEqual(entries);
    }),
  );
});

test("a marked entry as it goes out", () => {
  const xml = formatResourceLists([
    entry("sip:bob@example.com", {
      replaces: "a@b;to-tag=1;from-tag=2",
      sessionReplaces: "9f",
      copyControl: "to",
    }),
  ]);
  expect(xml).toContain(
    '<entry cp:copyControl="to" uri="sip:bob@example.com;method=INVITE?Session-Replaces=9f&amp;Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2"/>',
  );
});

test("one URI of Refer-To", () => {
  expect(parseListUri("sip:Dave@Example.com;method=INVITE")).toEqual({
    address: "sip:dave@example.com",
    replaces: null,
    sessionReplaces: null,
  });
  expect(() => parseListUri("sip:dave@example.com;method=BYE")).toThrow(ListError);
});
