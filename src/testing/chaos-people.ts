/** What people may do next around a scripted person: Alice herself, Bob, strangers, the focus. */
import type { LegId } from "../sip/agent.ts";
import { isGroup, type ChaosWorld, type Step } from "./chaos-legs.ts";
import { bob, carol, conference, dave, stranger, user } from "./scripted-person.ts";
import { incoming } from "./scripted-agent.ts";
import { farSdp } from "./scripted-relay.ts";

export function ofAlice({ person, fresh }: ChaosWorld): readonly Step[] {
  const { actions } = person;
  const steps: Step[] = [
    { what: "opens bob", run: () => void actions.startChat(bob) },
    { what: "writes bob", run: () => actions.send(bob, fresh("private")) },
    { what: "adds carol", run: () => actions.addPeople(bob, [carol], null) },
    { what: "gives up", run: () => actions.cancelAsking(bob) },
    { what: "closes bob", run: () => actions.closeChat(bob) },
    { what: "asks again", run: () => actions.askAgain(bob, bob) },
    { what: "looks away", run: () => actions.select(null) },
  ];
  if (person.hasRow(stranger))
    steps.push(
      { what: "answers yes", run: () => actions.join(stranger) },
      { what: "answers no", run: () => actions.decline(stranger) },
      { what: "writes stranger", run: () => actions.send(stranger, fresh("private")) },
      { what: "closes stranger", run: () => actions.closeChat(stranger) },
    );
  for (const { id } of person.groups())
    steps.push(
      { what: `writes ${id}`, run: () => actions.send(id, fresh("group")) },
      { what: `adds dave ${id}`, run: () => actions.addPeople(id, [dave], null) },
      { what: `joins ${id}`, run: () => actions.join(id) },
      { what: `leaves ${id}`, run: () => actions.leave(id) },
      { what: `drafts ${id}`, run: () => actions.setDraft(id, "x") },
    );
  for (const chat of Object.values(person.state().chats))
    for (const item of chat.items)
      if (item.kind === "message" && item.is === "undelivered")
        steps.push({
          what: `for bob ${item.text}`,
          run: () => actions.sendUndelivered(chat.id, item.id, "person"),
        });
      else if (item.kind === "message" && item.is === "failed")
        steps.push({ what: `retries ${item.text}`, run: () => actions.retry(chat.id, item.id) });
  return steps;
}

/** Somebody's INVITE comes in. */
function called({ legs, groupSessions, fresh }: ChaosWorld, to: string, run: (leg: LegId) => void): void {
  const id = fresh("in");
  legs.set(id, { id, to, is: "ringing", session: id, proceeds: true });
  if (to === conference) groupSessions.add(id);
  run(id);
}

export function ofOthers(world: ChaosWorld): readonly Step[] {
  const { person, legs } = world;
  const { agent } = person;
  const steps: Step[] = [
    {
      what: "bob calls",
      run: () =>
        called(world, bob, (leg) =>
          agent.hears({ on: "incoming", incoming: incoming(leg, bob, { sdp: farSdp(leg) }) }),
        ),
    },
    {
      what: "stranger calls",
      run: () =>
        called(world, stranger, (leg) =>
          agent.hears({ on: "incoming", incoming: incoming(leg, stranger, { sdp: farSdp(leg) }) }),
        ),
    },
    { what: "bob invites", run: () => called(world, conference, (leg) => person.isInvited(leg, bob)) },
  ];
  for (const leg of legs.values())
    if (!isGroup(leg) && leg.to === bob && (leg.is === "standing" || leg.is === "answered"))
      for (const contributionId of ["0", "z"])
        steps.push({
          what: `bob replaces ${leg.id} by ${contributionId}`,
          run: () =>
            called(world, conference, (id) =>
              person.isInvited(id, bob, {
                contributionId: `${contributionId}${id}`,
                conversationId: null,
                replaces: { callId: `call-${leg.id}`, toTag: "ours", fromTag: "theirs", earlyOnly: false },
              }),
            ),
        });
  for (const { id } of person.groups())
    steps.push({
      what: `bob invites again ${id}`,
      run: () =>
        called(world, conference, (leg) =>
          person.isInvited(leg, bob, { contributionId: id.replace("group:", "") }),
        ),
    });
  if (agent.count("subscribe") > 0)
    for (const [peer, other] of [
      ["connected", "connected"],
      ["connected", "alerting"],
      ["disconnected", "connected"],
    ] as const)
      steps.push({
        what: `roster bob ${peer}`,
        run: () =>
          person.roster(
            user(bob, peer, peer === "disconnected" ? { reason: { cause: 603, text: "" } } : {}),
            user(carol, other),
          ),
      });
  return steps;
}
