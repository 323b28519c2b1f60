/**
 * Anything that may happen to Alice next, as a list to choose from: what she does, what Bob, Carol and the focus do,
 * what breaks. A choice is a number, so that a property test can pick any order and shrink what fails.
 *
 * It keeps to what SIP and MSRP can do: no leg is acknowledged that was not answered, none speaks after its end.
 */
import type { LegId } from "../sip/agent.ts";
import { incoming, type Asked } from "./scripted-agent.ts";
import { farSdp } from "./scripted-relay.ts";
import {
  bob,
  carol,
  conference,
  dave,
  scriptedPerson,
  stranger,
  user,
  type ScriptedPerson,
} from "./scripted-person.ts";

const goesOn = /^(?:accepted|acked|reports|writes|bob replaces|adds carol|for bob)/;

type Step = { readonly what: string; readonly run: () => void };

type Leg = {
  readonly id: LegId;
  readonly to: string;
  is: "inviting" | "cancelled" | "ringing" | "answered" | "standing" | "ending" | "over";
  session: string | null;
};

export interface Chaos {
  readonly person: ScriptedPerson;
  readonly legs: ReadonlyMap<LegId, Leg>;
  readonly log: readonly string[];
  /** Does the n-th of what is possible now. */
  next(n: number): void;
  /** Everybody answers yes, reports what they have, and enough time passes. */
  settle(): void;
  /** The names of sessions that go to a focus. */
  readonly groupSessions: ReadonlySet<string>;
}

