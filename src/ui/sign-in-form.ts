/** What was typed into the sign-in form, as the sign-in it means, or the one thing that is missing. */
import type { Preset, SignIn } from "../client/model.ts";
import { words } from "./words.ts";

export type Typed = {
  readonly server: string;
  readonly address: string;
  readonly password: string;
  readonly factory: string;
  readonly relay: string;
  readonly keep: boolean;
};

export type Missing = { readonly field: "address" | "password" | "server"; readonly problem: string };

/** `bob`, `bob@host` and `SIP:Bob@Host` are all addresses; without a host, the server's domain is meant. */
export function fullAddress(text: string, domain: string | null): string | null {
  const bare = text
    .trim()
    .replace(/^sips?:/i, "")
    .toLowerCase();
  const [user, host, ...more] = bare.split("@");
  if (user === undefined || user === "" || more.length > 0 || /[\s<>";,]/u.test(bare)) return null;
  if (host === undefined) return domain === null || domain === "" ? null : `sip:${user}@${domain}`;
  return host === "" ? null : `sip:${bare}`;
}

export function signInOf(typed: Typed, preset: Preset | null): SignIn | Missing {
  const address = fullAddress(typed.address, preset?.domain ?? null);
  if (address === null) return { field: "address", problem: words.signIn.addressMissing };
  if (typed.password === "") return { field: "password", problem: words.signIn.passwordMissing };
  const server = typed.server.trim();
  if (server === "") return { field: "server", problem: words.signIn.serverMissing };
  const factory = typed.factory.trim();
  const relay = typed.relay.trim();
  return {
    server,
    address,
    password: typed.password,
    factory: factory === "" ? null : factory,
    relay,
    keep: typed.keep,
  };
}

export function demoSignIn(preset: Preset, account: Preset["demo"][number]): SignIn {
  return {
    server: preset.server,
    address: account.address,
    password: account.password,
    name: account.name,
    factory: preset.factory,
    relay: preset.relay,
    keep: false,
  };
}
