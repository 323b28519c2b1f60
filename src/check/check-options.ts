/**
 * What `npm run check` is told on its command line, and where it gets the password: from a prompt, a file or the
 * environment, never from an argument, since those stand in the list of processes and in the history of the shell.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readAddress, domainOf } from "../client/addresses.ts";

export const checkUsage = `npm run check -- --server URL --user ADDRESS [options]
  --server URL          WebSocket of the SIP server: wss://sip.example.org/ws
  --user ADDRESS        an account there: sip:alice@example.org
  --password-from FROM  prompt; the name of a file, whose first line it is; env:NAME
                        without it: SEGUE_PASSWORD, else it is asked for, or read from what is piped in
  --relay URL           WebSocket of the MSRP relay; without it the SIP server's own, or /msrp on that host
  --factory ADDRESS     of the conference factory; sip:conference-factory@ and the user's domain without it;
                        none: there is none
  --page URL            where the app is going to be served: asks as that page would
  --behind-b2bua        as in config.json: invitations carry Session-Replaces alone
  --json                one JSON object, at the end
With NODE_EXTRA_CA_CERTS=FILE in the environment certificates of an authority of your own are good.
Ends with 0 when every line has passed, 1 when not, 2 when it was not understood.
`;

export type PasswordFrom =
  | { readonly is: "prompt" }
  | { readonly is: "file"; readonly file: string }
  | { readonly is: "env"; readonly name: string };

export type CheckOrder = {
  readonly address: string;
  readonly server: string;
  /** null: it is to be found. */
  readonly relay: string | null;
  readonly factory: string | null;
  readonly page: string | null;
  readonly behindB2bua: boolean;
  readonly passwordFrom: PasswordFrom;
  readonly isJson: boolean;
};

const defaultVariable = "SEGUE_PASSWORD";

/** Throws Error in words for whoever typed it; null: help was asked for. */
export function readCheckOrder(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CheckOrder | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      server: { type: "string" },
      user: { type: "string" },
      "password-from": { type: "string" },
      relay: { type: "string" },
      factory: { type: "string" },
      page: { type: "string" },
      "behind-b2bua": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const server = urlOf("--server", values.server, ["ws:", "wss:"]);
  const address = addressOf("--user", values.user);
  return {
    address,
    server,
    relay: values.relay === undefined ? null : urlOf("--relay", values.relay, ["ws:", "wss:"]),
    factory:
      values.factory === "none"
        ? null
        : values.factory === undefined
          ? `sip:conference-factory@${domainOf(address)}`
          : addressOf("--factory", values.factory),
    page: values.page === undefined ? null : urlOf("--page", values.page, ["http:", "https:"]),
    behindB2bua: values["behind-b2bua"],
    passwordFrom: fromWhere(values["password-from"], env),
    isJson: values.json,
  };
}

function fromWhere(
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): PasswordFrom {
  if (given === undefined)
    return (env[defaultVariable] ?? "") === "" ? { is: "prompt" } : { is: "env", name: defaultVariable };
  if (given === "prompt") return { is: "prompt" };
  return given.startsWith("env:")
    ? { is: "env", name: given.slice("env:".length) }
    : { is: "file", file: given };
}

function urlOf(name: string, value: string | undefined, schemes: readonly string[]): string {
  const given = value === undefined ? name : `${name} ${value}`;
  const url = value !== undefined && URL.canParse(value) ? new URL(value) : null;
  if (url === null || !schemes.includes(url.protocol))
    throw new Error(`${given}: a URL that begins with ${schemes.join("// or ")}// is needed.`);
  if (url.username !== "" || url.password !== "" || url.hash !== "")
    throw new Error(`${given}: neither a user nor a # belongs into it.`);
  return url.href;
}

function addressOf(name: string, value: string | undefined): string {
  const read = readAddress(value ?? "", "");
  if ("problem" in read || domainOf(read.address) === "")
    throw new Error(
      `${value === undefined ? name : `${name} ${value}`}: an address like sip:alice@example.org is needed.`,
    );
  return read.address;
}

/** Throws Error in words; null: it is to be asked for. */
export function passwordOf(
  from: PasswordFrom,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  if (from.is === "prompt") return null;
  const text = from.is === "env" ? (env[from.name] ?? "") : fileText(from.file);
  const [password = ""] = text.split(/\r?\n/);
  const where = from.is === "env" ? `the variable ${from.name}` : from.file;
  if (password === "") throw new Error(`There is no password in ${where}.`);
  return password;
}

function fileText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "it can’t be read";
    throw new Error(`${file}: ${code === "ENOENT" ? "there is no such file" : code}.`, { cause: error });
  }
}
