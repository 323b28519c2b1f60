/** What happened in a chat, as each side reads it: "You added Carol" here is "Alice added Carol" there. */
import type { Line, Person } from "../client/model.ts";
import { nameParts, names } from "./words-grammar.ts";
import { words } from "./words.ts";

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
    case "removed": {
      const whom = line.whom.some((one) => one.address === self) ? "you" : people(line.whom, self, false);
      if (isSelf(line.who, self)) return phrase(you, " removed ", whom);
      if (whom === "you")
        return line.who === null ? phrase(you, " were removed") : phrase(subject, " removed you");
      const were = line.whom.length === 1 ? " was removed" : " were removed";
      return line.who === null ? phrase(whom, were) : phrase(whom, were, " by ", people(who, self, true));
    }
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
        line.text === null ? " declined the group." : `: ${line.text}.`,
        " Your private chat goes on in its own row.",
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
