/**
 * Which row of the list goes on as which: a group that grew out of a 1-1 keeps that row, so that its faces move to
 * their places and the focus stays. A row once given stays with its chat: when the two chat by themselves again,
 * theirs is a new one, or a press meant for the group would open the 1-1 that came under it.
 */
import type { Chat, ChatId } from "../client/model.ts";
import { sharedWith } from "./people-of-chat.ts";

export type RowKeys = ReadonlyMap<ChatId, string>;

/** One key for each chat, none twice; `before`: those of the list as it was. */
export function rowKeys(chats: readonly Chat[], before: RowKeys): RowKeys {
  const keys = new Map<ChatId, string>();
  for (const { id } of chats) {
    const kept = before.get(id);
    if (kept !== undefined) keys.set(id, kept);
  }
  const taken = new Set(keys.values());
  const listed = new Set(chats.map((chat) => chat.id));
  for (const chat of chats) {
    if (keys.has(chat.id)) continue;
    const peer = chat.kind === "group" ? sharedWith(chat)?.address : undefined;
    const wanted = peer === undefined || listed.has(peer) ? chat.id : (before.get(peer) ?? peer);
    let key = taken.has(wanted) ? chat.id : wanted;
    while (taken.has(key)) key += " again";
    keys.set(chat.id, key);
    taken.add(key);
  }
  return keys;
}
