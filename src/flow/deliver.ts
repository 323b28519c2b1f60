/**
 * What becomes of the text of one record: out of it, from the pen to the far end; into it, each text once.
 *
 * A record is a 1-1 with one person, or a group. A `line` is one session of it that can carry text now. Text is
 * known by its imdn.Message-ID: it is sent again by the same id, so that the far end drops what it has already
 * (decision 8). When a 1-1 becomes a group, what has not been reported stays with the person it was written for
 * and becomes `undelivered`: only its author may give it to others (decision 11).
 *
 * Refused here: losing text silently. All that was written is in `out` until it is reported or dropped.
 */
import type { Step } from "./machine.ts";

export type Outgoing = {
  readonly id: string;
  readonly is: "waiting" | "sending" | "failed" | "undelivered";
  /** The line of the last attempt, as long as it may be to blame. */
  readonly line: string | null;
  /** Attempts that ended because the far end had no such session. */
  readonly tries: number;
};

export type Delivery = {
  /** Where text goes now; null: none stands. */
  readonly line: string | null;
  /** Not reported yet, in the order of writing. */
  readonly out: readonly Outgoing[];
  /** Ids of text that came in, the newest last. */
  readonly seen: readonly string[];
};

export const delivery: Delivery = { line: null, out: [], seen: [] };

export type DeliveryInput =
  | { readonly on: "write"; readonly id: string }
  /** A session stands. */
  | { readonly on: "opened"; readonly line: string }
  /** The far end of the session has it. */
  | { readonly on: "reported"; readonly id: string }
  /** Somebody on the way has it and will see to it; more may be told later, or nothing. */
  | { readonly on: "accepted"; readonly id: string }
  /**
   * The far end or the way refused it; `status` as MSRP says it, null: the session ended first. `isFinal`: it is about
   * this text, whatever becomes of the line.
   */
  | {
      readonly on: "refused";
      readonly id: string;
      readonly status: number | null;
      readonly isFinal?: boolean;
    }
  /** The session is over: our connection was lost, the far end does not know it, or a person closed it. */
  | { readonly on: "shut"; readonly line: string; readonly how: "lost" | "gone" | "closed" }
  /** No session could be opened. */
  | { readonly on: "unreachable"; readonly status: number }
  /** This 1-1 goes on as a group: what waits stays behind, what is on its way may still arrive. */
  | { readonly on: "replaced" }
  /** That session carries nothing more; called after `replaced`. */
  | { readonly on: "drained"; readonly line: string }
  /** The 1-1 goes on after all, on this line or on one to come. */
  | { readonly on: "resumed"; readonly line: string | null }
  /** The author says: once more, to the people of this record. */
  | { readonly on: "retry"; readonly id: string }
  | { readonly on: "drop"; readonly id: string }
  | { readonly on: "arrived"; readonly id: string };

export type DeliveryEffect =
  | { readonly do: "send"; readonly line: string; readonly id: string }
  /** Text waits and no line stands. */
  | { readonly do: "open" }
  | {
      readonly do: "show";
      readonly id: string;
      readonly is: Outgoing["is"] | "reported" | "accepted";
      readonly status: number | null;
    }
  /** Text that came in and is not known yet. */
  | { readonly do: "take"; readonly id: string };

type DeliveryStep = readonly [Delivery, readonly DeliveryEffect[]];

/** After so many sessions that the far end did not know, it fails visibly. */
const mostTries = 3;
const mostSeen = 4096;

