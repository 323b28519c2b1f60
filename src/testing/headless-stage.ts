/**
 * A network in a box with headless people on it, and what several tests let them do first: talk in private, become a
 * group. Whoever opens a stage closes it; nobody stays on a socket.
 */
import type { AppState, Chat } from "../client/model.ts";
import { startBox, type Box, type BoxOptions } from "../server/network-in-a-box.ts";
import {
  defaultLimitMs,
  startPeople,
  stopPeople,
  type HeadlessPerson,
  type PeopleOptions,
} from "./headless-person.ts";
import { groupIn } from "./headless-state.ts";
import { createBell, until } from "./headless-until.ts";

export type Stage = {
  readonly box: Box;
  /** More people; they too leave when the stage is closed. */
  enter<const Users extends readonly string[]>(
    users: Users,
  ): Promise<{ readonly [Each in keyof Users]: HeadlessPerson }>;
  /** As soon as the box has written down what `find` looks for. */
  traced(what: string, find: () => boolean, withinMs?: number): Promise<true>;
  close(): Promise<void>;
};

export async function openStage(options: PeopleOptions & { readonly box?: BoxOptions } = {}): Promise<Stage> {
  const { limitMs = defaultLimitMs } = options;
  const rows = createBell();
  const onRow = (row: string): void => {
    options.box?.onRow?.(row);
    rows.ring();
  };
  const box = await startBox({ ...options.box, trace: true, onRow });
  const everybody: HeadlessPerson[] = [];
  return {
    box,
    enter: async (users) => {
      const people = await startPeople(box, users, { ...options, limitMs });
      everybody.push(...people);
      return people;
    },
    traced: (what, find, withinMs = limitMs) =>
      until(rows, {
        find,
        limitMs: withinMs,
        what,
        instead: () => `${box.trace.sip.length} hops without it`,
      }),
    close: async () => {
      await stopPeople(everybody);
      await box.stop();
    },
  };
}

/** Both have written and read; answers the chat as the first sees it. */
export async function talkInPrivate(one: HeadlessPerson, other: HeadlessPerson): Promise<Chat> {
  const chat = one.chatWith(other);
  const [hello, answer] = [`${other.user}, are you there?`, `Here I am, ${one.user}.`];
  one.say(chat, hello);
  await other.read(hello);
  other.say(other.chatWith(one), answer);
  await one.read(answer);
  await Promise.all([one.sent(hello), other.sent(answer)]);
  return chat;
}

/** The invitation that this person has not answered yet. */
export const invitationAt = (person: HeadlessPerson): Promise<Chat> =>
  person.until("an invitation", (state) => groupIn(state, "invited"));

/** Presses Join; answers the group as this person sees it. */
export async function joinsAt(person: HeadlessPerson): Promise<Chat> {
  person.actions.join((await invitationAt(person)).id);
  return person.group();
}

/** The same for the invitation to that group alone: one that was taken back may ring a moment longer. */
export async function joinsInto({ address }: Chat, person: HeadlessPerson): Promise<void> {
  const inIt = (state: AppState, is: Chat["phase"]["is"]): Chat | undefined =>
    Object.values(state.chats).find((chat) => chat.address === address && chat.phase.is === is);
  const { id } = await person.until("an invitation to it", (state) => inIt(state, "invited"));
  person.actions.join(id);
  await person.until("being in it", (state) => inIt(state, "open"));
}

/** Each says something to the group, and all others read it. */
export async function talkInGroup(people: readonly HeadlessPerson[], about: string): Promise<void> {
  for (const one of people) {
    const text = `${one.user} on ${about}.`;
    one.say(await one.group(), text);
    await Promise.all(people.map((other) => (other === one ? one.sent(text) : other.read(text))));
  }
}

/** Everything that went to this person over MSRP, as one text. */
export const receivedBy = ({ trace }: Box, person: HeadlessPerson): string =>
  trace.msrp
    .filter(({ to }) => to === person.user)
    .map(({ bytes }) => Buffer.from(bytes).toString("utf8"))
    .join("");