export function createChaos(): Chaos {
  const person = scriptedPerson();
  const { agent, actions, clock, relay } = person;
  const legs = new Map<LegId, Leg>();
  const log: string[] = [];
  const groupSessions = new Set<string>();
  let made = 0;
  let read = 0;
  let isDown = false;

  /** What the client has asked of SIP since the last look. */
  function look(): void {
    for (; read < agent.asked.length; read += 1) note(agent.asked[read]);
  }

  function note(asked: Asked | undefined): void {
    if (asked === undefined || !("leg" in asked)) return;
    const leg = legs.get(asked.leg);
    if (asked.do === "invite")
      legs.set(asked.leg, { id: asked.leg, to: asked.invite.to, is: "inviting", session: null });
    else if (leg === undefined || leg.is === "over") return;
    else if (asked.do === "accept") leg.is = "answered";
    else if (asked.do === "refuse") leg.is = "over";
    else if (asked.do === "cancel" && leg.is === "inviting") leg.is = "cancelled";
    else if (asked.do === "end" && leg.is === "inviting") leg.is = "cancelled";
    else if (asked.do === "end") leg.is = leg.is === "ringing" ? "over" : "ending";
  }

  const fresh = (kind: string): string => `${kind}-${(made += 1)}`;
  const isGroup = (leg: Leg): boolean => leg.to !== bob && leg.to !== stranger;

  function called(to: string, run: (leg: LegId) => void): void {
    const id = fresh("in");
    legs.set(id, { id, to, is: "ringing", session: id });
    if (to === conference) groupSessions.add(id);
    run(id);
  }

  function ofLeg(leg: Leg): readonly Step[] {
    const step = (what: string, run: () => void): Step => ({ what: `${what} ${leg.id}`, run });
    const over = (what: string, say: () => void): Step =>
      step(what, () => {
        leg.is = "over";
        say();
      });
    const refused = (status: number): Step =>
      over(`refused ${status}`, () =>
        agent.hears({ on: "refused", leg: leg.id, status, reason: "", warning: null }),
      );
    const ended = (cause: number | null): Step =>
      over(`ended ${cause}`, () => agent.hears({ on: "ended", leg: leg.id, by: "peer", cause, text: null }));
    switch (leg.is) {
      case "inviting":
        return [
          step("accepted", () => {
            leg.is = "standing";
            leg.session = fresh("out");
            if (isGroup(leg)) groupSessions.add(leg.session);
            if (isGroup(leg)) person.isLetIn(leg.id, leg.session);
            else person.isAccepted(leg.id, leg.to, leg.session);
          }),
          ...(isGroup(leg)
            ? [
                step("progress", () =>
                  agent.hears({
                    on: "progress",
                    leg: leg.id,
                    status: 183,
                    contact: conference,
                    isFocus: true,
                  }),
                ),
                refused(404),
                refused(403),
              ]
            : [refused(491)]),
          refused(480),
        ];
      case "cancelled":
        return [refused(487)];
      case "ringing":
        return [over("cancelled", () => agent.hears({ on: "cancelled", leg: leg.id, cause: null }))];
      case "answered":
        return [
          step("acked", () => {
            leg.is = "standing";
            agent.hears({ on: "acked", leg: leg.id });
          }),
          over("unacked", () => agent.hears({ on: "unacked", leg: leg.id })),
        ];
      case "standing":
        return isGroup(leg) ? [ended(410), ended(487), ended(200), ended(null)] : [ended(200), ended(null)];
      case "ending":
        return [over("closed", () => agent.hears({ on: "closed", leg: leg.id }))];
      case "over":
        return [];
    }
  }

  function ofSession(leg: Leg): readonly Step[] {
    const { session: name } = leg;
    if (name === null || leg.is === "inviting" || leg.is === "ringing") return [];
    const session = (() => {
      try {
        return relay.session(name);
      } catch {
        return null;
      }
    })();
    if (session === null || !session.isOpen()) return [];
    return [
      ...(session.unreported() > 0 ? [{ what: `reports ${name}`, run: () => session.reports() }] : []),
      { what: `says ${name}`, run: () => session.says(`t${(made += 1)}`, bob) },
      { what: `lost ${name}`, run: () => session.ends("lost") },
      { what: `gone ${name}`, run: () => session.ends("gone") },
    ];
  }

  function ofAlice(): readonly Step[] {
    const steps: Step[] = [
      { what: "opens bob", run: () => void actions.startChat(bob) },
      { what: "writes bob", run: () => actions.send(bob, `private ${(made += 1)}`) },
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
        { what: "writes stranger", run: () => actions.send(stranger, `private ${(made += 1)}`) },
        { what: "closes stranger", run: () => actions.closeChat(stranger) },
      );
    for (const { id } of person.groups())
      steps.push(
        { what: `writes ${id}`, run: () => actions.send(id, `group ${(made += 1)}`) },
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

  function ofOthers(): readonly Step[] {
    const steps: Step[] = [
      {
        what: "bob calls",
        run: () =>
          called(bob, (leg) =>
            agent.hears({ on: "incoming", incoming: incoming(leg, bob, { sdp: farSdp(leg) }) }),
          ),
      },
      {
        what: "stranger calls",
        run: () =>
          called(stranger, (leg) =>
            agent.hears({ on: "incoming", incoming: incoming(leg, stranger, { sdp: farSdp(leg) }) }),
          ),
      },
      { what: "bob invites", run: () => called(conference, (leg) => person.isInvited(leg, bob)) },
    ];
    for (const leg of legs.values())
      if (!isGroup(leg) && leg.to === bob && (leg.is === "standing" || leg.is === "answered"))
        for (const contributionId of ["0", "z"])
          steps.push({
            what: `bob replaces ${leg.id} by ${contributionId}`,
            run: () =>
              called(conference, (id) =>
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
          called(conference, (leg) =>
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

  const ofTheWorld = (): readonly Step[] => [
    ...[100, 2_000, 30_000].map((ms) => ({ what: `${ms} ms`, run: () => clock.advance(ms) })),
    isDown
      ? {
          what: "connection back",
          run: () => {
            isDown = false;
            relay.hasPaths(true);
            relay.ready();
          },
        }
      : {
          what: "connection lost",
          run: () => {
            isDown = true;
            relay.hasPaths(false);
            relay.lost();
          },
        },
  ];

  function settle(): void {
    for (let round = 0; round < 12; round += 1) {
      if (isDown) ofTheWorld().at(-1)?.run();
      for (let again = true; again;) {
        look();
        const [step] = [...legs.values()].flatMap((leg) =>
          leg.is === "standing" || leg.is === "ringing" || leg.is === "over" ? [] : ofLeg(leg).slice(0, 1),
        );
        const [report] = [...legs.values()]
          .flatMap(ofSession)
          .filter(({ what }) => what.startsWith("reports"));
        again = step !== undefined || report !== undefined;
        log.push(`settles: ${step?.what ?? report?.what ?? "time"}`);
        (step ?? report)?.run();
      }
      clock.advance(30_000);
    }
  }

  return {
    person,
    settle,
    legs,
    log,
    groupSessions,
    next: (n) => {
      look();
      const steps = [
        ...ofAlice(),
        ...ofOthers(),
        ...[...legs.values()].flatMap((leg) => [...ofLeg(leg), ...ofSession(leg)]),
        ...ofTheWorld(),
      ];
      // What makes a chat go on is likelier than what ends it, else little ever stands.
      const likely = steps.flatMap((step) => (goesOn.test(step.what) ? Array<Step>(5).fill(step) : [step]));
      const step = likely[n % likely.length];
      if (step === undefined) return;
      log.push(step.what);
      step.run();
      look();
    },
  };
}
