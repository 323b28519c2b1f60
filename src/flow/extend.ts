/**
 * From 1-1 to group: the whole flow, on every side of it.
 *
 * Source: OMA CPM call flows, "Extending CPM 1-1 Session to a 1-N Session" (steps 1-19, both notes); RFC 3891
 * §3 for the replacement, RFC 5366 for the list, RFC 4579 §5.10 for who ends what. The number that closes a line
 * is the step of the figure that happens there; `extend.steps.ts` holds the figure as data.
 *
 * Two pure machines. `client` is A, B and C alike: a role is only which inputs arrive, so A and B extending at
 * once (glare) needs no machine of its own. `focus` is the Controlling Function X, one per group.
 *
 * What is refused here: knowing SIP. Legs are names of INVITE dialogs; whether an invitation may replace a leg
 * is decided before it becomes an input (`authorise.ts`), bytes are elsewhere, and time and ids come in.
 */
import type { Step } from "./machine.ts";

/** One INVITE dialog, named by whoever first needed the name. */
export type LegId = string;

// ── A, B, C ───────────────────────────────────────────────────────────────────────────────────────────────

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

// ── X ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Which marks an invitation carries: RFC 3891 `Replaces`, OMA `Session-Replaces`. */
export type Mark = { readonly replaces: string | null; readonly sessionReplaces: string | null };

/** One person's place in the group. `leg` is the newest dialog with that person. */
export type Seat = {
  readonly who: string;
  readonly leg: LegId;
  readonly is:
    | "inviting"
    | "ringing"
    | "joined"
    | "away" // the session broke; may come back
    | "left" // for good
    | "out"; // declined, failed or not answered: `status`
  readonly status: number | null;
  /** The mark of the invitation that is out, kept to know whether a retry is left; never shown to anybody. */
  readonly mark: Mark | null;
  readonly joinedBy: "host" | "invitation" | "dial-in";
};

export type Focus =
  | { readonly is: "idle" }
  /** The host waits for the first acceptance. */
  | { readonly is: "gathering"; readonly host: LegId; readonly seats: readonly Seat[] }
  | {
      readonly is: "standing";
      readonly host: LegId;
      readonly seats: readonly Seat[];
      /** Step 19 has been noted: every invitation of the first list has its final answer. */
      readonly settled: boolean;
    }
  | { readonly is: "over"; readonly seats: readonly Seat[] };

export type FocusInput =
  | {
      /** The factory INVITE, authorised, its list checked and without the caller. A second one is the host's own
       * once more, who has heard no answer to the first. */
      readonly on: "asked";
      readonly leg: LegId;
      readonly who: string;
      readonly people: readonly { readonly leg: LegId; readonly who: string; readonly mark: Mark | null }[];
    }
  | { readonly on: "ringing"; readonly leg: LegId }
  | { readonly on: "accepted"; readonly leg: LegId } //                        SIP has acknowledged it
  | { readonly on: "refused"; readonly leg: LegId; readonly status: number }
  | { readonly on: "expired"; readonly leg: LegId } //                         the ring time is over
  | { readonly on: "cancelled"; readonly leg: LegId } //                       CANCEL of the host's INVITE
  | {
      readonly on: "ended";
      readonly leg: LegId;
      readonly how: "left" | "away" | "cancelled"; // by the BYE's Reason: cause 200, anything else, 487
    }
  | {
      readonly on: "referred"; // by a member; `leg` is fresh for each
      readonly people: readonly { readonly leg: LegId; readonly who: string }[];
    }
  | { readonly on: "dialled-in"; readonly leg: LegId; readonly who: string };

export type FocusEffect =
  | { readonly do: "progress"; readonly leg: LegId } //                        183 with the conference URI
  | { readonly do: "invite"; readonly leg: LegId; readonly who: string; readonly mark: Mark | null }
  | { readonly do: "accept"; readonly leg: LegId }
  | { readonly do: "refuse"; readonly leg: LegId; readonly status: number }
  | { readonly do: "cancel"; readonly leg: LegId }
  | { readonly do: "end"; readonly leg: LegId; readonly cause: 200 | 410 | 487 }
  | { readonly do: "established"; readonly members: readonly string[] }
  | { readonly do: "dissolve" }; //                                            last NOTIFY, then forget

