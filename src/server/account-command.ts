/**
 * What `npm run account` does: who may use a box that others reach.
 *
 * Writes the accounts file, for its owner's eyes only; a server that runs takes it up by itself. Refused: a user twice
 * or unknown, another domain than the file's, a password too short; then nothing has changed.
 */
import { parseArgs } from "node:util";
import { ha1 } from "../wire/digest.ts";
import {
  changeAccounts,
  formatAccount,
  isRealm,
  problemOfName,
  problemOfUser,
  readAccounts,
} from "./accounts-file.ts";
import { defaultDomain, type StoredPerson } from "./network/accounts.ts";
import { askPassword, type PromptStreams } from "./password-prompt.ts";

const usage = `npm run account -- COMMAND --file FILE [user]
  add USER [--name "Alice Moreau"]   a new person; the password is asked for, or read from standard input
  passwd USER                        another password
  remove USER                        signed out at once, where the server runs
  list                               user and name, one a line
  --domain D                         the domain of a new file, ${defaultDomain} by default
`;

/** What was typed can't be meant. */
class Misunderstood extends Error {}

type Order = {
  readonly command: string;
  readonly file: string;
  readonly user: string;
  readonly name: string | null;
  readonly domain: string | null;
};

function readOrder(args: readonly string[]): Order | null {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      file: { type: "string" },
      name: { type: "string" },
      domain: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const [command = "", user = "", ...more] = positionals;
  if (!["add", "passwd", "remove", "list"].includes(command))
    throw new Misunderstood("One of add, passwd, remove and list is needed.");
  if (values.file === undefined) throw new Misunderstood("--file is needed.");
  if ((user === "") !== (command === "list") || more.length > 0)
    throw new Misunderstood(`${command}: ${command === "list" ? "no user is" : "one user is"} needed.`);
  if (values.domain !== undefined && !isRealm(values.domain))
    throw new Misunderstood(`--domain ${values.domain}: a domain in lower case is needed.`);
  const problem =
    (command === "add" ? problemOfUser(user) : null) ??
    (values.name === undefined ? null : problemOfName(values.name));
  if (problem !== null) throw new Misunderstood(`${user}: ${problem}.`);
  return { command, user, file: values.file, name: values.name ?? null, domain: values.domain ?? null };
}

async function obey({ command, file, user, name, domain }: Order, streams: PromptStreams): Promise<string> {
  if (command === "list")
    return readAccounts(file)
      .people.map((one) => `${one.user}\t${one.name}\n`)
      .join("");

  const password = command === "remove" ? "" : await askPassword(streams, user);
  changeAccounts(file, ({ lines, people, realm }) => {
    const known = people.find((one) => one.user === user);
    if (command === "add" && known !== undefined) throw new Error(`${user} is in ${file} already.`);
    if (command !== "add" && known === undefined) throw new Error(`${user} is not in ${file}.`);
    if (domain !== null && realm !== null && domain !== realm)
      throw new Error(`${file} is for ${realm}, and a file is for one domain.`);
    const of = realm ?? domain ?? defaultDomain;
    const isTheirs = (line: string): boolean => line.startsWith(`${user}:`);
    if (command === "remove") return lines.filter((line) => !isTheirs(line));
    const next: StoredPerson = { user, name: name ?? known?.name ?? user, ha1: ha1(user, of, password) };
    const line = formatAccount(next, of);
    return known === undefined ? [...lines, line] : lines.map((one) => (isTheirs(one) ? line : one));
  });
  return "";
}

export type Ended = { readonly code: 0 | 1 | 2; readonly out: string; readonly err: string };

/** 1: nothing could be changed. 2: not understood. */
export async function runAccount(args: readonly string[], streams: PromptStreams): Promise<Ended> {
  try {
    const order = readOrder(args);
    return { code: 0, out: order === null ? usage : await obey(order, streams), err: "" };
  } catch (error) {
    const reason = `${error instanceof Error ? error.message : String(error)}\n`;
    const isTyping = error instanceof Misunderstood || (error instanceof TypeError && "code" in error);
    return isTyping ? { code: 2, out: "", err: `${reason}\n${usage}` } : { code: 1, out: "", err: reason };
  }
}
