/**
 * A group that outlives the process that had it: what of its seats is kept, what they are to the next process, the
 * calls that ended without a word, and how long a group lives that nobody is in.
 */
import type { Clock } from "../../flow/clock.ts";
import type { LegId } from "../../flow/extend.ts";
import type { Focus, Seat } from "../../flow/extend.focus.ts";
import { reasonHeader } from "../sip/call.ts";
import { unheard } from "../sip/client-transaction.ts";
import { laterDialog } from "../sip/dialog.ts";
import type { UserAgent } from "../sip/user-agent.ts";
import { StoreError, type GroupFacts, type GroupRecord } from "./store.ts";

/** That a telephone rang is of no use later; a mark was for the first invitation alone. */
export const seatsToKeep = (seats: readonly Seat[]): readonly Seat[] =>
  seats.map((seat) => ({ ...seat, is: seat.is === "ringing" ? "inviting" : seat.is, mark: null }));

/** Whoever was present is away now: the calls went with the process that had them. */
export const stateAfter = ({ hostLeg, settled, seats }: GroupFacts): Focus => ({
  is: "standing",
  host: hostLeg,
  settled,
  seats: seats.map((seat) => (seat.is === "joined" ? { ...seat, is: "away" } : seat)),
});

/** Their people notice, and come back. Those who have noticed already answer 481, which does no harm. */
export function endCalls(agent: UserAgent, calls: GroupFacts["calls"]): void {
  const headers = [reasonHeader(480, "Coming back")];
  for (const [, dialog] of calls) agent.send(laterDialog(dialog).request("BYE", { headers }), unheard);
}

/** All but what the machine knows of itself. */
type AboutGroup = Omit<GroupFacts, "hostLeg" | "stands" | "settled">;

export interface Keeping {
  /** Before anybody is asked. Throws StoreError: nobody is asked into a group that can't be kept. */
  readonly begin: (hostLeg: LegId) => void;
  /** Where it fails nothing is promised: no message is taken before it has been made good. */
  save(state: Focus): void;
}

export function createKeeping(options: {
  readonly record: GroupRecord;
  readonly log: (line: string) => void;
  readonly about: () => AboutGroup;
}): Keeping {
  const { record, log, about } = options;
  return {
    begin: (hostLeg) => record.save({ ...about(), hostLeg, stands: false, settled: false }),
    save: (state) => {
      if (state.is !== "standing") return;
      const { host: hostLeg, settled } = state;
      try {
        record.save({ ...about(), hostLeg, stands: settled !== null, settled: settled === true });
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        log(error.message);
      }
    },
  };
}

/** No timer of Node's runs longer. */
const longestTimerMs = 2_147_483_647;

export interface Emptiness {
  /** null: somebody is present or asked. */
  readonly since: number | null;
  is(empty: boolean): void;
  stop(): void;
}

/** `tooLong` once it has been empty for `maxMs`, time before this process included. */
export function createEmptiness(
  begun: number | null,
  { maxMs, clock, tooLong }: { readonly maxMs: number; readonly clock: Clock; readonly tooLong: () => void },
): Emptiness {
  let since = begun;
  let stop = (): void => {};

  function watch(): void {
    stop();
    if (since === null) return;
    const leftMs = Math.max(0, since + maxMs - clock.now());
    const waitMs = Math.min(leftMs, longestTimerMs);
    // Not at once, however long it has been: whoever says that it is empty is in the middle of something.
    stop = clock.after(waitMs, () => (leftMs > waitMs ? watch() : tooLong()));
  }

  return {
    get since() {
      return since;
    },
    is: (empty) => {
      since = empty ? (since ?? clock.now()) : null;
      watch();
    },
    stop: () => stop(),
  };
}
