/**
 * Anything that may happen to Alice next, as a list to choose from: what she does, what Bob, Carol and the focus do,
 * what breaks. A choice is a number, so that a property test can pick any order and shrink what fails.
 *
 * It keeps to what SIP and MSRP can do (`chaos-legs.ts`).
 */
import type { LegId } from "../sip/agent.ts";
import { ofLeg, ofSession, type ChaosWorld, type Leg, type Step } from "./chaos-legs.ts";
import { ofAlice, ofOthers } from "./chaos-people.ts";
import type { Asked } from "./scripted-agent.ts";
import { scriptedPerson, type ScriptedPerson } from "./scripted-person.ts";

const goesOn =
  /^(?:accepted|acked|progress|reports|writes|bob replaces|adds carol|for bob|all back|relay back)/;

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
  const { agent, clock, relay } = person;
  const legs = new Map<LegId, Leg>();
  const log: string[] = [];
  const groupSessions = new Set<string>();
  let made = 0;
  let read = 0;
  /** What is lost now. */
  let down: "nothing" | "relay" | "all" = "nothing";

  /** What the client has asked of SIP since the last look. */
  function look(): void {
    for (; read < agent.asked.length; read += 1) note(agent.asked[read]);
  }

  function note(asked: Asked | undefined): void {
    if (asked === undefined || !("leg" in asked)) return;
    const leg = legs.get(asked.leg);
    if (asked.do === "invite")
      legs.set(asked.leg, {
        id: asked.leg,
        to: asked.invite.to,
        is: "inviting",
        session: null,
        proceeds: false,
      });
    else if (leg === undefined || leg.is === "over") return;
    else if (asked.do === "accept") leg.is = "answered";
    else if (asked.do === "refuse") leg.is = "over";
    else if (asked.do === "cancel" && leg.is === "inviting") leg.is = "cancelled";
    else if (asked.do === "end" && leg.is === "inviting") leg.is = "cancelled";
    else if (asked.do === "end") leg.is = leg.is === "ringing" ? "over" : "ending";
  }

  const world: ChaosWorld = {
    person,
    legs,
    groupSessions,
    fresh: (kind) => `${kind}-${(made += 1)}`,
  };

  function lose(what: "relay" | "all"): void {
    down = what;
    relay.hasPaths(false);
    relay.lost();
    if (what === "relay") return;
    agent.hears({ on: "disconnected", cause: "network", retryAtMs: clock.now() + 1_000 });
    failUnheard();
  }

  /** What nobody is known to have heard before the line was lost is over at once; so is what is asked meanwhile. */
  function failUnheard(): void {
    const isUnheard = (leg: Leg): boolean => leg.is === "inviting" && !leg.proceeds;
    for (look(); [...legs.values()].some(isUnheard); look())
      for (const leg of [...legs.values()].filter(isUnheard))
        ofLeg(world, leg)
          .find(({ what }) => what.startsWith("refused 503"))
          ?.run();
  }

  function comeBack(): void {
    if (down === "all") agent.hears({ on: "registered" });
    down = "nothing";
    relay.hasPaths(true);
    relay.ready();
  }

  const ofTheWorld = (): readonly Step[] => [
    ...[100, 2_000, 30_000].map((ms) => ({ what: `${ms} ms`, run: () => clock.advance(ms) })),
    ...(down === "nothing"
      ? [
          { what: "relay lost", run: () => lose("relay") },
          { what: "all lost", run: () => lose("all") },
        ]
      : [{ what: `${down} back`, run: comeBack }]),
  ];

  function settle(): void {
    for (let round = 0; round < 12; round += 1) {
      if (down !== "nothing") comeBack();
      for (let again = true; again;) {
        look();
        const [step] = [...legs.values()].flatMap((leg) =>
          leg.is === "standing" || leg.is === "ringing" || leg.is === "over"
            ? []
            : ofLeg(world, leg).slice(0, 1),
        );
        const [report] = [...legs.values()]
          .flatMap((leg) => ofSession(world, leg))
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
        ...ofAlice(world),
        // Nothing comes in over a line that is lost.
        ...(down === "all" ? [] : ofOthers(world)),
        ...[...legs.values()].flatMap((leg) => [
          ...(down === "all" ? [] : ofLeg(world, leg)),
          ...ofSession(world, leg),
        ]),
        ...ofTheWorld(),
      ];
      // What makes a chat go on is likelier than what ends it, else little ever stands.
      const likely = steps.flatMap((step) => (goesOn.test(step.what) ? Array<Step>(5).fill(step) : [step]));
      const step = likely[n % likely.length];
      if (step === undefined) return;
      log.push(step.what);
      step.run();
      if (down === "all") failUnheard();
      look();
    },
  };
}