type FocusStep = readonly [Focus, readonly FocusEffect[]];

const isAnswering = (seat: Seat): boolean => seat.is === "inviting" || seat.is === "ringing";
/** Belongs: joined, away or asked. A group of fewer than two such people is over. */
const belongs = (seat: Seat): boolean => isAnswering(seat) || seat.is === "joined" || seat.is === "away";

export const focus: Step<Focus, FocusInput, FocusEffect> = (state, input): FocusStep => {
  switch (state.is) {
    case "idle": {
      if (input.on !== "asked") return [state, []];
      // The marked entry goes out first, so that nobody overtakes the person who is already talking.
      const inOrder = [...input.people].sort((a, b) => Number(a.mark === null) - Number(b.mark === null));
      const host: Seat = seat(input.leg, input.who, "ringing", null, "host");
      return [
        {
          is: "gathering",
          host: input.leg,
          seats: [host, ...inOrder.map((p) => seat(p.leg, p.who, "inviting", p.mark, "invitation"))],
        },
        [
          { do: "progress", leg: input.leg }, // 2
          ...inOrder.map((p) => ({ do: "invite", leg: p.leg, who: p.who, mark: p.mark }) as const), // 3, 15
        ],
      ];
    }

    case "gathering":
      switch (input.on) {
        case "ringing":
          return [{ ...state, seats: change(state.seats, input.leg, ring) }, []];
        case "accepted": {
          const answered = find(state.seats, input.leg);
          if (answered === undefined || !isAnswering(answered) || answered.leg === state.host)
            return [state, [{ do: "end", leg: input.leg, cause: 487 }]];
          const seats = change(
            change(state.seats, input.leg, (s) => ({ ...s, is: "joined", status: 200 })), // 6, 18
            state.host,
            (s) => ({ ...s, is: "joined", status: 200 }),
          );
          return settle({ is: "standing", host: state.host, seats, settled: false }, [
            { do: "accept", leg: state.host }, // 7
          ]);
        }
        case "refused":
        case "expired": {
          const [seats, effects] = answerNo(state.seats, input);
          const open = seats.some((s) => s.leg !== state.host && isAnswering(s));
          if (open || seats === state.seats) return [{ ...state, seats }, effects];
          const status = bestResponse(seats.flatMap((s) => (s.status === null ? [] : [s.status])));
          return [
            { is: "over", seats: change(seats, state.host, (s) => ({ ...s, is: "out", status })) },
            [...effects, { do: "dissolve" }, { do: "refuse", leg: state.host, status }],
          ];
        }
        case "cancelled":
          if (input.leg !== state.host) return [state, []];
          return over(state.seats, 487, [{ do: "refuse", leg: state.host, status: 487 }], state.host);
        case "ended":
          if (input.leg !== state.host) return [state, []];
          return over(state.seats, 487, [], state.host);
        case "asked": {
          const seats = change(state.seats, state.host, (s) => ({ ...s, leg: input.leg }));
          const before: readonly FocusEffect[] = [
            { do: "refuse", leg: state.host, status: 487 },
            { do: "progress", leg: input.leg }, // 2, again
          ];
          return invite({ ...state, host: input.leg, seats }, unseated(seats, input.people), before);
        }
        case "dialled-in": {
          const mine = state.seats.find((s) => s.who === input.who);
          if (mine === undefined) return [state, [{ do: "refuse", leg: input.leg, status: 403 }]];
          // The host's own INVITE is still open, and it is that one that will be answered.
          if (mine.leg === state.host) return [state, [{ do: "refuse", leg: input.leg, status: 491 }]];
          const [seats, before] = comeIn(state.seats, mine, input.leg);
          return settle(
            {
              is: "standing",
              host: state.host,
              seats: change(seats, state.host, (s) => ({ ...s, is: "joined", status: 200 })),
              settled: false,
            },
            [{ do: "accept", leg: input.leg }, { do: "accept", leg: state.host }, ...before], // 7
          );
        }
        default:
          return [state, []];
      }

    case "standing":
      switch (input.on) {
        case "ringing":
          return [{ ...state, seats: change(state.seats, input.leg, ring) }, []];
        case "accepted": {
          const answered = find(state.seats, input.leg);
          if (answered === undefined || !isAnswering(answered))
            return answered?.is === "joined"
              ? [state, []]
              : [state, [{ do: "end", leg: input.leg, cause: 487 }]];
          return settle(
            {
              ...state,
              seats: change(state.seats, input.leg, (s) => ({ ...s, is: "joined", status: 200 })), // 6, 18
            },
            [],
          );
        }
        case "refused":
        case "expired": {
          const [seats, effects] = answerNo(state.seats, input);
          return seats === state.seats ? [state, effects] : settle({ ...state, seats }, effects);
        }
        case "ended": {
          const gone = find(state.seats, input.leg);
          if (gone === undefined || gone.is !== "joined") return [state, []];
          if (input.how === "cancelled" && input.leg === state.host)
            return over(
              change(state.seats, input.leg, (s) => ({ ...s, is: "left" })),
              487,
              [],
              null,
            );
          const is = input.how === "left" ? "left" : "away";
          return settle({ ...state, seats: change(state.seats, input.leg, (s) => ({ ...s, is })) }, []);
        }
        case "referred": {
          const fresh = input.people.filter((p) => !state.seats.some((s) => s.who === p.who && belongs(s)));
          return invite(state, fresh, []);
        }
        case "asked":
        case "dialled-in": {
          const mine = state.seats.find((s) => s.who === input.who);
          if (mine === undefined || mine.is === "left")
            return [state, [{ do: "refuse", leg: input.leg, status: 403 }]];
          const [seats, before] = comeIn(state.seats, mine, input.leg);
          const fresh = input.on === "asked" ? unseated(seats, input.people) : [];
          const [standing, invites] = invite({ ...state, seats }, fresh, before);
          return settle(standing, [{ do: "accept", leg: input.leg }, ...invites]);
        }
        default:
          return [state, []];
      }

    case "over":
      if (input.on === "accepted") return [state, [{ do: "end", leg: input.leg, cause: 487 }]];
      if (input.on === "dialled-in") return [state, [{ do: "refuse", leg: input.leg, status: 404 }]];
      return [state, []];
  }
};

