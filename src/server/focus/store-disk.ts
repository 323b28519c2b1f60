/**
 * The database file itself: opened by one process at a time, written in transactions.
 *
 * A commit that is `durably` waits for the disk (write-ahead log, synchronous FULL); one that is `soon` is written at
 * once, outlives this process, and reaches the disk with the next durable one. Refused: a file of a later version, of
 * another program, or in use.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { StoreError } from "./store.ts";

export interface Statement {
  run(...values: Value[]): { readonly lastInsertRowid: number | bigint };
  get(...values: Value[]): unknown;
  /** Bytes come as ArrayBuffer. */
  all(...values: Value[]): unknown[];
}

export type Value = string | number | Uint8Array;

export interface Disk {
  prepare(sql: string): Statement;
  /** All of it or nothing. Throws StoreError. */
  write<T>(how: "durably" | "soon", run: () => T): T;
  /** `soon`, where nobody can be told: what fails is logged. Answers whether it is written. */
  tryTo(run: () => void): boolean;
  close(): void;
}

/** `dir` null: in memory. Throws StoreError. */
export function openDisk(options: {
  readonly dir: string | null;
  readonly maxPages?: number;
  readonly log?: (line: string) => void;
}): Disk {
  const db = opened(options.dir);
  if (options.maxPages !== undefined) db.pragma(`max_page_count = ${options.maxPages}`);
  return createDisk(db, options.log ?? (() => {}));
}

const schema = `
  CREATE TABLE self (id TEXT NOT NULL);
  CREATE TABLE groups (conference TEXT PRIMARY KEY, facts TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, conference TEXT NOT NULL, at INTEGER NOT NULL,
    type TEXT NOT NULL, wrapped TEXT NOT NULL, body BLOB NOT NULL);
  CREATE INDEX messages_of ON messages (conference, seq);
  CREATE TABLE owed (
    conference TEXT NOT NULL, who TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (conference, who, seq)) WITHOUT ROWID;
  CREATE INDEX owed_of ON owed (conference, seq);
  CREATE TABLE said (
    n INTEGER PRIMARY KEY AUTOINCREMENT, conference TEXT NOT NULL, key TEXT NOT NULL,
    UNIQUE (conference, key));
`;
const schemaVersion = 1;

function opened(dir: string | null): Database.Database {
  try {
    if (dir === null) return prepared(new Database(":memory:"));
    // What people say is nobody else's on this machine.
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    return prepared(new Database(join(dir, "groups.db"), { timeout: 0 }));
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(`The groups in ${dir ?? "memory"} can't be opened: ${whyNot(error)}.`, error);
  }
}

function prepared(db: Database.Database): Database.Database {
  db.pragma("locking_mode = EXCLUSIVE");
  db.pragma("journal_mode = WAL");
  db.exec("BEGIN IMMEDIATE");
  const { user_version: version } = db.prepare("PRAGMA user_version").get() as { user_version: number };
  if (version > schemaVersion) throw new StoreError("These groups were kept by a later version of Segue.");
  if (version === 0) db.exec(`${schema} PRAGMA user_version = ${schemaVersion}`);
  db.exec("COMMIT");
  return db;
}

/** In words for whoever runs this. */
export function whyNot(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code.startsWith("SQLITE_BUSY")) return "another process has them open";
  if (code.startsWith("SQLITE_NOTADB") || code.startsWith("SQLITE_CORRUPT")) return "the file is damaged";
  if (code.startsWith("SQLITE_FULL") || code === "ENOSPC") return "the disk is full";
  if (code.startsWith("SQLITE_READONLY") || code === "EACCES") return "it may not be written to";
  return error instanceof Error ? error.message : String(error);
}

function createDisk(db: Database.Database, log: (line: string) => void): Disk {
  const [begin, commit, rollback] = ["BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"].map((sql) => db.prepare(sql));
  let mode = "";

  const write = <T>(how: "durably" | "soon", run: () => T): T => {
    try {
      const wanted = how === "durably" ? "FULL" : "NORMAL";
      if (mode !== wanted) db.pragma(`synchronous = ${wanted}`);
      mode = wanted;
      begin?.run();
      const result = run();
      commit?.run();
      return result;
    } catch (error) {
      if (db.inTransaction) rollback?.run();
      throw new StoreError(`What is said can't be kept: ${whyNot(error)}.`, error);
    }
  };

  return {
    prepare: (sql) => db.prepare<Value[]>(sql),
    write,
    tryTo: (run) => {
      try {
        write("soon", run);
        return true;
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        log(error.message);
        return false;
      }
    },
    close: () => {
      if (!db.open) return;
      // The library's `close` keeps the file locked while a prepared statement is around.
      try {
        for (const sql of ["journal_mode = DELETE", "locking_mode = NORMAL", "user_version"]) db.pragma(sql);
      } catch (error) {
        log(`The groups are not put in order: ${whyNot(error)}. The next start does that.`);
      }
      db.close();
    },
  };
}
