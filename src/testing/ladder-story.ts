/**
 * The story that the ladder watches: two people chat, one adds a third, all three chat. Told by headless people on a
 * network in a box, so the client is the real one, the server too, and each row was bytes on a socket or a link.
 *
 * A story that gets stuck is told as far as it goes: what is missing then is in the rungs.
 */
import { startBox, type Box } from "../server/network-in-a-box.ts";
import { startPeople, stopPeople, type HeadlessPerson } from "./headless-person.ts";
import { groupIn } from "./headless-state.ts";
import { createBell, until, type Bell } from "./headless-until.ts";
import type { Fault } from "./ladder-faults.ts";
import { problemsOf, rungsIn, type Cast, type Rung } from "./ladder-rows.ts";

export const cast: Cast = { A: "alice", B: "bob", C: "carol" };

export type Told = { readonly rungs: readonly Rung[]; readonly problems: readonly string[] };

/** `limitMs`: for each wait. Rejects only when there is no network to tell it on. */
export async function tellStory(options: {
  readonly fault: Fault | null;
  readonly limitMs: number;
}): Promise<Told> {
  const { fault, limitMs } = options;
  const rows = createBell();
  const box = await startBox({
    trace: true,
    onRow: rows.ring,
    ...(fault?.step === undefined ? {} : { focusStep: fault.step }),
  });
  const people: HeadlessPerson[] = [];
  let stuck: string | null = null;
  try {
    people.push(...(await startPeople(box, [cast.A, cast.B, cast.C], { limitMs })));
    const [alice, bob, carol] = people;
    if (alice === undefined || bob === undefined || carol === undefined)
      throw new Error("somebody is missing");
    fault?.spoil?.(bob.tap);
    await tell(alice, bob, carol);
    await everyStep(box, rows, limitMs);
  } catch (error) {
    stuck = error instanceof Error ? error.message : String(error);
  }
  // Before they go: how they go is no part of the figure.
  const rungs = rungsIn(box.trace, cast);
  const problems = [...(stuck === null ? [] : [`the story is stuck: ${stuck}`]), ...problemsOf(rungs)];
  await stopPeople(people);
  await box.stop();
  return { rungs, problems };
}

async function tell(alice: HeadlessPerson, bob: HeadlessPerson, carol: HeadlessPerson): Promise<void> {
  const chat = alice.chatWith(bob);
  alice.say(chat, "Shall we plan the trip?");
  await bob.read("Shall we plan the trip?");
  bob.say(bob.chatWith(alice), "Yes. Carol should come too.");
  await alice.read("Yes. Carol should come too.");
  await alice.sent("Shall we plan the trip?");
  await bob.sent("Yes. Carol should come too.");

  alice.actions.addPeople(chat.id, [carol.address], null);
  const invitation = await carol.until("the invitation", (state) => groupIn(state, "invited"));
  // A person is slower than Bob's client; and so 7 is on the wire before 18, and 19 noted after both.
  await alice.group();
  carol.actions.join(invitation.id);

  for (const [one, text] of [
    [alice, "Here we are."],
    [bob, "All three."],
    [carol, "Hello both!"],
  ] as const) {
    one.say(await one.group(), text);
    for (const other of [alice, bob, carol]) await (other === one ? one.sent(text) : other.read(text));
  }
}

/** The old chat ends and the answers come in beside the talk, so they may be last. */
const everyStep = (box: Box, rows: Bell, limitMs: number): Promise<true> =>
  until(rows, {
    find: () => {
      const steps = rungsIn(box.trace, cast).map(({ step }) => step);
      return steps.includes(14) && steps.includes(19);
    },
    limitMs,
    what: "steps 14 and 19",
    instead: () => "they have not come",
  });
