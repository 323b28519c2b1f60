/**
 * How many rows others may put into one's list: nobody's calls bury the chats one has.
 *
 * Of invitations missed the oldest go, since a group asks again by the next one; so do strangers' calls that left
 * nothing to read, and then their chats that are over. Rows that ring, that wait for a word, that the person opened or
 * looks at stay: when there are too many of those, whoever is next is told "busy" (486), and whom one knows is not
 * counted.
 */
import type { ChatId } from "./model.ts";
import type { GroupChat, PrivateChat } from "./rooms.ts";

export const listLimits = {
  /** Groups one is, or was, in. */
  groups: 500,
  ringing: 20,
  missed: 50,
  /** From people one has never chatted with. */
  strangers: 50,
} as const;

export type ListRoomOptions = {
  readonly groups: () => readonly GroupChat[];
  readonly privates: () => readonly PrivateChat[];
  readonly knows: (address: string) => boolean;
  readonly isSelected: (id: ChatId) => boolean;
  /** The person has opened it by hand. */
  readonly isOpened: (address: string) => boolean;
  readonly forgetGroup: (group: GroupChat) => void;
  readonly forgetPrivate: (chat: PrivateChat) => void;
};

export interface ListRoom {
  /** Makes room for one more group if need be, and if there can be. */
  forGroup(): boolean;
  /** The same for somebody's first call or text. */
  forCaller(address: string): boolean;
}

export function createListRoom(options: ListRoomOptions): ListRoom {
  const { groups, privates, knows, isSelected, isOpened, forgetGroup, forgetPrivate } = options;

  const isStranger = (chat: PrivateChat): boolean =>
    chat.view() !== null &&
    !knows(chat.peer) &&
    !isOpened(chat.peer) &&
    !chat.thread.items().some((item) => "mine" in item && item.mine);

  const isEmpty = (chat: PrivateChat): boolean =>
    !chat.thread.items().some((item) => item.kind === "message");

  const isOver = (chat: PrivateChat): boolean => {
    const last = chat.thread.items().at(-1);
    return chat.isDeclined() || (last?.kind === "line" && last.what === "chat-ended");
  };

  return {
    forGroup: () => {
      const all = groups().map((group) => ({ group, phase: group.view()?.phase.is ?? null }));
      const ringing = all.filter(({ phase }) => phase === "invited").length;
      const missed = all.filter(
        ({ group, phase }) => phase === "missed" && !group.hasBegun() && !isSelected(group.id),
      );
      for (const { group } of missed.slice(0, Math.max(0, missed.length + 1 - listLimits.missed)))
        forgetGroup(group);
      return ringing < listLimits.ringing && groups().length < listLimits.groups;
    },
    forCaller: (address) => {
      if (knows(address) || isOpened(address)) return true;
      const strangers = privates().filter(isStranger);
      if (strangers.some(({ peer }) => peer === address)) return true;
      const tooMany = Math.max(0, strangers.length + 1 - listLimits.strangers);
      const idle = strangers
        .filter((chat) => chat.isIdle() && !isSelected(chat.id))
        .toSorted((a, b) => a.thread.lastAt() - b.thread.lastAt());
      const going = [...idle.filter(isEmpty), ...idle.filter((chat) => !isEmpty(chat) && isOver(chat))].slice(
        0,
        tooMany,
      );
      for (const chat of going) forgetPrivate(chat);
      return going.length === tooMany;
    },
  };
}
