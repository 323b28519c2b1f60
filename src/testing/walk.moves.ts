/**
 * What may happen next in a world: the first packet of any lane arrives, somebody does what he wished to do, or,
 * when nothing is on its way any more, a timer runs out.
 *
 * Timers are the long ones of a client, so the network is always faster than they are; people are not.
 */
import type { client } from "../flow/extend.ts";
import type { Focus, focus, Seat } from "../flow/extend.focus.ts";
import type { Move } from "./walk.ts";
import { stepsOf, type StepCounter } from "./walk.figure.ts";
import { FocusTurn } from "./walk.focus.ts";
import { PersonTurn } from "./walk.person.ts";
import type { Turn } from "./walk.turn.ts";
import {
  focusOf,
  main,
  numberOf,
  otherThan,
  put,
  without,
  type Packet,
  type Party,
  type Person,
  type Wish,
  type World,
} from "./walk.world.ts";

export type Machines = { readonly client: (who: string) => typeof client; readonly focus: typeof focus };

export type Rules = {
  readonly machines: Machines;
  readonly offline: readonly string[];
  readonly refusing: readonly string[];
  /** Clients that take the peer's 491 for staying, and wait for nothing. */
  readonly areHasty: boolean;
  /** Counts the steps of the figure, where the scenario is the figure. */
  readonly count: StepCounter | null;
};

/** The moves of any world under these rules. */
export function movesUnder(rules: Rules): (world: World) => readonly Move<World>[] {
  const { machines, offline, refusing, areHasty } = rules;
  /** A party does the same again in the same state: most turns have been seen. */
  const deliveries = new Map<string, Turn>();

  const personTurn = (who: string, party: Person): PersonTurn =>
    new PersonTurn(who, party, {
      client: machines.client(who),
      isOffline: offline.includes(who),
      isRefusing: refusing.includes(who),
    });

  function deliver(world: World, lane: string): Move<World> {
    const [packet, ...rest] = world.lanes[lane] as readonly [Packet, ...Packet[]];
    const [from = "", to = ""] = lane.split(/[> ]/);
    const party = world.parties[to] as Party;
    const key = `${from} ${numberOf(packet)} ${to} ${numberOf(party)}`;
    let turn = deliveries.get(key);
    if (turn === undefined) {
      turn = party.kind === "person" ? personTurn(to, party) : new FocusTurn(to, party, machines.focus);
      turn.deliver(from, packet);
      deliveries.set(key, turn);
    }
    const lanes = rest.length === 0 ? without(world.lanes, lane) : { ...world.lanes, [lane]: rest };
    const arrived = rules.count === null ? world : counted(world, stepsOf("received", from, to, packet));
    return {
      label: () => `${lane} ${packet.sip} ${packet.leg}`,
      state: after(arrived, lanes, turn),
    };
  }

  /** `lanes`: those of the world, without what has just arrived. */
  function after(world: World, before: World["lanes"], turn: Turn): World {
    let lanes = before;
    for (const { lane, packet } of turn.sent) lanes = put(lanes, lane, [...(lanes[lane] ?? []), packet]);
    const next: World = {
      ...world,
      parties: { ...world.parties, [turn.who]: turn.party },
      lanes,
      broken: turn.broken.length === 0 ? world.broken : [...world.broken, ...turn.broken],
    };
    if (rules.count === null) return next;
    const steps = turn.sent.flatMap(({ to, packet }) => stepsOf("sent", turn.who, to, packet));
    const isEarly = world.earlyBye || turn.isEarlyBye;
    return counted({ ...next, earlyBye: isEarly }, turn.isEstablished ? [...steps, 19] : steps);
  }

  function counted(world: World, happened: readonly number[]): World {
    let { steps, broken } = world;
    for (const step of happened) {
      const [more, problem] = rules.count?.(steps, step) ?? [steps, null];
      steps = more;
      if (problem !== null) broken = [...broken, problem];
    }
    return { ...world, steps, broken };
  }

  function grant(world: World, wish: Wish): Move<World> | null {
    const turn = wish.does === "overdue" ? overdue(world, wish.who) : wishedTurn(world, wish);
    if (turn === null) return null;
    const stays = (wish.does === "join" || wish.does === "decline") && wish.always === true;
    const wishes = stays ? world.wishes : world.wishes.filter((one) => one !== wish);
    return {
      label: () => `${wish.who} does ${wish.does}`,
      state: after({ ...world, wishes }, world.lanes, turn),
    };
  }

  function wishedTurn(world: World, wish: Wish): Turn | null {
    const party = world.parties[wish.who];
    if (party?.kind === "person") return fulfil(personTurn(wish.who, party), wish);
    if (party?.kind !== "focus" || wish.does !== "expire") return null;
    return expire(new FocusTurn(wish.who, party, machines.focus), wish.whom);
  }

  /** The peer is in the group, and its BYE for the 1-1 has not come. */
  function overdue(world: World, who: string): Turn | null {
    const party = world.parties[who];
    if (party?.kind !== "person") return null;
    for (const [row, talk] of Object.entries(party.conversations)) {
      if (talk.is !== "group" || talk.old === null) continue;
      const x = world.parties[focusOf(talk.id)];
      if (x?.kind !== "focus" || seatOf(x.state, otherThan(who))?.is !== "joined") continue;
      const turn = personTurn(who, party);
      turn.feed(row, { on: "overdue" });
      return turn;
    }
    return null;
  }

  function lateMoves(world: World): readonly Move<World>[] {
    return ["A", "B"].flatMap((who) => {
      const turn = overdue(world, who);
      return turn === null
        ? []
        : [
            {
              label: () => `${who} has waited for a BYE long enough`,
              state: after(world, world.lanes, turn),
            },
          ];
    });
  }

  return (world) => {
    const lanes = Object.keys(world.lanes);
    const moving = lanes.filter((lane) => areHasty || !isHeldBack(world.lanes[lane]?.[0]));
    const isQuiet = moving.length === 0;
    return [
      ...(isQuiet ? lanes : moving).map((lane) => deliver(world, lane)),
      ...world.wishes.flatMap((wish) => grant(world, wish) ?? []),
      ...(isQuiet ? lateMoves(world) : []),
    ];
  };
}

