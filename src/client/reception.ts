/**
 * Who calls, and which room it is for: a private chat, a group, or a 1-1 whose place a group is to take.
 *
 * What may not replace a 1-1 is turned away here without asking the person (decision 15), and leaves a quiet row
 * where one may still join by hand.
 */
import type { LegId } from "../flow/extend.ts";
import type { Incoming } from "../sip/agent.ts";
import { domainOf, personAddress } from "./addresses.ts";
import { groupIdOf, type Desk } from "./desk.ts";
import type { Talk } from "./talk.ts";

/** `talkOf`: the talk in which that leg is the 1-1. */
export function receive(desk: Desk, talkOf: (leg: LegId) => Talk | null, given: Incoming): void {
  const incoming = asKnown(given, domainOf(desk.self.address));
  const { leg } = incoming;
  const verdict = desk.oneToOnes.judge(incoming);
  switch (verdict.is) {
    case "refused":
      desk.agent.refuse(leg, verdict.status);
      if (!incoming.isFocus) return;
      if (!desk.hasRoom({ group: groupIdOf(incoming) })) return;
      if (verdict.status === 403) desk.groupFor(incoming).turnedAway(incoming, "refused");
      // The focus asks once more without `Replaces`, unless another device of ours has the 1-1 and moves over.
      else if (verdict.status === 481 && incoming.sessionReplaces !== null)
        desk.groupFor(incoming).turnedAway(incoming, "elsewhere");
      return;
    case "replaces": {
      const talk = talkOf(verdict.leg);
      if (talk === null) return desk.agent.refuse(leg, 481);
      return desk.groupFor(incoming).invited(incoming, { talk, leg: verdict.leg });
    }
    case "ordinary": {
      if (incoming.isFocus) {
        if (!desk.hasRoom({ group: groupIdOf(incoming) })) return desk.agent.refuse(leg, 486);
        return desk.groupFor(incoming).invited(incoming, null);
      }
      // As the network says, where it says anything.
      const caller = incoming.assertedIdentity ?? incoming.from.address;
      if (caller === "") return desk.agent.refuse(leg, 400);
      if (!desk.hasRoom({ caller })) return desk.agent.refuse(leg, 486);
      return desk.privateChat(caller).called(incoming);
    }
  }
}

/** A number is one person, however the network writes it. */
function asKnown(given: Incoming, domain: string): Incoming {
  const { assertedIdentity, from, referredBy } = given;
  const person = (address: string): string => personAddress(address, domain) ?? address;
  return {
    ...given,
    from: { ...from, address: person(from.address) },
    assertedIdentity: assertedIdentity === null ? null : person(assertedIdentity),
    referredBy: referredBy === null ? null : { ...referredBy, address: person(referredBy.address) },
  };
}
