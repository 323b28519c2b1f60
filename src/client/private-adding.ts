/**
 * Adding people to a private chat: the group that is started from it, whom it is for, and why the last one came to
 * nothing.
 *
 * People picked while a call is being answered wait for what becomes of that, since a 1-1 that is not there yet can't
 * be replaced.
 */
import type { Asked } from "./model.ts";
import { isGoing, type PrivateParts } from "./private-parts.ts";
import type { GroupChat } from "./rooms.ts";
import { createTalk } from "./talk.ts";

export interface PrivateAdding {
  add(people: readonly string[], subject: string | null): void;
  /** It is known what became of the call. */
  addWished(): void;
  askAgain(address: string): void;
  /** How those stand who are asked. */
  asked(): readonly Asked[];
  /** null: none, or the person has seen it. */
  failure(): readonly Asked[] | null;
  failed(asked: readonly Asked[] | null): void;
}

export function createPrivateAdding(parts: PrivateParts): PrivateAdding {
  const { desk, peer, now, chat, door, touch } = parts;
  let starting: GroupChat | null = null;
  let wished: { readonly people: readonly string[]; readonly subject: string | null } | null = null;
  let failure: readonly Asked[] | null = null;

  function add(people: readonly string[], subject: string | null): void {
    if (isGoing(now)) return;
    failure = null;
    if (door.state().is === "answering") {
      wished = { people, subject };
      return;
    }
    // What waits for a session waits until it is known what comes of this.
    door.close();
    now.talk ??= createTalk(desk, chat());
    starting = desk.newGroup({
      contributionId: desk.freshId(),
      conversationId: door.conversationId(),
      subject,
    });
    starting.begin(chat(), [peer, ...people]);
    now.talk.add(starting, people);
    chat().show();
  }

  return {
    add,
    addWished: () => {
      const people = wished;
      wished = null;
      if (people !== null) add(people.people, people.subject);
    },
    askAgain: (address) => {
      starting?.askLater(address);
      touch();
    },
    asked: () => starting?.asked() ?? [],
    failure: () => failure,
    failed: (asked) => {
      failure = asked;
      touch();
    },
  };
}
