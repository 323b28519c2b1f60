/**
 * From 1-1 to group, on the side of people: A, B and C. The other side, X, is `extend.focus.ts`.
 *
 * Source: OMA CPM call flows, "Extending CPM 1-1 Session to a 1-N Session" (steps 1-19, both notes); RFC 3891
 * §3 for the replacement. The number that closes a line is the step of the figure that happens there;
 * `extend.steps.ts` holds the figure as data.
 *
 * One pure machine for A, B and C alike: a role is only which inputs arrive, so A and B extending at once (glare)
 * needs no machine of its own.
 *
 * What is refused here: knowing SIP. Legs are names of INVITE dialogs; whether an invitation may replace a leg
 * is decided before it becomes an input (`authorise.ts`), bytes are elsewhere, and time and ids come in.
 */
import type { Step } from "./machine.ts";

/** One INVITE dialog, named by whoever first needed the name. */
export type LegId = string;

export type Conversation =
  /** No session; the next message opens one. */
  | { readonly is: "none" }
  | { readonly is: "1-1"; readonly leg: LegId }
  /** Asked, and the person has not pressed Join or Decline. */
  | { readonly is: "invited"; readonly leg: LegId; readonly id: string }
  /** Our 200 is out and its ACK is not in. `old`: the 1-1 that this will replace. */
  | {
      readonly is: "joining";
      readonly old: LegId | null;
      readonly leg: LegId;
      readonly id: string;
      readonly picks: readonly string[];
    }
  /** Our group INVITE is out. The 1-1 goes on meanwhile; the peer may end it at any moment. */
  | {
      readonly is: "asking";
      readonly old: LegId | null;
      /** The roster has said already that the 1-1's peer is not coming. */
      readonly stays: boolean;
      readonly leg: LegId;
      readonly id: string;
      readonly picks: readonly string[];
    }
  /** `old`: a 1-1 that the other party has yet to end. `closing`: one that we have ended, not yet answered. */
  | {
      readonly is: "group";
      readonly old: LegId | null;
      readonly closing: LegId | null;
      readonly leg: LegId;
      readonly id: string;
      readonly picks: readonly string[];
    };

export type ClientInput =
  | { readonly on: "opened"; readonly leg: LegId } //                 a 1-1 stands, whoever began it
  | { readonly on: "add"; readonly leg: LegId; readonly id: string; readonly people: readonly string[] }
  /** The answer to our INVITE is lost: asked once more, over this leg. */
  | { readonly on: "again"; readonly leg: LegId }
  | { readonly on: "cancel" } //                                      the person gives up asking
  | { readonly on: "accepted"; readonly leg: LegId } //               a 2xx to our INVITE; SIP has acknowledged it
  | { readonly on: "refused"; readonly leg: LegId; readonly status: number }
  | {
      readonly on: "invited"; //                                      to a group; authorised if it replaces
      readonly leg: LegId;
      readonly id: string;
      readonly replaces: LegId | null;
    }
  | { readonly on: "join" }
  | { readonly on: "decline" }
  | { readonly on: "dialled-in"; readonly leg: LegId; readonly id: string } // we came by the conference URI, and were let in
  | { readonly on: "acked"; readonly leg: LegId }
  | { readonly on: "unacked"; readonly leg: LegId } //                no ACK came; SIP has ended the leg
  | { readonly on: "cancelled"; readonly leg: LegId } //              the caller gave up before our answer
  | { readonly on: "ended"; readonly leg: LegId } //                  BYE came in, or the leg was lost
  | { readonly on: "closed"; readonly leg: LegId } //                 our BYE has its answer (481, 408 count)
  /** The roster: the 1-1's peer is not coming. By 491, only if its own invitation has not come in a while. */
  | { readonly on: "stayed" }
  | { readonly on: "overdue" } //                                     the peer is in the group and sent no BYE
  | { readonly on: "close" } //                                       Close chat
  | { readonly on: "leave" }; //                                      Leave group

/** Why a leg is ended; SIP turns it into a Reason header. */
export type EndReason =
  | "replaced" //  this 1-1 went on as a group
  | "closed" //    the person closed the chat
  | "left" //      the person left the group for good
  | "cancelled" // the 2xx crossed our CANCEL
  | "glare"; //    both extended at once and ours lost

