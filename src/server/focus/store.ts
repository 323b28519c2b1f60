/**
 * What of the groups outlives this process: who belongs to them, and each message until everybody it is for has it.
 *
 * X reports a message when `add` has returned, and not before; so whatever implements this returns from `add` and
 * `save` only when a restart, or a power cut, can no longer lose what was given (RFC 4975 §7.1.2: a success report
 * is a promise). What can't be written is a StoreError, never silence. Refused: keeping anything for ever.
 */
import type { FocusInput, Seat } from "../../flow/extend.focus.ts";
import type { MsrpContent } from "../../flow/msrp-session-state.ts";
import type { KeptDialog } from "../sip/dialog.ts";
import type { Person } from "./factory.ts";

/** Nothing was written; `message` is for whoever runs this. */
export class StoreError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "StoreError";
  }
}

export type StoreLimits = {
  /** Of one group, not yet with everybody they are for: the oldest go first, and those people are told. */
  readonly keptMessages: number;
  readonly keptBytes: number;
  readonly keptMs: number;
  /** Of all groups of one host together: a group makes room among its own messages. */
  readonly keptBytesOfOne: number;
};

export type GroupFacts = {
  readonly subject: string | null;
  readonly conversationId: string;
  readonly contributionId: string;
  readonly host: Person;
  readonly hostLeg: Extract<FocusInput, { on: "asked" }>["leg"];
  /** Of a group that nobody has come to yet nothing is left after a restart: its host asks again. */
  readonly stands: boolean;
  readonly settled: boolean;
  readonly seats: readonly Seat[];
  /** The calls of those who are present, so that a focus that starts anew can end them. */
  readonly calls: readonly (readonly [who: string, dialog: KeptDialog])[];
  readonly invitedBy: readonly (readonly [who: string, by: Person])[];
  readonly names: readonly (readonly [who: string, name: string])[];
  /** Since when nobody has been present; null: somebody is. */
  readonly emptySince: number | null;
};

export type Message = MsrpContent & {
  readonly from: string;
  /** imdn.Message-ID */
  readonly id: string | null;
  /** Content-Type inside the CPIM. */
  readonly wrapped: string;
};

export type Letter = {
  /** Order of arrival. */
  readonly seq: number;
  /** null: this one and all before it are gone, too many or too old. */
  readonly content: (MsrpContent & { readonly wrapped: string }) | null;
};

/** One group's part of it. */
export interface GroupRecord {
  /** In place of what was saved before. Throws StoreError; then it is tried again before the next message. */
  save(facts: GroupFacts): void;
  /** Keeps it for those people; null: it has been kept before. Throws StoreError. */
  add(message: Message, readers: readonly string[]): number | null;
  /** That person's own end has it, or will never take it. What could not be noted is sent once more, no worse. */
  reported(who: string, seq: number): void;
  /** What that person has yet to get, in order. Throws StoreError. */
  owed(who: string): readonly Letter[];
  /** Left for good: nothing is kept for that person any more. */
  forget(who: string): void;
  /** The group is over. */
  drop(): void;
}

export interface GroupStore {
  /** The same for each process that opens this store: 128 random bits, as lower-case hex. */
  readonly identity: string;
  /** Whether it is still there after a restart. */
  readonly isDurable: boolean;
  kept(): readonly { readonly conference: string; readonly facts: GroupFacts }[];
  record(conference: string, host: string): GroupRecord;
  close(): void;
}
