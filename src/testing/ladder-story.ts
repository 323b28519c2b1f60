/**
 * The story that the ladder watches: two people chat, one adds a third, all three chat. Told by headless people on a
 * network in a box, so the client is the real one, the server too, and each row was bytes on a socket or a link.
 *
 * A story that gets stuck is told as far as it goes: what is missing then is in the rungs.
 */
import { openStage, invitationAt, talkInGroup, talkInPrivate, type Stage } from "./headless-stage.ts";
import type { Fault } from "./ladder-faults.ts";
import { problemsOf, rungsIn, type Cast, type Rung } from "./ladder-rows.ts";

export const cast: Cast = { A: "alice", B: "bob", C: "carol" };

export type Told = { readonly rungs: readonly Rung[]; readonly problems: readonly string[] };

/** The last step may stay away on purpose; nobody wants to wait long for that. */
const lastMs = { whole: 15_000, faulty: 4_000 };

/** Rejects only when there is no network to tell it on. */
export async function tellStory(fault: Fault | null): Promise<Told> {
  const stage = await openStage(fault?.step === undefined ? {} : { box: { focusStep: fault.step } });
  let stuck: readonly string[] = [];
  try {
    await tell(stage, fault);
  } catch (error) {
    stuck = [`the story is stuck: ${error instanceof Error ? error.message : String(error)}`];
  }
  // Before they go: how they go is no part of the figure.
  const rungs = rungsIn(stage.box.trace, cast);
  await stage.close();
  return { rungs, problems: [...stuck, ...problemsOf(rungs)] };
}

async function tell(stage: Stage, fault: Fault | null): Promise<void> {
  const [alice, bob, carol] = await stage.enter([cast.A, cast.B, cast.C]);
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
    const steps = rungsIn(stage.box.trace, cast).map(({ step }) => step);
    return steps.includes(14) && steps.includes(19);
  };
  await stage.traced("steps 14 and 19", isWhole, fault === null ? lastMs.whole : lastMs.faulty);
}
