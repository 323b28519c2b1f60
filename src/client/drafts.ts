/**
 * What was being written when the page was left, per account and for this tab alone: it stands in its field again
 * when the same person is back. What was sent is no draft, and is never kept.
 *
 * Storage that fails or holds nonsense counts as empty, entry by entry.
 */
import type { Chat, ChatId } from "./model.ts";
import { field, readStored, writeStored, type KeyValue } from "./storage.ts";

export type KeptDraft = { readonly chat: ChatId; readonly text: string };

const most = 50;
const longest = 100_000;

const key = (address: string): string => `${address} drafts`;

export function readDrafts(session: KeyValue, address: string): readonly KeptDraft[] {
  const found = readStored(session, key(address));
  if (!Array.isArray(found)) return [];
  return found.slice(0, most).flatMap((one: unknown): KeptDraft[] => {
    const [chat, text] = [field(one, "chat"), field(one, "text")];
    return typeof chat === "string" && typeof text === "string" && text.length <= longest
      ? [{ chat, text }]
      : [];
  });
}

export function writeDrafts(session: KeyValue, address: string, chats: readonly Chat[]): void {
  const drafts = chats
    .filter(({ draft }) => draft.trim() !== "" && draft.length <= longest)
    .slice(0, most)
    .map(({ id, draft }): KeptDraft => ({ chat: id, text: draft }));
  if (drafts.length > 0) writeStored(session, key(address), drafts);
  else forgetDrafts(session, address);
}

export function forgetDrafts(session: KeyValue, address: string): void {
  try {
    session.removeItem(key(address));
  } catch {
    // A store that can't forget has nothing of ours either.
  }
}
