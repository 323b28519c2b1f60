/**
 * Agents on real sockets (`agent-people.ts`) against the network in a box, and what they do first in many tests: two
 * sign in, one calls the other, a roster is read until it says something.
 */
import { afterEach, beforeEach } from "vitest";
import { startBox, type Box } from "../server/network-in-a-box.ts";
import { withTimers } from "../server/timers.ts";
import type { Invite } from "../sip/agent.ts";
import { parseConferenceInfo } from "../wire/conference-info.ts";
import { signedIn, stopAll, testSdp, type AgentPerson } from "./agent-people.ts";

export const factory = "sip:conference-factory@segue.example";

export function boxInEachTest(begins: (box: Box) => void): void {
  let box: Box;
  beforeEach(async () => {
    box = await startBox({ timers: withTimers({ focus: { notifyMs: 1 } }) });
    begins(box);
  });
  afterEach(async () => {
    await stopAll();
    await box.stop();
  });
}

export async function two(box: Box): Promise<{ readonly alice: AgentPerson; readonly bob: AgentPerson }> {
  const [alice, bob] = await Promise.all([signedIn(box.port, "alice"), signedIn(box.port, "bob")]);
  return { alice, bob };
}

export const ask = (leg: string, to: string): Invite => ({
  leg,
  to,
  sdp: testSdp(`${leg}-a`),
  headers: [],
  recipientList: null,
});

/** A 1-1 that stands at both ends. */
export async function call(
  from: AgentPerson,
  to: AgentPerson,
  leg: string,
): Promise<{ readonly there: string }> {
  from.agent.invite({
    ...ask(leg, to.address),
    headers: [
      ["Conversation-ID", `conversation-${leg}`],
      ["Contribution-ID", `contribution-${leg}`],
    ],
  });
  const { incoming } = await to.take("incoming");
  to.agent.accept(incoming.leg, testSdp(`${leg}-b`));
  await Promise.all([from.take("accepted", leg), to.take("acked", incoming.leg)]);
  return { there: incoming.leg };
}

export const usersIn = ({ body }: { readonly body: string }): Readonly<Record<string, string | null>> =>
  Object.fromEntries(parseConferenceInfo(body).users.map((user) => [user.entity, user.status]));

/** Reads NOTIFYs until one says so. */
export async function until(
  person: AgentPerson,
  says: (users: Readonly<Record<string, string | null>>) => boolean,
): Promise<void> {
  while (!says(usersIn(await person.take("notified"))));
}

/** The reason of the NOTIFY that ends a subscription. */
export async function lastOf(person: AgentPerson): Promise<string> {
  for (;;) {
    const { terminated } = await person.take("notified");
    if (terminated !== null) return terminated;
  }
}
