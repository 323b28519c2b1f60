/** What the app finds under `/config.json`: this box, and on a machine of one's own the demo accounts too. */
import { focusUser, type Person } from "./network/accounts.ts";

/** Every hop of a box is a WebSocket, so that a MESSAGE may be longer than RFC 3428 §8 lets it be over UDP. */
const messageBytes = 16_384;

export function appConfig(options: {
  readonly domain: string;
  /** Null where others come: who uses this box has an account of their own. */
  readonly demo: readonly Person[] | null;
  /** `/`, or the path below which a proxy has put the box. */
  readonly base: string;
}): string {
  const { domain, base } = options;
  const demo = (options.demo ?? []).map(({ user, name, password }) => ({
    address: `sip:${user}@${domain}`,
    name,
    password,
  }));
  const name = options.demo === null ? domain : "Segue demo";
  const factory = `sip:${focusUser}@${domain}`;
  const preset = {
    name,
    domain,
    server: `${base}sip`,
    factory,
    relay: `${base}msrp`,
    demo,
    messageBytes,
  };
  return JSON.stringify({ presets: [preset] }, null, 2);
}