export const deliver: Step<Delivery, DeliveryInput, DeliveryEffect> = (state, input): DeliveryStep => {
  switch (input.on) {
    case "write":
      if (state.out.some((one) => one.id === input.id)) return [state, []];
      return flow({ ...state, out: [...state.out, fresh(input.id)] }, [show(input.id, "waiting")]);
    case "opened":
      return flow({ ...state, line: input.line }, []);
    case "reported":
    case "accepted":
      if (!state.out.some((one) => one.id === input.id)) return [state, []];
      return [
        { ...state, out: state.out.filter((one) => one.id !== input.id) },
        [{ do: "show", id: input.id, is: input.on, status: null }],
      ];
    case "refused":
      return change(
        state,
        (one) => one.id === input.id && one.is === "sending",
        (one) => ({ ...one, is: "failed", line: isOpen(input) ? one.line : null }),
        input.status,
      );
    case "shut": {
      const mine = (one: Outgoing): boolean => one.line === input.line;
      const kept = { ...state, line: state.line === input.line ? null : state.line };
      if (input.how === "closed") {
        const open = (one: Outgoing): boolean => one.is === "waiting" || (mine(one) && one.is === "sending");
        return change(kept, open, (one) => ({ ...one, is: "failed" }), null);
      }
      // What failed because the session was ending is not lost: it goes again.
      const stuck = (one: Outgoing): boolean => mine(one) && (one.is === "sending" || one.is === "failed");
      const tries = (one: Outgoing): number => one.tries + (input.how === "gone" ? 1 : 0);
      const [next, effects] = change(
        kept,
        stuck,
        (one) => ({
          ...one,
          line: null,
          tries: tries(one),
          is: tries(one) >= mostTries ? "failed" : "waiting",
        }),
        481,
      );
      return flow(next, effects);
    }
    case "unreachable":
      return change(
        state,
        (one) => one.is === "waiting",
        (one) => ({ ...one, is: "failed" }),
        input.status,
      );
    case "replaced":
      return change(
        { ...state, line: null },
        (one) => one.is === "waiting",
        (one) => ({ ...one, is: "undelivered" }),
        null,
      );
    case "drained":
      return change(
        state,
        (one) => one.line === input.line && (one.is === "sending" || one.is === "failed"),
        (one) => ({ ...one, line: null, is: "undelivered" }),
        null,
      );
    case "resumed": {
      const [next, effects] = change(
        { ...state, line: input.line },
        (one) => one.is === "undelivered",
        (one) => ({ ...one, is: "waiting" }),
        null,
      );
      return flow(next, effects);
    }
    case "retry": {
      const known = state.out.some((one) => one.id === input.id);
      const [next, effects] = change(
        known ? state : { ...state, out: [...state.out, { ...fresh(input.id), is: "failed" }] },
        (one) => one.id === input.id && (one.is === "failed" || one.is === "undelivered"),
        (one) => ({ ...one, is: "waiting", line: null, tries: 0 }),
        null,
      );
      return flow(next, effects);
    }
    case "drop":
      return [{ ...state, out: state.out.filter((one) => one.id !== input.id) }, []];
    case "arrived":
      if (state.seen.includes(input.id)) return [state, []];
      return [{ ...state, seen: [...state.seen, input.id].slice(-mostSeen) }, [{ do: "take", id: input.id }]];
  }
};

/** Said of one text, this may mean the whole session (RFC 4975 §7.3.2, §10); then `shut` follows. */
const isOpen = ({ status, isFinal }: Extract<DeliveryInput, { on: "refused" }>): boolean =>
  isFinal !== true && (status === null || status === 408 || status === 481 || status === 506);

const fresh = (id: string): Outgoing => ({ id, is: "waiting", line: null, tries: 0 });

const show = (id: string, is: Outgoing["is"], status: number | null = null): DeliveryEffect => ({
  do: "show",
  id,
  is,
  status,
});

/** Sends what waits, in the order of writing, or asks for a session to send it on. */
function flow(state: Delivery, before: readonly DeliveryEffect[]): DeliveryStep {
  const waiting = state.out.filter((one) => one.is === "waiting");
  const { line } = state;
  if (waiting.length === 0) return [state, before];
  if (line === null) return [state, [...before, { do: "open" }]];
  return [
    { ...state, out: state.out.map((one) => (one.is === "waiting" ? { ...one, is: "sending", line } : one)) },
    [
      ...before,
      ...waiting.flatMap((one): DeliveryEffect[] => [
        show(one.id, "sending"),
        { do: "send", line, id: one.id },
      ]),
    ],
  ];
}

/** Changes those texts and shows what they have become. `status` goes with what has failed. */
function change(
  state: Delivery,
  which: (one: Outgoing) => boolean,
  how: (one: Outgoing) => Outgoing,
  status: number | null,
): DeliveryStep {
  const effects: DeliveryEffect[] = [];
  const out = state.out.map((one) => {
    if (!which(one)) return one;
    const next = how(one);
    effects.push(show(next.id, next.is, next.is === "failed" ? status : null));
    return next;
  });
  return [effects.length === 0 ? state : { ...state, out }, effects];
}
