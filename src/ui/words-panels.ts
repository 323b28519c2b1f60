/**
 * What dialogs, cards and panels say, beside the catalogue in words.ts and by the same rules.
 *
 * A button names whom it is about; a sentence says what will happen before it does.
 */
import type { Asked, Member, Person } from "../client/model.ts";
import { fullName, shortName } from "./people.ts";
import { count, names, number } from "./words-grammar.ts";
import { remaining, time } from "./words-time.ts";
import { words } from "./words.ts";

const mostNamed = 2;

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

/** The second line of a member in the details. `at`: when it happened, if the thread says so. */
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
  addPeople: {
    title: "Add people",
    field: "Name or address",
    example: "Name or SIP address",
    picked: "People to add",
    remove: (person: Person): string => `Remove ${fullName(person)}`,
    people: "People you can add",
    contacts: "Contacts",
    recent: "Recent",
    typed: "Address",
    addAddress: "Add this address",
    inChat: "Already in this chat",
    asked: "Already asked",
    groupName: "Group name, optional",
    noContacts: "Type the address of the person you want to add.",
    nobody: (text: string): string => `Nobody called “${text}”. An address looks like carol@example.org.`,
    starts: (peer: Person): string =>
      `A group starts. What you and ${shortName(peer)} said before stays between you.`,
    grows: (n: number): string =>
      n === 1
        ? "They read what is said from now on, nothing from before."
        : "New people read what is said from now on, nothing from before.",
    tooMany: (limit: number): string => `The group holds ${count(limit, "person", "people")} at most.`,
    submitNobody: "Add people",
    submit: (people: readonly Person[]): string =>
      people.length <= mostNamed ? `Add ${names(people)}` : `Add ${number(people.length)} people`,
  },

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

  details: {
    group: "Group details",
    chat: "Chat details",
    inGroup: (n: number): string => `${number(n)} in the group`,
    limit: (n: number): string => `up to ${number(n)}`,
    asked: "Asked",
    gone: "Not in the group any more",
    you: "You",
    started: "Started the group",
    plain: (peer: Person): string =>
      `Sent as plain messages, since ${shortName(peer)}’s app offers no chat session. Long texts may not fit.`,
    address: "Address",
    privateChat: (person: Person): string => `Private chat with ${shortName(person)}`,
    leave: "Leave group",
    closeChat: "Close chat",
    leaveAsk: (title: string): string => `Leave ${title}?`,
    leaveWhat:
      "The others go on without you. You won’t get what they write from now on, and you can come back only if somebody adds you again.",
    leaveDo: "Leave group",
    closeAsk: (peer: Person): string => `Close the chat with ${shortName(peer)}?`,
    closeWhat: (peer: Person): string =>
      `It ends for both of you. What was said stays here, and the next message to ${shortName(peer)} opens it again.`,
    closeDo: "Close chat",
    stay: "Stay",
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

  newChat: {
    title: "New chat",
    field: "Name or address",
    example: "Name or SIP address",
    people: "People you can chat with",
    startWith: "Start a chat with this address",
    noContacts: "Type the address of the person you want to chat with.",
  },

  checkServer: {
    title: "Check this server",
    about: "What chats and groups need, line by line.",
    aboutServer: (address: string, server: string): string => `${address} at ${server}`,
    lines: "What was checked",
    checking: "Checking",
    progress: (known: number, all: number): string => `: ${number(known)} of ${number(all)}`,
    again: "Check again",
    copy: "Copy report",
    copied: { yes: "The report is copied.", no: "The report can’t be copied here." },
    is: {
      waiting: "Still to check",
      trying: "Being checked",
      passed: "Passed",
      failed: "Failed",
      "not-tried": "Not tried",
    },
  },

  settings: {
    title: "Settings",
    theme: "Appearance",
    themes: { system: "System", light: "Light", dark: "Dark" },
    joinByItself: "Join groups by itself",
    joinByItselfMore:
      "When people you have chatted with invite you. Others still have to wait for your Join.",
    check: "Check this server",
    signOut: "Sign out",
    signOutAsk: "Sign out?",
    unsent: (n: number): string =>
      `${count(n, "message has", "messages have")} not been sent and will be lost.`,
    stay: "Stay signed in",
  },
} as const;
