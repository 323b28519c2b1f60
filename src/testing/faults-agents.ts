/**
 * The dialogs that people's clients hold: the real agent, with each leg it was given or given to written down.
 *
 * Of a page that is gone nothing counts: its legs went with it.
 */
import { realLinks, type MakeLinks } from "../client/account.ts";
import type { Agent } from "../sip/agent.ts";

export type HeldDialog = { readonly callId: string; readonly localTag: string; readonly remoteTag: string };

export interface AgentsWatch {
  readonly links: (user: string) => MakeLinks;
  /** Established INVITE dialogs of the newest page of each person. */
  held(): ReadonlyMap<string, readonly HeldDialog[]>;
}

export function watchAgents(): AgentsWatch {
  const newest = new Map<string, { readonly agent: Agent; readonly legs: Set<string> }>();
  return {
    links: (user) => ({
      ...realLinks,
      agent: (options) => {
        const legs = new Set<string>();
        const agent = realLinks.agent({
          ...options,
          onEvent: (event) => {
            if (event.on === "incoming") legs.add(event.incoming.leg);
            options.onEvent(event);
          },
        });
        const watched: Agent = {
          ...agent,
          invite: (invite) => {
            legs.add(invite.leg);
            agent.invite(invite);
          },
        };
        newest.set(user, { agent: watched, legs });
        return watched;
      },
    }),
    held: () =>
      new Map(
        [...newest].map(([user, { agent, legs }]) => [
          user,
          [...legs].flatMap((leg) => {
            const dialog = agent.dialog(leg);
            return dialog === null ? [] : [dialog];
          }),
        ]),
      ),
  };
}
