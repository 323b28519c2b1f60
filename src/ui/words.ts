/**
 * Every string of the screen, in one typed catalogue, with its plural rules and dates.
 *
 * A text that names people takes people and shortens them itself, so that nobody is "Bob Lindqvist" in one line
 * and "Bob" in the next. What a dialog or panel alone says stands in words-panels.ts.
 */
import type { Line, Member, MemberIs, Message, Person } from "../client/model.ts";
import { fullName, shortName } from "./people.ts";

/** The language of the catalogue. Times and dates follow the reader's own. */
const language = "en-GB";
const plural = new Intl.PluralRules(language);
const list = new Intl.ListFormat(language, { style: "long", type: "conjunction" });

/** "1 person", "3 people". */
export function count(n: number, one: string, other: string): string {
  return `${number(n)} ${plural.select(n) === "one" ? one : other}`;
}

export const number = (n: number): string => n.toLocaleString();

/** "Bob", "Bob and Carol", "Bob, Carol and Dave". */
export function names(people: readonly Person[]): string {
  return list.format(people.map(shortName));
}

/** The same in pieces, so that names can be set apart from the words between them. */
export function nameParts(
  people: readonly Person[],
): readonly { readonly name: boolean; readonly text: string }[] {
  return list
    .formatToParts(people.map(shortName))
    .map((part) => ({ name: part.type === "element", text: part.value }));
}

/** A line of text in which some names stand out. */
export type Phrase = readonly { readonly name: boolean; readonly text: string }[];

function phrase(...pieces: readonly (string | Phrase)[]): Phrase {
  return pieces.flatMap((piece) => (typeof piece === "string" ? [{ name: false, text: piece }] : piece));
}

const you: Phrase = [{ name: true, text: "You" }];

/** The people of a line; yourself is "You" at its beginning and "you" inside, where names do not stand out. */
function people(who: readonly Person[], self: string, inside: boolean): Phrase {
  const called = who.map((one) => (one.address === self ? { ...one, name: inside ? "you" : "You" } : one));
  return inside ? [{ name: false, text: names(called) }] : nameParts(called);
}

const isSelf = (person: Person | null, self: string): boolean => person?.address === self;

/** What happened, as this person reads it. `above`: whom the earlier text is shared with, where there is a seam. */
export function lineWords(line: Line, self: string, above: readonly Person[] = []): Phrase {
  const who = line.who === null ? [] : [line.who];
  const subject = people(who, self, false);
  const others = above.filter((person) => person.address !== self);
  switch (line.what) {
    case "added": {
      if (line.whom.some((one) => one.address === self)) {
        return phrase(subject.length === 0 ? "Somebody" : subject, " added ", people(line.whom, self, true));
      }
      const stays =
        isSelf(line.who, self) || others.length === 0
          ? ""
          : `. Earlier messages stay between you and ${names(others)}.`;
      return phrase(
        subject.length === 0 ? "Somebody" : subject,
        " added ",
        people(line.whom, self, true),
        stays,
      );
    }
    case "joined":
      return phrase(people(line.whom.length > 0 ? line.whom : who, self, false), " joined");
    case "left":
      return phrase(people(line.whom.length > 0 ? line.whom : who, self, false), " left");
    case "removed":
      return line.who === null
        ? phrase(
            people(line.whom, self, false),
            line.whom.length === 1 && !isSelf(line.whom[0] ?? null, self) ? " was removed" : " were removed",
          )
        : isSelf(line.whom[0] ?? null, self)
          ? phrase(subject, " removed you")
          : phrase(
              people(line.whom, self, false),
              line.whom.length === 1 ? " was removed by " : " were removed by ",
              people(who, self, true),
            );
    case "declined":
      return phrase(people(line.whom.length > 0 ? line.whom : who, self, false), " declined");
    case "unreachable": {
      const reason = line.text ?? words.reasons.unreachable;
      return phrase(people(line.whom.length > 0 ? line.whom : who, self, false), `: ${reason}`);
    }
    case "named":
      return phrase(subject.length === 0 ? "Somebody" : subject, ` named the group ${line.text ?? ""}`);
    case "closed":
      return phrase("The group was closed");
    case "chat-ended":
      return who.length === 0 ? phrase("The chat ended") : phrase(subject, " closed the chat");
    case "you-left":
      return phrase(you, " left");
    case "stayed":
      return phrase(
        people(line.whom.length > 0 ? line.whom : who, self, false),
        " declined the group. Your private chat goes on in its own row.",
      );
    case "nobody":
      return line.whom.length === 0
        ? phrase("Nobody could join.")
        : phrase(`Nobody could join. You’re still with ${names(line.whom)}, your text is kept.`);
    case "interrupted":
      return phrase(line.text ?? "The group broke off. Your private chat is open again.");
    case "note":
      return phrase(line.text ?? "");
  }
}

