/**
 * What must be so when all is over: the screens agree on one group of three, and no party holds anything that another
 * has let go of.
 */
import type { HeldDialog } from "./faults-agents.ts";
import type { Ground } from "./faults-ground.ts";
import type { HeadlessPerson } from "./headless-person.ts";
import { groupIn } from "./headless-state.ts";

/** In which the screens differ; empty: all of these people are in one group, and each sees all of them there. */
export function disagreements(people: readonly HeadlessPerson[]): readonly string[] {
  const groups = people.map((person) => groupIn(person.state(), "open"));
  const [first] = groups;
  return people.flatMap((person, index): readonly string[] => {
    const { user } = person;
    const group = groups[index] ?? null;
    if (group === null) return [`${user} has no open group`];
    if (group.address !== first?.address) return [`${user} is in another group`];
    const seen = group.members.filter(({ is }) => is === "in").map(({ address }) => address);
    const others = Object.values(person.state().chats).filter(
      ({ kind, phase }) => kind === "group" && phase.is !== "ended" && phase.is !== "missed",
    );
    return [
      ...people.filter(({ address }) => !seen.includes(address)).map((one) => `${user} misses ${one.user}`),
      ...(seen.length > people.length ? [`${user} sees ${seen.length} people`] : []),
      ...(others.length > 1 ? [`${user} has ${others.length} groups`] : []),
    ];
  });
}

/** What stands at one party and not at the other; empty: nothing. */
export function leftOvers(
  ground: Ground,
  held: ReadonlyMap<string, readonly HeldDialog[]>,
): readonly string[] {
  const all = [...held].flatMap(([user, dialogs]) => dialogs.map((dialog) => ({ user, dialog })));
  const key = ({ callId, localTag, remoteTag }: HeldDialog): string => `${callId} ${localTag} ${remoteTag}`;
  const mirrored = ({ callId, localTag, remoteTag }: HeldDialog): string =>
    `${callId} ${remoteTag} ${localTag}`;
  const keys = new Set(all.map(({ dialog }) => key(dialog)));
  const toFocus = all.filter(({ dialog }) => !keys.has(mirrored(dialog)));
  const focus = ground.focus();
  const watchers = [...focus.groups.values()].reduce((sum, group) => sum + group.watchers(), 0);
  const { dialogs, transactions } = focus.open();
  const people = held.size;
  return [
    ...(toFocus.length === people ? [] : [`people hold ${toFocus.length} calls that nobody of them mirrors`]),
    ...(dialogs - watchers === people ? [] : [`X holds ${dialogs - watchers} calls`]),
    ...(watchers === people ? [] : [`${watchers} watch`]),
    ...(focus.groups.size === 1 ? [] : [`X has ${focus.groups.size} groups`]),
    ...(transactions === 0 ? [] : [`X has ${transactions} open transactions`]),
    ...(ground.openTransactions() === 0
      ? []
      : [`the proxy has ${ground.openTransactions()} open transactions`]),
  ];
}
