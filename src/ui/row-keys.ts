/**
 * Which row of the list goes on as which: a group that grew out of a 1-1 keeps that row, so that its faces move to
 * their places and the focus stays, until the two chat by themselves again in a row of their own.
 */
import type { Chat } from "../client/model.ts";
import { sharedWith } from "./people-of-chat.ts";

/** One key for each chat, none twice. */
export function rowKeys(chats: readonly Chat[]): readonly string[] {
  const taken = new Set(chats.map((chat) => chat.id));
  return chats.map((chat) => {
    const before = chat.kind === "group" ? sharedWith(chat)?.address : undefined;
    if (before === undefined || taken.has(before)) return chat.id;
    taken.add(before);
    return before;
  });
}
