/**
 * What a person can do in the chats of a signed-in account. None of it throws or rejects: what goes wrong is shown
 * where it was done.
 */
import type { Account } from "./account.ts";
import { domainOf, readAddress } from "./addresses.ts";
import type { Actions, AppState, ChatId } from "./model.ts";
import { shortName } from "./people.ts";

type ChatActions = Omit<
  Actions,
  "signIn" | "signOut" | "useHere" | "tryNow" | "select" | "setSettings" | "checkServer"
>;

/** `account` null: nobody is signed in, and nothing happens. */
export function createChatActions(
  account: () => Account | null,
  state: () => AppState,
  select: (id: ChatId) => void,
): ChatActions {
  const within = (run: (on: Account) => void): void => {
    const on = account();
    if (on !== null) on.turn(() => run(on));
  };
  /** Where this message is: in the group itself, or in the 1-1 above its seam. */
  const threadOf = (on: Account, chat: ChatId, message: string) => {
    const group = on.groupIn(chat);
    const threads = [group?.thread, group?.continues()?.thread, on.privateIn(chat)?.thread];
    return threads.find((thread) => thread?.has(message) === true) ?? null;
  };

  /** Others than oneself, each once; what is no address was told when it was typed. */
  const readable = (on: Account, addresses: readonly string[]): readonly string[] => {
    const read = addresses.flatMap((text) => {
      const one = readAddress(text, domainOf(on.self.address));
      return "problem" in one || one.address === on.self.address ? [] : [one.address];
    });
    return [...new Set(read)];
  };

  function checkAddress(text: string, chat: ChatId | null): ReturnType<Actions["checkAddress"]> {
    const on = account();
    if (on === null) return { problem: "Sign in first." };
    const read = readAddress(text, domainOf(on.self.address));
    if ("problem" in read) return read;
    if (read.address === on.self.address) return { problem: "That is your own address." };
    if (on.isConference(read.address)) return { problem: "That is a group, not a person." };
    const members = chat === null ? [] : (state().chats[chat]?.members ?? []);
    const there = members.find((one) => one.address === read.address);
    const isThere = there !== undefined && !["left", "removed", "declined", "unreachable"].includes(there.is);
    return isThere ? { problem: `${shortName(there)} is in this chat already.` } : read;
  }

  return {
    checkAddress,
    startChat: (text) => {
      const read = checkAddress(text, null);
      if ("problem" in read) return read.problem;
      within((on) => on.open(read.address));
      select(read.address);
      return null;
    },
    setDraft: (chat, text) => within((on) => (on.groupIn(chat) ?? on.privateIn(chat))?.setDraft(text)),
    send: (chat, text) =>
      within((on) => {
        if (text.trim() === "") return;
        const group = on.groupIn(chat);
        if (group !== null) return group.thread.write(text);
        const one = on.privateIn(chat);
        if (one === null) return;
        on.people.remember(one.peer);
        one.write(text);
      }),
    retry: (chat, message) => within((on) => threadOf(on, chat, message)?.retry(message)),
    remove: (chat, message) => within((on) => threadOf(on, chat, message)?.remove(message)),
    sendUndelivered: (chat, message, to) =>
      within((on) => {
        const thread = threadOf(on, chat, message);
        const text = thread?.textOf(message) ?? null;
        if (thread === null || text === null) return;
        if (to === "person") return thread.retry(message);
        const group = on.groupIn(chat);
        if (group === null) return;
        thread.remove(message);
        group.thread.write(text);
      }),
    addPeople: (chat, addresses, subject) =>
      within((on) => {
        const people = readable(on, addresses);
        if (people.length === 0) return;
        const group = on.groupIn(chat);
        if (group !== null) group.add(people);
        else if (on.factory !== null) on.privateIn(chat)?.add(people, subject);
      }),
    askAgain: (chat, address) =>
      within((on) => {
        const group = on.groupIn(chat);
        const people = readable(on, [address]);
        if (people.length === 0) return;
        if (group !== null) return group.add(people);
        const one = on.privateIn(chat);
        if (one === null || on.factory === null) return;
        if (state().chats[chat]?.phase.is === "asking") return one.askAgain(address);
        // The peer of the 1-1 is asked along with whoever is asked again, or alone with those who failed.
        const failed = (state().chats[chat]?.failure ?? []).map((asked) => asked.address);
        const others = (address === one.peer ? failed : people).filter((other) => other !== one.peer);
        if (others.length > 0) one.add(others, null);
      }),
    cancelAsking: (chat) => within((on) => on.privateIn(chat)?.cancelAsking()),
    dismissFailure: (chat) => within((on) => on.privateIn(chat)?.failed(null)),
    join: (chat) =>
      within((on) => {
        const group = on.groupIn(chat);
        if (group !== null) group.join();
        else on.privateIn(chat)?.answer(true);
      }),
    decline: (chat) =>
      within((on) => {
        const group = on.groupIn(chat);
        if (group !== null) group.leave();
        else on.privateIn(chat)?.answer(false);
      }),
    closeChat: (chat) => within((on) => on.privateIn(chat)?.close()),
    leave: (chat) => within((on) => on.groupIn(chat)?.leave()),
  };
}
