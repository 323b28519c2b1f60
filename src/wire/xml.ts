/**
 * XML documents as trees with namespaces: what resource lists, conference-info and notifications are made of.
 *
 * XML 1.0 and UTF-8 only (RFC 3023 §3.1, RFC 4575 §5). Refused with 400: a DOCTYPE, since entities and external
 * subsets come with it (none of these formats needs one), an undeclared prefix, whatever is not well-formed, and
 * a tree too deep or too large. Comments and processing instructions are skipped.
 */
import { SaxesParser } from "saxes";
import { ProtocolError } from "./errors.ts";

export type XmlAttribute = { readonly namespace: string; readonly local: string; readonly value: string };

export type XmlElement = {
  /** "" when the element is in no namespace. */
  readonly namespace: string;
  readonly local: string;
  /** Without the declarations of namespaces. */
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** Character data that stands directly in this element, CDATA included, white space as written. */
  readonly text: string;
};

export type XmlLimits = {
  readonly chars: number;
  readonly depth: number;
  readonly elements: number;
  readonly attributes: number;
};

export const xmlLimits: XmlLimits = { chars: 262_144, depth: 24, elements: 8_192, attributes: 32 };

const xmlnsNamespace = "http://www.w3.org/2000/xmlns/";

type Open = {
  readonly namespace: string;
  readonly local: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: XmlElement[];
  text: string;
};

const bad = (reason: string): ProtocolError => new ProtocolError(400, reason);

/** Throws ProtocolError(400). */
export function parseXml(text: string, limits: XmlLimits = xmlLimits): XmlElement {
  if (text.length > limits.chars) throw bad("XML document too large");
  const parser = new SaxesParser({
    xmlns: true,
    position: false,
    defaultXMLVersion: "1.0",
    forceXMLVersion: true,
  });
  const open: Open[] = [];
  let root: XmlElement | null = null;
  let elements = 0;

  parser.on("error", () => {
    throw bad("not well-formed XML");
  });
  parser.on("doctype", () => {
    throw bad("a DOCTYPE is not taken");
  });
  parser.on("xmldecl", ({ encoding }) => {
    if (encoding !== undefined && !/^(?:utf-8|us-ascii)$/i.test(encoding)) throw bad("XML is not UTF-8");
  });
  parser.on("opentag", (tag) => {
    elements += 1;
    const all = Object.values(tag.attributes);
    if (open.length >= limits.depth || elements > limits.elements || all.length > limits.attributes)
      throw bad("XML document too large");
    const attributes = all
      .filter(({ uri }) => uri !== xmlnsNamespace)
      .map(({ uri, local, value }): XmlAttribute => ({ namespace: uri, local, value }));
    open.push({ namespace: tag.uri, local: tag.local, attributes, children: [], text: "" });
  });
  const characters = (more: string): void => {
    const inside = open.at(-1);
    if (inside !== undefined) inside.text += more;
  };
  parser.on("text", characters);
  parser.on("cdata", characters);
  parser.on("closetag", () => {
    const done = open.pop();
    if (done === undefined) return;
    const parent = open.at(-1);
    if (parent === undefined) root = done;
    else parent.children.push(done);
  });
  parser.write(text).close();
  if (root === null) throw bad("not well-formed XML");
  return root;
}

/** The value of an attribute; attributes without prefix are in no namespace. */
export const attributeOf = (element: XmlElement, local: string, namespace = ""): string | null =>
  element.attributes.find((one) => one.local === local && one.namespace === namespace)?.value ?? null;

/** Children of that name in the namespace of their parent. */
export const childrenOf = (element: XmlElement, local: string): readonly XmlElement[] =>
  element.children.filter((one) => one.local === local && one.namespace === element.namespace);

export const childOf = (element: XmlElement, local: string): XmlElement | null =>
  childrenOf(element, local)[0] ?? null;

/** The trimmed text of such a child, or null when it is not there. */
export const textOf = (element: XmlElement, local: string): string | null =>
  childOf(element, local)?.text.trim() ?? null;

const escapes = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&apos;"],
  // as character references, so that attribute values keep them
  ["\t", "&#9;"],
  ["\n", "&#10;"],
  ["\r", "&#13;"],
]);

/** For element content and attribute values alike. What XML 1.0 cannot hold becomes U+FFFD. */
export function escapeXml(text: string): string {
  let out = "";
  for (const char of text)
    out += escapes.get(char) ?? (isXmlChar(char.codePointAt(0) ?? 0) ? char : "\ufffd");
  return out;
}

// Char ::= #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]
const isXmlChar = (code: number): boolean =>
  (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) || code >= 0x10000;
