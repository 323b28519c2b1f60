/**
 * The story that the ladder watches: two people chat, one adds a third, all three chat. Told by headless people on a
 * network, so the client is the real one, the focus too, and each row was bytes on a socket or a link.
 *
 * In the box every hop can be seen. A Kamailio can't be looked into: there the people and the focus tell what they
 * send and get. A story that gets stuck is told as far as it goes: what is missing then is in the rungs.
 */
import { openStage, invitationAt, talkInGroup, talkInPrivate, type Stage } from "./headless-stage.ts";
import { startPeople, stopPeople, type HeadlessPerson } from "./headless-person.ts";
import { createBell, until } from "./headless-until.ts";
import { startKamailioNetwork } from "./kamailio-network.ts";
import type { Fault } from "./ladder-faults.ts";
import { oneServerSteps, withInside } from "./ladder-one-server.ts";
import { problemsOf, rungsIn, type Cast, type Rung } from "./ladder-rows.ts";

export const cast: Cast = { A: "alice", B: "bob", C: "carol" };

export type Told = { readonly rungs: readonly Rung[]; readonly problems: readonly string[] };

/** Where it can be told. Each rejects only when there is no such network. */
export const stories: ReadonlyMap<string, (fault: Fault | null) => Promise<Told>> = new Map([
  ["box", onTheBox],
  ["kamailio", onKamailio],
]);

type Scene = Pick<Stage, "enter" | "traced"> & { readonly rungs: () => readonly Rung[] };

/** The last step may stay away on purpose; nobody wants to wait long for that. */
const lastMs = { whole: 15_000, faulty: 4_000 };

async function onTheBox(fault: Fault | null): Promise<Told> {
  const stage = await openStage(fault?.step === undefined ? {} : { box: { focusStep: fault.step } });
  const scene = { ...stage, rungs: () => rungsIn(stage.box.trace, cast) };
  const stuck = await whereStuck(scene, fault);
  // Before they go: how they go is no part of the figure.
  const rungs = scene.rungs();
  await stage.close();
  return { rungs, problems: [...stuck, ...problemsOf(rungs)] };
}

async function onKamailio(fault: Fault | null): Promise<Told> {
  const rows = createBell();
  const network = await startKamailioNetwork({
    onRow: rows.ring,
    ...(fault?.step === undefined ? {} : { focusStep: fault.step }),
  });
  const everybody: HeadlessPerson[] = [];
  const scene: Scene = {
    enter: async (users) => {
      const people = await startPeople(network, users, { onSip: network.told });
      everybody.push(...people);
      return people;
    },
    traced: (what, find, limitMs = lastMs.whole) =>
      until(rows, { find, limitMs, what, instead: () => `${network.trace.sip.length} hops without it` }),
    rungs: () => withInside(rungsIn(network.trace, cast)),
  };
  const stuck = await whereStuck(scene, fault);
  const rungs = scene.rungs();
  await stopPeople(everybody);
  await network.stop();
  return { rungs, problems: [...stuck, ...problemsOf(rungs, oneServerSteps)] };
}

async function whereStuck(scene: Scene, fault: Fault | null): Promise<readonly string[]> {
  try {
    await tell(scene, fault);
    return [];
  } catch (error) {
    return [`the story is stuck: ${error instanceof Error ? error.message : String(error)}`];
  }
}

async function tell(scene: Scene, fault: Fault | null): Promise<void> {
  const [alice, bob, carol] = await scene.enter([cast.A, cast.B, cast.C]);
  fault?.spoil?.(bob.tap);
  const chat = await talkInPrivate(alice, bob);
  alice.actions.addPeople(chat.id, [carol.address], null);
  const invitation = await invitationAt(carol);
  // A person is slower than Bob's client; and so 7 is on the wire before 18, and 19 noted after both.
  await alice.group();
  carol.actions.join(invitation.id);
  await talkInGroup([alice, bob, carol], "the trip");
  // The old chat ends beside all this, so it may be last.
  const isWhole = (): boolean => {
    const steps = scene.rungs().map(({ step }) => step);
    return steps.includes(14) && steps.includes(19);
  };
  await scene.traced("steps 14 and 19", isWhole, fault === null ? lastMs.whole : lastMs.faulty);
}
