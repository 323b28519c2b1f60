/**
 * Text to somebody who has no MSRP, each in a MESSAGE of its own (RFC 3428, "pager mode"), and what is known of them.
 *
 * A session is tried first. Whoever says in answer to INVITE that they can't, not that they don't want to, gets the
 * same text as a MESSAGE: as message/cpim, or as text/plain where they can't read that. What somebody can is kept as
 * long as this page lives and is not believed for ever: after a while a session is tried again, and at once when they
 * open one. One MESSAGE is on its way at a time, so that texts arrive in the order of writing.
 *
 * Refused here: sending again by itself what may have arrived, where the reader could not tell that it is a double.
 */
import type { Step } from "./machine.ts";

/** How a MESSAGE carries text: CPIM with its imdn.Message-ID, or the bare words. */
export type Form = "cpim" | "plain";

export type Pager = {
  readonly session:
    | { readonly is: "untried" }
    /** They said that they can't. */
    | { readonly is: "refused"; readonly until: number }
    /** They wrote by MESSAGE, so that is how they are answered; they were never asked. */
    | { readonly is: "unasked"; readonly until: number };
  readonly form: Form;
  /** They have taken CPIM, or have written it. */
  readonly readsCpim: boolean;
  /** They take receipts, as far as is known. */
  readonly receipts: boolean;
  /** Not answered yet, in the order of writing; the first is on its way, in the form it was sent in. */
  readonly queue: readonly string[];
  readonly sent: Form | null;
};

export const pager: Pager = {
  session: { is: "untried" },
  form: "cpim",
  readsCpim: false,
  receipts: true,
  queue: [],
  sent: null,
};

export type PagerInput =
  /** No session came of our INVITE. */
  | { readonly on: "no-session"; readonly status: number; readonly until: number }
  /** A session stands, whoever called. */
  | { readonly on: "session" }
  /** They sent text by MESSAGE. */
  | { readonly on: "wrote"; readonly form: Form; readonly until: number }
  | { readonly on: "text"; readonly id: string; readonly now: number }
  /** `accept`: the types they named, empty where they named none. */
  | {
      readonly on: "answered";
      readonly id: string;
      readonly status: number;
      readonly accept: readonly string[];
    }
  /** It never left. */
  | { readonly on: "unsent"; readonly id: string }
  /** The connection broke before the answer: nobody knows whether it arrived. */
  | { readonly on: "lost"; readonly id: string }
  | { readonly on: "receipt-refused" };

export type PagerEffect =
  | { readonly do: "send"; readonly id: string; readonly form: Form }
  /** `delivered`: their program has it. `sent`: somebody on the way has, and will see to it (202). */
  | { readonly do: "told"; readonly id: string; readonly is: "delivered" | "sent" }
  | { readonly do: "refused"; readonly id: string; readonly status: number }
  /** Text goes by MESSAGE from now on. */
  | { readonly do: "open" }
  /** It does no longer; what is not answered waits for another way. */
  | { readonly do: "close" }
  /** Neither way is open. */
  | { readonly do: "unreachable"; readonly status: number };

type PagerStep = readonly [Pager, readonly PagerEffect[]];

/**
 * Answers to our INVITE that say "not by this way" (RFC 3261 §21), so that another way is worth trying. All others
 * speak of the person, the place or the moment, and hold for a MESSAGE as well: 403, 404, 408, 410, 480, 484, 486,
 * 487, 500, 503, 600, 603, 604. A 2xx whose description has no MSRP comes here as 488.
 */
const cannot: ReadonlyMap<number, string> = new Map([
  [405, "knows INVITE, and does not take it at this address"],
  [406, "can make no answer of a kind that we would understand"],
  [415, "does not know this kind of description"],
  [420, "lacks an extension that something on the way requires of it"],
  [421, "wants an extension of us that we have not"],
  [488, "does not speak MSRP, or not here"],
  [501, "does not know INVITE at all"],
  [606, "the same as 488, said for every device"],
]);

/** Whether to try this page's other way; the table above says why. */
export const isUnable = (status: number): boolean => cannot.has(status);

/** A MESSAGE of CPIM was not understood: 415 as RFC 3428 §7 has it; linphone says 488 when it can't parse CPIM. */
const notUnderstood = new Set([406, 415, 488, 606]);
const tooLong = new Set([413, 513]);
/** Said of one text and not of the reader; the next may still go. */
const ofOneText = new Set([...notUnderstood, ...tooLong, 400, 493]);

