/**
 * Whom one can pick in a dialog: contacts and recent people, found by what is typed, with the reason of who can't be.
 *
 * Pure: a dialog holds the picks and asks here what they become. A person is one address, however often listed.
 */
import { notAnAddress } from "../client/addresses.ts";
import type { Actions, AppState, Chat, Person } from "../client/model.ts";
import { fold } from "./fold.ts";
import { shownAddress } from "./people.ts";
import { dialogs } from "./words-dialogs.ts";

/** Typed: known by address alone, and shown so. */
export type Picked = Person & { readonly typed: boolean };

export type Candidate = Person & { readonly why: string | null };

export type Candidates = { readonly contacts: readonly Candidate[]; readonly recent: readonly Candidate[] };

/** Everybody who can be listed; `chat` says who is in it already. Never yourself, nobody twice. */
export function candidates(
  state: Pick<AppState, "contacts" | "recent" | "session">,
  chat: Chat | null,
): Candidates {
  const self = state.session.is === "signed-in" ? state.session.address : null;
  const seen = new Set<string>(self === null ? [] : [self]);
  const take = (people: readonly Person[]): readonly Candidate[] =>
    people.flatMap((person) => {
      if (seen.has(person.address)) return [];
      seen.add(person.address);
      return [
        {
          address: person.address,
          name: person.name,
          why: chat === null ? null : whyNot(chat, person.address),
        },
      ];
    });
  return { contacts: freeFirst(take(state.contacts)), recent: freeFirst(take(state.recent)) };
}

const freeFirst = (people: readonly Candidate[]): readonly Candidate[] => [
  ...people.filter((person) => person.why === null),
  ...people.filter((person) => person.why !== null),
];

/** Why somebody can't be added to this chat, or null. Who left, declined or was not reached can be asked again. */
export function whyNot(chat: Chat, address: string): string | null {
  const member = chat.members.find((one) => one.address === address);
  if (chat.kind === "1-1") {
    return member !== undefined || address === chat.address ? dialogs.addPeople.inChat : null;
  }
  switch (member?.is) {
    case "in":
    case "away":
    case "joining":
      return dialogs.addPeople.inChat;
    case "pending":
    case "ringing":
      return dialogs.addPeople.asked;
    case "left":
    case "declined":
    case "unreachable":
    case "removed":
    case undefined:
      return null;
  }
}

/** Those whose name or address contains every word typed. */
export function find<T extends Person>(people: readonly T[], text: string): readonly T[] {
  const wanted = fold(text)
    .split(/\s+/u)
    .filter((word) => word !== "");
  if (wanted.length === 0) return people;
  return people.filter((person) => {
    const said = fold(`${person.name} ${shownAddress(person.address)}`);
    return wanted.every((word) => said.includes(word));
  });
}

/** `bob@host`, `sip:…`, `tel:+…` and `+33…` can only be addresses; `bob` may be a name. */
export const looksLikeAddress = (text: string): boolean => /@|^(?:sips?|tel):|^\+\d/iu.test(text.trim());

/**
 * In place of an empty list: what is wrong with what was typed, or that nobody is called so. `problem`: what the field
 * itself says; `none`: what is said while nothing is typed.
 */
export function whyNobody(
  typed: string,
  checked: ReturnType<Actions["checkAddress"]> | null,
  problem: string | null,
  none: string,
): string | null {
  if (problem !== null) return null;
  if (typed.trim() === "") return none;
  const wrong = checked !== null && "problem" in checked ? checked.problem : null;
  if (wrong !== null && (wrong !== notAnAddress || looksLikeAddress(typed))) return wrong;
  return dialogs.addPeople.nobody(typed.trim());
}

/** Several addresses pasted at once, apart by commas, semicolons or line ends; one alone is just text. */
export function splitAddresses(text: string): readonly string[] {
  const parts = text
    .split(/[,;\n\r\t]+/u)
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return parts.length > 1 ? parts : [];
}

export function withPick(picks: readonly Picked[], pick: Picked): readonly Picked[] {
  return picks.some((one) => one.address === pick.address) ? picks : [...picks, pick];
}

/** A typed address of somebody who is listed is that person. */
export function pickOf(address: string, known: Candidates): Picked {
  const person = [...known.contacts, ...known.recent].find((one) => one.address === address);
  return person === undefined
    ? { address, name: "", typed: true }
    : { address, name: person.name, typed: false };
}

/** How many the group would have, counting those who are asked. */
export function sizeWith(chat: Chat, picks: readonly Picked[]): number {
  const belong = chat.members.filter((one) => one.self || whyNot(chat, one.address) !== null).length;
  const self = chat.members.some((one) => one.self) ? 0 : 1;
  return belong + self + picks.length;
}
