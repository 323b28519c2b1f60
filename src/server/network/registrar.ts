/**
 * REGISTER of a user who has proved to be that user (RFC 3261 §10.3, RFC 5626 §6, RFC 5627 §5).
 *
 * Answers 400, 403, 420, 423 or 500 without touching any binding, or changes all of them. An older CSeq never
 * removes a binding (decision 35); neither does a page of the same device that another one has replaced.
 */
import { ProtocolError } from "../../wire/errors.ts";
import {
  hasToken,
  header,
  headers,
  responseTo,
  tokens,
  type SipHeader,
  type SipRequest,
  type SipResponse,
} from "../../wire/sip.ts";
import {
  addressOf,
  formatSipUri,
  parseCSeq,
  parseNameAddr,
  parseSipUri,
  type NameAddr,
} from "../../wire/sip-uri.ts";
import { quote } from "../../wire/sip-params.ts";
import type { Link } from "../sip/link.ts";
import type { Binding, Bindings } from "./bindings.ts";

export type RegistrarTimers = {
  readonly minExpiresSeconds: number;
  readonly maxExpiresSeconds: number;
  readonly defaultExpiresSeconds: number;
};

export type RegistrarOptions = {
  readonly domain: string;
  readonly bindings: Bindings;
  readonly now: () => number;
  readonly freshId: () => string;
  readonly timers: RegistrarTimers;
  /** That device is on another connection now. */
  readonly moved: (user: string, from: Link) => void;
};

const supported = new Set(["gruu", "outbound", "path"]);

export interface Registrar {
  /** Changes bindings of `user` and gives the answer. Throws ProtocolError for what can't be done. */
  register(request: SipRequest, user: string, link: Link): SipResponse;
  /** `sip:bob@domain;gr=…` of that device. */
  gruuOf(user: string, instance: string): string;
}

type Wish = {
  readonly address: NameAddr;
  readonly key: string;
  readonly instance: string | null;
  readonly regId: string | null;
  readonly expires: number;
};

