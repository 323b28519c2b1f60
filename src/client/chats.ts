/**
 * The chats of one account: each person's and each group's, known by address and Contribution-ID, made when they are
 * first needed and forgotten where others would fill the list (`list-room.ts`).
 */
import type { LegId } from "../flow/extend.ts";
import { groupIdOf, type Desk } from "./desk.ts";
import { createGroupChat } from "./group-chat.ts";
import { createListRoom } from "./list-room.ts";
import type { ChatId } from "./model.ts";
import { createPrivateChat } from "./private-chat.ts";
import type { GroupChat, PrivateChat } from "./rooms.ts";
import type { Talk } from "./talk.ts";

export interface Chats extends Pick<
  Desk,
  "privateChat" | "knownChat" | "groupFor" | "newGroup" | "hasRoom" | "groups" | "forget"
> {
  all(): readonly (PrivateChat | GroupChat)[];
  privates(): readonly PrivateChat[];
  /** The person opens it by hand. */
  open(address: string): PrivateChat;
  privateIn(id: ChatId): PrivateChat | null;
  groupIn(id: ChatId): GroupChat | null;
  /** The talk in which that leg is the 1-1. */
  talkOf(leg: LegId): Talk | null;
}

export function createChats(desk: () => Desk): Chats {
  const privates = new Map<string, PrivateChat>();
  const groups = new Map<string, GroupChat>();
  const opened = new Set<string>();

  const room = createListRoom({
    groups: () => [...groups.values()],
    privates: () => [...privates.values()],
    knows: (address) => desk().people.knows(address),
    isSelected: (id) => desk().isSelected(id),
    isOpened: (address) => opened.has(address),
    forgetGroup: (group) => chats.forget(group),
    forgetPrivate: (chat) => {
      privates.delete(chat.peer);
      desk().touch(chat);
    },
  });

  const knownGroup = (contributionId: string): GroupChat | undefined =>
    [...groups.values()].find((group) => group.contributionId === contributionId);

  const chats: Chats = {
    all: () => [...privates.values(), ...groups.values()],
    privates: () => [...privates.values()],
    groups: () => [...groups.values()],
    privateIn: (id) => privates.get(id) ?? null,
    groupIn: (id) => groups.get(id) ?? null,
    talkOf: (leg) =>
      [...privates.values()].map((chat) => chat.talkOf(leg)).find((talk) => talk !== null) ?? null,
    open: (address) => {
      opened.add(address);
      const chat = chats.privateChat(address);
      chat.show();
      return chat;
    },
    privateChat: (address) => {
      const known = privates.get(address);
      if (known !== undefined) return known;
      const created = createPrivateChat(desk(), address);
      privates.set(address, created);
      desk().touch(created);
      return created;
    },
    knownChat: (address) => privates.get(address) ?? null,
    hasRoom: (by) => {
      if ("caller" in by) return room.forCaller(by.caller);
      return knownGroup(by.group) !== undefined || room.forGroup();
    },
    groupFor: (incoming) => {
      const contributionId = groupIdOf(incoming);
      return (
        knownGroup(contributionId) ??
        chats.newGroup({
          contributionId,
          conversationId: incoming.conversationId ?? desk().freshId(),
          subject: incoming.subject,
        })
      );
    },
    newGroup: (begun) => {
      const group = createGroupChat(desk(), begun);
      groups.set(group.id, group);
      return group;
    },
    forget: (group) => {
      groups.delete(group.id);
      desk().touch(group);
    },
  };
  return chats;
}
