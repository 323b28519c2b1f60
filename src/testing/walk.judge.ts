/** What must hold at every end, whatever the scenario: nobody waits, and nobody believes in a leg alone. */
import { unevenSteps } from "./walk.figure.ts";
import type { Party, World } from "./walk.world.ts";

export function problemsAt(world: World, countsSteps: boolean): readonly string[] {
  return [
    ...world.broken,
    ...Object.entries(world.parties).flatMap(([who, party]) => problemsOf(world, who, party)),
    ...(countsSteps ? unevenSteps(world.steps) : []),
  ];
}

function problemsOf(world: World, who: string, party: Party): readonly string[] {
  const problems: string[] = [];
  const named = new Set<string>();
  if (party.kind === "person")
    for (const talk of Object.values(party.conversations)) {
      if (talk.is === "asking" || talk.is === "joining" || talk.is === "invited")
        problems.push(`${who} is left ${talk.is}`);
      if ("leg" in talk) named.add(talk.leg);
      if ("old" in talk && talk.old !== null) problems.push(`${who} still holds the old 1-1`);
      if (talk.is === "group" && talk.closing !== null) problems.push(`${who} still closes the old 1-1`);
    }
  else if (party.state.is === "gathering") problems.push(`${who} is left gathering`);
  else if (party.state.is === "standing") {
    for (const seat of party.state.seats) if (seat.is === "joined") named.add(seat.leg);
    if (!party.state.settled) problems.push(`${who} never noted step 19`);
  }
  for (const [leg, dialog] of Object.entries(party.dialogs)) {
    if (dialog.is !== "confirmed") problems.push(`${who} has ${leg} left ${dialog.is}`);
    if (!named.has(leg)) problems.push(`${who} has ${leg}, which no machine knows`);
    if (world.parties[dialog.peer]?.dialogs[leg] === undefined) problems.push(`${who} has ${leg} alone`);
  }
  for (const leg of named)
    if (party.dialogs[leg] === undefined) problems.push(`${who} believes in ${leg}, which is gone`);
  return problems;
}
