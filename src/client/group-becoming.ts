/**
 * What a group becomes when its talk leaves it, or when the way back in is refused: the row, the 1-1 it came from, and
 * text that was to go there. What a parting means is `group-parting.ts`.
 */
import type { Conversation } from "../flow/extend.ts";
import { outcomeOf, outcomeOfRefusal, type Outcome, type Parting } from "./group-parting.ts";
import { giveUpText, type GroupParts } from "./group-parts.ts";
import type { GroupPeer } from "./group-peer.ts";
import { reasonOf, sentences } from "./reasons.ts";
import type { PrivateChat } from "./rooms.ts";

export interface GroupBecoming {
  become(outcome: Outcome): void;
  /** Answers whether the 1-1 is open again. */
  parted(why: Parting, before: Conversation, record: PrivateChat | null): boolean;
  /** The conference URI did not let us in. */
  notLetIn(status: number): void;
}

export function createGroupBecoming(parts: GroupParts, peer: GroupPeer): GroupBecoming {
  const { desk, now, chat, name, past, roster, thread, door, asking } = parts;

  function become(outcome: Outcome): void {
    roster.unsubscribe();
    if (outcome.is === "away") goAway();
    else if (outcome.is === "forgotten") {
      now.stage = { is: "hidden" };
      door.stop();
      desk.forget(chat());
    } else {
      now.stage = outcome;
      door.stop();
      if (outcome.is === "ended")
        thread.line(outcome.how, outcome.how === "removed" ? { whom: [desk.self] } : {});
      giveUpText(parts);
    }
    desk.touch(chat());
  }

  /** Text waits, and one comes back by oneself. */
  function goAway(): void {
    const conference = name.conference();
    if (now.stage.is !== "away") thread.feed({ on: "shut", line: now.line ?? "", how: "lost" });
    now.stage = { is: "away", cause: sentences.groupSilent };
    if (conference !== null) door.soon(conference);
  }

  function parted(why: Parting, before: Conversation, record: PrivateChat | null): boolean {
    peer.stop();
    // It may go on to another group, and is none of this one's any more.
    now.talk = null;
    if (before.is === "asking" && why.how === "refused" && why.cause !== 487)
      asking.failed(why.cause, why.text);
    const isHidden = now.stage.is === "hidden";
    const outcome = outcomeOf(why, { before: before.is, isHidden, hasRecord: record !== null });
    const hadToEnd = before.is === "group" && before.old !== null;
    if (outcome.is === "away" && (before.is === "joining" || hadToEnd)) now.placeOf = record;
    if (outcome.is === "taken-back") takenBack(record, why.how !== "glare");
    else become(outcome);
    // Whoever asked is no more, and the person has said yes: in by the conference URI.
    if (outcome.is === "missed" && before.is === "joining" && why.how === "lost" && why.cause === null)
      chat().join();
    if (before.is === "joining") return record !== null;
    return why.how !== "glare" && (before.is === "asking" || outcome.is === "taken-back");
  }

  /** The 1-1 has its row again; what was said here meanwhile is not thrown away with it, or said elsewhere. */
  function takenBack(record: PrivateChat | null, isByHost: boolean): void {
    become(isByHost && hasText() ? { is: "ended", how: "closed" } : { is: "forgotten" });
    record?.show();
    if (isByHost) record?.interrupted();
    desk.reselect(chat().id, record?.id ?? null);
  }

  function notLetIn(status: number): void {
    const is = now.talk?.state().is;
    if (is === "group") return;
    // 404: it is over already.
    if (is === "asking") return status === 403 || status === 404 ? asking.giveUp() : asking.look();
    const outcome = outcomeOfRefusal(status, now.stage.is === "away");
    const isClosed = outcome.is === "ended" && outcome.how === "closed";
    // It never stood here, and nothing was said in it.
    if (isClosed && now.placeOf !== null && !chat().hasBegun() && !hasText()) {
      become({ is: "forgotten" });
      return desk.reselect(chat().id, now.placeOf.id);
    }
    become(outcome);
    if (outcome.is === "missed") thread.line("note", { text: `${reasonOf(status)}.` });
    if (isClosed) leaveEachOther();
  }

  /** The focus has lost it, but two of its people still have each other (decision 27). */
  function leaveEachOther(): void {
    const known = now.recalled?.continues ?? null;
    const record = past.record() ?? (known === null ? null : desk.privateChat(known));
    record?.interrupted();
    record?.show();
  }

  const hasText = (): boolean => thread.items().some((item) => item.kind === "message");

  return { become, parted, notLetIn };
}
