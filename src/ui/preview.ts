/**
 * The second line of a row: what is going on in a chat, the most urgent thing first.
 */
import type { Chat, Message, MessageIs, ThreadItem } from "../client/model.ts";
import { shortName } from "./people.ts";
import { lineWords } from "./words-lines.ts";
import { words } from "./words.ts";

export type Preview =
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "mine"; readonly state: MessageIs; readonly text: string }
  | { readonly is: "draft" | "not-sent"; readonly text: string }
  | { readonly is: "busy"; readonly text: string }
  | { readonly is: "invitation"; readonly text: string; readonly canJoin: boolean };

export function previewOf(chat: Chat, self: string, isSelected: boolean): Preview {
  const { phase } = chat;
  switch (phase.is) {
    case "invited":
      return { is: "invitation", text: words.list.invites(phase.by), canJoin: false };
    case "missed":
      return phase.how === "elsewhere"
        ? { is: "invitation", text: words.list.elsewhere, canJoin: false }
        : {
            is: "invitation",
            text: phase.how === "declined" ? words.list.declined : words.list.missed,
            canJoin: true,
          };
    case "asking":
      return { is: "busy", text: words.list.starting(newcomers(chat, self)) };
    case "joining":
      return { is: "busy", text: words.list.joining };
    default:
      break;
  }
  if (!isSelected && chat.draft.trim() !== "") return { is: "draft", text: oneLine(chat.draft) };

  const stuck = chat.items.findLast(isStuck);
  if (stuck !== undefined) return { is: "not-sent", text: oneLine(stuck.text) };
  if (phase.is === "away") return { is: "busy", text: words.list.away };

  const last = chat.items.findLast((item) => item.kind !== "seam");
  if (last?.kind === "line") {
    const text = lineWords(last, self)
      .map((part) => part.text)
      .join("");
    return { is: "text", text };
  }
  if (last?.kind === "message") {
    const text = oneLine(last.text);
    if (last.mine) return { is: "mine", state: last.is, text };
    return { is: "text", text: chat.kind === "group" ? `${shortName(last.from)}: ${text}` : text };
  }
  if (phase.is === "request") return { is: "text", text: words.list.wantsToChat(phase.from) };
  return { is: "text", text: words.list.empty };
}

/** Who is asked and was not in the chat before; everybody, if that leaves nobody. */
function newcomers(chat: Chat, self: string): readonly { readonly address: string; readonly name: string }[] {
  if (chat.phase.is !== "asking") return [];
  const known = new Set([self, ...chat.members.map((member) => member.address)]);
  const hoped = chat.phase.asked.filter((one) => one.is !== "declined" && one.is !== "unreachable");
  const fresh = hoped.filter((one) => !known.has(one.address));
  return fresh.length > 0 ? fresh : chat.phase.asked.filter((one) => one.address !== self);
}

const isStuck = (item: ThreadItem): item is Message =>
  item.kind === "message" && item.mine && (item.is === "failed" || item.is === "undelivered");

const oneLine = (text: string): string => text.trim().replaceAll(/\s+/gu, " ").slice(0, 160);
