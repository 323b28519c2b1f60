/**
 * What is kept of each group between two pages, per account: enough to come back to it through its conference URI
 * (decision 26), and nothing that was said there.
 *
 * Storage that fails or holds nonsense counts as empty, entry by entry.
 */
import { field, readStored, writeStored, type KeyValue } from "./storage.ts";

export type KeptGroup = {
  readonly conference: string;
  readonly contributionId: string;
  readonly conversationId: string;
  readonly subject: string | null;
  readonly invitedBy: string;
  /** Who vouches for it, as the network says. */
  readonly focus: string | null;
  /** The peer of the 1-1 whose place it took. */
  readonly continues: string | null;
  /** `asked`: an invitation that was not answered. */
  readonly is: "in" | "asked";
};

/** The oldest go. */
const most = 200;

export function readGroups(local: KeyValue, address: string): readonly KeptGroup[] {
  const found = readStored(local, `${address} groups`);
  return Array.isArray(found) ? found.slice(-most).flatMap((one: unknown) => groupOf(one) ?? []) : [];
}

export const writeGroups = (local: KeyValue, address: string, groups: readonly KeptGroup[]): void =>
  writeStored(local, `${address} groups`, groups.slice(-most));

function groupOf(value: unknown): KeptGroup | null {
  const text = (name: string): string | null => {
    const found = field(value, name);
    return typeof found === "string" && found !== "" && found.length <= 1_000 ? found : null;
  };
  const [conference, contributionId, conversationId, invitedBy] = [
    text("conference"),
    text("contributionId"),
    text("conversationId"),
    text("invitedBy"),
  ];
  if (conference === null || contributionId === null || conversationId === null || invitedBy === null)
    return null;
  return {
    conference,
    contributionId,
    conversationId,
    invitedBy,
    subject: text("subject"),
    focus: text("focus"),
    continues: text("continues"),
    is: field(value, "is") === "asked" ? "asked" : "in",
  };
}
