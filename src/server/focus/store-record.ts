/**
 * One group in the database: its facts, its messages, whom each is still owed to, and what was said already.
 *
 * A message goes when the last of its readers has reported it. When there are too many, or the oldest is too old, the
 * oldest go unread: each reader who missed any keeps one mark of it, the last, so that they can be told (`owed`).
 */
import type { Clock } from "../../flow/clock.ts";
import { whyNot, type Disk } from "./store-disk.ts";
import type { Share } from "./store-share.ts";
import {
  StoreError,
  type GroupFacts,
  type GroupRecord,
  type Letter,
  type Message,
  type StoreLimits,
} from "./store.ts";

/** Of the last so many it is known that they have been said: a sender who hears no report sends again. */
const remembered = 1_000;

type Held = { readonly at: number; readonly bytes: number };
type Row = { readonly seq: number; readonly type: string | null; wrapped: string; body: ArrayBuffer };

export const statements = (disk: Disk) => ({
  facts: disk.prepare("INSERT OR REPLACE INTO groups VALUES (?, ?)"),
  message: disk.prepare("INSERT INTO messages (conference, at, type, wrapped, body) VALUES (?, ?, ?, ?, ?)"),
  owe: disk.prepare("INSERT INTO owed VALUES (?, ?, ?)"),
  say: disk.prepare("INSERT OR REPLACE INTO said (conference, key) VALUES (?, ?)"),
  unsay: disk.prepare("DELETE FROM said WHERE conference = ? AND key = ?"),
  reported: disk.prepare("DELETE FROM owed WHERE conference = ? AND who = ? AND seq = ?"),
  readers: disk.prepare("SELECT count(*) AS count FROM owed WHERE conference = ? AND seq = ?"),
  remove: disk.prepare("DELETE FROM messages WHERE seq = ?"),
  owed: disk.prepare(
    `SELECT owed.seq AS seq, type, wrapped, body FROM owed LEFT JOIN messages ON messages.seq = owed.seq
       WHERE owed.conference = ? AND who = ? ORDER BY owed.seq`,
  ),
  marks: disk.prepare(
    `DELETE FROM owed WHERE conference = ? AND seq < (SELECT max(other.seq) FROM owed AS other
       WHERE other.conference = owed.conference AND other.who = owed.who AND other.seq <= ?)`,
  ),
  removeTo: disk.prepare("DELETE FROM messages WHERE conference = ? AND seq <= ?"),
  forget: disk.prepare("DELETE FROM owed WHERE conference = ? AND who = ?"),
  removeRead: disk.prepare(
    `DELETE FROM messages WHERE conference = ?1
       AND seq NOT IN (SELECT seq FROM owed WHERE conference = ?1)`,
  ),
  held: disk.prepare("SELECT seq, at, length(body) AS bytes FROM messages WHERE conference = ? ORDER BY seq"),
  said: disk.prepare("SELECT key FROM said WHERE conference = ? ORDER BY n"),
  drop: ["groups", "messages", "owed", "said"].map((table) =>
    disk.prepare(`DELETE FROM ${table} WHERE conference = ?`),
  ),
});

export type Statements = ReturnType<typeof statements>;

