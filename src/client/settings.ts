/**
 * What is kept between visits, per account: settings, the instance id, whom one has chatted with.
 *
 * Each key starts with the address of record, since one browser profile may hold several people (decision 5). The
 * current account belongs to the tab. Storage that fails or holds nonsense counts as empty.
 */
import type { Person, Settings, SignIn } from "./model.ts";
import { field, readStored as read, writeStored as write, type KeyValue } from "./storage.ts";

export type Stores = {
  /** For this tab. */
  readonly session: KeyValue;
  /** For this browser profile. */
  readonly local: KeyValue;
};

export const defaultSettings: Settings = { theme: "system", joinByItself: false };

const mostRecent = 50;
const current = "segue current account";

export function readSettings(local: KeyValue, address: string): Settings {
  const found = read(local, `${address} settings`);
  const theme = field(found, "theme");
  return {
    theme: theme === "light" || theme === "dark" ? theme : "system",
    joinByItself: field(found, "joinByItself") === true,
  };
}

export const writeSettings = (local: KeyValue, address: string, settings: Settings): void =>
  write(local, `${address} settings`, settings);

export function readRecent(local: KeyValue, address: string): readonly Person[] {
  const found = read(local, `${address} recent`);
  if (!Array.isArray(found)) return [];
  return found.slice(0, mostRecent).flatMap((one: unknown): Person[] => {
    const [person, name] = [field(one, "address"), field(one, "name")];
    return typeof person === "string" && typeof name === "string" ? [{ address: person, name }] : [];
  });
}

export const writeRecent = (local: KeyValue, address: string, recent: readonly Person[]): void =>
  write(local, `${address} recent`, recent.slice(0, mostRecent));

/** The same for one account in one profile (RFC 5626 §4.1); a UUID without `urn:uuid:`. */
export function instanceId(local: KeyValue, address: string, freshId: () => string): string {
  const kept = read(local, `${address} instance`);
  if (typeof kept === "string" && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(kept)) return kept;
  const made = uuidOf(freshId());
  write(local, `${address} instance`, made);
  return made;
}

/** RFC 9562 §5.4: version 4, variant 10. */
export function uuidOf(id: string): string {
  const hex = id.padEnd(32, "0");
  const variant = ((parseInt(hex[16] ?? "0", 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Who is signed in here, for a reload of this tab. The password is kept only if the person asked for it, and only
 * for as long as the tab lives.
 */
export function writeAccount(session: KeyValue, signIn: SignIn): void {
  forgetAccount(session, signIn.address);
  write(session, current, signIn.address);
  if (signIn.keep) write(session, `${signIn.address} sign-in`, signIn);
}

export function forgetAccount(session: KeyValue, address: string): void {
  try {
    session.removeItem(current);
    session.removeItem(`${address} sign-in`);
  } catch {
    // A store that can't forget has nothing of ours either.
  }
}

/** The account of this tab, and its sign-in where it was kept. */
export function readAccount(
  session: KeyValue,
): { readonly address: string; readonly signIn: SignIn | null } | null {
  const address = read(session, current);
  if (typeof address !== "string") return null;
  const kept = read(session, `${address} sign-in`);
  return { address, signIn: isSignIn(kept) && kept.address === address ? kept : null };
}

function isSignIn(value: unknown): value is SignIn {
  const strings = ["server", "address", "password", "relay"].every(
    (name) => typeof field(value, name) === "string",
  );
  const factory = field(value, "factory");
  const name = field(value, "name");
  return (
    strings &&
    (factory === null || typeof factory === "string") &&
    (name === undefined || typeof name === "string") &&
    field(value, "keep") === true
  );
}
