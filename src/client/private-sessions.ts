/**
 * The sessions of one private chat from the moment they stand: what comes over them, and how each ends, goes on as a
 * group, or is open again when that came to nothing.
 *
 * Each belongs to a talk (`talk.ts`). A leg is known here as long as something may still come over it.
 */
import type { LegId } from "../flow/extend.ts";
import type { MediaUser } from "./media.ts";
import { isGoing, isReadInGroup, seal, type PrivateParts } from "./private-parts.ts";
import type { PrivateChat } from "./rooms.ts";
import { createTalk, type Talk } from "./talk.ts";

export interface PrivateSessions extends Pick<
  PrivateChat,
  "talkOf" | "went" | "ends" | "legEnded" | "goesOn"
> {
  mediaOf(leg: LegId): MediaUser;
  stands(leg: LegId): void;
  /** The session is of no use any more; the next text opens another. */
  lose(leg: LegId, how: "lost" | "gone"): void;
}

export function createPrivateSessions(parts: PrivateParts): PrivateSessions {
  const { desk, now, chat, hand, thread, door, touch } = parts;
  const { agent, timers, people } = desk;
  const peer = (): ReturnType<typeof people.of> => people.of(parts.peer);
  /** Which talk a leg belongs to, also when that has gone on as a group. */
  const talks = new Map<LegId, Talk>();

  function stands(leg: LegId): void {
    const talk = createTalk(desk, chat());
    now.talk = talk;
    talks.set(leg, talk);
    talk.feed({ on: "opened", leg });
    chat().show();
  }

  function lose(leg: LegId, how: "lost" | "gone"): void {
    const before = now.talk;
    now.talk = null;
    before?.feed({ on: "ended", leg });
    retire(leg, how);
  }

  /** Also of a session that is open again when another has taken its place. */
  function retire(leg: LegId, how: "lost" | "gone" = "lost"): void {
    agent.end(leg, null);
    desk.oneToOnes.remove(leg, false);
    drop(leg);
    thread.feed({ on: "shut", line: leg, how });
  }

  function drop(leg: LegId): void {
    talks.delete(leg);
    door.drop(leg);
  }

  /** For a moment, what is still on its way may arrive, at either end (decision 16). */
  function drain(leg: LegId): void {
    desk.after(timers.drainMs, () => {
      drop(leg);
      const isTakenOver = !now.isShown || isGoing(now);
      thread.feed(isTakenOver ? { on: "drained", line: leg } : { on: "shut", line: leg, how: "lost" });
      seal(parts);
      touch();
    });
  }

  /** What waited for what became of a group goes on, over this session where it is still good. */
  function resume(leg: LegId | null): void {
    if (leg !== null) door.close();
    const isGood = leg !== null && door.carries(leg);
    if (leg !== null && !isGood) lose(leg, "lost");
    thread.feed({ on: "resumed", line: isGood ? leg : null });
  }

  function mediaEnded(leg: LegId, how: "lost" | "gone"): void {
    door.ended(leg);
    const state = now.talk?.state();
    if (state?.is === "1-1" && state.leg === leg) lose(leg, how);
    else if (!now.isShown) thread.feed({ on: "drained", line: leg });
    // The dialog stays, since a group may yet take its place.
    else thread.feed({ on: "shut", line: leg, how });
  }

  return {
    mediaOf: (leg) => ({
      onMessage: (message) =>
        thread.receive(message, peer, (from) => {
          people.remember(from.address);
          if (isReadInGroup(parts)) return;
          chat().show();
          hand.came();
        }),
      onReported: (id) => thread.feed({ on: "reported", id }),
      onFailed: (id, status) => thread.feed({ on: "refused", id, status }),
      onEnd: (why) => mediaEnded(leg, why === "lost" ? "lost" : "gone"),
    }),
    stands,
    lose,
    talkOf: (leg) => talks.get(leg) ?? null,
    went: (from, before, after, continues, isOpenAgain) => {
      if (now.talk !== null && now.talk !== from) {
        if (after.is === "1-1" && isOpenAgain) retire(after.leg);
        return;
      }
      const wasGoing = before.is === "asking" || before.is === "joining";
      if (after.is === "group" && before.is !== "group") {
        now.talk = null;
        if (continues) {
          now.isShown = false;
          door.turnPage();
          thread.feed({ on: "replaced" });
        } else thread.wake();
      } else if ((after.is === "none" || after.is === "1-1") && (wasGoing || isOpenAgain)) {
        now.talk = after.is === "none" ? null : from;
        seal(parts);
        chat().show();
        resume(after.is === "1-1" ? after.leg : null);
      } else if (after.is === "none") now.talk = null;
      else if (after.is === "joining" || after.is === "asking") now.talk = from;
      touch();
    },
    ends: (leg, why) => {
      if (why === "replaced") return drain(leg);
      thread.line("chat-ended", { who: desk.self });
      thread.feed({ on: "shut", line: leg, how: "closed" });
      drop(leg);
    },
    legEnded: (leg, isGoingOn, byPerson) => {
      if (isGoingOn) {
        // Nothing new goes over it; what is on its way may still arrive. Another session here is not meant.
        if (now.talk !== null && now.talk === talks.get(leg)) thread.feed({ on: "replaced" });
        return drain(leg);
      }
      if (byPerson) thread.line("chat-ended", { who: peer() });
      drop(leg);
      thread.feed({ on: "shut", line: leg, how: byPerson ? "gone" : "lost" });
    },
    goesOn: (leg) => {
      if (now.talk !== null) return retire(leg);
      stands(leg);
      resume(leg);
    },
  };
}