const seat = (
  leg: LegId,
  who: string,
  is: Seat["is"],
  mark: Mark | null,
  joinedBy: Seat["joinedBy"],
): Seat => ({ leg, who, is, status: null, mark, joinedBy });

const find = (seats: readonly Seat[], leg: LegId): Seat | undefined => seats.find((s) => s.leg === leg);

const change = (seats: readonly Seat[], leg: LegId, how: (seat: Seat) => Seat): readonly Seat[] =>
  seats.map((s) => (s.leg === leg ? how(s) : s));

type Wanted = { readonly leg: LegId; readonly who: string };

const unseated = (seats: readonly Seat[], people: readonly Wanted[]): readonly Wanted[] =>
  people.filter((p) => !seats.some((s) => s.who === p.who));

/** More people, into a group that is there already: none of them is marked. */
function invite<State extends { readonly seats: readonly Seat[] }>(
  state: State,
  people: readonly Wanted[],
  before: readonly FocusEffect[],
): readonly [State, readonly FocusEffect[]] {
  const names = new Set(people.map((p) => p.who));
  const seats = [
    ...state.seats.filter((s) => !names.has(s.who)),
    ...people.map((p) => seat(p.leg, p.who, "inviting", null, "invitation")),
  ];
  const invites = people.map((p) => ({ do: "invite", leg: p.leg, who: p.who, mark: null }) as const); // 15
  return [people.length === 0 ? state : { ...state, seats }, [...before, ...invites]];
}

const ring = (s: Seat): Seat => (s.is === "inviting" ? { ...s, is: "ringing" } : s);

