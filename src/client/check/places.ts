/**
 * How far away an address is, as browsers see it: this machine, a private network, the open net
 * (Local Network Access; RFC 1918, 4193, 6761).
 */
export type Span = "loopback" | "private" | "public" | "unknown";

const spans: readonly Span[] = ["loopback", "private", "public"];

/** Of a host as it stands in a URL, and of the addresses that its name leads to, where they are known. */
export function spanOf(host: string, addresses: readonly string[] | null): Span {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  if (bare === "localhost" || bare.endsWith(".localhost")) return "loopback";
  const own = spanOfAddress(bare);
  if (own !== null) return own;
  if (bare.endsWith(".local")) return "private";
  return closest((addresses ?? []).flatMap((address) => spanOfAddress(address) ?? []));
}

export const closest = (all: readonly Span[]): Span => spans.find((span) => all.includes(span)) ?? "unknown";

/** null: no address but a name. */
function spanOfAddress(text: string): Span | null {
  const address = text.toLowerCase().replace(/^::ffff:(?=[0-9.]+$)/, "");
  const [a = "", b = "", c, d] = address.split(".");
  if (/^[0-9.]+$/.test(address) && d !== undefined && c !== undefined) {
    const [first, second] = [Number(a), Number(b)];
    if (first === 127) return "loopback";
    const isPrivate =
      first === 10 ||
      (first === 172 && second >= 16 && second < 32) ||
      (first === 192 && second === 168) ||
      (first === 169 && second === 254) ||
      (first === 100 && second >= 64 && second < 128);
    return isPrivate ? "private" : "public";
  }
  if (!/^[0-9a-f:]+$/.test(address) || !address.includes(":")) return null;
  if (address === "::1") return "loopback";
  return /^f[cd]|^fe[89ab]/.test(address) ? "private" : "public";
}
