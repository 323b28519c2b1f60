/**
 * How the box is seen from outside: by which scheme and name, by whose pages, and from which address.
 *
 * Refused (`mayAsk`): a Host that is none of ours where the demo passwords or a proxy make that matter, against names
 * that were bent to this address; and an Origin that is neither our own page nor one the operator named. An address
 * told in X-Forwarded-For is believed only from a proxy that is trusted, and only as far as trusted ones go back.
 */
import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";

export type ReachOptions = {
  /** Listens on this machine only. */
  readonly isLoopback: boolean;
  /** TLS is spoken here. */
  readonly tls: boolean;
  /** What people type; behind a proxy it is not what arrives here. */
  readonly publicUrl?: string;
  readonly behindProxy?: boolean;
  /** Addresses or `address/bits`, beside loopback. */
  readonly trustedProxies?: readonly string[];
  /** Other pages that may open the WebSockets: `https://chat.example.org`. */
  readonly origins?: readonly string[];
};

export interface Reach {
  /** People come by https and wss, whoever ends TLS. */
  readonly isSecure: boolean;
  /** Others than the people of this machine get here. */
  readonly isPublic: boolean;
  readonly publicUrl: URL | null;
  /** Of that URL. */
  readonly publicPort: number | null;
  mayAsk(request: IncomingMessage): boolean;
  /** Who it comes from, as `networkOf` counts. */
  addressOf(request: IncomingMessage): string;
}

export const loopbackNames: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

export const isLoopbackHost = (host: string): boolean =>
  host === "localhost" || host === "::1" || (host.startsWith("127.") && isIP(host) === 4);

/** Throws Error for a trusted proxy that is no address. */
export function createReach(options: ReachOptions): Reach {
  const publicUrl = options.publicUrl === undefined ? null : new URL(options.publicUrl);
  const behindProxy = options.behindProxy === true;
  const isSecure = options.tls || behindProxy;
  const names =
    options.isLoopback || behindProxy
      ? new Set([...loopbackNames, ...(publicUrl === null ? [] : [publicUrl.hostname])])
      : null;
  const origins = new Set((options.origins ?? []).map((one) => one.toLowerCase()));
  if (publicUrl !== null) origins.add(publicUrl.origin);
  const trusted = trustedList(options.trustedProxies ?? []);

  const isOwnOrigin = (origin: string, host: string): boolean => {
    const [, scheme, rest] = /^(https?):\/\/(.*)$/.exec(origin) ?? [];
    return !behindProxy && rest === host.toLowerCase() && (scheme === "https" || !isSecure);
  };

  return {
    isSecure,
    isPublic: !options.isLoopback || behindProxy,
    publicUrl,
    publicPort: publicUrl === null ? null : Number(publicUrl.port === "" ? 443 : publicUrl.port),
    mayAsk: ({ headers: { host, origin } }) => {
      if (host === undefined) return false;
      const name = hostName(host);
      if (name === "" || (names !== null && !names.has(name))) return false;
      if (origin === undefined) return true;
      const from = origin.toLowerCase();
      return origins.has(from) || isOwnOrigin(from, host);
    },
    addressOf: (request) => {
      let address = plain(request.socket.remoteAddress ?? "");
      if (!behindProxy) return networkOf(address);
      const told = String(request.headers["x-forwarded-for"] ?? "").split(",");
      while (trusted(address)) {
        const before = plain((told.pop() ?? "").trim());
        if (isIP(before) === 0) break;
        address = before;
      }
      return networkOf(address);
    },
  };
}

/** Name without port, lower case; "" when it can't be read. */
const hostName = (host: string): string =>
  /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::[0-9]{1,5})?$/i.exec(host)?.[1]?.toLowerCase() ?? "";

/** An IPv4 address as such, also where a socket shows it as IPv6. */
const plain = (address: string): string => address.replace(/^::ffff:(?=[0-9.]+$)/i, "");

function trustedList(entries: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of ["127.0.0.0/8", "::1", ...entries]) {
    const [address = "", bits] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    const most = family === "ipv6" ? 128 : 32;
    if (isIP(address) === 0 || (bits !== undefined && !(/^[0-9]{1,3}$/.test(bits) && Number(bits) <= most)))
      throw new Error(`${entry} is neither an address nor a network like 10.0.0.0/8`);
    list.addSubnet(address, bits === undefined ? most : Number(bits), family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/** Who is counted as one: an address, or the 64 bits of an IPv6 network. */
export function networkOf(given: string): string {
  const address = plain(given);
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const groups = (text: string): readonly string[] => (text === "" ? [] : text.split(":"));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
  const four = [...before, ...zeros, ...after].slice(0, 4);
  return `${four.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}
