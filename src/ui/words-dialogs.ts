/**
 * What dialogs and the details say: fetched with them, when they are first opened.
 *
 * A button names whom it is about; a sentence says what will happen before it does.
 */
import type { Person } from "../client/model.ts";
import { fullName, shortName } from "./people.ts";
import { count, names, number } from "./words-grammar.ts";

const mostNamed = 2;

export const dialogs = {
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
      `Sent as plain messages, since ${shortName(peer)}’s app writes so, or offers no chat session. Long texts may not fit.`,
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
    keys: "Keyboard",
    keyOf: [
      ["Find a chat", "search"],
      ["Chat above, chat below", "Alt ↑ · Alt ↓"],
      ["List, chat, details", "F6"],
      ["Send · new line", "Enter · Shift Enter"],
    ],
    check: "Check this server",
    signOut: "Sign out",
    signOutAsk: "Sign out?",
    unsent: (n: number): string =>
      `${count(n, "message has", "messages have")} not been sent and will be lost.`,
    stay: "Stay signed in",
  },
} as const;
