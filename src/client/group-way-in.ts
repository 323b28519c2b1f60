/**
 * The ways into a group, and out of it by one's own word: an invitation, the conference URI, Join, Leave.
 */
import type { LegId } from "../flow/extend.ts";
import type { Incoming } from "../sip/agent.ts";
import type { GroupBecoming } from "./group-becoming.ts";
import type { GroupParts } from "./group-parts.ts";
import type { PrivateChat } from "./rooms.ts";
import { createTalk, type Talk } from "./talk.ts";

export interface GroupWayIn {
  /** `place`: it takes the place of that leg's 1-1, already authorised. */
  invited(incoming: Incoming, place: { readonly talk: Talk; readonly leg: LegId } | null): void;
  /** The conference URI let us in. */
  entered(leg: LegId, contact: string): void;
  join(): void;
  leave(): void;
}

export function createGroupWayIn(parts: GroupParts, becoming: GroupBecoming): GroupWayIn {
  const { desk, now, chat, name, door } = parts;

  /** Out of the 1-1 whose place is still to be taken, where nothing else has begun there. */
  function talkOfPlace(): Talk {
    const place: PrivateChat | null = now.placeOf?.isIdle() === true ? now.placeOf : null;
    now.placeOf = null;
    return createTalk(desk, place);
  }

  return {
    invited: (incoming, place) => {
      if (name.isAnothers(incoming)) return desk.agent.refuse(incoming.leg, 403);
      name.learn(incoming);
      const state = now.talk?.state();
      // Whoever is invited anew is not in it any more, as the focus sees it; who was, or is on the way, comes back.
      const isComing =
        state?.is === "group" ||
        now.stage.is === "away" ||
        (now.stage.is === "joining" && state?.is !== "joining");
      if (state?.is === "group" || state?.is === "invited") now.talk?.broke(state.leg);
      door.stop();
      const busy = state?.is === "joining" ? now.talk : null;
      const taking = place?.talk ?? busy ?? talkOfPlace();
      taking.invited(chat(), incoming, place?.leg ?? null);
      const isWelcome = desk.joinsByItself() && name.isFriends(incoming);
      if (place === null && (isComing || isWelcome)) taking.feed({ on: "join" });
    },
    entered: (leg, contact) => {
      name.reachedAt(contact);
      const state = now.talk?.state().is;
      if (state !== "asking" && state !== "group") now.talk = talkOfPlace();
      now.placeOf = null;
      now.talk?.entered(chat(), leg);
    },
    join: () => {
      const conference = name.conference();
      if (now.stage.is === "invited") now.talk?.feed({ on: "join" });
      else if (now.stage.is === "missed" && conference !== null) {
        now.stage = { is: "joining" };
        door.now(conference);
        desk.touch(chat());
      }
    },
    leave: () => {
      const is = now.talk?.state().is;
      if (now.stage.is === "invited" || is === "group" || is === "joining") now.talk?.leave();
      else if (now.stage.is === "away") becoming.become({ is: "ended", how: "you-left" });
      else if (now.stage.is === "joining") becoming.become({ is: "missed", how: "missed" });
    },
  };
}