/** Somebody who was invited comes by the conference URI: what stood or was out with that person goes. */
function comeIn(
  seats: readonly Seat[],
  mine: Seat,
  leg: LegId,
): readonly [readonly Seat[], readonly FocusEffect[]] {
  const back: Seat = { ...mine, leg, is: "joined", status: 200, joinedBy: "dial-in", mark: null };
  const before: readonly FocusEffect[] =
    mine.is === "joined"
      ? [{ do: "end", leg: mine.leg, cause: 200 }]
      : isAnswering(mine)
        ? [{ do: "cancel", leg: mine.leg }]
        : [];
  return [seats.map((s) => (s === mine ? back : s)), before];
}

/** A refusal or a silence. A 481 or 420 to both marks is asked once more with `Session-Replaces` alone. */
function answerNo(
  seats: readonly Seat[],
  input: Extract<FocusInput, { on: "refused" | "expired" }>,
): readonly [readonly Seat[], readonly FocusEffect[]] {
  const at = find(seats, input.leg);
  if (at === undefined || !isAnswering(at) || at.joinedBy === "host") return [seats, []];
  if (input.on === "expired")
    return [
      change(seats, input.leg, (s) => ({ ...s, is: "out", status: 408 })),
      [{ do: "cancel", leg: input.leg }],
    ];
  const again = input.status === 481 || input.status === 420;
  if (again && at.mark !== null && at.mark.replaces !== null && at.mark.sessionReplaces !== null) {
    const mark: Mark = { replaces: null, sessionReplaces: at.mark.sessionReplaces };
    return [
      change(seats, input.leg, (s) => ({ ...s, is: "inviting", mark })),
      [{ do: "invite", leg: at.leg, who: at.who, mark }], // 3, again
    ];
  }
  return [change(seats, input.leg, (s) => ({ ...s, is: "out", status: input.status })), []];
}

/** After each change of a standing group: is it over, and has every invitation its final answer (step 19)? */
function settle(state: Extract<Focus, { is: "standing" }>, effects: readonly FocusEffect[]): FocusStep {
  const hosted = find(state.seats, state.host);
  const joined = state.seats.some((s) => s.is === "joined" && s !== hosted);
  const hostGone = hosted === undefined || hosted.is === "left";
  if (
    state.seats.filter(belongs).length < 2 ||
    (hostGone && !joined && !state.seats.some((s) => s.is === "away"))
  )
    return over(state.seats, 410, effects, null);
  if (state.settled || state.seats.some(isAnswering)) return [state, effects];
  const members = state.seats.filter((s) => s.is === "joined").map((s) => s.who);
  return [{ ...state, settled: true }, [...effects, { do: "established", members }]]; // 19
}

/** Everybody still ringing is cancelled, everybody in is sent away. `except`: the host's unanswered INVITE. */
function over(
  seats: readonly Seat[],
  cause: 410 | 487,
  effects: readonly FocusEffect[],
  except: LegId | null,
): FocusStep {
  const ends = seats.flatMap((s): FocusEffect[] => {
    if (s.leg === except) return [];
    if (s.is === "joined") return [{ do: "end", leg: s.leg, cause }];
    return isAnswering(s) ? [{ do: "cancel", leg: s.leg }] : [];
  });
  const closed = seats.map((s): Seat => (belongs(s) ? { ...s, is: "out", status: s.status ?? 487 } : s));
  return [{ is: "over", seats: closed }, [...effects, ...ends, { do: "dissolve" }]];
}

/**
 * What the host is told when nobody came (RFC 3261 §16.7): any 6xx, else the one common status, else 480. A redirect
 * or a challenge is of use only to whoever can follow it, so it counts as 480.
 */
export function bestResponse(statuses: readonly number[]): number {
  const sixth = statuses.find((s) => s >= 600);
  if (sixth !== undefined) return sixth;
  const [first = 480, ...others] = statuses;
  const isPassedOn = first >= 400 && first !== 401 && first !== 407;
  return isPassedOn && others.every((s) => s === first) ? first : 480;
}