export function createRegistrar(options: RegistrarOptions): Registrar {
  const { domain, bindings, now, freshId, timers, moved } = options;
  let order = 0;

  function register(request: SipRequest, user: string, link: Link): SipResponse {
    const refuse = (status: number, more: readonly SipHeader[] = [], reason?: string): SipResponse =>
      responseTo(request, status, {
        toTag: freshId(),
        headers: more,
        ...(reason === undefined ? {} : { reason }),
      });
    const unknown = tokens(request, "Require").filter((option) => !supported.has(option.toLowerCase()));
    if (unknown.length > 0) return refuse(420, [["Unsupported", unknown.join(", ")]]);
    const own = `sip:${user}@${domain}`;
    const place = parseSipUri(request.uri);
    if (place.user !== null || place.host !== domain) return refuse(404, [], "Not this registrar's domain");
    for (const name of ["From", "To"])
      if (addressOf(parseNameAddr(header(request, name) ?? "").uri) !== own.toLowerCase())
        return refuse(403, [], "Not your address");

    const callId = header(request, "Call-ID") ?? "";
    const cseq = parseCSeq(header(request, "CSeq") ?? "").number;
    const isOlder = (binding: Binding | null): boolean =>
      binding !== null && binding.callId === callId && cseq <= binding.cseq;
    const contacts = headers(request, "Contact");

    if (contacts.some((contact) => contact.trim() === "*")) {
      if (contacts.length !== 1 || header(request, "Expires") !== "0") return refuse(400, [], "Bad wildcard");
      if (bindings.of(user).some(isOlder)) return refuse(500, [], "Older than what is registered");
      for (const binding of bindings.of(user)) bindings.remove(user, binding.key);
      return accepted(request, user);
    }

    const wishes = contacts.map((contact) => wishOf(request, contact));
    if (new Set(wishes.map((wish) => wish.key)).size < wishes.length) return refuse(400, [], "Contact twice");
    if (wishes.some((wish) => wish.expires > 0 && wish.expires < timers.minExpiresSeconds))
      return refuse(423, [["Min-Expires", String(timers.minExpiresSeconds)]]);
    const before = (wish: Wish): Binding | null => bindings.find(user, wish.key);
    if (wishes.some((wish) => isOlder(before(wish)))) return refuse(500, [], "Older than what is registered");
    const fresh = wishes.filter((wish) => wish.expires > 0 && before(wish) === null).length;
    if (fresh > 0 && bindings.of(user).filter((one) => one.link.isOpen).length + fresh > bindings.most)
      return refuse(403, [], "Too many contacts");

    for (const wish of wishes) {
      const old = before(wish);
      if (wish.expires === 0) {
        const replaced = old !== null && old.instance !== null && old.link !== link && old.link.isOpen;
        if (old !== null && !replaced) bindings.remove(user, wish.key);
        continue;
      }
      order += 1;
      const contactText = formatSipUri(wish.address.uri);
      bindings.set(user, {
        key: wish.key,
        flow: old?.flow ?? freshId(),
        contact: wish.address.uri,
        contactText,
        instance: wish.instance,
        regId: wish.regId,
        callId,
        cseq,
        expiresAt: now() + wish.expires * 1000,
        order,
        link,
      });
      // The same page over another connection: it has given up the one before, which may be open at this end alone.
      if (old === null || old.link === link || old.contactText !== contactText) continue;
      old.link.close();
      moved(user, old.link);
    }
    return accepted(request, user);
  }

  function wishOf(request: SipRequest, contact: string): Wish {
    const address = parseNameAddr(contact);
    if (address.uri.scheme === "tel") throw new ProtocolError(400, "a tel URI can't be reached");
    if (address.uri.host === domain && address.uri.user !== null)
      throw new ProtocolError(403, "a contact in this domain would be a loop");
    const instance = address.params.get("+sip.instance") ?? null;
    if (instance !== null && !/^<[^<>"\s]{1,200}>$/.test(instance))
      throw new ProtocolError(400, "bad +sip.instance");
    const regId = instance === null ? null : (address.params.get("reg-id") ?? null);
    if (regId !== null && !/^[1-9][0-9]{0,9}$/.test(regId)) throw new ProtocolError(400, "bad reg-id");
    const written = address.params.get("expires") ?? header(request, "Expires");
    const wanted =
      written !== null && /^[0-9]{1,10}$/.test(written) ? Number(written) : timers.defaultExpiresSeconds;
    return {
      address,
      key: regId === null ? `contact ${formatSipUri(address.uri)}` : `device ${instance} ${regId}`,
      instance: instance?.slice(1, -1) ?? null,
      regId,
      expires: Math.min(wanted, timers.maxExpiresSeconds),
    };
  }

  function accepted(request: SipRequest, user: string): SipResponse {
    const wantsGruu = hasToken(request, "Supported", "gruu");
    const all = bindings.of(user);
    const contacts = all.map((binding): SipHeader => {
      let value = `<${binding.contactText}>;expires=${Math.ceil((binding.expiresAt - now()) / 1000)}`;
      if (binding.instance !== null) {
        value += `;+sip.instance=${quote(`<${binding.instance}>`)}`;
        if (binding.regId !== null) value += `;reg-id=${binding.regId}`;
        if (wantsGruu) value += `;pub-gruu=${quote(gruuOf(user, binding.instance))}`;
      }
      return ["Contact", value];
    });
    const outbound: readonly SipHeader[] = all.some((binding) => binding.regId !== null)
      ? [["Require", "outbound"]]
      : [];
    return responseTo(request, 200, {
      toTag: freshId(),
      headers: [...contacts, ...outbound, ["Supported", [...supported].join(", ")]],
    });
  }

  const gruuOf = (user: string, instance: string): string =>
    formatSipUri({ ...parseSipUri(`sip:${domain}`), user, params: new Map([["gr", instance]]) });

  return { register, gruuOf };
}