/** The state of my own message, in a word or two. */
export function messageStateWords(message: Pick<Message, "is">): string {
  switch (message.is) {
    case "waiting":
      return "Waiting for connection";
    case "sending":
      return "Sending";
    case "sent":
      return "Sent";
    case "delivered":
      return "Delivered";
    case "failed":
      return "Not sent";
    case "undelivered":
      return "Not delivered";
  }
}

/** The word beside a member who is not simply there; null for who is. */
export function memberStateWords(is: MemberIs): string | null {
  switch (is) {
    case "in":
      return null;
    case "pending":
      return "asked";
    case "joining":
      return "joining";
    case "ringing":
      return "ringing";
    case "away":
      return "away";
    case "left":
      return "left";
    case "declined":
      return "declined";
    case "unreachable":
      return "not reachable";
    case "removed":
      return "removed";
  }
}

export const memberName = (member: Member): string => (member.self ? "You" : shortName(member));

const minute = 60_000;
const day = 24 * 60 * minute;

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(language, { weekday: "short" });
const weekdayLong = new Intl.DateTimeFormat(language, { weekday: "long" });
const dayAndMonth = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dayAndYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const fullDate = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

/** "10:46". */
export const time = (at: number): string => clock.format(at);

/** For a tooltip: the whole date and time. */
export const wholeTime = (at: number): string => fullDate.format(at);

/** How many midnights lie between, in the time zone of this screen. */
export function daysBetween(from: number, to: number): number {
  const start = new Date(from).setHours(0, 0, 0, 0);
  const end = new Date(to).setHours(0, 0, 0, 0);
  return Math.round((end - start) / day);
}

/** The time in a row of the list: "10:46", "Tue", "3 Mar". */
export function rowTime(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days <= 0) return clock.format(at);
  return days < 7 ? weekday.format(at) : dayAndMonth.format(at);
}

/** The label between two days of a thread. */
export function dayLabel(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  return days < 7 ? weekdayLong.format(at) : dayAndYear.format(at);
}

