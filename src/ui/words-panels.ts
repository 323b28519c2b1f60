/**
 * What cards and panels say that may be there at once, beside the catalogue in words.ts and by the same rules.
 *
 * A button names whom it is about; a sentence says what will happen before it does.
 */
import type { Asked, Member, Person } from "../client/model.ts";
import { fullName, shortName } from "./people.ts";
import { count, number } from "./words-grammar.ts";
import { remaining, time } from "./words-time.ts";
import { words } from "./words.ts";

/** "Ringing, up to 1:06 more"; without the time where it is not known or is over. */
function ringing(until: number | null | undefined, now: number): string {
  const left = (until ?? 0) - now;
  return left > 0 ? `Ringing, up to ${remaining(left)} more` : "Ringing";
}

/** Why somebody is not coming, in a word or two. */
function reasonOf(member: Member): string {
  if (member.reason !== null) return member.reason;
  return member.is === "declined" ? words.reasons.declined : words.reasons.unreachable;
}

/** What one person is doing while a group is being started. `fromHere`: the one who was in the chat already. */
export function askedWords(asked: Asked, now: number, fromHere: boolean): string {
  switch (asked.is) {
    case "pending":
      return "Asking";
    case "joining":
      return fromHere ? "Joining from this chat" : "Joining";
    case "ringing":
      return ringing(asked.ringUntil, now);
    case "in":
    case "away":
      return "Joined";
    case "left":
      return "Left";
    case "removed":
      return "Removed";
    case "declined":
    case "unreachable":
      return reasonOf(asked);
  }
}

/** The same without times, for a screen reader that hears it once per change. */
export function askedSpoken(asked: Asked, fromHere: boolean): string {
  return `${shortName(asked)}: ${askedWords({ ...asked, ringUntil: null }, 0, fromHere)}`;
}

/** The second line of a member in the details or an invitation. `at`: when it happened, if the thread says so. */
export function memberWords(member: Member, now: number, at: number | null): string {
  const when = at === null ? "" : ` at ${time(at)}`;
  switch (member.is) {
    case "in":
      return "In the group";
    case "away":
      return "Away, joins again by itself";
    case "pending":
      return "Asked";
    case "joining":
      return "Joining";
    case "ringing":
      return ringing(member.ringUntil, now);
    case "left":
      return `Left${when}`;
    case "removed":
      return `Removed${when}`;
    case "declined":
    case "unreachable":
      return `${reasonOf(member)}${when}`;
  }
}

export const panels = {
  asking: {
    title: "Starting the group",
    waitingFor: (n: number): string => `Waiting for ${number(n)}`,
    opens: "The group opens when the first person joins.",
    failed: "Nobody could join.",
    failedMore: (peer: Person): string => `You’re still with ${shortName(peer)}, your text is kept.`,
    failedAlone: "Your text is kept.",
    code: (status: number): string => `SIP status ${status}`,
  },

  invitation: {
    to: (by: Person, subject: string | null): { readonly who: string; readonly what: string } => ({
      who: `${shortName(by)} invites you to`,
      what: subject ?? words.aGroup,
    }),
    read: "You’ll read everything said since the group began.",
    show: "Show",
    people: "Who is in it",
    invites: "Invites you",
    rings: (until: number, now: number): string =>
      until - now > 0
        ? `Rings for ${remaining(until - now)} more. You can still join later.`
        : "You can still join later.",
    missed: "Missed invitation",
    declined: "You declined",
    elsewhere: "Joined on another device",
    invited: (by: Person, subject: string | null): string =>
      `${shortName(by)} invited you to ${subject ?? words.aGroup}.`,
    later: "You can still join. You’ll read everything said since the group began.",
    elsewhereMore: "You are in this group on another device. This one stays out of it.",
  },

  elsewhere: {
    page: "Signed in elsewhere",
    title: "Open in another tab",
    more: (address: string): string =>
      `${address} is signed in in another tab of this browser. An account works in one tab at a time.`,
    useHere: "Use here",
    other: "Sign in as somebody else",
  },

  request: {
    title: (from: Person): string => `${fullName(from)} wants to chat`,
    unknown: "Not in your contacts",
    more: "Nothing is sent back until you accept.",
  },

  banner: {
    keepWriting: "You can keep writing, your messages wait here.",
    keepWritingShort: "Your messages wait here.",
    plainGoes: "Plain messages go all the same.",
    tryNow: "Try now",
    tryingIn: (seconds: number): string => `Next try in ${count(seconds, "second", "seconds")}`,
    back: "Back online",
    signIn: "Sign in",
  },

  undelivered: {
    not: (peer: Person): string => `Not delivered to ${shortName(peer)} before the group began`,
    notAlone: "Not delivered before the group began",
    toPerson: (peer: Person): string => `Send to ${shortName(peer)}`,
    toGroup: "Send to the group",
  },
} as const;
