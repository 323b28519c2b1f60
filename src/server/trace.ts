/**
 * Every hop, kept in memory on request: one row per message where it meets a socket or an in-memory link. Tests,
 * benchmarks and the ladder read it. The oldest rows go when there are too many; keep-alives are no messages.
 */
export type SipHop = {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly message: string;
};
export type MsrpHop = {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
};
/** Something that is not a message (step 19: X has every answer). */
export type Note = { readonly at: number; readonly who: string; readonly what: string };

export interface Trace {
  readonly sip: readonly SipHop[];
  readonly msrp: readonly MsrpHop[];
  readonly notes: readonly Note[];
  sipHop(from: string, to: string, message: string): void;
  msrpHop(row: MsrpHop): void;
  note(who: string, what: string): void;
  clear(): void;
}

const maxRows = 50_000;

/** It is not read yet, and whoever sent it may have no good in mind for a terminal. */
const firstLine = (message: string): string =>
  (message.split("\r\n", 1)[0] ?? "").slice(0, 300).replace(/\p{C}/gu, "\ufffd");

/** `keep` false: nothing is kept. `onRow` sees each row as it comes, in words that show no message's content. */
export function createTrace(options: {
  readonly keep: boolean;
  readonly now: () => number;
  readonly onRow?: (row: string) => void;
}): Trace {
  const { keep, now, onRow } = options;
  const sip: SipHop[] = [];
  const msrp: MsrpHop[] = [];
  const notes: Note[] = [];
  const add = <Row>(rows: Row[], row: Row): void => {
    if (!keep) return;
    if (rows.length >= maxRows) rows.splice(0, maxRows / 10);
    rows.push(row);
  };
  return {
    sip,
    msrp,
    notes,
    sipHop: (from, to, message) => {
      add(sip, { at: now(), from, to, message });
      onRow?.(`${from} -> ${to}  ${firstLine(message)}`);
    },
    msrpHop: (row) => {
      add(msrp, row);
      onRow?.(`${row.from} -> ${row.to}  MSRP, ${row.bytes.length} bytes`);
    },
    note: (who, what) => {
      add(notes, { at: now(), who, what });
      onRow?.(`${who}: ${what}`);
    },
    clear: () => {
      for (const rows of [sip, msrp, notes]) rows.length = 0;
    },
  };
}
