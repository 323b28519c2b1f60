/**
 * What was said while something broke, and who has read it: each text is there once where it was meant to be, or its
 * author's screen says plainly that it is not.
 */
import type { AppState, ChatId } from "../client/model.ts";
import type { HeadlessPerson } from "./headless-person.ts";
import { messagesOf } from "./headless-state.ts";

type Said = {
  readonly text: string;
  readonly by: HeadlessPerson;
  /** How often its author's page had been loaded. */
  readonly page: number;
  readonly isPrivate: boolean;
};

export interface Texts {
  say(by: HeadlessPerson, chat: { readonly id: ChatId; readonly kind: "1-1" | "group" }): string;
  /** The page of this person is a new one. */
  reloaded(person: HeadlessPerson): void;
  /** What is not as it must be in the end; empty: all is. */
  problems(peer: (author: HeadlessPerson) => HeadlessPerson | null): readonly string[];
  readonly count: number;
}

const textsIn = (state: AppState): readonly string[] =>
  Object.values(state.chats)
    // A group shows the text of its 1-1 too; that chat's own row shows it again once the two are alone.
    .flatMap((chat) => {
      const seam = chat.items.findLastIndex((item) => item.kind === "seam");
      return messagesOf({ ...chat, items: chat.items.slice(seam + 1) });
    })
    .flatMap(({ mine, text }) => (mine ? [] : [text]));

/** Of each text once, above a seam or below. */
const allTextsIn = (state: AppState): ReadonlySet<string> =>
  new Set(
    Object.values(state.chats)
      .flatMap(messagesOf)
      .flatMap(({ mine, text }) => (mine ? [] : [text])),
  );

export function createTexts(people: readonly HeadlessPerson[]): Texts {
  const said: Said[] = [];
  const pages = new Map<HeadlessPerson, number>();
  const read = new Map<HeadlessPerson, Set<string>>(people.map((person) => [person, new Set()]));
  for (const person of people)
    person.watch((state) => {
      for (const text of allTextsIn(state)) read.get(person)?.add(text);
    });
  const pageOf = (person: HeadlessPerson): number => pages.get(person) ?? 0;

  function problemOf({ text, by, page, isPrivate }: Said, to: readonly HeadlessPerson[]): string | null {
    const mine = Object.values(by.state().chats)
      .flatMap(messagesOf)
      .find((one) => one.mine && one.text === text);
    const missing = to.filter((person) => read.get(person)?.has(text) !== true);
    // Its author's page is gone, and with it what was not out yet.
    if (mine === undefined) return page === pageOf(by) ? `"${text}" is gone from its author's screen` : null;
    if (mine.is === "failed" || mine.is === "undelivered") return null;
    if (mine.is !== "sent" && mine.is !== "delivered") return `"${text}" is still ${mine.is}`;
    // A page that came later has the group's text from then on, and none of the 1-1's.
    const late = isPrivate ? missing.filter((person) => pageOf(person) === page) : missing;
    return late.length === 0
      ? null
      : `"${text}" is ${mine.is}, and ${late.map(({ user }) => user).join(" and ")} never read it`;
  }

  return {
    say: (by, chat) => {
      const isPrivate = chat.kind === "1-1";
      const text = `${said.length + 1} from ${by.user} in ${isPrivate ? "private" : "the group"}`;
      said.push({ text, by, page: pageOf(by), isPrivate });
      by.say(chat, text);
      return text;
    },
    reloaded: (person) => void pages.set(person, pageOf(person) + 1),
    problems: (peer) => [
      ...said.flatMap((one) => {
        const other = one.isPrivate ? peer(one.by) : null;
        const to = one.isPrivate
          ? other === null
            ? []
            : [other]
          : people.filter((person) => person !== one.by);
        return problemOf(one, to) ?? [];
      }),
      ...people.flatMap((person) => {
        const texts = textsIn(person.state());
        return texts
          .filter((text, index) => texts.indexOf(text) !== index)
          .map((text) => `${person.user} has "${text}" twice`);
      }),
      ...said.flatMap(({ text, by, isPrivate }) =>
        people
          .filter((person) => isPrivate && person !== by && person !== peer(by))
          .flatMap((person) =>
            read.get(person)?.has(text) === true ? [`${person.user} has read "${text}"`] : [],
          ),
      ),
    ],
    get count() {
      return said.length;
    },
  };
}
