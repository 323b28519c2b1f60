/**
 * Who calls, and which room it is for: a private chat, a group, or a 1-1 whose place a group is to take.
 *
 * What may not replace a 1-1 is turned away here without asking the person (decision 15), and leaves a quiet row
 * where one may still join by hand.
 */
import type { LegId } from "../flow/extend.ts";
import type { Incoming, IncomingMessage } from "../sip/agent.ts";
import { ProtocolError } from "../wire/errors.ts";
import { bareAddress, domainOf, personAddress } from "./addresses.ts";
import { readContent, type Content } from "./content.ts";
import { groupIdOf, type Desk } from "./desk.ts";
import type { Talk } from "./talk.ts";

/** `talkOf`: the talk in which that leg is the 1-1. */
export function receive(desk: Desk, talkOf: (leg: LegId) => Talk | null, given: Incoming): void {
  const domain = domainOf(desk.self.address);
  const { referredBy } = given;
  const incoming = asKnown(
    {
      ...given,
      referredBy:
        referredBy === null
          ? null
          : { ...referredBy, address: personAddress(referredBy.address, domain) ?? referredBy.address },
    },
    domain,
  );
  const { leg } = incoming;
  const verdict = desk.oneToOnes.judge(incoming);
  switch (verdict.is) {
    case "refused":
      desk.agent.refuse(leg, verdict.status);
      if (!incoming.isFocus) return;
      if (!desk.hasRoom({ group: groupIdOf(incoming) })) return;
      if (verdict.status === 403) desk.groupFor(incoming).turnedAway(incoming, "refused");
      // The focus asks once more without `Replaces`, unless another device of ours has the 1-1 and moves over. Where
      // it is here, behind a B2BUA, we do with that second invitation.
      else if (
        verdict.status === 481 &&
        incoming.sessionReplaces !== null &&
        !desk.oneToOnes.isHere(incoming.sessionReplaces)
      )
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

/**
 * A MESSAGE: who wrote, by the network's word where it says anything, and what. Answers with the status for it.
 *
 * A notification, or that somebody types, makes no chat of its own.
 */
export function receiveMessage(desk: Desk, given: IncomingMessage): number {
  const { from, assertedIdentity } = asKnown(given, domainOf(desk.self.address));
  const author = assertedIdentity ?? from.address;
  if (author === "") return 400;
  // Nobody speaks for a group in a text to one person.
  if (desk.factory !== null && bareAddress(author) === bareAddress(desk.factory)) return 403;
  const content = readMessage(given);
  if (typeof content === "number") return content;
  if (content.notification !== null) return desk.knownChat(author)?.messaged(given, content) ?? 200;
  if (content.text === null || content.text.trim() === "") return 200;
  if (!desk.hasRoom({ caller: author })) return 486;
  return desk.privateChat(author).messaged({ ...given, from }, content);
}

/** Bare text is known by what a repeated request has in common with the first. */
function readMessage({ contentType, body, callId, cseq }: IncomingMessage): Content | number {
  try {
    return readContent({ contentType, body, messageId: `${callId} ${cseq}` });
  } catch (error) {
    if (error instanceof ProtocolError) return error.status;
    throw error;
  }
}

/** A number is one person, however the network writes it. */
function asKnown<T extends Pick<Incoming, "from" | "assertedIdentity">>(given: T, domain: string): T {
  const { assertedIdentity, from } = given;
  const person = (address: string): string => personAddress(address, domain) ?? address;
  return {
    ...given,
    from: { ...from, address: person(from.address) },
    assertedIdentity: assertedIdentity === null ? null : person(assertedIdentity),
  };
}
