/**
 * A group while this person asks for it: out of which record, for whom, and what is done when the answer is lost.
 *
 * Lost is what nobody said: the connection broke, or a server was in trouble (500, 503). The focus lets its host in by
 * the conference URI. Before that is known the same order goes out once more with the same Contribution-ID, by which
 * the focus knows that it is no second group. After a few of these the person is told; a no is told at once.
 */
import type { Desk } from "./desk.ts";
import type { DialIn } from "./dial-in.ts";
import { askedOf } from "./group-members.ts";
import { failedAsked } from "./group-parting.ts";
import type { GroupRoster } from "./group-roster.ts";
import type { Asked, Person } from "./model.ts";
import type { PrivateChat } from "./rooms.ts";
import type { Talk } from "./talk.ts";

export type GroupAskingOptions = {
  readonly desk: Desk;
  readonly talk: () => Talk | null;
  readonly roster: GroupRoster;
  readonly door: DialIn;
  readonly conference: () => string | null;
  readonly nameOf: (address: string) => Person;
};

export interface GroupAsking {
  begin(record: PrivateChat, wanted: readonly string[]): void;
  /** Out of which it is, or was, asked for; null: by somebody else. */
  record(): PrivateChat | null;
  /** How those stand who are to come. */
  asked(): readonly Asked[];
  /** Who said no shall be asked again, once the group stands. */
  later(address: string): void;
  /** It stands: who is to be asked again now. */
  takeLater(): readonly string[];
  /** Our INVITE was answered so. True: nobody's answer, and it is being looked for. */
  isLost(status: number): boolean;
  /** Both links are back, or the focus did not let us in just now. */
  look(): void;
  /** Nobody will answer any more. */
  giveUp(): void;
  /** Nobody came. */
  failed(cause: number | null, text: string | null): void;
}

const mostTries = 4;

export function createGroupAsking(options: GroupAskingOptions): GroupAsking {
  const { desk, talk, roster, door, conference, nameOf } = options;
  const { timers } = desk;
  const again = new Set<string>();
  let begun: { readonly record: PrivateChat; readonly wanted: readonly string[] } | null = null;
  let tries = 0;
  /** Our INVITE is answered, with a status that is nobody's answer. */
  let lostTo: number | null = null;
  let stopLooking = (): void => {};

  const isAsking = (): boolean => talk()?.state().is === "asking";

  function look(): void {
    stopLooking();
    // Without a connection it waits for the next; that one calls again.
    if (!isAsking() || !desk.isOnline()) return;
    const known = conference();
    if (known === null || lostTo !== null) {
      if (tries === mostTries) return giveUp();
      tries += 1;
    }
    if (known !== null) return door.soon(known);
    // A server that has an answer for us says it again as soon as we are back.
    stopLooking = desk.after(timers.rejoinMinMs * 2 ** (tries - 1), () => {
      const now = conference();
      if (!isAsking() || !desk.isOnline()) return;
      if (now === null) {
        lostTo = null;
        talk()?.again();
      } else if (lostTo !== null) door.soon(now);
    });
  }

  function giveUp(): void {
    stopLooking();
    asking.failed(lostTo ?? 480, null);
    talk()?.leave();
  }

  const asking: GroupAsking = {
    begin: (record, wanted) => {
      begun = { record, wanted };
    },
    record: () => begun?.record ?? null,
    asked: () =>
      askedOf(begun?.wanted ?? [], roster.members(), desk.self.address, roster.rings(), nameOf).map((one) =>
        again.has(one.address) ? { ...one, is: "pending", reason: null, status: null } : one,
      ),
    later: (address) => void again.add(address),
    takeLater: () => {
      const people = [...again];
      again.clear();
      return people;
    },
    isLost: (status) => {
      // 480 while it is being looked for: a focus that is not back yet.
      const isTrouble = status === 500 || status === 503 || (status === 480 && tries > 0);
      if (!isTrouble || (desk.isOnline() && tries === mostTries)) return false;
      lostTo = status;
      // Whoever comes to be there instead knows nothing of who watches.
      roster.unsubscribe();
      look();
      return true;
    },
    look,
    giveUp,
    failed: (cause, text) =>
      begun?.record.failed(failedAsked(asking.asked(), { how: "refused", cause, text })),
  };
  return asking;
}
