/** Finding a chat by its title, its people or their addresses, without regard to accents or the order of words. */
import type { Chat, ChatId } from "../client/model.ts";
import { fold } from "./fold.ts";

/** Those whose title, people or addresses contain every word that was typed. */
export function matching(
  order: readonly ChatId[],
  chats: Readonly<Record<ChatId, Chat>>,
  text: string,
): readonly Chat[] {
  const wanted = fold(text)
    .split(/\s+/u)
    .filter((word) => word !== "");
  return order.flatMap((id) => {
    const chat = chats[id];
    if (chat === undefined) return [];
    if (wanted.length === 0) return [chat];
    const said = fold(
      [chat.title, chat.address, ...chat.members.flatMap((one) => [one.name, one.address])].join(" "),
    );
    return wanted.every((word) => said.includes(word)) ? [chat] : [];
  });
}