export const pagerStep: Step<Pager, PagerInput, PagerEffect> = (state, input): PagerStep => {
  switch (input.on) {
    case "no-session":
      return isUnable(input.status)
        ? [{ ...state, session: { is: "refused", until: input.until } }, [{ do: "open" }]]
        : [state, [{ do: "unreachable", status: input.status }]];
    case "session":
      return [{ ...state, session: { is: "untried" } }, []];
    case "wrote":
      return [
        {
          ...state,
          // What they write does not put off when a session is tried again, or two who can would never have one.
          session: state.session.is === "untried" ? { is: "unasked", until: input.until } : state.session,
          readsCpim: state.readsCpim || input.form === "cpim",
          form: input.form === "cpim" || state.readsCpim ? "cpim" : "plain",
        },
        [],
      ];
    case "text":
      // A long time has passed: perhaps they have another program now.
      if (state.queue.length === 0 && !goesByMessage(state, input.now))
        return [{ ...state, session: { is: "untried" } }, [{ do: "close" }]];
      return go({ ...state, queue: [...state.queue, input.id] }, []);
    case "answered":
      return input.id === state.queue[0] ? answered(state, input) : [state, []];
    case "unsent":
      return input.id === state.queue[0] ? [stopped(state), [{ do: "close" }]] : [state, []];
    case "lost": {
      if (input.id !== state.queue[0]) return [state, []];
      const failed: readonly PagerEffect[] =
        state.sent === "plain" ? [{ do: "refused", id: input.id, status: 408 }] : [];
      return [stopped(state), [...failed, { do: "close" }]];
    }
    case "receipt-refused":
      return [{ ...state, receipts: false }, []];
  }
};

/** Whether text for them goes by MESSAGE now. */
export const goesByMessage = (state: Pager, now: number): boolean =>
  state.queue.length > 0 || (state.session.is !== "untried" && now < state.session.until);

const stopped = (state: Pager): Pager => ({ ...state, queue: [], sent: null });

function answered(state: Pager, { id, status, accept }: Extract<PagerInput, { on: "answered" }>): PagerStep {
  const { sent } = state;
  if (status < 300) {
    const told: PagerEffect = { do: "told", id, is: status === 202 ? "sent" : "delivered" };
    return next({ ...state, readsCpim: state.readsCpim || sent === "cpim" }, [told]);
  }
  if (sent === "cpim" && notUnderstood.has(status) && takesPlain(accept))
    return go({ ...state, form: "plain", readsCpim: false, sent: null }, []);
  // They were never asked for a session, and that has no such limit.
  if (tooLong.has(status) && state.session.is === "unasked")
    return [{ ...stopped(state), session: { is: "untried" } }, [{ do: "close" }]];
  if (ofOneText.has(status)) return next(state, [{ do: "refused", id, status }]);
  // What waits behind it would arrive without it, and in all likelihood not arrive either. A peer that takes no
  // MESSAGE is asked for a session again, once somebody retries.
  const session: Pager["session"] = isUnable(status) ? { is: "untried" } : state.session;
  return [
    { ...stopped(state), session },
    [...state.queue.map((one): PagerEffect => ({ do: "refused", id: one, status })), ...closeIf(session)],
  ];
}

const closeIf = (session: Pager["session"]): readonly PagerEffect[] =>
  session.is === "untried" ? [{ do: "close" }] : [];

/** RFC 3261 §21.4.13: a 415 names what would have been taken; one that names nothing has not ruled text out. */
function takesPlain(accept: readonly string[]): boolean {
  const types = accept.map((one) => one.split(";")[0]?.trim().toLowerCase() ?? "");
  return types.length === 0 || types.some((type) => ["text/plain", "text/*", "*/*"].includes(type));
}

const next = (state: Pager, effects: readonly PagerEffect[]): PagerStep =>
  go({ ...state, queue: state.queue.slice(1), sent: null }, effects);

function go(state: Pager, before: readonly PagerEffect[]): PagerStep {
  const id = state.queue[0];
  if (id === undefined || state.sent !== null) return [state, before];
  return [{ ...state, sent: state.form }, [...before, { do: "send", id, form: state.form }]];
}