/** What is left of a ring: "1:06". */
export function remaining(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export const words = {
  product: "Segue",
  tagLine: "Two of you, then everyone.",
  tagLineMore: "Chat with one person, add more when you need them. Nothing is lost on the way.",

  reasons: {
    declined: "Declined",
    unreachable: "Not reachable right now",
  },
  askAgain: "Ask again",
  askAgainWhom: (person: Person): string => `Ask ${shortName(person)} again`,
  join: "Join",
  cancel: "Cancel",
  close: "Close",
  accept: "Accept",
  decline: "Decline",
  back: "Back",
  retry: "Retry",
  delete: "Delete",

  signIn: {
    page: "Sign in to Segue",
    demo: "You’re on the demo server. Continue as",
    continueAs: (person: Person): string => `Continue as ${fullName(person)}`,
    own: "or sign in with your own account",
    server: "Server",
    custom: "Another server",
    address: "Address",
    addressExample: (domain: string): string => `you@${domain}`,
    password: "Password",
    showPassword: "Show password",
    hidePassword: "Hide password",
    advanced: "Advanced settings",
    keep: "Keep me signed in",
    serverUrl: "Server URL",
    factory: "Conference factory",
    factoryNone: "None: groups can’t be started",
    relay: "Message relay",
    submit: "Sign in",
    signingIn: "Signing in",
    addressMissing: "Type your address, like you@example.org.",
    passwordMissing: "Type your password.",
    serverMissing: "Type the server’s WebSocket URL, like wss://example.org/sip.",
    art: ["Shall we ask Carol?", "And Erin!", "Hi you two", "Count me in"],
  },

  list: {
    title: "Chats",
    pane: "Chats",
    newChat: "New chat",
    search: "Search",
    clearSearch: "Clear search",
    nothingFound: (text: string): string => `No chat matches “${text}”.`,
    none: "Your chats will be listed here.",
    settings: "Settings",
    width: "Width of the list",
    account: (name: string): string => `${name}, settings`,
    draft: "Draft:",
    notSent: "Not sent:",
    you: "You",
    missed: "Missed invitation",
    declined: "Declined invitation",
    elsewhere: "Joined on another device",
    invites: (by: Person): string => `${shortName(by)} invites you`,
    wantsToChat: (from: Person): string => `${shortName(from)} wants to chat`,
    joining: "Joining",
    away: "Joining again",
    starting: (asked: readonly Person[]): string => `Starting a group with ${names(asked)}`,
    empty: "No messages yet",
    unread: (n: number): string => count(n, "unread message", "unread messages"),
    count: (n: number): string => (n > 99 ? "99+" : number(n)),
    shortcut: "Ctrl K",
    shortcutMac: "⌘ K",
  },

  connection: {
    connected: "Connected",
    connecting: "Connecting",
    waiting: "Reconnecting",
    back: "Back online",
    refused: "Not connected",
  },

  chat: {
    pane: "Chat",
    thread: (title: string): string => `Messages with ${title}`,
    addPeople: "Add people",
    details: "Details",
    people: (n: number): string => count(n, "person", "people"),
    members: "Members",
    more: (n: number): string => `+${number(n)}`,
    moreMembers: (n: number): string => count(n, "more person", "more people"),
    you: "You",
    noFactory: "This server has no conference factory. Ask its operator, or set one in Advanced settings.",
    askingNow: "A group is being started.",
    full: (limit: number): string => `The group is full: ${count(limit, "person", "people")} at most.`,
    latest: "Latest messages",
    newMessages: (n: number): string => count(n, "new message", "new messages"),
    hello: (person: Person): string => `Say hello to ${shortName(person)}`,
    helloMore: "Your first message opens the chat.",
    ended: {
      "you-left": "You left this group.",
      removed: "You were removed from this group.",
      closed: "The group was closed.",
    },
    away: (cause: string): string => (cause === "" ? "Joining the group again." : `${cause} Joining again.`),
    joining: "Joining the group",
  },

  bubble: {
    from: (name: string): string => `${name}:`,
    mine: "You:",
    retryMessage: "Retry sending",
    deleteMessage: "Delete message",
  },

  seam: {
    only: (others: readonly Person[]): string =>
      others.length === 0 ? "Only you see what is above" : `Only you and ${names(others)} see what is above`,
    starts: "The group starts here",
    said: (others: readonly Person[]): string =>
      others.length === 0
        ? "Group started."
        : `Group started. Earlier messages stay between you and ${names(others)}.`,
  },

  composer: {
    label: (title: string): string => `Message ${title}`,
    send: "Send",
  },

  empty: {
    none: "Say hello to someone",
    noneMore: ["Start a chat with a contact or type any SIP address.", "You can add more people later."],
    waiting: "On the demo server these people are waiting",
    chatWith: (person: Person): string => `Chat with ${fullName(person)}`,
    unselected: "Pick up where you left off",
    unselectedMore: ["Choose a chat, or press ", " to find one."],
  },

  live: {
    message: (from: Person, text: string): string => `${shortName(from)}: ${text}`,
    invitation: (by: Person, title: string): string => `${shortName(by)} invites you to ${title}`,
  },
} as const;
