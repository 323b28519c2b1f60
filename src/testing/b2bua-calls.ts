/**
 * What a back-to-back user agent does to the messages of one user (RFC 3261 §6; RFC 7092 §3.1): each call is two
 * dialogs, whose Call-ID, tags, Via and Contact have nothing in common. All else passes as it is, bodies and
 * Session-Replaces too; and a Replaces, which names a dialog of the other side and so names nothing here.
 *
 * Of a dialog that it does not know, or knows no more, it answers 481 itself. Refused: forks, and clocks.
 */
import { header, headers, parseSip, formatSip, responseTo, withHeader } from "../wire/sip.ts";
import type { SipHeader, SipMessage, SipRequest, SipResponse } from "../wire/sip.ts";
import { parseCSeq, parseVia } from "../wire/sip-uri.ts";

/** Where a message is: between user and this, or between this and the network. */
export type Side = "user" | "network";

type Call = {
  readonly callIds: Readonly<Record<Side, string>>;
  /** By side: a tag as it is there, and what it is on the other. */
  readonly tags: Readonly<Record<Side, Map<string, string>>>;
  /** The method of its first request. */
  readonly begunBy: string;
  /** By side and branch of an INVITE that came in: our branch, which its ACK and CANCEL share. */
  readonly branches: Map<string, string>;
  stands: boolean;
};

/** A request that was passed on: what its answers need. */
type Passed = {
  readonly call: Call;
  readonly vias: readonly string[];
  readonly request: SipRequest;
  isAnswered: boolean;
};

export interface B2buaCalls {
  /** A message that has come in at that side: what goes where because of it. */
  receive(from: Side, text: string): readonly { readonly to: Side; readonly text: string }[];
  /** What there is now. */
  open(): { readonly calls: number; readonly subscriptions: number; readonly transactions: number };
}

const host = "b2bua.invalid";
const otherSide: Readonly<Record<Side, Side>> = { user: "network", network: "user" };

