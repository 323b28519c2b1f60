/**
 * The other ways of the page `deploy/kamailio/README.md`, with its lines as they stand there: Kamailio does TLS itself,
 * and users come from a database.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, describe, expect, it, vi } from "vitest";
import { testCertificate } from "./certificates.ts";
import { checkProgram } from "./check-program.ts";
import { startKamailioNetwork, type KamailioNetwork } from "./kamailio-network.ts";
import { freePorts, kamailioFiles, whyNoModule } from "./kamailio.ts";

vi.setConfig({ testTimeout: 60_000 });

const page = readFileSync(join(kamailioFiles, "README.md"), "utf8");
/** The lines of a block, by one that is in it. */
const blockWith = (line: string): string => {
  const blocks = [...page.matchAll(/^```\n([^`]*)^```$/gm)].map(([, text = ""]) => text);
  const found = blocks.find((text) => text.includes(line));
  if (found === undefined) throw new Error(`the page has no block with ${line}`);
  return found;
};

const reason = (why: string | null): string => (why === null ? "" : `: ${why}`);

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).toReversed()) await end();
});
async function network(change: (local: string) => string): Promise<KamailioNetwork> {
  const one = await startKamailioNetwork({
    change: (file, text) => (file === "local.cfg" ? change(text) : text),
  });
  ended.push(() => one.stop());
  return one;
}

const whyNoTls = whyNoModule("tls.so", "kamailio-tls-modules");
describe.skipIf(whyNoTls !== null)(`TLS without nginx${reason(whyNoTls)}`, () => {
  it("passes every line of the check over wss", async () => {
    const [port] = await freePorts();
    const lines = blockWith("#!define SEGUE_TLS")
      .replace("0.0.0.0:443", `127.0.0.1:${port}`)
      .replace("/etc/kamailio/fullchain.pem", testCertificate.certFile)
      .replace("/etc/kamailio/privkey.pem", testCertificate.keyFile);
    const { domain } = await network(
      (local) =>
        local
          .replace("!SEGUE_SCHEME!msrp!", "!SEGUE_SCHEME!msrps!")
          .replace("!SEGUE_HOST!127.0.0.1!", "!SEGUE_HOST!localhost!")
          .replace(/!SEGUE_PORT!\d+!/, `!SEGUE_PORT!${port}!`) + lines,
    );
    const args = ["--server", `wss://localhost:${port}/ws`, "--user", `sip:alice@${domain}`];
    const { code, said } = await checkProgram(args, { NODE_EXTRA_CA_CERTS: testCertificate.certFile });
    expect([code, said]).toEqual([0, expect.stringMatching(/\nAll 12 checks passed\.\n$/)]);
  });
});

const whyNoSqlite = whyNoModule("db_sqlite.so", "kamailio-sqlite-modules");
describe.skipIf(whyNoSqlite !== null)(`users in a database${reason(whyNoSqlite)}`, () => {
  it("passes every line of the check, with the usual table and no names in it", async () => {
    const dir = mkdtempSync(join(tmpdir(), "segue-users-"));
    ended.push(() => rmSync(dir, { recursive: true }));
    const file = join(dir, "kamailio.sqlite");
    const { kamailio, domain } = await network((local) => {
      const [, users = ""] = /text:\/\/([^!]+)!/.exec(local) ?? [];
      makeTable(file, join(users, "users"));
      const lines = blockWith("SEGUE_DATABASE_MODULE")
        .replace("db_mysql.so", "db_sqlite.so")
        .replace(/mysql:[^!]+/, `sqlite:///${file}`);
      return local.replace(/^#!substdef "!SEGUE_(?:USERS|TABLE|COLUMNS)!.*\n/gm, "") + lines;
    });
    const { code, said } = await checkProgram(["--server", kamailio.url, "--user", `sip:alice@${domain}`]);
    expect([code, said]).toEqual([0, expect.stringMatching(/\nAll 12 checks passed\.\n$/)]);
  });
});

/** `subscriber` as Kamailio makes it, as far as it is read, with whoever stands in that file of ours. */
function makeTable(file: string, users: string): void {
  const [, ...rows] = readFileSync(users, "utf8").trim().split("\n");
  const database = new Database(file);
  database.exec("CREATE TABLE subscriber (id INTEGER PRIMARY KEY, username TEXT, domain TEXT, ha1 TEXT)");
  const insert = database.prepare("INSERT INTO subscriber (username, ha1) VALUES (?, ?)");
  for (const row of rows) insert.run(...row.split(":").slice(0, 2));
  database.close();
}
