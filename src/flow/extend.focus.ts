/**
 * From 1-1 to group, on the side of X, the Controlling Function: one machine per group. People's side is `extend.ts`.
 *
 * Source: OMA CPM call flows, "Extending CPM 1-1 Session to a 1-N Session" (steps 1-19, both notes); RFC 5366 for the
 * list, RFC 4579 §5.10 for who ends what. The number that closes a line is the step of the figure that happens there.
 *
 * What is refused here: knowing SIP, as in `extend.ts`. Who may order and who is in the list is checked before.
 */
import type { LegId } from "./extend.ts";
import type { Step } from "./machine.ts";

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
