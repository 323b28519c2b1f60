/**
 * What may become of the legs and sessions of a scripted person next, as SIP and MSRP can do it: no leg is acknowledged
 * that was not answered, none speaks after its end.
 */
import type { LegId } from "../sip/agent.ts";
import { bob, conference, stranger, type ScriptedPerson } from "./scripted-person.ts";

export type Step = { readonly what: string; readonly run: () => void };

export type Leg = {
  readonly id: LegId;
  readonly to: string;
  is: "inviting" | "cancelled" | "ringing" | "answered" | "standing" | "ending" | "over";
  session: string | null;
  /** Somebody is known to have heard the INVITE. */
  proceeds: boolean;
};

/** What is known of the world so far, and names for what is new in it. */
export type ChaosWorld = {
  readonly person: ScriptedPerson;
  readonly legs: Map<LegId, Leg>;
  /** The names of sessions that go to a focus. */
  readonly groupSessions: Set<string>;
  readonly fresh: (kind: string) => string;
};

export const isGroup = (leg: Leg): boolean => leg.to !== bob && leg.to !== stranger;

export function ofLeg({ person, groupSessions, fresh }: ChaosWorld, leg: Leg): readonly Step[] {
  const { agent } = person;
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
              step("progress", () => {
                leg.proceeds = true;
                agent.hears({
                  on: "progress",
                  leg: leg.id,
                  status: 183,
                  contact: conference,
                  isFocus: true,
                });
              }),
              refused(500),
              refused(404),
              refused(403),
            ]
          : [refused(491)]),
        refused(480),
        refused(503),
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

export function ofSession({ person, fresh }: ChaosWorld, leg: Leg): readonly Step[] {
  const { relay } = person;
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
    { what: `says ${name}`, run: () => session.says(fresh("t"), bob) },
    { what: `lost ${name}`, run: () => session.ends("lost") },
    { what: `gone ${name}`, run: () => session.ends("gone") },
  ];
}
