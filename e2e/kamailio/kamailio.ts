/**
 * A Kamailio of a spec's own that ends or is killed and comes back: `network.restart`. Pages connect to it as they do
 * in life, or, with `doors`, by a web server in front, where a spec can hold messages back (`../wire-tap.ts`). With
 * `tcp` telephones of others register there as well.
 */
import { join } from "node:path";
import { withTimers } from "../../src/server/timers.ts";
import { startKamailioNetwork, type KamailioNetwork } from "../../src/testing/kamailio-network.ts";
import { test as base } from "../people.ts";
import type { Person } from "../person.ts";

export { expect } from "@playwright/test";

/** However long Kamailio was away, the focus is back before anybody has given up waiting for it. */
const timers = withTimers({
  focus: { reconnectMinMs: 300, reconnectMaxMs: 600, relayRetryMinMs: 300, relayRetryMaxMs: 600 },
});

export const test = base.extend<{ doors: boolean; tcp: boolean; network: KamailioNetwork }>({
  doors: [false, { option: true }],
  tcp: [false, { option: true }],
  network: async ({ doors, tcp }, provide) => {
    const distDir = join(import.meta.dirname, "../../dist");
    const network = await startKamailioNetwork({ doors, tcp, distDir, timers });
    await provide(network);
    await network.stop();
  },
  box: ({ network }, provide) => provide(network),
});

/**
 * What a browser says of a socket that is refused, or of what a spec held back and lets go into a dead one, is no error
 * of the page. Last, since pages may still try.
 */
export async function leave(people: readonly Person[]): Promise<void> {
  for (const { page, errors } of people) {
    await page.goto("about:blank");
    const others = errors.filter((text) => !/WebSocket (?:connection|is already in)/.test(text));
    errors.splice(0, errors.length, ...others);
  }
}
