/**
 * What the factory is asked for a group with: everybody in a list, the peer of the 1-1 first and marked (RFC 5366 §3;
 * OMA CPM step 1).
 *
 * The mark names the session twice, by its Contribution-ID and as a dialog. Behind a B2BUA the dialog is another one at
 * the far end, and is left out.
 */
import type { LegId } from "../flow/extend.ts";
import type { Invite } from "../sip/agent.ts";
import { formatReplaces } from "../wire/replaces.ts";
import { formatResourceLists, type ListEntry } from "../wire/resource-lists.ts";
import { uriOf } from "./addresses.ts";
import type { Desk } from "./desk.ts";
import { inviteHeaders } from "./headers.ts";
import type { GroupChat } from "./rooms.ts";

export type GroupWanted = {
  /** The Contribution-ID. */
  readonly id: string;
  /** Of the 1-1 it is begun in; null: of none. */
  readonly peer: string | null;
  /** The leg of that 1-1 whose place it takes. */
  readonly replaces: LegId | null;
  readonly people: readonly string[];
};

export function groupOrder(
  desk: Desk,
  group: GroupChat,
  { id, peer, replaces, people }: GroupWanted,
): Pick<Invite, "headers" | "recipientList"> {
  const { conversationId } = group;
  const list = [
    ...(peer === null ? [] : [entryOf(desk, peer, replaces)]),
    ...people.map((address) => entryOf(desk, address, null)),
  ];
  return {
    headers: inviteHeaders(
      desk.self.address,
      "group",
      { conversationId, contributionId: id },
      group.subject(),
    ),
    recipientList: formatResourceLists(list),
  };
}

/** `Replaces` names the dialog as its reader sees it: our remote tag is local there (RFC 3891 §3). */
function entryOf(desk: Desk, address: string, replaces: LegId | null): ListEntry {
  const ids = replaces === null ? null : desk.oneToOnes.idsOf(replaces);
  const dialog = replaces === null || desk.behindB2bua ? null : desk.agent.dialog(replaces);
  return {
    address: uriOf(address),
    copyControl: "to",
    sessionReplaces: ids?.contributionId ?? null,
    replaces:
      dialog === null
        ? null
        : formatReplaces({
            callId: dialog.callId,
            toTag: dialog.remoteTag,
            fromTag: dialog.localTag,
            earlyOnly: false,
          }),
  };
}
