/**
 * Every hop, kept in memory on request: one row per message where it meets a socket or an in-memory link.
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

/** `keep` false: nothing is kept. */
export declare function createTrace(options: { readonly keep: boolean; readonly now: () => number }): Trace;