export type ClientEffect =
  | {
      readonly do: "invite"; //                    the factory, with the list; the mark names `replaces`
      readonly leg: LegId;
      readonly id: string;
      readonly people: readonly string[];
      readonly replaces: LegId | null;
      /** The INVITE whose answer is lost: taken back once this one is out, so that X sees that it is the same group. */
      readonly instead: LegId | null;
    }
  | { readonly do: "accept"; readonly leg: LegId }
  | { readonly do: "refuse"; readonly leg: LegId; readonly status: number }
  | { readonly do: "cancel"; readonly leg: LegId }
  | { readonly do: "end"; readonly leg: LegId; readonly why: EndReason }
  | { readonly do: "refer"; readonly leg: LegId; readonly people: readonly string[] }
  /** The 1-1 was not replaced after all: it goes on in its own row. */
  | { readonly do: "part"; readonly leg: LegId };

type ClientStep = readonly [Conversation, readonly ClientEffect[]];

const none: Conversation = { is: "none" };
const back = (old: LegId | null): Conversation => (old === null ? none : { is: "1-1", leg: old });

/**
 * Both sides extended the same 1-1 at once: the lower Contribution-ID wins, by code units in lower case.
 * Both sides compare the same two ids, so both name the same winner.
 */
export const winsGlare = (mine: string, theirs: string): boolean => mine.toLowerCase() < theirs.toLowerCase();

export const client: Step<Conversation, ClientInput, ClientEffect> = (state, input): ClientStep => {
  // Any state: a 2xx for an INVITE that is no longer wanted has made a session, and it must go again.
  if (input.on === "accepted" && !(state.is === "asking" && state.leg === input.leg))
    return state.is === "group" && state.leg === input.leg
      ? [state, []]
      : [state, [{ do: "end", leg: input.leg, why: "cancelled" }]];

  switch (state.is) {
    case "none":
      if (input.on === "opened") return [{ is: "1-1", leg: input.leg }, []];
      if (input.on === "invited") return [{ is: "invited", leg: input.leg, id: input.id }, []]; // 16
      if (input.on === "add") return ask(null, input);
      if (input.on === "dialled-in")
        return [
          { is: "group", old: null, closing: null, leg: input.leg, id: input.id, picks: [] }, // 18
          [],
        ];
      return [state, []];

    case "1-1":
      if (input.on === "add") return ask(state.leg, input);
      if (input.on === "invited" && input.replaces === state.leg) return take(state.leg, input, []); // 4
      if (input.on === "invited") return [state, [{ do: "refuse", leg: input.leg, status: 481 }]];
      if (input.on === "close") return [none, [{ do: "end", leg: state.leg, why: "closed" }]];
      if (input.on === "ended" && input.leg === state.leg) return [none, []];
      return [state, []];

    case "invited":
      if (input.on === "join")
        return [
          { is: "joining", old: null, leg: state.leg, id: state.id, picks: [] },
          [{ do: "accept", leg: state.leg }], // 17
        ];
      if (input.on === "decline") return [none, [{ do: "refuse", leg: state.leg, status: 603 }]];
      if ((input.on === "cancelled" || input.on === "ended") && input.leg === state.leg) return [none, []];
      return [state, []];

    case "asking":
      if (input.on === "accepted") return begin(state); // 8
      if (input.on === "refused" && input.leg === state.leg) return [back(state.old), []];
      if (input.on === "again") {
        const { old, leg, id, picks } = state;
        const invite = {
          do: "invite",
          leg: input.leg,
          id,
          people: picks,
          replaces: old,
          instead: leg,
        } as const;
        return [{ ...state, leg: input.leg }, [invite]]; // 1, again
      }
      if (input.on === "cancel" || input.on === "leave")
        return [back(state.old), [{ do: "cancel", leg: state.leg }]];
      if (input.on === "ended" && input.leg === state.old) return [{ ...state, old: null }, []]; // 11
      if (input.on === "ended" && input.leg === state.leg) return [back(state.old), []];
      if (input.on === "stayed") return [{ ...state, stays: true }, []];
      // The answer was lost with a connection; the conference URI led in.
      if (input.on === "dialled-in") {
        const [group, effects] = begin({ ...state, leg: input.leg });
        return [group, [{ do: "cancel", leg: state.leg }, ...effects]];
      }
      if (input.on === "invited") return glare(state, input, [{ do: "cancel", leg: state.leg }]);
      return [state, []];

    case "joining":
      if (input.on === "acked" && input.leg === state.leg)
        return [
          { is: "group", old: null, closing: state.old, leg: state.leg, id: state.id, picks: [] },
          [
            ...(state.old === null ? [] : [{ do: "end", leg: state.old, why: "replaced" } as const]), // 9
            ...(state.picks.length === 0
              ? []
              : [{ do: "refer", leg: state.leg, people: state.picks } as const]),
          ],
        ];
      if (input.on === "add") return [{ ...state, picks: [...state.picks, ...input.people] }, []];
      if (input.on === "ended" && input.leg === state.old) return [{ ...state, old: null }, []];
      if (
        (input.on === "unacked" || input.on === "ended" || input.on === "cancelled") &&
        input.leg === state.leg
      )
        return [back(state.old), []];
      if (input.on === "leave") return [back(state.old), [{ do: "end", leg: state.leg, why: "left" }]];
      if (input.on === "invited") return [state, [{ do: "refuse", leg: input.leg, status: 491 }]];
      return [state, []];

    case "group":
      if (input.on === "ended" && input.leg === state.old) return [{ ...state, old: null }, []]; // 11
      if ((input.on === "closed" || input.on === "ended") && input.leg === state.closing)
        return [{ ...state, closing: null }, []]; // 14
      if (input.on === "ended" && input.leg === state.leg) return [back(state.old), []];
      if (input.on === "invited")
        return state.old === null || input.replaces !== state.old
          ? [state, [{ do: "refuse", leg: input.leg, status: 481 }]]
          : glare(state, input, [{ do: "end", leg: state.leg, why: "glare" }]);
      if (input.on === "add") return [state, [{ do: "refer", leg: state.leg, people: input.people }]];
      // Both ways in at once: X ends the leg that stood before (`comeIn`), and so does whoever carries this out.
      if (input.on === "dialled-in") return [{ ...state, leg: input.leg }, []];
      if (input.on === "stayed" && state.old !== null)
        return [{ ...state, old: null }, [{ do: "part", leg: state.old }]];
      if (input.on === "overdue" && state.old !== null && state.closing === null)
        return [
          { ...state, old: null, closing: state.old },
          [{ do: "end", leg: state.old, why: "replaced" }],
        ];
      if (input.on === "leave") return [back(state.old), [{ do: "end", leg: state.leg, why: "left" }]];
      return [state, []];
  }
};

