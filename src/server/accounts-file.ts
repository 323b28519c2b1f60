/**
 * The accounts file: one line per person, `user:realm:HA1:name`, which is what `htdigest` writes and a name after it.
 *
 * HA1 is MD5 of `user:realm:password` (RFC 2617 §3.2.2.2): as good as the password in its realm, so the file is for
 * the server's eyes only, but of no use elsewhere. Empty lines and those that begin with # are left alone. Everything
 * that is not plainly an account is refused with its line; a file is taken whole or not at all.
 */
import {
  closeSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import type { Followed } from "./follow-files.ts";
import { focusUser, type StoredPerson } from "./network/accounts.ts";

export type AccountsFile = {
  readonly people: readonly StoredPerson[];
  /** The realm of all of them; null when there is nobody. */
  readonly realm: string | null;
  /** As they stand, for writing again. */
  readonly lines: readonly string[];
};

const mostAccounts = 100_000;

/** Throws Error with line and reason. */
export function parseAccounts(text: string): AccountsFile {
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  const people = new Map<string, StoredPerson & { readonly line: number }>();
  let realm: string | null = null;
  for (const [index, line] of lines.entries()) {
    const wrong = (what: string): Error => new Error(`line ${index + 1}: ${what}`);
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, user, of, secret, name] = /^([^:]*):([^:]*):([^:]*):(.*)$/.exec(line) ?? [];
    if (user === undefined || of === undefined || secret === undefined || name === undefined)
      throw wrong("user:realm:HA1:name is needed");
    const problem = problemOfUser(user) ?? problemOfName(name);
    if (problem !== null) throw wrong(problem);
    if (!isRealm(of)) throw wrong("the realm is not a domain in lower case");
    if (realm !== null && of !== realm) throw wrong(`the realm is ${of}, but ${realm} in lines before`);
    if (!/^[0-9a-f]{32}$/.test(secret)) throw wrong("HA1 is not 32 hexadecimal digits in lower case");
    const before = people.get(user);
    if (before !== undefined) throw wrong(`${user} has line ${before.line} already`);
    if (people.size >= mostAccounts) throw wrong(`more than ${mostAccounts} accounts`);
    realm = of;
    people.set(user, { user, name, ha1: secret, line: index + 1 });
  }
  const all = [...people.values()].map(({ user, name, ha1 }) => ({ user, name, ha1 }));
  return { people: all, realm, lines: text === "" ? [] : lines };
}

export const formatAccount = ({ user, name, ha1 }: StoredPerson, realm: string): string =>
  `${user}:${realm}:${ha1}:${name}`;

/** The one-line reason, or null. */
export function problemOfUser(user: string): string | null {
  if (user === focusUser) return `${focusUser} is the name of the group chat itself`;
  return /^[a-z0-9+][a-z0-9._-]{0,63}$/.test(user)
    ? null
    : "a user is 1 to 64 of a-z, 0-9, dot, dash and underscore, and begins with a letter, a digit or +";
}

export function problemOfName(name: string): string | null {
  if (name.trim() === "" || name !== name.trim()) return "the name is missing or has spaces around it";
  return name.length > 100 || /\p{C}/u.test(name)
    ? "the name is too long, or has characters nobody sees"
    : null;
}

export const isRealm = (text: string): boolean =>
  text.length <= 253 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(text);

/** Throws Error that names the file. `realm`: what all of it must be of. */
export function readAccounts(file: string, realm?: string): AccountsFile {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`${file}: ${reasonOf(error)}`, { cause: error });
  }
  try {
    const found = parseAccounts(text);
    if (realm !== undefined && found.realm !== null && found.realm !== realm)
      throw new Error(`its realm is ${found.realm}, but the domain here is ${realm}`);
    return found;
  } catch (error) {
    throw new Error(`${file}, ${reasonOf(error)}`, { cause: error });
  }
}

/** Whether others on this machine may read or write it. */
export const isOpenToOthers = (file: string): boolean =>
  process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0;

export function warnIfOpen(file: string | null, say: (line: string) => void): void {
  if (file !== null && isOpenToOthers(file))
    say(`${file} is open to others on this machine, and it is as good as passwords: chmod 600.`);
}

/** Who is added, changed or removed while a server runs. */
export const followAccounts = (
  file: string | null,
  realm: string,
  setAccounts: (people: readonly StoredPerson[]) => void,
): readonly Followed[] =>
  file === null
    ? []
    : [{ what: "Accounts", files: [file], takeUp: () => setAccounts(readAccounts(file, realm).people) }];

/**
 * Changes the file in one go: who reads it sees the old or the new one. The new one stands beside it while it is
 * written and keeps others from writing too. A file that is not there counts as empty; what `change` throws leaves
 * everything as it was.
 */
export function changeAccounts(file: string, change: (before: AccountsFile) => readonly string[]): void {
  const target = existing(file) ?? file;
  const beside = `${target}.new`;
  const handle = openBeside(beside);
  try {
    try {
      const isNew = existing(file) === null;
      const text = change(isNew ? parseAccounts("") : readAccounts(file))
        .map((line) => `${line}\n`)
        .join("");
      parseAccounts(text);
      if (!isNew) keepOwner(handle, target);
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function openBeside(beside: string): number {
  try {
    return openSync(beside, "wx", 0o600);
  } catch (error) {
    const taken = codeOf(error) === "EEXIST";
    const reason = taken
      ? "is there: another change is under way, or one broke off and left it"
      : reasonOf(error);
    throw new Error(`${beside} ${reason}.`, { cause: error });
  }
}

/** An administrator who changes the file must not lock the server out of it. */
function keepOwner(handle: number, target: string): void {
  const { uid, gid } = statSync(target);
  const own = fstatSync(handle);
  if (own.uid !== uid || own.gid !== gid) fchownSync(handle, uid, gid);
}

function existing(file: string): string | null {
  try {
    return realpathSync(file);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "this user may not read or write it";
  return error instanceof Error ? error.message : String(error);
}