export function createRecord(options: {
  readonly disk: Disk;
  readonly sql: Statements;
  readonly conference: string;
  readonly share: Share;
  readonly limits: StoreLimits;
  readonly clock: Clock;
}): GroupRecord {
  const { disk, sql, conference, share, limits, clock } = options;

  /** What is in the database, in order, without the text. */
  const held = new Map<number, Held>();
  let heldBytes = 0;
  const said = new Set<string>();
  let saved = "";
  let unsaved: string | null = null;

  function hold(seq: number, one: Held): void {
    held.set(seq, one);
    heldBytes += one.bytes;
    share.keeps(heldBytes);
  }
  function release(seq: number): void {
    heldBytes -= held.get(seq)?.bytes ?? 0;
    held.delete(seq);
    share.keeps(heldBytes);
  }
  function readHeld(): void {
    for (const seq of held.keys()) release(seq);
    for (const { seq, at, bytes } of sql.held.all(conference) as (Held & { seq: number })[])
      hold(seq, { at, bytes });
  }
  readHeld();
  for (const { key } of sql.said.all(conference) as { key: string }[]) said.add(key);

  function writeFacts(text: string): void {
    sql.facts.run(conference, text);
  }

  /** The messages that must go so that `more` has room, oldest first. */
  function surplus(more: { readonly count: number; readonly bytes: number }): readonly number[] {
    const oldest = clock.now() - limits.keptMs;
    const gone: number[] = [];
    let count = held.size + more.count;
    let bytes = heldBytes + more.bytes;
    const mostBytes = Math.min(limits.keptBytes, limits.keptBytesOfOne - share.elsewhere());
    for (const [seq, one] of held) {
      if (count <= limits.keptMessages && bytes <= mostBytes && one.at >= oldest) break;
      gone.push(seq);
      count -= 1;
      bytes -= one.bytes;
    }
    return gone;
  }

  function removeTo(last: number | undefined): void {
    if (last === undefined) return;
    sql.marks.run(conference, last);
    sql.removeTo.run(conference, last);
  }

  function rows(who: string): readonly Row[] {
    try {
      return sql.owed.all(conference, who) as Row[];
    } catch (error) {
      throw new StoreError(`What is kept can't be read: ${whyNot(error)}.`, error);
    }
  }

  return {
    save: (facts: GroupFacts) => {
      const text = JSON.stringify(facts);
      if (text === saved) return;
      unsaved = text;
      disk.write("durably", () => writeFacts(text));
      [saved, unsaved] = [text, null];
    },
    add: (message, readers) => {
      const key = message.id === null ? null : `${message.from} ${message.id}`;
      if (key !== null && said.has(key)) return null;
      const one: Held = { at: clock.now(), bytes: message.body.length };
      const gone = surplus({ count: 1, bytes: one.bytes });
      const oldest = key !== null && said.size >= remembered ? said.values().next().value : undefined;
      const seq = disk.write("durably", () => {
        if (unsaved !== null) writeFacts(unsaved);
        removeTo(gone.at(-1));
        if (key !== null) sql.say.run(conference, key);
        if (oldest !== undefined) sql.unsay.run(conference, oldest);
        return insert(message, one.at, readers);
      });
      if (unsaved !== null) [saved, unsaved] = [unsaved, null];
      for (const each of gone) release(each);
      if (readers.length > 0) hold(seq, one);
      if (key !== null) said.add(key);
      if (oldest !== undefined) said.delete(oldest);
      return seq;
    },
    reported: (who, seq) => {
      let isLast = false;
      const isWritten = disk.tryTo(() => {
        sql.reported.run(conference, who, seq);
        isLast = (sql.readers.get(conference, seq) as { readonly count: number }).count === 0;
        if (isLast) sql.remove.run(seq);
      });
      if (isWritten && isLast) release(seq);
    },
    owed: (who) => {
      const gone = surplus({ count: 0, bytes: 0 });
      if (gone.length > 0 && disk.tryTo(() => removeTo(gone.at(-1)))) for (const each of gone) release(each);
      return rows(who).map(({ seq, type, wrapped, body }): Letter => ({
        seq,
        content: type === null ? null : { contentType: type, wrapped, body: new Uint8Array(body) },
      }));
    },
    forget: (who) => {
      disk.tryTo(() => {
        sql.forget.run(conference, who);
        sql.removeRead.run(conference);
      });
      readHeld();
    },
    drop: () => {
      share.gone();
      disk.tryTo(() => {
        for (const each of sql.drop) each.run(conference);
      });
    },
  };

  function insert(message: Message, at: number, readers: readonly string[]): number {
    if (readers.length === 0) return 0;
    const { contentType, wrapped, body } = message;
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    const { lastInsertRowid } = sql.message.run(conference, at, contentType, wrapped, bytes);
    const seq = Number(lastInsertRowid);
    for (const who of readers) sql.owe.run(conference, who, seq);
    return seq;
  }
}
