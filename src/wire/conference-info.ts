/**
 * conference-info documents: who is in a group and how they come and go (RFC 4575 §5, schema of §6).
 *
 * Of several endpoints of one user the one most alive is read. What the types do not have (media, sidebars, roles)
 * is skipped. Refused with 400: another root, no entity, no version, a user without entity, a status that the
 * schema does not know. There is no field here that could carry a mark (decision 34).
 */
import { ProtocolError } from "./errors.ts";
import { attributeOf, childOf, childrenOf, escapeXml, parseXml, textOf, type XmlElement } from "./xml.ts";

export type ElementState = "full" | "partial" | "deleted";

export type EndpointStatus =
  | "pending"
  | "dialing-out"
  | "dialing-in"
  | "alerting"
  | "on-hold"
  | "connected"
  | "muted-via-focus"
  | "disconnecting"
  | "disconnected";

export type JoiningMethod = "dialed-in" | "dialed-out" | "focus-owner";
export type DisconnectionMethod = "departed" | "booted" | "failed" | "busy";

export type ConferenceUser = {
  readonly entity: string;
  readonly displayText: string | null;
  readonly state: ElementState;
  /** null when the document shows no endpoint of this user. */
  readonly status: EndpointStatus | null;
  readonly joiningMethod: JoiningMethod | null;
  /** Who asked this person in: `by` of joining-info. */
  readonly invitedBy: string | null;
  readonly disconnectionMethod: DisconnectionMethod | null;
  /** Of the disconnection; `cause` when it was written as `SIP;cause=486;text="Busy Here"`. */
  readonly reason: { readonly cause: number | null; readonly text: string } | null;
};

export type ConferenceInfo = {
  readonly entity: string;
  readonly state: ElementState;
  readonly version: number;
  readonly subject: string | null;
  readonly maximumUserCount: number | null;
  /** Of the `users` element; null when a partial document has none. */
  readonly usersState: ElementState | null;
  readonly users: readonly ConferenceUser[];
};

export const conferenceInfoType = "application/conference-info+xml";

const namespace = "urn:ietf:params:xml:ns:conference-info";
const states: readonly ElementState[] = ["full", "partial", "deleted"];
const joiningMethods: readonly JoiningMethod[] = ["dialed-in", "dialed-out", "focus-owner"];
const disconnectionMethods: readonly DisconnectionMethod[] = ["departed", "booted", "failed", "busy"];
/** The most alive first. */
const statuses: readonly EndpointStatus[] = [
  "connected",
  "muted-via-focus",
  "on-hold",
  "alerting",
  "dialing-in",
  "dialing-out",
  "pending",
  "disconnecting",
  "disconnected",
];

const bad = (reason: string): ProtocolError => new ProtocolError(400, reason);

/** Throws ProtocolError(400). */
export function parseConferenceInfo(xml: string): ConferenceInfo {
  const root = parseXml(xml);
  const entity = attributeOf(root, "entity") ?? "";
  const version = attributeOf(root, "version") ?? "";
  if (root.namespace !== namespace || root.local !== "conference-info")
    throw bad("not a conference-info document");
  if (entity === "" || !/^[0-9]{1,10}$/.test(version)) throw bad("conference-info without entity or version");
  const description = childOf(root, "conference-description");
  const maximum = description === null ? null : textOf(description, "maximum-user-count");
  const users = childOf(root, "users");
  const state = stateOf(root);
  return {
    entity,
    state,
    version: Number(version),
    subject: description === null ? null : textOf(description, "subject"),
    maximumUserCount: maximum !== null && /^[0-9]{1,9}$/.test(maximum) ? Number(maximum) : null,
    usersState: users === null ? (state === "partial" ? null : "full") : stateOf(users),
    users: users === null ? [] : childrenOf(users, "user").map(readUser),
  };
}

function stateOf(element: XmlElement): ElementState {
  const value = attributeOf(element, "state") ?? "full";
  const state = states.find((one) => one === value);
  if (state === undefined) throw bad("bad state in conference-info");
  return state;
}

function readUser(user: XmlElement): ConferenceUser {
  const entity = attributeOf(user, "entity") ?? "";
  if (entity === "") throw bad("a user without entity");
  const [endpoint] = childrenOf(user, "endpoint")
    .filter((one) => stateOf(one) !== "deleted")
    .map(readEndpoint)
    .toSorted((a, b) => rank(a.status) - rank(b.status));
  return {
    ...(endpoint ?? noEndpoint),
    entity,
    displayText: textOf(user, "display-text"),
    state: stateOf(user),
  };
}

const rank = (status: EndpointStatus | null): number =>
  status === null ? statuses.length : statuses.indexOf(status);

