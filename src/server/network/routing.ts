/**
 * Where a request goes from a participating function (RFC 3261 §16.4 to §16.6, RFC 5626, RFC 5627).
 *
 * Route says the next participating function; the Request-URI then names a person, a device (GRUU, or the contact
 * itself) or the focus. Throws ProtocolError: 404 nobody of that name, 480 known but not connected, 416.
 */
import { ProtocolError } from "../../wire/errors.ts";
import { header, headers, type SipRequest } from "../../wire/sip.ts";
import { formatSipUri, parseNameAddr, parseSipUri, type SipUri } from "../../wire/sip-uri.ts";
import type { Link } from "../sip/link.ts";
import type { Accounts } from "./accounts.ts";
import type { Binding, Bindings } from "./bindings.ts";

export type Hop =
  /** Devices of this function's own user. */
  | { readonly to: "devices"; readonly bindings: readonly Binding[] }
  | { readonly to: "function"; readonly user: string }
  | { readonly to: "focus" }
  /** The server itself. */
  | { readonly to: "here" };

export type RoutingOptions = {
  readonly user: string;
  readonly domain: string;
  readonly accounts: Accounts;
  readonly bindings: Bindings;
};

/** `sip:bob@pf.domain;lr;flow=…` */
export function functionUri(user: string, domain: string, flow: string | null): string {
  const params = new Map([["lr", ""]]);
  if (flow !== null) params.set("flow", flow);
  return formatSipUri({ ...parseSipUri(`sip:pf.${domain}`), user, params });
}

export const readUri = (text: string): SipUri => {
  if (!/^(?:sips?|tel):/i.test(text)) throw new ProtocolError(416, "not a SIP URI");
  return parseSipUri(text);
};

/** Takes own entries off the top of Route; what the lowest of them says of the flow. */
export function takeOwnRoute(
  request: SipRequest,
  { user, domain }: RoutingOptions,
): { readonly request: SipRequest; readonly flow: string | null } {
  const isOwn = (uri: SipUri): boolean =>
    (uri.host === `pf.${domain}` && uri.user?.toLowerCase() === user) ||
    (uri.host === domain && uri.user === null);
  const routes = headers(request, "Route");
  let flow: string | null = null;
  let own = 0;
  for (const route of routes) {
    const { uri } = parseNameAddr(route);
    if (!isOwn(uri)) break;
    flow = uri.params.get("flow") ?? flow;
    own += 1;
  }
  if (own === 0) return { request, flow };
  let seen = 0;
  const rest = request.headers.filter(([name]) => name.toLowerCase() !== "route" || (seen += 1) > own);
  return { request: { ...request, headers: rest }, flow };
}

export function nextHop(request: SipRequest, flow: string | null, from: Link, options: RoutingOptions): Hop {
  const { user, domain, accounts, bindings } = options;
  const route = header(request, "Route");
  if (route !== null) {
    const { uri } = parseNameAddr(route);
    if (uri.host !== `pf.${domain}` || uri.user === null || accounts.find(uri.user) === null)
      throw new ProtocolError(404, "no such route");
    return { to: "function", user: uri.user.toLowerCase() };
  }
  const uri = readUri(request.uri);
  if (uri.host === domain) {
    if (uri.user === null) return { to: "here" };
    const account = accounts.find(uri.user);
    if (account === null) throw new ProtocolError(404, "nobody of that name");
    if (account.isFocus) return { to: "focus" };
    if (account.user !== user) return { to: "function", user: account.user };
    const instance = uri.params.get("gr");
    const found =
      instance === undefined
        ? bindings.reachable(user).filter((binding) => binding.link !== from)
        : reachableOnly(bindings.byInstance(user, instance), 404);
    if (found.length === 0) throw new ProtocolError(480, "not connected");
    return { to: "devices", bindings: found };
  }
  if (uri.scheme === "tel") throw new ProtocolError(404, "no such number");
  const contact = formatSipUri(uri);
  const binding = bindings.byContact(user, contact) ?? (flow === null ? null : bindings.byFlow(user, flow));
  return { to: "devices", bindings: reachableOnly(binding, flow === null ? 404 : 430) };
}

function reachableOnly(binding: Binding | null, unknown: number): readonly Binding[] {
  if (binding === null) throw new ProtocolError(unknown, "no such device");
  if (!binding.link.isOpen) throw new ProtocolError(480, "not connected");
  return [binding];
}
