import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  changeAccounts,
  formatAccount,
  isOpenToOthers,
  parseAccounts,
  readAccounts,
} from "./accounts-file.ts";

const realm = "chat.example.org";
const secret = "0123456789abcdef0123456789abcdef";
const line = (user: string, name = "Some Body"): string => formatAccount({ user, name, ha1: secret }, realm);

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "segue-"));
  file = join(dir, "accounts");
});
afterEach(() => rmSync(dir, { recursive: true }));

describe("reading", () => {
  test("one person a line; remarks and empty lines are left alone", () => {
    const text = `# who\r\n\r\n${line("alice", "Alice: the first")}\r\n${line("+4930123")}\n`;
    expect(parseAccounts(text)).toEqual({
      realm,
      people: [
        { user: "alice", name: "Alice: the first", ha1: secret },
        { user: "+4930123", name: "Some Body", ha1: secret },
      ],
      lines: text.trimEnd().split(/\r?\n/),
    });
    expect(parseAccounts("")).toEqual({ people: [], realm: null, lines: [] });
  });

  test.each([
    ["alice", "line 2: user:realm:HA1:name is needed"],
    [`alice:${realm}:${secret}`, "line 2: user:realm:HA1:name is needed"],
    [line("Alice"), "line 2: a user is"],
    [line("-alice"), "line 2: a user is"],
    [line("a".repeat(65)), "line 2: a user is"],
    [line("conference-factory"), "line 2: conference-factory is the name of the group chat"],
    [line("alice", " "), "line 2: the name is missing"],
    [line("alice", "Al\u202Eice"), "line 2: the name is too long, or"],
    [`alice:Chat:${secret}:Alice`, "line 2: the realm is not a domain"],
    [`alice:${realm}:${secret.toUpperCase()}:Alice`, "line 2: HA1 is not 32"],
    [`alice:${realm}:secret:Alice`, "line 2: HA1 is not 32"],
    [line("zoe"), "line 2: zoe has line 1 already"],
    [`alice:other.example:${secret}:Alice`, `line 2: the realm is other.example, but ${realm}`],
  ])("%s: %s", (second, words) => {
    expect(() => parseAccounts(`${line("zoe")}\n${second}\n`)).toThrow(words);
  });

  test("a file of another domain, and none, are refused by name", () => {
    writeFileSync(file, line("alice"));
    expect(readAccounts(file, realm).people).toHaveLength(1);
    expect(() => readAccounts(file, "segue.example")).toThrow(`${file}, its realm is ${realm}`);
    expect(() => readAccounts(join(dir, "none"))).toThrow(`${join(dir, "none")}: there is no such file`);
  });
});

describe("changing", () => {
  test("a new file is for its owner's eyes only, and so is a changed one", () => {
    changeAccounts(file, () => [line("alice")]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o644);
    expect(isOpenToOthers(file)).toBe(true);
    changeAccounts(file, ({ lines }) => [...lines, line("bob")]);
    expect(isOpenToOthers(file)).toBe(false);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).toBe(`${line("alice")}\n${line("bob")}\n`);
  });

  test("what fails, or would leave a file that can't be read, changes nothing", () => {
    changeAccounts(file, () => [line("alice")]);
    expect(() => changeAccounts(file, () => ["nonsense"])).toThrow("line 1");
    expect(() =>
      changeAccounts(file, () => {
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(readFileSync(file, "utf8")).toBe(`${line("alice")}\n`);
    changeAccounts(file, ({ lines }) => lines);
  });

  test("two at once: the second is told", () => {
    changeAccounts(file, () => {
      expect(() => changeAccounts(file, () => [])).toThrow("another change is under way");
      return [line("alice")];
    });
    expect(readAccounts(file).people).toHaveLength(1);
  });

  test("a link stays one", () => {
    writeFileSync(file, "");
    symlinkSync(file, join(dir, "link"));
    changeAccounts(join(dir, "link"), () => [line("alice")]);
    expect(readAccounts(file).people).toHaveLength(1);
  });
});
