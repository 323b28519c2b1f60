/** Which chats wait for a look: for the row that stands out, and for the count in the title of the page. */
import type { AppState, Chat } from "../client/model.ts";

/** What asks something of a person asks it of whoever has it open as well; there it needs no mark. */
export function wantsAttention(chat: Chat, isSelected: boolean): boolean {
  if (chat.unread > 0) return true;
  return !isSelected && (chat.phase.is === "invited" || chat.phase.is === "request");
}

export function howManyWait(state: AppState): number {
  if (state.session.is !== "signed-in") return 0;
  return Object.values(state.chats).filter((chat) => wantsAttention(chat, chat.id === state.selected)).length;
}
