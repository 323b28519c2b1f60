/**
 * The way into a group by its conference URI (RFC 4579 §5.3): for an invitation that was missed, and back in after
 * a session broke. Tries again by itself, less and less often, where there is hope.
 */
import type { LegId } from "../flow/extend.ts";
import type { Desk, LegEvent } from "./desk.ts";
import { inviteHeaders } from "./headers.ts";
import type { MediaUser } from "./media.ts";
import type { SessionIds } from "./one-to-ones.ts";

export type DialInOptions = {
  readonly desk: Desk;
  readonly ids: SessionIds;
  readonly mediaOf: (leg: LegId) => MediaUser;
  /** Let in, over this leg; its MSRP session stands. `contact`: where the focus is reached for it. */
  readonly entered: (leg: LegId, contact: string) => void;
  /** The focus said no. */
  readonly refused: (status: number) => void;
};

export interface DialIn {
  /** At once; does nothing while one is under way. */
  now(conference: string): void;
  /** After a while that grows with each time, once both links stand. */
  soon(conference: string): void;
  /** The connection is back: whoever waits goes now. */
  wake(): void;
  /** In by another way: what is not under way yet is wanted no more. */
  rest(): void;
  stop(): void;
}

export function createDialIn({ desk, ids, mediaOf, entered, refused }: DialInOptions): DialIn {
  const { agent, media, timers } = desk;
  let leg: LegId | null = null;
  let attempts = 0;
  let wanted: string | null = null;
  let stopTimer = (): void => {};

  function now(conference: string): void {
    stopTimer();
    wanted = conference;
    if (leg !== null || !desk.isOnline()) return;
    const mine = desk.freshId();
    leg = mine;
    attempts += 1;
    desk.own(mine, hear);
    media.offer(mine, "group", (sdp) => {
      if (typeof sdp === "number") return failed(mine, sdp);
      const headers = inviteHeaders(desk.self.address, "group", ids);
      agent.invite({ leg: mine, to: conference, sdp, headers, recipientList: null });
    });
  }

  function hear(event: LegEvent): void {
    if (event.on === "accepted") {
      if (event.leg !== leg) return agent.end(event.leg, null);
      if (!media.answered(event.leg, event.sdp, mediaOf(event.leg))) {
        agent.end(event.leg, { cause: 488, text: "No usable MSRP" });
        return failed(event.leg, 488);
      }
      leg = null;
      wanted = null;
      attempts = 0;
      entered(event.leg, event.contact);
    } else if (event.on === "refused") failed(event.leg, event.status);
    else if (event.on === "ended") failed(event.leg, 480);
  }

  function failed(which: LegId, status: number): void {
    media.close(which);
    desk.own(which, null);
    if (leg !== which) return;
    leg = null;
    refused(status);
  }

  function giveUp(): void {
    const mine = leg;
    leg = null;
    if (mine === null) return;
    if (media.withdraw(mine)) desk.own(mine, null);
    else agent.cancel(mine);
  }

  return {
    now,
    soon: (conference) => {
      stopTimer();
      wanted = conference;
      const ceiling = Math.min(timers.rejoinMaxMs, timers.rejoinMinMs * 2 ** Math.min(attempts, 16));
      const share = 0.5 + parseInt(desk.freshId().slice(0, 8), 16) / 2 ** 33;
      stopTimer = desk.after(ceiling * share, () => now(conference));
    },
    wake: () => {
      // What is under way since before may have been lost with the connection.
      giveUp();
      if (wanted !== null) now(wanted);
    },
    rest: () => {
      if (leg !== null) return;
      stopTimer();
      wanted = null;
      attempts = 0;
    },
    stop: () => {
      stopTimer();
      wanted = null;
      attempts = 0;
      giveUp();
    },
  };
}
