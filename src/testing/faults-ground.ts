/**
 * Where a row of the table of faults is told: a network in a box, or, where the server in the middle is what breaks,
 * a Kamailio with the focus beside it. What the row needs of either, and no more.
 */
import type { Focus } from "../server/focus/focus.ts";
import type { Trace } from "../server/trace.ts";
import type { ServerTimers } from "../server/timers.ts";
import { stopPeople, startPeople, type HeadlessPerson, type PeopleOptions } from "./headless-person.ts";
import { openStage } from "./headless-stage.ts";
import { startKamailioNetwork } from "./kamailio-network.ts";

export type Ground = {
  readonly trace: () => Trace;
  readonly focus: () => Focus;
  /** Of the server in the middle; nobody can look into Kamailio. */
  readonly openTransactions: () => number;
  enter<const Users extends readonly string[]>(
    users: Users,
  ): Promise<{ readonly [Each in keyof Users]: HeadlessPerson }>;
  restartFocus(): Promise<void>;
  /** Kills the server in the middle; `meanwhile` it is gone. */
  restartServer(meanwhile: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
};

export type GroundOptions = PeopleOptions & { readonly server: ServerTimers; readonly onRow: () => void };

export async function openBoxGround({ server, onRow, ...people }: GroundOptions): Promise<Ground> {
  const stage = await openStage({ ...people, box: { timers: server, onRow } });
  const { box } = stage;
  return {
    trace: () => box.trace,
    focus: () => box.focus,
    openTransactions: () => box.openTransactions(),
    enter: (users) => stage.enter(users),
    restartFocus: async () => box.restartFocus(),
    restartServer: () => Promise.reject(new Error("the box is one process")),
    close: () => stage.close(),
  };
}

export async function openKamailioGround({ server, onRow, ...options }: GroundOptions): Promise<Ground> {
  const network = await startKamailioNetwork({ timers: server, onRow });
  let people: readonly HeadlessPerson[] = [];
  return {
    trace: () => network.trace,
    focus: () => network.focus,
    openTransactions: () => 0,
    enter: async (users) => {
      const entered = await startPeople(network, users, { ...options, onSip: network.told });
      people = [...people, ...entered];
      return entered;
    },
    restartFocus: () => network.restartFocus(async () => {}),
    restartServer: (meanwhile) => network.restart(meanwhile, "kill"),
    close: async () => {
      await stopPeople(people);
      await network.stop();
    },
  };
}
