/**
 * An agent that does nothing: it writes down what the client asks of SIP, and says what a test lets it hear.
 *
 * It keeps the one promise the client builds on: a leg that was cancelled comes back as `refused`, never as accepted.
 */
import type {
  Agent,
  AgentEvent,
  AgentOptions,
  Incoming,
  Invite,
  LegId,
  OutgoingMessage,
} from "../sip/agent.ts";

export type Asked =
  | { readonly do: "invite"; readonly leg: LegId; readonly invite: Invite }
  | { readonly do: "accept"; readonly leg: LegId; readonly sdp: string }
  | { readonly do: "refuse"; readonly leg: LegId; readonly status: number }
  | { readonly do: "cancel"; readonly leg: LegId }
  | { readonly do: "end"; readonly leg: LegId; readonly cause: number | null }
  | { readonly do: "moved"; readonly leg: LegId; readonly sdp: string | null }
  | { readonly do: "refer"; readonly leg: LegId; readonly people: readonly string[] }
  | { readonly do: "subscribe"; readonly subscription: string; readonly uri: string }
  | { readonly do: "unsubscribe"; readonly subscription: string }
  | { readonly do: "message"; readonly message: OutgoingMessage }
  | { readonly do: "answer"; readonly message: string; readonly status: number };

export interface ScriptedAgent {
  readonly create: (options: AgentOptions) => Agent;
  /** Everything asked so far, oldest first. */
  readonly asked: Asked[];
  /** The newest of that kind, and of that leg where one is named. */
  last<Kind extends Asked["do"]>(kind: Kind, leg?: LegId): Extract<Asked, { do: Kind }>;
  count(kind: Asked["do"], leg?: LegId): number;
  hears(event: AgentEvent): void;
}

export function scriptedAgent(): ScriptedAgent {
  const asked: Asked[] = [];
  const standing = new Set<LegId>();
  let onEvent: (event: AgentEvent) => void = () => {};
  const of = (kind: Asked["do"], leg?: LegId): Asked[] =>
    asked.filter((one) => one.do === kind && (leg === undefined || ("leg" in one && one.leg === leg)));
  const agent: Agent = {
    start: () => {},
    stop: () => Promise.resolve(),
    tryNow: () => {},
    invite: (invite) => void asked.push({ do: "invite", leg: invite.leg, invite }),
    cancel: (leg) => void asked.push({ do: "cancel", leg }),
    accept: (leg, sdp) => {
      standing.add(leg);
      asked.push({ do: "accept", leg, sdp });
    },
    refuse: (leg, status) => void asked.push({ do: "refuse", leg, status }),
    end: (leg, reason) => void asked.push({ do: "end", leg, cause: reason?.cause ?? null }),
    moved: (leg, sdp) => void asked.push({ do: "moved", leg, sdp }),
    refer: (leg, people) => void asked.push({ do: "refer", leg, people }),
    subscribe: (subscription, uri) => void asked.push({ do: "subscribe", subscription, uri }),
    unsubscribe: (subscription) => void asked.push({ do: "unsubscribe", subscription }),
    message: (message) => void asked.push({ do: "message", message }),
    answer: (message, status) => void asked.push({ do: "answer", message, status }),
    dialog: (leg) =>
      standing.has(leg) ? { callId: `call-${leg}`, localTag: "ours", remoteTag: "theirs" } : null,
  };
  return {
    create: (options) => {
      onEvent = options.onEvent;
      return agent;
    },
    asked,
    last: (kind, leg) => {
      const found = of(kind, leg).at(-1);
      if (found === undefined)
        throw new Error(
          `nobody asked for ${kind} ${leg ?? ""}, only for ${asked.map((one) => one.do).join(", ")}`,
        );
      return found as Extract<Asked, { do: typeof kind }>;
    },
    count: (kind, leg) => of(kind, leg).length,
    hears: (event) => {
      if (event.on === "accepted") standing.add(event.leg);
      if (event.on === "accepted" && of("cancel", event.leg).length > 0)
        throw new Error("an agent does not say accepted of a leg that was cancelled");
      onEvent(event);
    },
  };
}

/** An INVITE as it comes in, with whatever a test wants different. */
export const incoming = (leg: LegId, from: string, different: Partial<Incoming> = {}): Incoming => ({
  leg,
  from: { address: from, name: "" },
  to: "sip:alice@segue.example",
  assertedIdentity: from,
  contact: from,
  isFocus: false,
  subject: null,
  conversationId: `conversation-${leg}`,
  contributionId: `contribution-${leg}`,
  referredBy: null,
  replaces: null,
  sessionReplaces: null,
  sdp: null,
  ...different,
});
