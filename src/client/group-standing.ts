/**
 * How a group comes to stand here, as its talk says it: invited, joining, then a line of its own; and what is done the
 * first time, when it takes the place of a 1-1 or has a row of its own.
 */
import type { Conversation, LegId } from "../flow/extend.ts";
import { tellNews, watchRoster, type GroupParts } from "./group-parts.ts";
import type { GroupPeer } from "./group-peer.ts";
import type { PrivateChat } from "./rooms.ts";
import type { Talk } from "./talk.ts";

export interface GroupStanding {
  /** The talk has gone to another state. `record`: the 1-1 whose place the group takes. */
  went(from: Talk, state: Conversation, record: PrivateChat | null): void;
}

export function createGroupStanding(parts: GroupParts, peer: GroupPeer): GroupStanding {
  const { desk, now, chat, name, hand, past, roster, thread, news, door, asking } = parts;
  const { media, clock, timers } = desk;

  function went(from: Talk, state: Conversation, record: PrivateChat | null): void {
    now.talk = from;
    if (state.is === "invited") {
      now.shownAt = clock.now();
      now.stage = { is: "invited", ringFrom: now.shownAt };
      // Who is in it may be known before one says yes.
      watchRoster(parts);
    }
    // Whoever moves over from a 1-1 sees that until the group stands.
    if (state.is === "joining" && record === null) now.stage = { is: "joining" };
    if (state.is === "group" && now.stage.is !== "open") stands(state.leg, record);
    else if (state.is === "group" && now.line !== null && state.leg !== now.line) moves(now.line, state.leg);
    desk.touch(chat());
  }

  function stands(leg: LegId, record: PrivateChat | null): void {
    now.stage = { is: "open" };
    now.line = leg;
    door.rest();
    watchRoster(parts);
    if (!chat().hasBegun()) standsFirst(record);
    thread.feed({ on: "opened", line: leg });
    peer.look();
    tellNews(parts);
    const later = asking.takeLater();
    if (later.length > 0) now.talk?.add(chat(), later);
  }

  /** Two ways in led to it at once, and the later is kept. The focus ends the other too, and a foreign one may not. */
  function moves(from: LegId, to: LegId): void {
    desk.agent.end(from, null);
    media.close(from);
    desk.own(from, null);
    thread.feed({ on: "shut", line: from, how: "lost" });
    now.line = to;
    thread.feed({ on: "opened", line: to });
  }

  function standsFirst(record: PrivateChat | null): void {
    now.shownAt = clock.now();
    past.begin(record);
    if (record !== null) takePlaceOf(record);
    const own = asking.record();
    if (record === null && own !== null) desk.reselect(own.id, chat().id);
    if (own !== null) return;
    if (record !== null) news.know(name.invitedBy(), "in");
    else {
      news.takeAsKnown(roster.members());
      thread.line("added", { who: desk.people.of(name.invitedBy()), whom: [desk.self] });
    }
  }

  /** Its place in the list, what was in hand there, its reader. */
  function takePlaceOf(record: PrivateChat): void {
    const began = now.shownAt;
    now.shownAt = record.thread.lastAt();
    hand.take(record.handOver());
    hand.relabel("to everyone", began + timers.inertMs);
    desk.reselect(record.id, chat().id);
  }

  return { went };
}
