/**
 * What a headless person looks at: which chat is meant, which texts stand in it, and the whole screen in one line
 * for the message of a wait that was in vain.
 */
import type { AppState, Chat, MemberIs, Message, Phase } from "../client/model.ts";

const chatsOf = (state: AppState): readonly Chat[] =>
  state.order.flatMap((id) => {
    const chat = state.chats[id];
    return chat === undefined ? [] : [chat];
  });

/** The row of the private chat with this person. */
export const oneToOne = (state: AppState, address: string): Chat | null =>
  chatsOf(state).find((chat) => chat.kind === "1-1" && chat.address === address) ?? null;

/** The newest group, in that phase when one is named. */
export const groupIn = (state: AppState, is?: Phase["is"]): Chat | null =>
  chatsOf(state).find((chat) => chat.kind === "group" && (is === undefined || chat.phase.is === is)) ?? null;

export const messagesOf = (chat: Chat): readonly Message[] =>
  chat.items.filter((item): item is Message => item.kind === "message");

/** Texts above the seam, and below it (all of them where there is none). */
export function textsOf(chat: Chat): {
  readonly above: readonly string[];
  readonly below: readonly string[];
} {
  const seam = chat.items.findLastIndex((item) => item.kind === "seam");
  const texts = (items: Chat["items"]): readonly string[] =>
    items.flatMap((item) => (item.kind === "message" ? [item.text] : []));
  return { above: texts(chat.items.slice(0, seam + 1)), below: texts(chat.items.slice(seam + 1)) };
}

/** What that person is in this chat; null: not listed. */
export const memberIs = (chat: Chat, address: string): MemberIs | null =>
  chat.members.find((member) => member.address === address)?.is ?? null;

const user = (address: string): string => address.replace(/^sips?:|@.*$/g, "");

export function describeState(state: AppState): string {
  const chats = chatsOf(state).map((chat) => {
    const members = chat.members.map(({ address, is }) => `${user(address)} ${is}`).join(", ");
    const items = chat.items.map((item) => {
      if (item.kind === "message") return `"${item.text}" ${item.is}`;
      return item.kind === "seam" ? "seam" : item.what;
    });
    const failure = chat.failure === null ? "" : `, nobody of ${chat.failure.length} came`;
    return `${chat.kind} ${chat.title} (${chat.phase.is}${failure}; ${members}): ${items.join(" · ") || "empty"}`;
  });
  return [`${state.session.is}, ${state.connection.is}`, ...chats].join("\n  ");
}
