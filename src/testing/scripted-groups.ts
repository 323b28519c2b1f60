/** Where groups stand when many a test of the scripted person begins. */
import type { LegId } from "../sip/agent.ts";
import { bye } from "./scripted-events.ts";
import { alice, bob, carol, scriptedPerson, user, type ScriptedPerson } from "./scripted-person.ts";

/** A and B talk, A has asked C; `old` and `leg` are the two legs. */
export function asking(people: readonly string[] = [carol]): {
  readonly at: ScriptedPerson;
  readonly old: LegId;
  readonly leg: LegId;
} {
  const at = scriptedPerson();
  const old = at.talksWith(bob, "bob-1");
  const leg = at.asks(bob, people);
  return { at, old, leg };
}

/** Alice, Bob and Carol are in; it grew out of the 1-1 with Bob. */
export function standing(): { readonly at: ScriptedPerson; readonly leg: LegId; readonly id: string } {
  const at = scriptedPerson();
  const old = at.talksWith(bob, "bob-1");
  const leg = at.asks(bob, [carol]);
  at.isLetIn(leg, "x");
  bye(at, old);
  at.roster(user(alice, "connected"), user(bob, "connected"), user(carol, "connected"));
  at.clock.advance(5_000);
  return { at, leg, id: at.group().id };
}