export function createB2buaCalls(freshId: () => string): B2buaCalls {
  const calls: Readonly<Record<Side, Map<string, Call>>> = { user: new Map(), network: new Map() };
  /** By branch of ours and method. */
  const passed = new Map<string, Passed>();

  function begin(from: Side, callId: string, begunBy: string): Call {
    const callIds =
      from === "user" ? { user: callId, network: freshId() } : { user: freshId(), network: callId };
    const call = {
      callIds,
      tags: { user: new Map<string, string>(), network: new Map<string, string>() },
      begunBy,
      branches: new Map<string, string>(),
      stands: false,
    };
    for (const side of ["user", "network"] as const) calls[side].set(call.callIds[side], call);
    return call;
  }

  function forget(call: Call): void {
    for (const side of ["user", "network"] as const) calls[side].delete(call.callIds[side]);
    for (const [key, one] of passed) if (one.call === call && one.isAnswered) passed.delete(key);
  }

  function tagOn(call: Call, from: Side, tag: string): string {
    const known = call.tags[from].get(tag);
    if (known !== undefined) return known;
    const fresh = freshId();
    call.tags[from].set(tag, fresh);
    call.tags[otherSide[from]].set(fresh, tag);
    return fresh;
  }

  /** Everything but Via and Request-URI. */
  function translated<M extends SipMessage>(call: Call, from: Side, message: M): M {
    const isRegister = call.begunBy === "REGISTER";
    const fields = message.headers.map(([name, value]): SipHeader => {
      switch (name.toLowerCase()) {
        case "call-id":
          return [name, call.callIds[otherSide[from]]];
        case "from":
        case "to":
          // Whoever wrote our address to it meant that one whom we stand for.
          return [
            name,
            value
              .replace(/<([^>]*)>/, (_, uri) => `<${unmasked(uri)}>`)
              .replace(/;\s*tag=([^;\s>]+)$/i, (_, tag) => `;tag=${tagOn(call, from, tag)}`),
          ];
        case "contact":
          return [name, isRegister ? value : value.replace(/<([^>]*)>/, (_, uri) => `<${masked(uri)}>`)];
        default:
          return [name, value];
      }
    });
    return { ...message, headers: fields };
  }

  function request(from: Side, message: SipRequest): readonly SipMessage[] {
    const callId = header(message, "Call-ID") ?? "";
    const isWithin = /;\s*tag=/i.test(header(message, "To") ?? "");
    const known = calls[from].get(callId);
    if (known === undefined && isWithin) return message.method === "ACK" ? [] : [responseTo(message, 481)];
    const call = known ?? begin(from, callId, message.method);
    const vias = headers(message, "Via");
    const key = `${from} ${parseVia(vias[0] ?? "").params.get("branch")}`;
    const branch = call.branches.get(key) ?? `z9hG4bK${freshId()}`;
    if (message.method === "INVITE") call.branches.set(key, branch);
    const out: SipRequest = {
      ...withHeader(translated(call, from, message), "Via", `SIP/2.0/WS ${host};branch=${branch}`),
      uri: unmasked(message.uri),
    };
    if (message.method !== "ACK")
      passed.set(`${branch} ${message.method}`, { call, vias, request: message, isAnswered: false });
    // Its INVITE was refused: this is the end of that.
    else if (call.branches.delete(key) && !call.stands) forget(call);
    return [out];
  }

  function response(from: Side, message: SipResponse): readonly SipMessage[] {
    const { method } = parseCSeq(header(message, "CSeq") ?? "");
    const branch = parseVia(header(message, "Via") ?? "").params.get("branch") ?? "";
    const of = passed.get(`${branch} ${method}`);
    if (of === undefined) return [];
    const { call, vias } = of;
    const fields = translated(call, from, message).headers.filter(([name]) => name.toLowerCase() !== "via");
    const back = { ...message, headers: [...vias.map((via): SipHeader => ["Via", via]), ...fields] };
    if (message.status >= 200) answered(of, branch, method, message.status);
    return [back];
  }

  function answered(of: Passed, branch: string, method: string, status: number): void {
    const { call, request: asked } = of;
    of.isAnswered = true;
    // A 2xx of INVITE may come again.
    if (method !== "INVITE" || status >= 300) passed.delete(`${branch} ${method}`);
    if (status < 300 && (method === "INVITE" || method === "SUBSCRIBE")) call.stands = true;
    const isLastWord =
      method === "BYE" ||
      (method === "NOTIFY" && /^\s*terminated/i.test(header(asked, "Subscription-State") ?? "")) ||
      // The other end has no such dialog (RFC 5057 §5).
      (status === 481 && call.stands && method !== "CANCEL");
    const isAlone = !call.stands && !["INVITE", "CANCEL", "REGISTER", "NOTIFY"].includes(method);
    if (isLastWord || isAlone) forget(call);
  }

  return {
    receive: (from, text) => {
      const message = parseSip(text);
      const out = message.kind === "request" ? request(from, message) : response(from, message);
      // What it says itself goes back to whoever asked.
      return out.map((one) => ({
        to: one.kind === message.kind ? otherSide[from] : from,
        text: formatSip(one),
      }));
    },
    open: () => {
      const standing = [...calls.user.values()].filter(({ stands }) => stands);
      const subscriptions = standing.filter(({ begunBy }) => begunBy === "SUBSCRIBE").length;
      const transactions = [...passed.values()].filter(({ isAnswered }) => !isAnswered).length;
      return { calls: standing.length - subscriptions, subscriptions, transactions };
    },
  };
}

/** A Contact of our own that tells nobody whose it stands for, and is still that one's after a restart. */
const masked = (uri: string): string =>
  `sip:${Buffer.from(uri, "utf8").toString("base64url")}@${host};transport=ws`;

function unmasked(uri: string): string {
  const [, hidden] = new RegExp(`^sip:([^@;]+)@${host.replace(".", "\\.")}(?:;|$)`, "i").exec(uri) ?? [];
  return hidden === undefined ? uri : Buffer.from(hidden, "base64url").toString("utf8");
}
