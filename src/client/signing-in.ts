/**
 * What is given to sign in with, read: whose account it is, where, and by what name; or why that can't be. Pure.
 */
import { domainOf, notAnAddress, readAddress, userOf } from "./addresses.ts";
import type { CheckTarget } from "./check/run.ts";
import type { AppConfig, Person, Preset, SignIn } from "./model.ts";
import { tidyName } from "./people.ts";
import { sentences } from "./reasons.ts";

export type ReadSignIn = {
  readonly self: Person;
  readonly target: CheckTarget;
  /** The server as the operator describes it; null: one that was typed in. */
  readonly preset: Preset | null;
};

/** `base`: presets that name a path alone are resolved against it. */
export function readSignIn(
  given: SignIn,
  config: AppConfig,
  base: string,
): ReadSignIn | { readonly problem: string } {
  const read = readAddress(given.address, "");
  if ("problem" in read) return read;
  // A number alone says no domain, and here there is none yet to put it in.
  if (domainOf(read.address) === "") return { problem: notAnAddress };
  const [server, relay] = [socketUrl(given.server, base), socketUrl(given.relay, base)];
  if (server === null || relay === null) return { problem: sentences.notAUrl };
  const { address } = read;
  const { password, factory } = given;
  const preset =
    config.presets.find((one) => one.server === given.server && one.relay === given.relay) ?? null;
  const known = preset?.demo.find((one) => one.address === address)?.name;
  const names = [given.name, known, userOf(address)].map((name) => tidyName(name ?? ""));
  return {
    self: { address, name: names.find((name) => name !== "") ?? "" },
    target: { address, password, server, relay, factory, behindB2bua: preset?.behindB2bua ?? false },
    preset,
  };
}

/** The demo account of that name; null: there is none. */
export function demoSignIn(config: AppConfig, as: string | null): SignIn | null {
  if (as === null) return null;
  for (const { demo, domain, server, relay, factory } of config.presets) {
    const read = readAddress(as, domain);
    const account = "address" in read ? demo.find((one) => one.address === read.address) : undefined;
    if (account !== undefined) return { ...account, server, relay, factory, keep: false };
  }
  return null;
}

/** `/sip` on the host that served the app; anything else must be a WebSocket URL already. */
function socketUrl(given: string, base: string): string | null {
  try {
    const url = new URL(given.trim(), base);
    if (url.protocol === "http:" || url.protocol === "https:")
      url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url.protocol === "ws:" || url.protocol === "wss:" ? url.href : null;
  } catch {
    return null;
  }
}