type Endpoint = Omit<ConferenceUser, "entity" | "displayText" | "state">;

const noEndpoint: Endpoint = {
  status: null,
  joiningMethod: null,
  invitedBy: null,
  disconnectionMethod: null,
  reason: null,
};

function readEndpoint(endpoint: XmlElement): Endpoint {
  const joining = childOf(endpoint, "joining-info");
  const disconnection = childOf(endpoint, "disconnection-info");
  const reason = disconnection === null ? null : textOf(disconnection, "reason");
  return {
    status: oneOf(statuses, textOf(endpoint, "status")),
    joiningMethod: oneOf(joiningMethods, textOf(endpoint, "joining-method")),
    invitedBy: joining === null ? null : textOf(joining, "by"),
    disconnectionMethod: oneOf(disconnectionMethods, textOf(endpoint, "disconnection-method")),
    reason: reason === null ? null : readReason(reason),
  };
}

function oneOf<Value extends string>(values: readonly Value[], text: string | null): Value | null {
  const found = values.find((one) => one === text);
  if (text !== null && found === undefined) throw bad("unknown value in conference-info");
  return found ?? null;
}

// as a Reason header field writes it (RFC 3326), which is how focuses put a SIP status into free text
function readReason(text: string): { readonly cause: number | null; readonly text: string } {
  const [, cause, phrase] = /^SIP ?; ?cause=([1-6][0-9]{2})(?: ?; ?text="([^"]*)")?$/.exec(text) ?? [];
  return cause === undefined ? { cause: null, text } : { cause: Number(cause), text: phrase ?? "" };
}

/** `users`: those of `info` as `formatUsers` has written them, where many documents have the same. */
export function formatConferenceInfo(info: ConferenceInfo, users = formatUsers(info.users)): string {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<conference-info xmlns="${namespace}" entity="${escapeXml(info.entity)}" state="${info.state}" version="${info.version}">`,
  ];
  if (info.state !== "deleted") {
    lines.push(...formatDescription(info), ...formatCount(info));
    if (info.usersState !== null) {
      lines.push(`  <users state="${info.usersState}">`);
      if (users !== "") lines.push(users);
      lines.push("  </users>");
    }
  }
  lines.push("</conference-info>", "");
  return lines.join("\r\n");
}

const element = (indent: string, name: string, value: string | number | null): readonly string[] =>
  value === null ? [] : [`${indent}<${name}>${escapeXml(String(value))}</${name}>`];

function formatDescription(info: ConferenceInfo): readonly string[] {
  const inside = [
    ...element("    ", "subject", info.subject),
    ...element("    ", "maximum-user-count", info.maximumUserCount),
  ];
  return inside.length === 0 ? [] : ["  <conference-description>", ...inside, "  </conference-description>"];
}

/** Only a full list can be counted. */
function formatCount(info: ConferenceInfo): readonly string[] {
  if (info.state !== "full") return [];
  const count = info.users.filter((user) => user.status === "connected").length;
  return ["  <conference-state>", `    <user-count>${count}</user-count>`, "  </conference-state>"];
}

/** The elements in `users`. */
export const formatUsers = (users: readonly ConferenceUser[]): string =>
  users.flatMap(formatUser).join("\r\n");

function formatUser(user: ConferenceUser): readonly string[] {
  const entity = escapeXml(user.entity);
  if (user.state === "deleted") return [`    <user entity="${entity}" state="deleted"/>`];
  const endpoint = formatEndpoint(user);
  return [
    `    <user entity="${entity}" state="${user.state}">`,
    ...element("      ", "display-text", user.displayText),
    ...(endpoint.length === 0
      ? []
      : [`      <endpoint entity="${entity}" state="full">`, ...endpoint, "      </endpoint>"]),
    "    </user>",
  ];
}

function formatEndpoint(user: ConferenceUser): readonly string[] {
  const indent = "        ";
  const inside = (name: string, child: string, value: string | null): readonly string[] =>
    value === null
      ? []
      : [`${indent}<${name}>`, ...element(`${indent}  `, child, value), `${indent}</${name}>`];
  return [
    ...element(indent, "status", user.status),
    ...element(indent, "joining-method", user.joiningMethod),
    ...inside("joining-info", "by", user.invitedBy),
    ...element(indent, "disconnection-method", user.disconnectionMethod),
    ...inside("disconnection-info", "reason", user.reason === null ? null : formatReason(user.reason)),
  ];
}

const formatReason = ({ cause, text }: { readonly cause: number | null; readonly text: string }): string =>
  cause === null
    ? text
    : text === ""
      ? `SIP;cause=${cause}`
      : `SIP;cause=${cause};text="${text.replaceAll('"', "'")}"`;
