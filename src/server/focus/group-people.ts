/**
 * What a group is called, and who its people are to each other: subject and ids, names, who asked whom in. Part of the
 * facts that outlive the process.
 */
import type { Order, Person } from "./factory.ts";
import type { GroupFacts } from "./store.ts";

export type PeopleFacts = Pick<
  GroupFacts,
  "subject" | "conversationId" | "contributionId" | "host" | "invitedBy" | "names"
>;

export interface GroupPeople {
  facts(): PeopleFacts;
  readonly nameOf: (who: string) => string | null;
  /** null: the host, or nobody we know of. */
  inviterOf(who: string): Person | null;
  /** As the host ordered it. */
  begin(order: Order): void;
  /** What somebody is called; false: nothing new. */
  learn(person: Person): boolean;
  readonly asked: (people: readonly string[], by: Person) => void;
}

export function createGroupPeople(
  kept: GroupFacts | null,
  options: {
    readonly factory: string;
    readonly freshId: () => string;
    readonly nameOf: (who: string) => string | null;
  },
): GroupPeople {
  const { factory, freshId } = options;
  const names = new Map<string, string>(kept?.names);
  const invitedBy = new Map<string, Person>(kept?.invitedBy);
  let about = {
    subject: kept?.subject ?? null,
    conversationId: kept?.conversationId ?? "",
    contributionId: kept?.contributionId ?? "",
    host: kept?.host ?? { address: factory, name: null },
  };

  const people: GroupPeople = {
    facts: () => ({ ...about, invitedBy: [...invitedBy], names: [...names] }),
    nameOf: (who) => names.get(who) ?? options.nameOf(who),
    inviterOf: (who) => invitedBy.get(who) ?? null,
    begin: (order) => {
      about = {
        subject: order.subject,
        conversationId: order.conversationId ?? freshId(),
        contributionId: order.contributionId ?? freshId(),
        host: order.caller,
      };
      const asked = order.people.map(({ who }) => who);
      people.asked(asked, order.caller);
    },
    learn: ({ address, name }) => {
      if (name === null || name === "" || people.nameOf(address) === name) return false;
      names.set(address, name);
      return true;
    },
    asked: (asked, by) => {
      for (const who of asked) invitedBy.set(who, by);
    },
  };
  return people;
}
