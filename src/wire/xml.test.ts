import { fc } from "../testing/fast-check.ts";
import { describe, expect, test } from "vitest";
import { ProtocolError } from "./errors.ts";
import { attributeOf, childOf, childrenOf, escapeXml, parseXml, textOf } from "./xml.ts";

const refusal = (text: string): number | null => {
  try {
    parseXml(text);
    return null;
  } catch (error) {
    if (error instanceof ProtocolError) return error.status;
    throw error;
  }
};

describe("what is read", () => {
  test("elements and attributes with the namespace they are in", () => {
    const root = parseXml(
      `<?xml version="1.0" encoding="UTF-8"?><a xmlns="urn:one" xmlns:p="urn:two" x="1" p:x="2"><p:b>t<c/>u</p:b><b/></a>`,
    );
    expect([root.namespace, root.local]).toEqual(["urn:one", "a"]);
    expect(root.attributes).toEqual([
      { namespace: "", local: "x", value: "1" },
      { namespace: "urn:two", local: "x", value: "2" },
    ]);
    expect(attributeOf(root, "x")).toBe("1");
    expect(attributeOf(root, "x", "urn:two")).toBe("2");
    expect(attributeOf(root, "xmlns")).toBeNull();
    expect(childrenOf(root, "b")).toHaveLength(1);
    expect(root.children[0]).toMatchObject({ namespace: "urn:two", local: "b", text: "tu" });
    expect(root.children[0]?.children[0]).toMatchObject({ namespace: "urn:one", local: "c" });
    expect(childOf(root, "nothing")).toBeNull();
  });

  test("text, references and CDATA together", () => {
    const root = parseXml("<a><b> x &lt;&#65;<![CDATA[<&]]> <!-- not this --><?nor this?></b></a>");
    expect(textOf(root, "b")).toBe("x <A<&");
  });

  test("names of Object.prototype are names like any other", () => {
    const root = parseXml('<__proto__ constructor="1"><toString __proto__="2"/></__proto__>');
    expect(root.local).toBe("__proto__");
    expect(attributeOf(root, "constructor")).toBe("1");
    expect(attributeOf(childOf(root, "toString") ?? root, "__proto__")).toBe("2");
  });
});

describe("what is refused", () => {
  test.each([
    ["nothing", ""],
    ["no XML", "hello"],
    ["a document that does not end", "<a><b></b>"],
    ["tags that cross", "<a><b></a></b>"],
    ["two roots", "<a/><b/>"],
    ["an undeclared prefix", "<p:a/>"],
    ["an attribute twice", '<a x="1" x="2"/>'],
    ["the same attribute by two prefixes", '<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>'],
    ["an undefined entity", "<a>&nbsp;</a>"],
    ["a DOCTYPE", "<!DOCTYPE a><a/>"],
    ["an external entity", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    [
      "a billion laughs",
      '<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;&l;&l;&l;&l;&l;&l;&l;">]><a>&m;</a>',
    ],
    ["another encoding", '<?xml version="1.0" encoding="UTF-16"?><a/>'],
    ["a control character", "<a>\u0000</a>"],
    ["a reference to one", "<a>&#0;</a>"],
    ["too deep", "<a>".repeat(25) + "</a>".repeat(25)],
    ["too many elements", `<a>${"<b/>".repeat(8_192)}</a>`],
    ["too many attributes", `<a ${Array.from({ length: 33 }, (_, n) => `x${n}="1"`).join(" ")}/>`],
    ["too long", `<a>${"x".repeat(262_144)}</a>`],
  ])("%s", (_name, text) => expect(refusal(text)).toBe(400));

  test("anything at all: a value or a ProtocolError, never another error", () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom(
          "<",
          ">",
          "</",
          "/>",
          "<a>",
          "</a>",
          "&",
          "&amp;",
          ";",
          "<!",
          "--",
          "<?",
          "?>",
          "]]>",
          '"',
          "=",
          "xmlns:",
        ),
        fc.string({ maxLength: 5 }),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(pieces, (list) => {
        expect([null, 400]).toContain(refusal(list.join("")));
      }),
    );
  });
});

test("what is escaped is read back, in text and in attributes", () => {
  const readable = fc
    .string({ unit: "grapheme", maxLength: 40 })
    .filter((text) => !/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text));
  fc.assert(
    fc.property(readable, (text) => {
      const root = parseXml(`<a x="${escapeXml(text)}">${escapeXml(text)}</a>`);
      expect(attributeOf(root, "x")).toBe(text);
      expect(root.text).toBe(text);
    }),
  );
});

test("what XML cannot hold does not make it unreadable", () => {
  expect(parseXml(`<a>${escapeXml("a\u0000b\ud800c\uffff")}</a>`).text).toBe("a\ufffdb\ufffdc\ufffd");
});
