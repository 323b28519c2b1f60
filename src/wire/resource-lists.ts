/**
 * The list of people that a group INVITE or a REFER brings along (RFC 4826; RFC 5363, 5364, 5366, 5368), with the
 * mark on the entry of the one whose session is to be replaced (OMA CPM C.2.2.X step 1; RFC 3261 §19.1.5).
 *
 * Several lists are one, a person twice is one person, the strongest copyControl counts. Refused: none or empty
 * (403, Warning 129), too many (486, Warning 102), nested or external lists and references (403), any URI header
 * but the two marks, any method but INVITE, marks on two people (400; decisions 14, 20).
 */
import { ProtocolError } from "./errors.ts";
import { parseReplaces } from "./replaces.ts";
import { addressOf, formatSipUri, parseSipUri } from "./sip-uri.ts";
import { attributeOf, escapeXml, parseXml, type XmlElement } from "./xml.ts";

export type CopyControl = "to" | "cc" | "bcc";

export type ListEntry = {
  /** `sip:bob@example.com` in lower case, without parameters. */
  readonly address: string;
  /** The Replaces value this person's INVITE shall carry, decoded. */
  readonly replaces: string | null;
  readonly sessionReplaces: string | null;
  readonly copyControl: CopyControl | null;
};

/** What is wrong with a list, and the Warning code (RFC 3261 §20.43, OMA) that goes with the status. */
export class ListError extends ProtocolError {
  readonly warning: number | null;

  constructor(status: number, reason: string, warning: number | null = null) {
    super(status, reason);
    this.name = "ListError";
    this.warning = warning;
  }
}

export const listType = "application/resource-lists+xml";

const namespace = "urn:ietf:params:xml:ns:resource-lists";
/** RFC 5364 says lower case; RFC 5366 Figure 3 prints both. */
const copyNamespaces = ["urn:ietf:params:xml:ns:copycontrol", "urn:ietf:params:xml:ns:copyControl"];
const strength: readonly CopyControl[] = ["bcc", "cc", "to"];
const maxEntries = 500;

/** Throws ListError. What is no XML is 400. */
export function parseResourceLists(xml: string): readonly ListEntry[] {
  const root = parseXml(xml);
  if (root.namespace !== namespace || root.local !== "resource-lists")
    throw new ListError(400, "not a resource-lists document");
  const people = new Map<string, ListEntry>();
  for (const list of root.children) {
    if (list.namespace !== namespace) continue;
    if (list.local !== "list") throw new ListError(400, "not a resource-lists document");
    for (const entry of entriesIn(list)) {
      const known = people.get(entry.address);
      people.set(entry.address, known === undefined ? entry : merge(known, entry));
      if (people.size > maxEntries) throw new ListError(486, "too many people", 102);
    }
  }
  if (people.size === 0) throw new ListError(403, "the list is empty", 129);
  const all = [...people.values()];
  if (all.filter(isMarked).length > 1) throw new ListError(400, "marks on two entries");
  return all;
}

const isMarked = (entry: ListEntry): boolean => entry.replaces !== null || entry.sessionReplaces !== null;

function* entriesIn(list: XmlElement): Generator<ListEntry> {
  for (const child of list.children) {
    if (child.namespace !== namespace || child.local === "display-name") continue;
    if (child.local !== "entry") throw new ListError(403, "nested and external lists are not taken");
    const copy = copyNamespaces
      .map((one) => attributeOf(child, "copyControl", one))
      .find((one) => one !== null);
    yield {
      ...parseListUri(attributeOf(child, "uri") ?? ""),
      copyControl: strength.find((one) => one === copy) ?? null,
    };
  }
}

/** One URI of a list or of Refer-To: whom, and with which marks. Throws ListError(400). */
export function parseListUri(text: string): Omit<ListEntry, "copyControl"> {
  const uri = parseSipUri(text.trim());
  const method = uri.params.get("method");
  if (method !== undefined && method !== "INVITE") throw new ListError(400, "another method than INVITE");
  let replaces: string | null = null;
  let sessionReplaces: string | null = null;
  for (const [name, value] of uri.headers) {
    const which = name.toLowerCase();
    if (which === "replaces" && replaces === null) {
      parseReplaces(value); // it becomes a header field: nothing malformed goes on
      replaces = value;
    } else if (which === "session-replaces" && sessionReplaces === null) {
      if (!/^[!-~]{1,256}$/.test(value)) throw new ListError(400, "bad Session-Replaces");
      sessionReplaces = value;
    } else throw new ListError(400, "a URI header that is not taken");
  }
  return { address: addressOf(uri), replaces, sessionReplaces };
}

/** RFC 5364 §4: the strongest wins. Two marks on one person must be the same mark. */
function merge(one: ListEntry, other: ListEntry): ListEntry {
  const both = (a: string | null, b: string | null): string | null => {
    if (a !== null && b !== null && a !== b) throw new ListError(400, "two marks on one person");
    return a ?? b;
  };
  const rank = (entry: ListEntry): number =>
    entry.copyControl === null ? -1 : strength.indexOf(entry.copyControl);
  return {
    address: one.address,
    replaces: both(one.replaces, other.replaces),
    sessionReplaces: both(one.sessionReplaces, other.sessionReplaces),
    copyControl: rank(other) > rank(one) ? other.copyControl : one.copyControl,
  };
}

export function formatResourceLists(entries: readonly ListEntry[]): string {
  const lines = entries.map((entry) => {
    const copy = entry.copyControl === null ? "" : ` cp:copyControl="${entry.copyControl}"`;
    return `    <entry${copy} uri="${escapeXml(uriOf(entry))}"/>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<resource-lists xmlns="${namespace}" xmlns:cp="${copyNamespaces[0]}">`,
    "  <list>",
    ...lines,
    "  </list>",
    "</resource-lists>",
    "",
  ].join("\r\n");
}

/** `sip:bob@example.com;method=INVITE?Session-Replaces=…&Replaces=…` */
function uriOf(entry: ListEntry): string {
  const uri = parseSipUri(entry.address);
  if (!isMarked(entry)) return formatSipUri(uri);
  const headers: (readonly [string, string])[] = [];
  if (entry.sessionReplaces !== null) headers.push(["Session-Replaces", entry.sessionReplaces]);
  if (entry.replaces !== null) headers.push(["Replaces", entry.replaces]);
  return formatSipUri({ ...uri, params: new Map([...uri.params, ["method", "INVITE"]]), headers });
}