function ask(old: LegId | null, input: Extract<ClientInput, { on: "add" }>): ClientStep {
  return [
    { is: "asking", old, stays: false, leg: input.leg, id: input.id, picks: input.people },
    [
      {
        do: "invite", // 1
        leg: input.leg,
        id: input.id,
        people: input.people,
        replaces: old,
        instead: null,
      },
    ],
  ];
}

/** The group stands. A 1-1 whose peer is known not to come goes its own way; else its end is awaited. */
function begin({ old, stays, leg, id, picks }: Extract<Conversation, { is: "asking" }>): ClientStep {
  const hasParted = stays && old !== null;
  return [
    { is: "group", old: hasParted ? null : old, closing: null, leg, id, picks },
    hasParted ? [{ do: "part", leg: old }] : [],
  ];
}

function take(
  old: LegId,
  input: Extract<ClientInput, { on: "invited" }>,
  picks: readonly string[],
): ClientStep {
  return [
    { is: "joining", old, leg: input.leg, id: input.id, picks },
    [{ do: "accept", leg: input.leg }], // 5
  ];
}

/** Ours is out and theirs arrives. The loser ends its own, joins theirs, and brings its picks along by REFER. */
function glare(
  state: Extract<Conversation, { is: "asking" | "group" }>,
  input: Extract<ClientInput, { on: "invited" }>,
  drop: readonly ClientEffect[],
): ClientStep {
  if (state.old === null || input.replaces !== state.old)
    return [state, [{ do: "refuse", leg: input.leg, status: 481 }]];
  if (winsGlare(state.id, input.id)) return [state, [{ do: "refuse", leg: input.leg, status: 491 }]];
  const [joining, effects] = take(state.old, input, state.picks);
  return [joining, [...drop, ...effects]];
}