/**
 * 491 from the peer says that the peer is asking as well. A client waits a while for that invitation before it
 * believes that the peer stays behind.
 */
const isHeldBack = (packet: Packet | undefined): boolean => packet?.sip === "NOTIFY" && packet.status === 491;

const seatOf = (state: Focus, who: string): Seat | undefined =>
  state.is === "idle" ? undefined : state.seats.find((seat) => seat.who === who);

function expire(turn: FocusTurn, whom: string): FocusTurn | null {
  const seat = seatOf(turn.party.state, whom);
  if (seat?.is !== "inviting" && seat?.is !== "ringing") return null;
  turn.feed({ on: "expired", leg: seat.leg });
  return turn;
}

/** Null when it is not possible now. */
function fulfil(turn: PersonTurn, wish: Wish): PersonTurn | null {
  const { conversations } = turn.party;
  const rowThat = (is: string): string | undefined =>
    Object.entries(conversations).find(([, talk]) => talk.is === is)?.[0];
  const does = (row: string | undefined, on: "join" | "decline" | "cancel" | "close" | "leave"): boolean => {
    if (row !== undefined) turn.feed(row, { on });
    return row !== undefined;
  };
  switch (wish.does) {
    case "join":
    case "decline":
      return does(rowThat("invited"), wish.does) ? turn : null;
    case "cancel":
      return does(rowThat("asking"), "cancel") ? turn : null;
    case "close":
      return does(rowThat("1-1"), "close") ? turn : null;
    case "leave":
      return does(rowThat("group"), "leave") ? turn : null;
    case "add": {
      const { group, people } = wish;
      const talk = conversations[main]?.is ?? "none";
      if (talk === "none" || talk === "asking") return null;
      turn.feed(main, { on: "add", leg: `${turn.who}-${focusOf(group)}`, id: group, people });
      return turn;
    }
    case "overdue":
    case "expire":
      return null;
  }
}
