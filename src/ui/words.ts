/**
 * Every string of the screen, in one typed catalogue. A text that names people takes people and shortens them itself,
 * so that nobody is "Bob Lindqvist" in one line and "Bob" in the next.
 *
 * Beside it: what a panel alone says (words-panels.ts) or a dialog (words-dialogs.ts), what happened (words-lines.ts), times
 * (words-time.ts), and numbers and names in a row (words-grammar.ts).
 */
import type { Chat, Member, MemberIs, MessageIs, Person } from "../client/model.ts";
import { fullName, shortName } from "./people.ts";
import { count, names, number } from "./words-grammar.ts";

/** What text of mine waits for: a connection of one's own, the other, or a group to be back in. */
export function waitingWords(chat: Pick<Chat, "kind" | "members">, isOffline: boolean): string {
  if (isOffline) return "Waiting for connection";
  const peer = chat.members.find((member) => !member.self);
  return chat.kind === "group" || peer === undefined
    ? "Waiting for the group"
    : `Waiting for ${shortName(peer)}`;
}

/** The state of my own message, in a word or two. */
export function messageStateWords(is: MessageIs, waiting = "Waiting"): string {
  switch (is) {
    case "waiting":
      return waiting;
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
  /** For a group that nobody has named. */
  aGroup: "a group",
  join: "Join",
  cancel: "Cancel",
  close: "Close",
  tryAgain: "Try again",
  notFetched: "This part of the app could not be fetched from its server.",
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
    check: "Check this server",
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
    plain: "Sent as plain messages",
    members: "Members",
    more: (n: number): string => `+${number(n)}`,
    moreMembers: (n: number): string => count(n, "more person", "more people"),
    you: "You",
    noFactory:
      "This server has no conference factory. Ask its operator, or name one under Advanced settings when you sign in.",
    askingNow: "A group is being started.",
    full: (limit: number): string => `The group is full: ${count(limit, "person", "people")} at most.`,
    latest: "Latest messages",
    newFromHere: "New messages",
    newMessages: (n: number): string => count(n, "new message", "new messages"),
    hello: (person: Person): string => `Say hello to ${shortName(person)}`,
    helloMore: "Your first message opens the chat.",
    beforeAccept: (from: Person): string => `What ${shortName(from)} writes is shown once you accept.`,
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
    invitation: (by: Person, subject: string | null): string =>
      `${shortName(by)} invites you to ${subject ?? words.aGroup}`,
    request: (from: Person): string => `${fullName(from)} wants to chat`,
  },
} as const;
